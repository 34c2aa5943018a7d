"""Cross-tabs: answers, topics or metrics in rows, one dimension in columns, every pair of columns compared.

Read from cells where a rollup tells the columns apart, else from facts; one question for each kind of
sums, however many cells the table has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
from scipy import special

from peakend.methods.comparison import benjamini_hochberg, holm
from peakend.methods.crosstab import CrossTab, cross_tab_from_counts
from peakend.methods.estimate import Estimate
from peakend.methods.scores import top_box
from peakend.metrics.dashboards import Chosen
from peakend.metrics.definition import read_sums
from peakend.metrics.measuring import FromSums, asked_of
from peakend.metrics.questions import STANDARD, scale_of
from peakend.metrics.registry import definition_of
from peakend.warehouse.answers import counted_row
from peakend.warehouse.cells import CellRow, Slice, read_cells
from peakend.warehouse.questions import Question

LEAST = 30  # answers of a column below which it is neither told nor compared
MOST_COLUMNS = 12
MOST_TOPICS = 15
LEVEL = 0.05
NORMAL = 1.959963984540054  # standard errors in half a 95% interval
KINDS = ("answers", "topics", "complaints", "metrics")
Held = Mapping[Question, list[CellRow]]


@dataclass(frozen=True)
class Ask:
    """What stands in the rows: the answers to ``code``, topics, complaints, or ``metrics``."""

    kind: str
    code: str = ""
    metrics: tuple[Chosen, ...] = ()


@dataclass(frozen=True)
class Column:
    """One value of the dimension, and how many answers (or voices) it rests on."""

    value: Any
    n: float

    @property
    def enough(self) -> bool:
        """Whether it may be told and compared."""
        return self.n >= LEAST


@dataclass(frozen=True)
class Cell:
    """One cell. ``above`` holds the places of the columns it lies above, beyond noise.

    ``off`` is by how many half intervals it lies off the whole: 0 within noise, which allows for how
    many cells the table has.
    """

    estimate: Estimate
    above: tuple[int, ...]
    off: float


@dataclass(frozen=True)
class Line:
    """One row: an answer's score, an aspect's code, or a metric; ``whole`` is all columns together."""

    kind: str  # answer, topic, complaint, metric
    code: str
    cells: tuple[Cell | None, ...]
    whole: Estimate
    chosen: Chosen | None = None


@dataclass(frozen=True)
class CrossTabReading:
    """A table with its columns in order; ``left_out`` columns had fewer answers than those shown."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    n: float
    left_out: int
    level: float = LEVEL
    adjusted_by: str = "holm"


def questions_of(ask: Ask, slice: Slice, by: str) -> list[Question]:
    """The sums the table needs."""
    if ask.kind == "answers":
        return [Question(slice, (by,), ("score",), (ask.code,))]
    if ask.kind in ("topics", "complaints"):
        return [
            Question(slice, (by, "code"), ("opinion",), ()),
            Question(slice, (by,), ("voice",), ()),
        ]
    found = []
    for chosen in ask.metrics:
        found += [one for one in _of_metric(chosen, slice, by) if one is not None]
    return found


def read_crosstab(ask: Ask, slice: Slice, by: str, held: Held | None = None) -> CrossTabReading:
    """The table; ``held`` are answers that were read before, by a job."""

    def read(question: Question) -> list[CellRow]:
        known = (held or {}).get(question)
        if known is not None:
            return known
        return read_cells(question.slice, question.by, question.families, question.codes)

    if ask.kind == "answers":
        return _of_answers(ask, slice, by, read)
    if ask.kind in ("topics", "complaints"):
        return _of_topics(ask, slice, by, read)
    return _of_metrics(ask.metrics, slice, by, read)


Read = Callable[[Question], list[CellRow]]


