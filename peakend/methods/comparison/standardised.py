"""Net scores over strata: held to one mix, compared within strata, set against the mean of many."""

from __future__ import annotations

import math
from collections.abc import Sequence

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import (
    Comparison,
    Estimate,
    Reason,
    all_finite,
    incomparable,
    plain_number,
    unknown,
)
from peakend.methods.quantiles import normal_p, z_value

Net = tuple[float, float, float]  # positives, neutrals, negatives
_ADDED = 3.0  # answers, as for a net score alone: a quarter for, a quarter against, half neither


def standardised_net(strata: Sequence[tuple[Net, float]], *, confidence: float = 0.95) -> Estimate:
    """Return the net score of several strata at a given mix of them.

    Formula: Σ wᵢ netᵢ/Σ wᵢ with netᵢ = (P − N)/n within stratum i; variance Σ wᵢ²Vᵢ/(Σ wᵢ)², Vᵢ that of
    the adjusted Wald interval, which adds three answers to each stratum; value ± z √variance, cut to [−1, 1].
    Source: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, ch. 19 (direct
    standardisation); Rocks (2016), The American Statistician 70, 365-372, for the added answers.
    Shapes: one ((positives, neutrals, negatives), weight) per stratum; empty strata are left out and
    their weight with them. Units: counts; weights of any scale; value and bounds lie in [−1, 1].
    Errors: `InvalidInput` for negative counts or weights; no answers end in `no_data`, weights that sum to
    nothing in `zero_weight`, NaN in `not_finite`.

    >>> score = standardised_net([((60, 20, 20), 1), ((10, 0, 30), 1)])
    >>> round(score.value, 3), round(score.low, 3), round(score.high, 3)
    (-0.05, -0.201, 0.101)
    """
    method = "standardised_net"
    if not all_finite(*(number for counts, weight in strata for number in (*counts, weight))):
        return unknown(method, Reason.NOT_FINITE, confidence=confidence)
    if any(number < 0 for counts, weight in strata for number in (*counts, weight)):
        raise InvalidInput("negative", "counts and weights must not be negative")
    heard = [(counts, weight) for counts, weight in strata if sum(counts) > 0]
    n = plain_number(sum(sum(counts) for counts, _ in heard))
    if not heard:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    weights = sum(weight for _, weight in heard)
    if weights <= 0 or not math.isfinite(weights):
        return unknown(method, Reason.ZERO_WEIGHT, n=n, confidence=confidence)
    shares = [(counts, weight / weights) for counts, weight in heard]
    value = sum(share * _net(counts) for counts, share in shares)
    error = math.sqrt(sum(share**2 * _variance(counts) for counts, share in shares))
    z = z_value(confidence)
    return Estimate(
        value=value,
        low=max(-1.0, value - z * error),
        high=min(1.0, value + z * error),
        n=n,
        method=method,
        standard_error=error,
        confidence=confidence,
    )


def stratified_net_difference(
    strata: Sequence[tuple[Net, Net]], *, confidence: float = 0.95
) -> Comparison:
    """Return the difference of two net scores (first minus second), compared within strata only.

    Formula: Σ wᵢdᵢ/Σ wᵢ with dᵢ the difference of net scores within stratum i and weights
    wᵢ = n₁ᵢn₂ᵢ/(n₁ᵢ + n₂ᵢ), as Mantel and Haenszel weigh; variance Σ wᵢ²(V₁ᵢ + V₂ᵢ)/(Σ wᵢ)², Vᵢ that of the
    adjusted Wald interval; difference ± z √variance, cut to [−2, 2].
    Source: Greenland and Robins (1985), Biometrics 41, 55-68; Rocks (2016), The American Statistician 70.
    Shapes: ((positives, neutrals, negatives) of the first, of the second) per stratum; a stratum that one
    side lacks is left out. Units: counts; value and bounds lie in [−2, 2].
    Errors: `InvalidInput` for negative counts; no common stratum ends in `no_data`, NaN in `not_finite`.

    >>> gap = stratified_net_difference([((50, 20, 30), (40, 20, 40)), ((9, 1, 10), (5, 5, 10))])
    >>> round(gap.value, 3), round(gap.p_value, 3)
    (0.2, 0.071)
    """
    method = "stratified_net_difference"
    if not all_finite(*(number for pair in strata for counts in pair for number in counts)):
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    if any(number < 0 for pair in strata for counts in pair for number in counts):
        raise InvalidInput("negative", "counts must not be negative")
    common = [pair for pair in strata if sum(pair[0]) > 0 and sum(pair[1]) > 0]
    if not common:
        return incomparable(method, Reason.NO_DATA, confidence=confidence)
    sizes = [(sum(first), sum(second)) for first, second in common]
    weights = [one / (one + two) * two for one, two in sizes]
    total = sum(weights)
    shares = [weight / total for weight in weights]
    value = sum(
        share * (_net(first) - _net(second))
        for share, (first, second) in zip(shares, common, strict=True)
    )
    error = math.sqrt(
        sum(
            share**2 * (_variance(first) + _variance(second))
            for share, (first, second) in zip(shares, common, strict=True)
        )
    )
    return _compared(value, error, sum(map(sum, sizes)), method, confidence, reach=2.0)


