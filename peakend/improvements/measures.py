"""From rollup cells to the moments a comparison takes, by the metric's formula."""

from collections.abc import Callable

from peakend.improvements.errors import NotVerifiable
from peakend.methods.moments import Moments
from peakend.metrics import definitions
from peakend.metrics.definitions import Definition, Formula
from peakend.warehouse.cells import CellRow, Slice, read_cells

Key = tuple[object, ...]


def _net(row: CellRow, base: CellRow | None) -> Moments:
    n = row.positives + row.neutrals + row.negatives
    return Moments(n, row.positives - row.negatives, row.positives + row.negatives)


def _mean(row: CellRow, base: CellRow | None) -> Moments:
    return Moments(row.n, row.wx, row.wx2, row.w, row.w2)


def _top_two(row: CellRow, base: CellRow | None) -> Moments:
    return Moments(row.n, row.positives, row.positives)


def _negative(row: CellRow, base: CellRow | None) -> Moments:
    return Moments(row.signals, row.negative_signals, row.negative_signals)


def _mentioned(row: CellRow, base: CellRow | None) -> Moments:
    whole = max(base.signals if base else 0, row.signals)
    return Moments(whole, row.signals, row.signals)


# Shares enter as 0/1 answers, net scores as −1/0/+1: the same comparison serves all.
_MOMENTS: dict[Formula, Callable[[CellRow, CellRow | None], Moments]] = {
    definitions.NET: _net,
    definitions.NPS: _net,
    definitions.MEAN: _mean,
    definitions.TOP_TWO: _top_two,
    definitions.NEGATIVE_OF_ALL: _negative,
    definitions.MENTIONED: _mentioned,
}


def require_verifiable(definition: Definition, aspect: str) -> None:
    """Refuse metrics no comparison of answers can judge.

    Raises:
        NotVerifiable
    """
    if definition.how not in _MOMENTS:
        raise NotVerifiable(definition.code)
    if definition.of_aspect != bool(aspect):
        raise NotVerifiable(f"{definition.code} of {aspect or 'no aspect'}")


def moments_by(
    definition: Definition, aspect: str, slice: Slice, by: tuple[str, ...]
) -> dict[Key, Moments]:
    """The moments of the metric for each combination of ``by``; what has no answers is left out."""
    code = definition.observation or aspect
    rows = {row.key: row for row in read_cells(slice, by, (definition.family,), (code,))}
    bases: dict[Key, CellRow] = {}
    if definition.needs_base:
        bases = {row.key: row for row in read_cells(slice, by, ("voice",))}
    to_moments = _MOMENTS[definition.how]
    found = {key: to_moments(row, bases.get(key)) for key, row in rows.items()}
    return {key: moments for key, moments in found.items() if moments.n > 0}
