"""Medians, for times and amounts whose long tail would carry a mean away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from peakend.methods.estimate import Estimate, Reason, require_fraction, unknown


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
    ordered = np.sort(np.asarray(values, dtype=np.float64))
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


def _rank(n: int, tail: float) -> int:
    """The largest rank l with P(B < l) ≤ tail; 0 where even the smallest value is too likely."""
    rank = int(special.bdtrik(tail, n, 0.5)) if n > 1 else 0
    rank = max(0, min(rank, n // 2))
    while rank > 0 and special.bdtr(rank - 1, n, 0.5) > tail:
        rank -= 1
    while rank < n // 2 and special.bdtr(rank, n, 0.5) <= tail:
        rank += 1
    return rank