def equal_mean(estimates: Sequence[Estimate], *, confidence: float = 0.95) -> Estimate:
    """Return the mean of independent estimates in which each counts once, whatever its n.

    Formula: Σ xⱼ/k ± z √(Σ SEⱼ²)/k.
    Source: the variance of a sum of independent estimates; Cochran (1977), Sampling Techniques, §2.9.
    Shapes: one estimate per group. Units: those of the estimates.
    Errors: estimates without value or standard error are left out; none at all ends in `no_data`.

    >>> mean = equal_mean([standardised_net([((60, 20, 20), 1)]), standardised_net([((20, 20, 60), 1)])])
    >>> round(mean.value, 3), mean.n
    (0.0, 200)
    """
    known = _known(estimates)
    if not known:
        return unknown("equal_mean", Reason.NO_DATA, confidence=confidence)
    value = sum(value for value, _ in known) / len(known)
    error = math.hypot(*(error for _, error in known)) / len(known)
    margin = z_value(confidence) * error
    n = sum(one.n for one in estimates if one.value is not None and one.standard_error is not None)
    return Estimate(
        value,
        value - margin,
        value + margin,
        plain_number(n),
        "equal_mean",
        None,
        error,
        confidence,
    )


def difference_from_equal_mean(
    own: Estimate, others: Sequence[Estimate], *, confidence: float = 0.95
) -> Comparison:
    """Return how far one estimate lies from the mean of itself and independent others.

    Formula: x₀ − (x₀ + Σ xⱼ)/k with k = 1 + the number of others; the estimate is part of the mean, so its
    own error counts (1 − 1/k) times: error = √((1 − 1/k)² SE₀² + Σ SEⱼ²/k²).
    Source: the variance of a linear combination; Cochran (1977), Sampling Techniques, §2.9.
    Shapes: one estimate per group. Units: those of the estimates.
    Errors: others without value or standard error are left out; no other, or no value of one's own, ends in
    `no_data`.

    >>> nets = [standardised_net([(counts, 1)]) for counts in ((20, 20, 60), (60, 20, 20), (60, 20, 20))]
    >>> gap = difference_from_equal_mean(nets[0], nets[1:])
    >>> round(gap.value, 3), gap.excludes(0.0)
    (-0.533, True)
    """
    method = "difference_from_equal_mean"
    mine, known = _known([own]), _known(others)
    if not mine or not known:
        return incomparable(method, Reason.NO_DATA, confidence=confidence)
    k = 1 + len(known)
    value, error = mine[0]
    mean = (value + sum(other for other, _ in known)) / k
    spread = math.hypot((1 - 1 / k) * error, *(one / k for _, one in known))
    n = own.n + sum(one.n for one in others if one.value is not None)
    return _compared(value - mean, spread, n, method, confidence)


def _known(estimates: Sequence[Estimate]) -> list[tuple[float, float]]:
    return [
        (one.value, one.standard_error)
        for one in estimates
        if one.value is not None
        and one.standard_error is not None
        and all_finite(one.value, one.standard_error)
    ]


def _compared(
    value: float, error: float, n: float, method: str, confidence: float, reach: float = math.inf
) -> Comparison:
    margin = z_value(confidence) * error
    return Comparison(
        value=value,
        low=max(-reach, value - margin),
        high=min(reach, value + margin),
        n=plain_number(n),
        method=method,
        # Only counts beyond the digits of a float leave no error at all.
        reason=None if error > 0 else Reason.NO_VARIANCE,
        standard_error=error,
        confidence=confidence,
        statistic=value / error if error > 0 else None,
        p_value=normal_p(value / error) if error > 0 else None,
    )


def _net(counts: Net) -> float:
    return (counts[0] - counts[2]) / sum(counts)


def _variance(counts: Net) -> float:
    larger = sum(counts) + _ADDED
    positive, negative = (counts[0] + _ADDED / 4) / larger, (counts[2] + _ADDED / 4) / larger
    return max(0.0, (positive + negative - (positive - negative) ** 2) / larger)
