"""Shewhart charts: shares with stepped limits, and single values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from peakend.methods.arrays import are_squarable, numbers
from peakend.methods.control.series import (
    D2_OF_TWO,
    baseline_length,
    moving_range_sigma,
    spread_over,
    without_gaps,
)
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason

_RANGE_LIMIT = 3.267  # D4 for moving ranges of two


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A series with its centre (`value`) and limits, one per point, None in the gaps.

    `outside` lists the positions beyond their limits. `sigma` is one standard deviation per point, so that
    `run_rules(chart.points, chart.value, chart.sigma)` reads the same chart.
    """

    value: float | None
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    points: tuple[float | None, ...]
    sigma: tuple[float | None, ...]
    outside: tuple[int, ...]
    n: float
    method: str
    reason: Reason | None = None
    ranges: tuple[float | None, ...] = ()
    range_mean: float | None = None
    range_limit: float | None = None


def p_chart(
    successes: Sequence[float],
    sizes: Sequence[float],
    *,
    center: float | None = None,
    baseline: int | None = None,
    sigmas: float = 3.0,
    laney: bool = False,
) -> ControlChart:
    """Return the control chart of a share whose group sizes vary: limits step with the size.

    Formula: p̄ = Σ successes/Σ sizes; limits p̄ ± 3√(p̄(1−p̄)/nᵢ), cut to [0, 1]. With `laney` the limits are
    scaled by the mean moving range of the z-scores over d₂: very large groups vary more than chance alone,
    and without it every point would be an alarm.
    Source: Montgomery (2020), Statistical Quality Control, §7.2; Laney (2002), Quality Engineering 14, 531-537.
    Shapes: `successes`, `sizes` (k,); an empty group (size 0) is a gap. `baseline` counts the first points
    that set the centre; `center` gives it outright.
    Units: counts; points, centre and limits are shares.
    Errors: `InvalidInput` for shapes that differ, negative counts, more successes than answers; no answers
    end in `no_data`, NaN in `not_finite`, a share of exactly 0 or 1 throughout in `no_variance`,
    `laney` with fewer than three groups in `too_few`.

    >>> chart = p_chart([12, 15, 8, 40], [100, 120, 90, 110], baseline=3)
    >>> round(chart.value, 4), chart.outside
    (0.1129, (3,))
    >>> [round(limit, 3) for limit in chart.high]
    [0.208, 0.2, 0.213, 0.203]
    """
    method = "p_prime_chart" if laney else "p_chart"
    if len(successes) != len(sizes):
        raise InvalidInput("shape", f"{len(successes)} successes but {len(sizes)} sizes")
    if any(count < 0 for count in (*successes, *sizes)):
        raise InvalidInput("negative", "counts must not be negative")
    if any(hit > size for hit, size in zip(successes, sizes, strict=True)):
        raise InvalidInput("more_than_all", "more successes than answers in a group")
    if center is not None and not 0.0 <= center <= 1.0:
        raise InvalidInput("not_a_fraction", f"center must lie in [0, 1], got {center}")
    hits, groups = numbers(successes), numbers(sizes)
    if not are_squarable(hits, groups):
        return _no_chart(method, Reason.NOT_FINITE, len(sizes))
    filled = np.flatnonzero(groups > 0)
    first = filled[filled < baseline_length(baseline, len(sizes))]
    total = float(groups.sum())
    if filled.size == 0 or (first.size == 0 and center is None):
        return _no_chart(method, Reason.NO_DATA, len(sizes), total)
    mean = float(hits[first].sum() / groups[first].sum()) if center is None else center
    shares = hits[filled] / groups[filled]
    if mean in (0.0, 1.0):
        points = spread_over(shares.tolist(), filled.tolist(), len(sizes))
        return _no_chart(method, Reason.NO_VARIANCE, len(sizes), total, points=points, center=mean)
    errors = np.sqrt(mean * (1.0 - mean) / groups[filled])
    if laney:
        if first.size < 3:
            return _no_chart(method, Reason.TOO_FEW, len(sizes), total, center=mean)
        scores = (
            ((shares - mean) / errors)[: first.size] if center is None else (shares - mean) / errors
        )
        scale = moving_range_sigma(scores)
        if scale == 0.0:
            return _no_chart(method, Reason.NO_VARIANCE, len(sizes), total, center=mean)
        errors = errors * scale
    low, high = np.maximum(0.0, mean - sigmas * errors), np.minimum(1.0, mean + sigmas * errors)
    outside = filled[(shares < low) | (shares > high)]
    places = filled.tolist()
    return ControlChart(
        value=mean,
        low=spread_over(low.tolist(), places, len(sizes)),
        high=spread_over(high.tolist(), places, len(sizes)),
        points=spread_over(shares.tolist(), places, len(sizes)),
        sigma=spread_over(errors.tolist(), places, len(sizes)),
        outside=tuple(int(index) for index in outside),
        n=total,
        method=method,
    )