def _of_answers(ask: Ask, slice: Slice, by: str, read: Read) -> CrossTabReading:
    [question] = questions_of(ask, slice, by)
    rows = {row.key[0]: row for row in read(question)}
    low, high = (int(bound) for bound in scale_of(ask.code))
    if ask.code == "nps":
        low, high = 0, 10
    scores = range(max(0, low), min(10, high) + 1)
    sizes = {key: float(sum(row.histogram[score] for score in scores)) for key, row in rows.items()}
    columns, left_out = _columns(sizes)
    counts = [[rows[one.value].histogram[score] for one in columns] for score in scores]
    totals = [sum(row.histogram[score] for row in rows.values()) for score in scores]
    lines = _shares("answer", [str(score) for score in scores], counts, totals, columns, sizes)
    mean = definition_of(ask.code if ask.code in STANDARD else f"score:{ask.code}")
    lines.append(_metric_line(Chosen(mean), {k: FromSums(mean, r, None) for k, r in rows.items()},
                              columns))  # fmt: skip
    return CrossTabReading(columns, _sifted(lines), sum(sizes.values()), left_out)


def _of_topics(ask: Ask, slice: Slice, by: str, read: Read) -> CrossTabReading:
    spoken, voices = (read(question) for question in questions_of(ask, slice, by))
    sizes = {row.key[0]: float(row.signals) for row in voices}
    columns, left_out = _columns(sizes)
    found: dict[str, dict[Any, int]] = {}
    for row in spoken:
        key, code = row.key
        heard = row.negative_signals if ask.kind == "complaints" else row.signals
        # No topic is heard in more voices than there are, even where one came a day later.
        found.setdefault(code, {})[key] = min(heard, int(sizes.get(key, 0)))
    totals = {code: sum(heard.values()) for code, heard in found.items()}
    codes = sorted((code for code in found if totals[code]), key=lambda code: (-totals[code], code))
    codes = codes[:MOST_TOPICS]
    counts = [[found[code].get(one.value, 0) for one in columns] for code in codes]
    kind = "complaint" if ask.kind == "complaints" else "topic"
    lines = _shares(kind, codes, counts, [totals[code] for code in codes], columns, sizes)
    return CrossTabReading(columns, _sifted(lines), sum(sizes.values()), left_out)


def _of_metrics(metrics: Sequence[Chosen], slice: Slice, by: str, read: Read) -> CrossTabReading:
    measured: list[tuple[Chosen, dict[Any, FromSums]]] = []
    sizes: dict[Any, float] = {}
    for chosen in metrics:
        sums, base = _of_metric(chosen, slice, by)
        if sums is None:
            continue
        rows = {row.key[0]: row for row in read(sums)}
        bases = {row.key[0]: row for row in read(base)} if base else {}
        for key in bases:
            rows.setdefault(key, counted_row((key,), 0, 0))
        found = {key: FromSums(chosen.definition, row, bases.get(key)) for key, row in rows.items()}
        measured.append((chosen, found))
        for key, one in found.items():
            sizes[key] = max(sizes.get(key, 0.0), one.estimate.n)
    columns, left_out = _columns(sizes)
    lines = [_metric_line(chosen, found, columns) for chosen, found in measured]
    return CrossTabReading(columns, _sifted(lines), sum(sizes.values()), left_out)


def can_be_row(chosen: Chosen) -> bool:
    """Whether cells hold the metric's sums; an index and what needs the facts' order do not."""
    return not chosen.definition.is_index and chosen.definition.reader is read_sums


def _of_metric(chosen: Chosen, slice: Slice, by: str) -> tuple[Question | None, Question | None]:
    definition = chosen.definition
    within = asked_of(definition, slice, (by,))
    if within is None or not can_be_row(chosen):
        return None, None
    codes = definition.codes or (chosen.aspect,)
    base = definition.base
    return (
        Question(within, (by,), (definition.family,), codes),
        Question(within, (by,), (base.family,), base.codes) if base else None,
    )


def _columns(sizes: Mapping[Any, float]) -> tuple[tuple[Column, ...], int]:
    """Periods in their order, other values by how many answers they have; and how many are left out."""
    known = [(value, n) for value, n in sizes.items() if n]
    if known and all(isinstance(value, date) for value, _n in known):
        shown = sorted(known)[-MOST_COLUMNS:]
    else:
        shown = sorted(known, key=lambda one: (-one[1], str(one[0])))[:MOST_COLUMNS]
    return tuple(Column(value, n) for value, n in shown), len(known) - len(shown)


