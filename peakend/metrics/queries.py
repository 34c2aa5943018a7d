"""Readings: a metric over a slice of the observations, with interval and comparison."""

from dataclasses import dataclass
from typing import Any

from peakend.methods.estimate import Estimate, Reason
from peakend.metrics.definitions import Definition, definition_of
from peakend.metrics.measuring import FromSums, Measured, measure, measure_aspects
from peakend.warehouse.cells import CellRow, Slice


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
    standard_error: float | None = None

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
    return reading_of(definition_of(metric), slice, aspect=aspect, compare=compare)


def reading_of(
    definition: Definition, slice: Slice, *, aspect: str = "", compare: Slice | None = None
) -> Reading:
    """The same for a definition, which need not be kept yet: a page's preview."""
    found = readings_of(definition, slice, aspect=aspect, compare=compare)
    return found[0] if found else _nothing(definition, aspect, slice)


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
    return readings_of(definition_of(metric), slice, by, aspect=aspect, compare=compare)


def readings_of(
    definition: Definition,
    slice: Slice,
    by: tuple[str, ...] = (),
    *,
    aspect: str = "",
    compare: Slice | None = None,
) -> list[Reading]:
    """The same for a definition."""
    if definition.of_aspect and not aspect:
        raise ValueError(f"{definition.code} is measured per aspect")
    now = measure(definition, slice, by, aspect)
    before = measure(definition, compare, by, aspect) if compare else {}
    return [
        _read(definition, aspect, slice, key, measured, before.get(key))
        for key, measured in now.items()
    ]


def readings_by_aspect(metric: str, slice: Slice, *, compare: Slice | None = None) -> list[Reading]:
    """A metric of aspects for every aspect heard in the slice; ``key`` is ``(aspect,)``."""
    definition = definition_of(metric)
    now = measure_aspects(definition, slice)
    before = measure_aspects(definition, compare) if compare else {}
    return [
        _read(definition, aspect, slice, (aspect,), measured, before.get(aspect))
        for aspect, measured in now.items()
    ]


def from_cells(
    metric: str, row: CellRow, slice: Slice, *, aspect: str = "", other: CellRow | None = None
) -> Reading:
    """A reading of sums somebody has already read; for pages that cut one query many ways."""
    definition = definition_of(metric)
    before = FromSums(definition, other, None) if other is not None else None
    return _read(definition, aspect, slice, row.key, FromSums(definition, row, None), before)


def _read(
    definition: Definition,
    aspect: str,
    slice: Slice,
    key: tuple[Any, ...],
    now: Measured,
    before: Measured | None,
) -> Reading:
    estimate = now.estimate
    change = None
    if before is not None:
        earlier = before.estimate
        if min(estimate.n, earlier.n) >= definition.minimum_n:
            change = _change(now.less(before), earlier)
    enough = estimate.n >= definition.minimum_n and estimate.value is not None
    reason = estimate.reason or (None if enough else Reason.TOO_FEW)
    return Reading(
        metric=definition,
        aspect=aspect,
        key=key,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        method=estimate.method,
        reason=str(reason or ""),
        enough=enough,
        slice=slice,
        change=change,
        standard_error=estimate.standard_error,
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
