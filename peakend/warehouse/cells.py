"""What pages read: sums over observations, by any cut, with what methods need.

A cell is sufficient statistics of the observations that share a day, a family, a code and a few
dimensions, so fifty rows and five hundred million are the same call to a method.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from peakend.warehouse import tables
from peakend.warehouse.engine import FilesGone
from peakend.warehouse.rollups import refresh_cells
from peakend.warehouse.schema import DIMENSIONS

if TYPE_CHECKING:
    from peakend.warehouse.questions import Question

__all__ = ["PERIODS", "CellRow", "Slice", "newest_day", "read_cells", "refresh_cells"]

PERIODS = ("day", "week", "month")
MOST_KEPT = 2_000  # answers


@dataclass(frozen=True)
class Slice:
    """Which observations a figure is about. Empty means all; ``until`` is exclusive."""

    since: date | None = None
    until: date | None = None
    units: frozenset[int] | None = None
    channels: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class CellRow(NamedTuple):
    """Sums over the cells that share ``key`` (the values asked for, in their order).

    A named tuple, because a page makes ten thousands of them and a dataclass takes ten times as long.
    """

    key: tuple[Any, ...]
    n: int
    signals: int
    negative_signals: int
    positives: int
    neutrals: int
    negatives: int
    strength_positive: float
    strength_negative: float
    w: float
    w2: float
    wx: float
    wx2: float
    histogram: tuple[int, ...]  # of scores 0..10

    def __add__(self, other: "CellRow") -> "CellRow":  # type: ignore[override]
        """The sums of both, under this row's key."""
        histogram = tuple(a + b for a, b in zip(self.histogram, other.histogram, strict=True))
        sums = (a + b for a, b in zip(self[1:-1], other[1:-1], strict=True))
        return CellRow._make((self.key, *sums, histogram))


def read_cells(
    slice: Slice,
    by: tuple[str, ...] = (),
    families: tuple[str, ...] = (),
    codes: tuple[str, ...] = (),
) -> list[CellRow]:
    """Sums of the slice, one row for each combination of ``by``, in its order.

    ``by`` names dimensions of a cell or periods (``day``, ``week`` as its Monday, ``month`` as
    its first day). The narrowest rollup that tells these and the slice's dimensions apart answers;
    where none does, the facts do. Answers are kept until the cells move on.

    Raises:
        ValueError: ``by`` names something that is not told apart.
    """
    if unknown := [name for name in by if name not in (*DIMENSIONS, *PERIODS)]:
        raise ValueError(f"cells are not told apart by {', '.join(unknown)}")
    from peakend.warehouse.questions import Question, answer  # it needs the types of this file

    question, now = Question(slice, by, families, codes), edition()
    if (known := kept(question, now)) is not None:
        return known
    try:
        rows = answer(question)
    except FilesGone:  # they were replaced and removed meanwhile
        rows = answer(question)
    keep(question, rows, now)
    return rows


Edition = tuple[str, int]
_answers: dict[tuple[Edition, "Question"], list[CellRow]] = {}


def edition() -> Edition:
    """Which cells there are now. Taken before an answer is read, so that none is kept as newer than it is."""
    rollup = tables.cells()
    return rollup.uri, tables.snapshot(rollup).version


def kept(question: "Question", of: Edition) -> list[CellRow] | None:
    """What was answered from these cells before."""
    return _answers.get((of, question))


def keep(question: "Question", rows: list[CellRow], of: Edition) -> None:
    """Keep an answer until the cells move on."""
    _answers[of, question] = rows
    while len(_answers) > MOST_KEPT:
        _answers.pop(next(iter(_answers)), None)


def newest_day() -> date | None:
    """The day of the newest observation, or nothing."""
    found = [
        part.days[1] for part in tables.snapshot(tables.cells()).parts if part.days is not None
    ]
    return max(found, default=None)