def _shares(
    kind: str, codes: Sequence[str], counts: Sequence[Sequence[int]], totals: Sequence[int],
    columns: Sequence[Column], sizes: Mapping[Any, float],
) -> list[Line]:  # fmt: skip
    if not columns or not codes:
        return []
    bases = [one.n for one in columns]
    table = cross_tab_from_counts(counts, bases=bases, level=LEVEL, least=LEAST)
    every = sum(sizes.values())
    lines = []
    for place, code in enumerate(codes):
        whole = top_box(totals[place], every)
        cells = tuple(
            _share(table, counts[place][at], place, at, whole) if one.enough else None
            for at, one in enumerate(columns)
        )
        lines.append(Line(kind, code, cells, whole))
    return lines


def _share(table: CrossTab, count: int, option: int, column: int, whole: Estimate) -> Cell:
    estimate = top_box(count, table.bases[column] or 0)
    above = tuple(int(one) for one in np.flatnonzero(table.higher[option, column]))
    return Cell(estimate, above, _off(estimate, whole))


def _metric_line(chosen: Chosen, found: Mapping[Any, FromSums], columns: Sequence[Column]) -> Line:
    """A metric by column; means and rates are compared in pairs, adjusted by Holm within the row."""
    least = max(LEAST, chosen.definition.minimum_n)
    told = [found.get(one.value) for one in columns]
    known = [
        place
        for place, one in enumerate(told)
        if one is not None and one.estimate.n >= least and one.estimate.value is not None
    ]
    pairs = list(combinations(known, 2))
    gaps = [told[a].less(told[b]) for a, b in pairs]  # type: ignore[union-attr, arg-type]
    stands = holm([_p_value(gap) for gap in gaps], level=LEVEL).rejected if pairs else ()
    above: dict[int, list[int]] = {place: [] for place in known}
    for (a, b), gap, is_sure in zip(pairs, gaps, stands, strict=True):
        if is_sure and gap.value:
            winner, other = (a, b) if gap.value > 0 else (b, a)
            above[winner].append(other)
    whole = _whole(chosen, list(found.values()))
    cells = tuple(
        Cell(one.estimate, tuple(sorted(above[place])), _off(one.estimate, whole))
        if one is not None and place in above
        else None
        for place, one in enumerate(told)
    )
    return Line("metric", chosen.code, cells, whole, chosen)


def _whole(chosen: Chosen, parts: Sequence[FromSums]) -> Estimate:
    row, base = counted_row((), 0, 0), None
    for one in parts:
        row = row + one.row
        if one.base is not None:
            base = one.base if base is None else base + one.base
    return FromSums(chosen.definition, row, base).estimate


def _p_value(gap: Estimate) -> float | None:
    known = getattr(gap, "p_value", None)
    if known is not None:
        return float(known)
    if gap.value is None or not gap.standard_error:
        return None
    return float(2.0 * special.ndtr(-abs(gap.value) / gap.standard_error))


def _sifted(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines with what lies off the whole by chance set to 0: of 180 cells nine would.

    The whole holds the cell itself, so that the test is a little too strict, never too lax.
    """
    cells = [cell for line in lines for cell in line.cells if cell is not None]
    p_values = [float(2.0 * special.ndtr(-abs(cell.off) * NORMAL)) for cell in cells]
    stands = iter(benjamini_hochberg(p_values, level=LEVEL).rejected if cells else ())

    def sifted(cell: Cell | None) -> Cell | None:
        if cell is None or next(stands):
            return cell
        return replace(cell, off=0.0)

    return tuple(replace(line, cells=tuple(map(sifted, line.cells))) for line in lines)


def _off(estimate: Estimate, whole: Estimate) -> float:
    """By how many half intervals a cell lies off the whole, with sign."""
    if estimate.value is None or whole.value is None:
        return 0.0
    if estimate.low is None or estimate.high is None or estimate.high <= estimate.low:
        return 0.0
    return (estimate.value - whole.value) / ((estimate.high - estimate.low) / 2)
