"""Shares of answers and their differences, each with its interval."""

from __future__ import annotations

import math

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import (
    Estimate,
    Reason,
    all_finite,
    plain_number,
    require_not_negative,
    unknown,
)
from peakend.methods.intervals import newcombe_bounds, wilson_bounds
from peakend.methods.quantiles import z_value


def top_box(
    successes: float,
    n: float,
    *,
    confidence: float = 0.95,
    effective_n: float | None = None,
) -> Estimate:
    """Return a share of answers in the top box (or any share) with Wilson's interval.

    Formula: p = successes/n; (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    Source: Wilson (1927), JASA 22, 209-212; Newcombe (1998), Statistics in Medicine 17, 857-872.
    Units: counts (or sums of weights, with their `effective_n`); value and bounds lie in [0, 1].
    Shapes: single numbers.
    Errors: `InvalidInput` for negative counts or more successes than answers; n = 0 ends in `no_data`.

    >>> share = top_box(81, 263)
    >>> round(share.value, 4), round(share.low, 4), round(share.high, 4)
    (0.308, 0.2553, 0.3662)
    """
    method = "wilson"
    require_not_negative(successes=successes, n=n)
    if not all_finite(successes, n):
        return unknown(method, Reason.NOT_FINITE, confidence=confidence)
    if successes > n * (1.0 + 1e-12):
        raise InvalidInput("more_than_all", f"{successes} successes among {n} answers")
    if n == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    base = interval_base(n, effective_n)
    if isinstance(base, Reason):
        return unknown(method, base, n=plain_number(n), confidence=confidence)
    share = min(1.0, float(successes / n))
    low, high = wilson_bounds(share, base, z_value(confidence))
    error = math.sqrt(share * (1.0 - share) / base)
    return Estimate(share, low, high, plain_number(n), method, None, error, confidence)


def proportion_difference(
    successes_first: float,
    n_first: float,
    successes_second: float,
    n_second: float,
    *,
    confidence: float = 0.95,
    effective_n: tuple[float, float] | None = None,
) -> Estimate:
    """Return the difference of two independent shares (first minus second) with Newcombe's interval.

    Formula: d ± the root of the squared distances of both Wilson bounds, see `newcombe_bounds`.
    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    Units: counts; the value lies in [−1, 1]. For a test see `comparison.two_proportions`.
    Shapes: single numbers.
    Errors: as `top_box`; a side without answers ends in `no_data`.

    >>> gap = proportion_difference(56, 70, 48, 80)
    >>> round(gap.value, 4), round(gap.low, 4), round(gap.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    sizes = effective_n or (None, None)
    one = top_box(successes_first, n_first, confidence=confidence, effective_n=sizes[0])
    two = top_box(successes_second, n_second, confidence=confidence, effective_n=sizes[1])
    method = "newcombe"
    n = one.n + two.n
    if one.value is None or one.low is None or one.high is None or one.standard_error is None:
        return unknown(method, one.reason or Reason.NO_DATA, n=n, confidence=confidence)
    if two.value is None or two.low is None or two.high is None or two.standard_error is None:
        return unknown(method, two.reason or Reason.NO_DATA, n=n, confidence=confidence)
    low, high = newcombe_bounds((one.value, one.low, one.high), (two.value, two.low, two.high))
    error = math.hypot(one.standard_error, two.standard_error)
    return Estimate(one.value - two.value, low, high, n, method, None, error, confidence)


def interval_base(n: float, effective_n: float | None) -> float | Reason:
    """Return the number of answers an interval rests on, or why it has none."""
    if effective_n is None:
        return float(n)
    require_not_negative(effective_n=effective_n)
    if not math.isfinite(effective_n):
        return Reason.NOT_FINITE
    return float(effective_n) if effective_n > 0 else Reason.ZERO_WEIGHT
