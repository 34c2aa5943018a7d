"""Readings: a metric over a slice of the observations, with interval and comparison."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peakend.methods.estimate import Estimate, Reason
from peakend.metrics.definitions import Definition, definition_of
from peakend.warehouse.cells import CellRow, Slice, read_cells


@dataclass(frozen=True)
class Change:
    """A reading less the one it is compared with. ``noise``: the interval holds zero."""

    value: float
    low: float | None
    high: float | None
    noise: bool
    before: float
    before_n: float

    @property
    def margin(self) -> float | None:
        """Half the interval's width, for ``±``."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Reading:
    """One figure as it may be shown: value, interval, n, method, or the reason why there is none.

    ``key`` holds the values of the dimensions asked for; ``enough`` is False below the metric's
    minimum n, and then the figure is not to be shown.
    """

    metric: Definition
    aspect: str
    key: tuple[Any, ...]
    value: float | None
    low: float | None
    high: float | None
    n: float
    method: str
    reason: str
    enough: bool
    slice: Slice
    change: Change | None = None

    @property
    def margin(self) -> float | None:
        """Half the interval's width, for ``±``."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2

    @property
    def verdict(self) -> int:
        """Better (1) or worse (-1) than before beyond noise; 0 within it or without comparison."""
        if self.change is None or self.change.noise or not self.metric.better:
            return 0
        return self.metric.better * (1 if self.change.value > 0 else -1)


def reading(
    metric: str, slice: Slice, *, aspect: str = "", compare: Slice | None = None
) -> Reading:
    """One metric over the whole slice."""
    found = readings(metric, slice, aspect=aspect, compare=compare)
    return found[0] if found else _nothing(definition_of(metric), aspect, slice)


def readings(
    metric: str,
    slice: Slice,
    by: tuple[str, ...] = (),
    *,
    aspect: str = "",
    compare: Slice | None = None,
) -> list[Reading]:
    """The metric for each combination of ``by`` (periods or dimensions of a cell), in order.

    With ``compare``, each reading carries its change against the same combination in that slice
    (for ``by`` without periods).

    Raises:
        UnknownMetric: no metric has this code.
        ValueError: ``by`` names no dimension, or a metric of an aspect is asked without one.
    """
    definition = definition_of(metric)
    if definition.of_aspect and not aspect:
        raise ValueError(f"{metric} is measured per aspect")
    rows, bases = _rows(definition, slice, by, aspect)
    others, other_bases = _rows(definition, compare, by, aspect) if compare else ({}, {})
    return [
        _read(definition, aspect, slice, row, bases.get(key), others.get(key), other_bases.get(key))
        for key, row in rows.items()
    ]


def readings_by_aspect(metric: str, slice: Slice, *, compare: Slice | None = None) -> list[Reading]:
    """A metric of aspects for every aspect heard in the slice; ``key`` is ``(aspect,)``."""
    definition = definition_of(metric)
    rows = _keyed(read_cells(slice, ("code",), (definition.family,)))
    others = _keyed(read_cells(compare, ("code",), (definition.family,))) if compare else {}
    base = _base(definition, slice)
    other_base = _base(definition, compare) if compare else None
    return [
        _read(definition, key[0], slice, row, base, others.get(key), other_base)
        for key, row in rows.items()
    ]


def from_cells(
    metric: str, row: CellRow, slice: Slice, *, aspect: str = "", other: CellRow | None = None
) -> Reading:
    """A reading of sums somebody has already read; for pages that cut one query many ways."""
    return _read(definition_of(metric), aspect, slice, row, None, other, None)


def _rows(
    definition: Definition, slice: Slice, by: tuple[str, ...], aspect: str
) -> tuple[dict[tuple[Any, ...], CellRow], dict[tuple[Any, ...], CellRow]]:
    code = definition.observation or aspect
    rows = _keyed(read_cells(slice, by, (definition.family,), (code,)))
    bases = {}
    if definition.needs_base:
        bases = _keyed(read_cells(slice, by, ("voice",)))
    return rows, bases


def _base(definition: Definition, slice: Slice) -> CellRow | None:
    if not definition.needs_base:
        return None
    found = read_cells(slice, (), ("voice",))
    return found[0] if found else None


def _keyed(rows: Iterable[CellRow]) -> dict[tuple[Any, ...], CellRow]:
    return {row.key: row for row in rows}


def _read(
    definition: Definition,
    aspect: str,
    slice: Slice,
    row: CellRow,
    base: CellRow | None,
    other: CellRow | None,
    other_base: CellRow | None,
) -> Reading:
    estimate = definition.how.estimate(row, base)
    change = None
    if other is not None:
        before = definition.how.estimate(other, other_base)
        if min(estimate.n, before.n) >= definition.minimum_n:
            difference = definition.how.difference(row, base, other, other_base)
            change = _change(difference, before)
    enough = estimate.n >= definition.minimum_n and estimate.value is not None
    reason = estimate.reason or (None if enough else Reason.TOO_FEW)
    return Reading(
        metric=definition,
        aspect=aspect,
        key=row.key,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        method=estimate.method,
        reason=str(reason or ""),
        enough=enough,
        slice=slice,
        change=change,
    )


def _change(difference: Estimate, before: Estimate) -> Change | None:
    if difference.value is None or before.value is None:
        return None
    return Change(
        value=difference.value,
        low=difference.low,
        high=difference.high,
        noise=not difference.excludes(0.0),
        before=before.value,
        before_n=before.n,
    )


def _nothing(definition: Definition, aspect: str, slice: Slice) -> Reading:
    return Reading(
        definition, aspect, (), None, None, None, 0, "", str(Reason.NO_DATA), False, slice
    )
