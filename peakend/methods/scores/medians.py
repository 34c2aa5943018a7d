"""Medians, for times and amounts whose long tail would carry a mean away."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from peakend.methods.arrays import numbers
from peakend.methods.estimate import Estimate, Reason, require_fraction, unknown
from peakend.methods.quantiles import z_value

_LEAST = 4  # values of a side, below which its order statistics have no spread to tell


def median_score(
    values: Sequence[float] | NDArray[np.float64], *, confidence: float = 0.95
) -> Estimate:
    """Return the median with an interval that holds whatever the distribution.

    Formula: the order statistics x₍ₗ₎ and x₍ₙ₊₁₋ₗ₎, with l the largest rank for which
    P(B < l) ≤ (1 − confidence)/2, B binomial with n trials at one half.
    Source: Conover (1999), Practical Nonparametric Statistics, 3rd ed., §3.2; Hahn and Meeker (1991),
    Statistical Intervals, §5.2. Coverage is at least what is asked for.
    Shapes: `values` (n,). Units: value and bounds in the unit of the values.
    Errors: `InvalidInput` for a confidence outside (0, 1); no value ends in `no_data`, NaN or infinity in
    `not_finite`; too few values for an interval (fewer than six at 95%) give the median with `too_few`.

    >>> waits = median_score([12, 15, 20, 22, 30, 41, 60, 95, 240, 900])
    >>> waits.value, waits.low, waits.high, waits.n
    (35.5, 15.0, 240.0, 10)
    >>> median_score([3, 5]).reason.value
    'too_few'
    """
    method = "median"
    require_fraction(confidence=confidence)
    ordered = np.sort(numbers(values))
    n = int(ordered.size)
    if n == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    if not bool(np.isfinite(ordered).all()):
        return unknown(method, Reason.NOT_FINITE, n=n, confidence=confidence)
    # Halves are added, so that the middle of two large numbers stays finite.
    value = float(ordered[(n - 1) // 2] / 2 + ordered[n // 2] / 2)
    rank = _rank(n, (1.0 - confidence) / 2.0)
    if rank < 1:
        return Estimate(value, None, None, n, method, Reason.TOO_FEW, None, confidence)
    low, high = float(ordered[rank - 1]), float(ordered[n - rank])
    return Estimate(value, low, high, n, method, None, None, confidence)


def median_difference(
    first: Sequence[float] | NDArray[np.float64],
    second: Sequence[float] | NDArray[np.float64],
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Return the difference of two independent medians (first minus second), whatever the distributions.

    Formula: d ± z √(SE₁² + SE₂²), SEⱼ = (x₍ₙ₊₁₋c₎ − x₍c₎)/(2zⱼ) with c = (n + 1)/2 − √n rounded (at least 1)
    and zⱼ the normal quantile of 1 − P(B < c), B binomial with n trials at one half.
    Source: Price and Bonett (2002), Journal of Statistical Computation and Simulation 72, 119-124.
    Shapes: (n₁,) and (n₂,). Units: those of the values.
    Errors: `InvalidInput` for a confidence outside (0, 1); an empty side ends in `no_data`, NaN or infinity
    in `not_finite`; a side of fewer than four leaves the bare difference with `too_few`; values that are
    equal around both medians leave it with `no_variance`.

    >>> before, after = [32, 39, 26, 35, 43, 27, 40, 37, 34, 29], [36, 44, 47, 42, 49, 39, 46, 31, 33, 48]
    >>> change = median_difference(before, after)
    >>> change.value, round(change.standard_error, 3), round(change.low, 2), round(change.high, 2)
    (-8.5, 4.316, -16.96, -0.04)
    """
    method = "price_bonett"
    require_fraction(confidence=confidence)
    sides = [np.sort(numbers(side)) for side in (first, second)]
    n = int(sum(side.size for side in sides))
    if any(side.size == 0 for side in sides):
        return unknown(method, Reason.NO_DATA, n=n, confidence=confidence)
    if not all(bool(np.isfinite(side).all()) for side in sides):
        return unknown(method, Reason.NOT_FINITE, n=n, confidence=confidence)
    medians = [float(side[(side.size - 1) // 2] / 2 + side[side.size // 2] / 2) for side in sides]
    value = medians[0] - medians[1]
    if any(side.size < _LEAST for side in sides):
        return Estimate(value, None, None, n, method, Reason.TOO_FEW, None, confidence)
    error = math.hypot(*(_standard_error(side) for side in sides))
    if error == 0.0:
        return Estimate(value, None, None, n, method, Reason.NO_VARIANCE, None, confidence)
    margin = z_value(confidence) * error
    return Estimate(value, value - margin, value + margin, n, method, None, error, confidence)


def _standard_error(ordered: NDArray[np.float64]) -> float:
    n = int(ordered.size)
    rank = max(1, round((n + 1) / 2 - math.sqrt(n)))
    z = float(special.ndtri(1.0 - special.bdtr(rank - 1, n, 0.5)))
    # Halves are taken first, so that the span of two large numbers stays finite.
    return float(ordered[n - rank] / 2 - ordered[rank - 1] / 2) / z


def _rank(n: int, tail: float) -> int:
    """The largest rank l with P(B < l) ≤ tail; 0 where even the smallest value is too likely."""
    rank = int(special.bdtrik(tail, n, 0.5)) if n > 1 else 0
    rank = max(0, min(rank, n // 2))
    while rank > 0 and special.bdtr(rank - 1, n, 0.5) > tail:
        rank -= 1
    while rank < n // 2 and special.bdtr(rank, n, 0.5) <= tail:
        rank += 1
    return rank
