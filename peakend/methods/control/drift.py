"""Charts that remember: cumulative sums and exponentially weighted averages find small lasting shifts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.methods.arrays import are_squarable
from peakend.methods.control.series import (
    baseline_length,
    moving_range_sigma,
    spread_over,
    without_gaps,
)
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason


@dataclass(frozen=True, slots=True)
class CusumChart:
    """Upper and lower cumulative sums in the unit of the values; `value` is the target they start from.

    `signals` lists the positions where a sum exceeds `high`; `onsets` the position where each of these runs
    began, which estimates when the shift came.
    """

    value: float | None
    high: float | None
    upper: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    signals: tuple[int, ...]
    onsets: tuple[int, ...]
    sigma: float | None
    n: int
    method: str = "tabular_cusum"
    reason: Reason | None = None


def cusum(
    values: Sequence[float | None],
    *,
    target: float | None = None,
    sigma: float | None = None,
    slack: float = 0.5,
    threshold: float = 5.0,
    baseline: int | None = None,
) -> CusumChart:
    """Return the tabular CUSUM of a series.

    Formula: C⁺ᵢ = max(0, xᵢ − (μ₀ + kσ) + C⁺ᵢ₋₁), C⁻ᵢ = max(0, (μ₀ − kσ) − xᵢ + C⁻ᵢ₋₁); a signal where a
    sum exceeds hσ. k = ½, h = 5 find a shift of one σ in about ten points, and cry wolf once in 465.
    Source: Page (1954), Biometrika 41, 100-115; Montgomery (2020), §9.1.
    Shapes: `values` (n,), None for a gap. Units: those of the values; `slack` k and `threshold` h in σ.
    `target` and `sigma` default to the mean and the moving-range sigma of the first `baseline` points.
    Errors: `InvalidInput` for a negative slack or a threshold that is not positive; otherwise the reasons
    of `xmr_chart`.

    >>> chart = cusum([0.1, -0.2, 0.0, 1.6, 1.4, 1.7, 1.5, 1.6, 1.4], target=0.0, sigma=1.0)
    >>> chart.signals, chart.onsets
    ((7, 8), (3, 3))
    """
    if slack < 0 or threshold <= 0:
        raise InvalidInput("threshold", "slack must not be negative and threshold must be positive")
    present, places = without_gaps(values)
    start = _start(present, places, len(values), target, sigma, baseline)
    gaps: tuple[float | None, ...] = (None,) * len(values)
    if isinstance(start, Reason):
        return CusumChart(None, None, gaps, gaps, (), (), None, present.size, reason=start)
    mean, spread = start
    upper, lower, signals, onsets = [], [], [], []
    above = below = 0.0
    run_above = run_below = 0
    for index, value in enumerate(present.tolist()):
        above = max(0.0, value - (mean + slack * spread) + above)
        below = max(0.0, (mean - slack * spread) - value + below)
        run_above = run_above + 1 if above > 0 else 0
        run_below = run_below + 1 if below > 0 else 0
        upper.append(above)
        lower.append(below)
        if above > threshold * spread or below > threshold * spread:
            run = run_above if above >= below else run_below
            signals.append(places[index])
            onsets.append(places[index - run + 1])
    return CusumChart(
        value=mean,
        high=threshold * spread,
        upper=spread_over(upper, places, len(values)),
        lower=spread_over(lower, places, len(values)),
        signals=tuple(signals),
        onsets=tuple(onsets),
        sigma=spread,
        n=present.size,
    )


def cusum_run_length(shift: float = 0.0, *, slack: float = 0.5, threshold: float = 5.0) -> float:
    """Return how many points pass on average until a two-sided CUSUM signals.

    Formula: one side (e^(−2Δb) + 2Δb − 1)/(2Δ²), Δ = ±δ − k, b = h + 1.166 (b² where Δ = 0);
    1/ARL adds over the sides.
    Source: Siegmund (1985), Sequential Analysis; Montgomery (2020), eq. 9.6.
    Units: `shift` δ, `slack` k and `threshold` h in σ; the result counts points. With shift 0 it is the
    distance between false alarms.
    Shapes: single numbers.
    Errors: `InvalidInput` for a negative slack, a threshold that is not positive, or NaN; no signal comes before the
    first point, and from a shift far against the slack it may never come (inf).

    >>> round(cusum_run_length(), 1), round(cusum_run_length(1.0), 2)
    (469.1, 10.34)
    """
    if threshold <= 0 or slack < 0:
        raise InvalidInput("threshold", "slack must not be negative and threshold must be positive")
    if not are_squarable(shift, slack, threshold):
        raise InvalidInput("not_finite", "shift, slack and threshold must be numbers")
    rate = 0.0
    for side in (shift, -shift):
        drift, bound = side - slack, threshold + 1.166
        # Far below the reference the exponential exceeds any float: that side never signals.
        if -2.0 * drift * bound > 700.0:
            continue
        if abs(drift) < 1e-9:
            length = bound * bound
        else:
            # Near a drift of zero e^x − 1 would lose the digits that are left.
            length = (math.expm1(-2.0 * drift * bound) + 2.0 * drift * bound) / (2.0 * drift**2)
        rate += 1.0 / max(1.0, length)
    return max(1.0, 1.0 / rate) if rate > 0 else math.inf


@dataclass(frozen=True, slots=True)
class EwmaChart:
    """Exponentially weighted averages with their limits, which widen from the start; `value` is the target."""

    value: float | None
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    averages: tuple[float | None, ...]
    signals: tuple[int, ...]
    sigma: float | None
    n: int
    method: str = "ewma"
    reason: Reason | None = None


def ewma(
    values: Sequence[float | None],
    *,
    target: float | None = None,
    sigma: float | None = None,
    smoothing: float = 0.2,
    width: float = 3.0,
    baseline: int | None = None,
) -> EwmaChart:
    """Return the exponentially weighted moving average chart of a series.

    Formula: zᵢ = λxᵢ + (1−λ)zᵢ₋₁, z₀ = μ₀; limits μ₀ ± Lσ √(λ/(2−λ) · (1 − (1−λ)^2i)).
    Source: Roberts (1959), Technometrics 1, 239-250; Montgomery (2020), §9.2.
    Shapes: `values` (n,), None for a gap. Units: those of the values; `smoothing` λ in (0, 1], `width` L in σ.
    Errors: `InvalidInput` for λ outside (0, 1] or L not positive; otherwise the reasons of `xmr_chart`.

    >>> chart = ewma([0.1, -0.2, 0.0, 1.6, 1.4, 1.7], target=0.0, sigma=1.0)
    >>> round(chart.averages[-1], 4), chart.signals
    (0.759, ())
    """
    if not 0.0 < smoothing <= 1.0 or width <= 0:
        raise InvalidInput("smoothing", "smoothing must lie in (0, 1] and width be positive")
    present, places = without_gaps(values)
    start = _start(present, places, len(values), target, sigma, baseline)
    gaps: tuple[float | None, ...] = (None,) * len(values)
    if isinstance(start, Reason):
        return EwmaChart(None, gaps, gaps, gaps, (), None, present.size, reason=start)
    mean, spread = start
    averages, low, high, signals = [], [], [], []
    average = mean
    for index, value in enumerate(present.tolist()):
        average = smoothing * value + (1.0 - smoothing) * average
        growth = 1.0 - (1.0 - smoothing) ** (2 * (index + 1))
        margin = width * spread * math.sqrt(smoothing / (2.0 - smoothing) * growth)
        averages.append(average)
        low.append(mean - margin)
        high.append(mean + margin)
        if abs(average - mean) > margin:
            signals.append(places[index])
    length = len(values)
    return EwmaChart(
        value=mean,
        low=spread_over(low, places, length),
        high=spread_over(high, places, length),
        averages=spread_over(averages, places, length),
        signals=tuple(signals),
        sigma=spread,
        n=present.size,
    )


def _start(
    present: NDArray[np.float64],
    places: Sequence[int],
    length: int,
    target: float | None,
    sigma: float | None,
    baseline: int | None,
) -> tuple[float, float] | Reason:
    """Return the target and sigma a chart starts from, or why there are none."""
    if sigma is not None and sigma < 0:
        raise InvalidInput("negative", "sigma must not be negative")
    if present.size == 0:
        return Reason.NO_DATA
    given = [number for number in (target, sigma) if number is not None]
    if not are_squarable(present, given):
        return Reason.NOT_FINITE
    first = present[: sum(place < baseline_length(baseline, length) for place in places)]
    if first.size < (2 if sigma is None else 1) and (target is None or sigma is None):
        return Reason.TOO_FEW
    mean = float(first.mean()) if target is None else float(target)
    spread = moving_range_sigma(first) if sigma is None else float(sigma)
    return (mean, spread) if spread > 0 else Reason.NO_VARIANCE
