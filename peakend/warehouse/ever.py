"""What has ever been heard, for menus: which channels, products, sources there are at all.

Such a question is about all time, and each new answer would have it asked again of every month. So the
counts of each month are kept by the files they were read from, and only months that changed are read.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from peakend.warehouse.cells import CellRow, Slice
from peakend.warehouse.engine import FilesGone
from peakend.warehouse.questions import Question, Source, read_source, source_of
from peakend.warehouse.tables import Part

MOST_KEPT = 400  # questions: four menus for each scope that somebody reads in

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Heard:
    """How many observations of any time, and how many signals they came in."""

    n: int
    signals: int


@dataclass
class _Kept:
    """The counts of each month with the files that told them."""

    months: dict[str, tuple[frozenset[str], Mapping[Key, Heard]]] = field(default_factory=dict)


_kept: dict[tuple[str, Question], _Kept] = {}
_changing = Lock()


def heard_ever(
    slice: Slice, by: tuple[str, ...], families: tuple[str, ...], codes: tuple[str, ...] = ()
) -> dict[Key, Heard]:
    """How much was ever heard of each combination of ``by``; the slice must not name a time."""
    question = Question(slice, ("month", *by), families, codes)
    try:
        return _heard(question)
    except FilesGone:  # they were replaced and removed meanwhile
        return _heard(question)


def _heard(question: Question) -> dict[Key, Heard]:
    source = source_of(question, None, None)
    with _changing:  # whoever asks the same at once waits for the answer instead of making it twice
        kept = _kept.pop((source.table.uri, question), None) or _Kept()
        _kept[source.table.uri, question] = kept
        while len(_kept) > MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _bring_up_to_date(kept, question, source)
        counts = [counts for _, counts in kept.months.values()]
    found: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for month in counts:
        for key, heard in month.items():
            total = found[key]
            total[0] += heard.n
            total[1] += heard.signals
    return {key: Heard(*total) for key, total in found.items()}


def _bring_up_to_date(kept: _Kept, question: Question, source: Source) -> None:
    months: dict[str, list[Part]] = defaultdict(list)
    for part in source.parts:
        months[part.month].append(part)
    held = {month: frozenset(part.path for part in parts) for month, parts in months.items()}
    stale = {
        month
        for month, paths in held.items()
        if month not in kept.months or kept.months[month][0] != paths
    }
    fresh: dict[str, dict[Key, Heard]] = {month: {} for month in stale}
    if stale:
        parts = tuple(part for month in stale for part in months[month])
        rows: list[CellRow] = read_source(question, Source(source.table, source.cuboid, parts))
        for row in rows:
            month = f"{row.key[0]:%Y-%m}"
            if month in fresh:  # a rollup in memory answers for all of its months
                fresh[month][row.key[1:]] = Heard(row.n, row.signals)
    for gone in kept.months.keys() - held.keys():
        del kept.months[gone]
    kept.months |= {month: (held[month], counts) for month, counts in fresh.items()}