def xmr_chart(
    values: Sequence[float | None],
    *,
    center: float | None = None,
    baseline: int | None = None,
    sigmas: float = 3.0,
) -> ControlChart:
    """Return the chart of single values and their moving ranges: one number a week, nothing else needed.

    Formula: σ = mean moving range/1.128; limits x̄ ± 3σ (= x̄ ± 2.66 mR̄); ranges up to 3.267 mR̄.
    Source: Wheeler (1993), Understanding Variation; Montgomery (2020), §6.4.
    Shapes: `values` (n,), None for a gap. `baseline` counts the first points that set centre and σ.
    Units: those of the values.
    Errors: no values end in `no_data`, NaN in `not_finite`, fewer than two baseline values in `too_few`,
    a flat baseline in `no_variance`.

    >>> chart = xmr_chart([10, 12, 11, 9, 10, 12, 11, 30], baseline=7)
    >>> round(chart.value, 3), round(chart.high[0], 2), chart.outside
    (10.714, 14.7, (7,))
    """
    method = "xmr_chart"
    present, places = without_gaps(values)
    length = len(values)
    if present.size == 0:
        return _no_chart(method, Reason.NO_DATA, length)
    if not are_squarable(present, 0.0 if center is None else center):
        return _no_chart(method, Reason.NOT_FINITE, length)
    points = spread_over(present.tolist(), places, length)
    first = present[: sum(place < baseline_length(baseline, length) for place in places)]
    if first.size < 2:
        return _no_chart(method, Reason.TOO_FEW, length, present.size, points=points)
    sigma = moving_range_sigma(first)
    mean = float(first.mean()) if center is None else center
    if sigma == 0.0:
        return _no_chart(
            method, Reason.NO_VARIANCE, length, present.size, points=points, center=mean
        )
    low, high = mean - sigmas * sigma, mean + sigmas * sigma
    ranges = np.abs(np.diff(present))
    range_mean = sigma * D2_OF_TWO
    return ControlChart(
        value=mean,
        low=spread_over([low] * present.size, places, length),
        high=spread_over([high] * present.size, places, length),
        points=points,
        sigma=spread_over([sigma] * present.size, places, length),
        outside=tuple(
            place for place, value in zip(places, present, strict=True) if not low <= value <= high
        ),
        n=present.size,
        method=method,
        ranges=spread_over(ranges.tolist(), places[1:], length),
        range_mean=range_mean,
        range_limit=_RANGE_LIMIT * range_mean,
    )


def _no_chart(
    method: str,
    reason: Reason,
    length: int,
    n: float = 0,
    *,
    points: tuple[float | None, ...] | None = None,
    center: float | None = None,
) -> ControlChart:
    gaps: tuple[float | None, ...] = (None,) * length
    return ControlChart(
        center, gaps, gaps, gaps if points is None else points, gaps, (), n, method, reason
    )
