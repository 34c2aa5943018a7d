"""Events per occasion: complaints per visit, errors per page, where one occasion may bring several."""

from __future__ import annotations

import math

from scipy import special

from peakend.methods.estimate import (
    Estimate,
    Reason,
    all_finite,
    plain_number,
    require_fraction,
    require_not_negative,
    unknown,
)
from peakend.methods.intervals import newcombe_bounds


def event_rate(events: float, occasions: float, *, confidence: float = 0.95) -> Estimate:
    """Return events per occasion with the exact Poisson interval.

    Formula: r = k/t; low = χ²(α/2; 2k)/2t, high = χ²(1 − α/2; 2k + 2)/2t.
    Source: Garwood (1936), Biometrika 28, 437-442.
    Units: `events` counts, `occasions` the exposure they come from (visits, days, thousand orders); the value is
    events per occasion and may exceed 1. `n` counts occasions.
    Shapes: single numbers.
    Errors: `InvalidInput` for negative counts; no occasions end in `no_data`, NaN in `not_finite`.

    >>> rate = event_rate(10, 1000)
    >>> rate.value, round(rate.low, 6), round(rate.high, 6)
    (0.01, 0.004795, 0.01839)
    """
    require_fraction(confidence=confidence)
    require_not_negative(events=events, occasions=occasions)
    method = "poisson_exact"
    if not all_finite(events, occasions):
        return unknown(method, Reason.NOT_FINITE, confidence=confidence)
    if occasions == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    tail = (1.0 - confidence) / 2.0
    # The chi-squared quantile of 2a degrees of freedom is twice the gamma quantile of shape a.
    low = float(special.gammaincinv(events, tail)) if events > 0 else 0.0
    high = float(special.gammaincinv(events + 1.0, 1.0 - tail))
    value = events / occasions
    if not all_finite(value, high / occasions):
        return unknown(method, Reason.NOT_FINITE, n=plain_number(occasions), confidence=confidence)
    return Estimate(
        value=float(value),
        low=min(value, low / occasions),
        high=max(value, high / occasions),
        n=plain_number(occasions),
        method=method,
        standard_error=math.sqrt(events) / occasions,
        confidence=confidence,
    )


def rate_difference(
    first: tuple[float, float], second: tuple[float, float], *, confidence: float = 0.95
) -> Estimate:
    """Return the difference of two independent rates (first minus second).

    Formula: d − √((r₁−l₁)² + (u₂−r₂)²) to d + √((u₁−r₁)² + (r₂−l₂)²), from the exact interval of each.
    Source: Zou and Donner (2008), Statistics in Medicine 27, 1693-1702; Garwood (1936).
    Units: (events, occasions) of each side; the value is events per occasion.
    Shapes: a pair of numbers for each side.
    Errors: as `event_rate`; a side without occasions ends in `no_data`.

    >>> gap = rate_difference((60, 1000), (30, 1000))
    >>> round(gap.value, 3), round(gap.low, 4), round(gap.high, 4)
    (0.03, 0.0109, 0.0498)
    """
    one = event_rate(*first, confidence=confidence)
    two = event_rate(*second, confidence=confidence)
    method, n = "rate_difference_mover", one.n + two.n
    if one.value is None or one.low is None or one.high is None or one.standard_error is None:
        return unknown(method, one.reason or Reason.NO_DATA, n=n, confidence=confidence)
    if two.value is None or two.low is None or two.high is None or two.standard_error is None:
        return unknown(method, two.reason or Reason.NO_DATA, n=n, confidence=confidence)
    low, high = newcombe_bounds((one.value, one.low, one.high), (two.value, two.low, two.high))
    error = math.hypot(one.standard_error, two.standard_error)
    return Estimate(one.value - two.value, low, high, n, method, None, error, confidence)
