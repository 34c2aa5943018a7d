"""Differences of shares and means that hold the mix of strata still."""

from __future__ import annotations

import math
from collections.abc import Sequence

from peakend.methods.comparison.means import student_comparison
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import (
    Comparison,
    Reason,
    all_finite,
    incomparable,
    plain_number,
)
from peakend.methods.moments import Moments
from peakend.methods.quantiles import normal_p, z_value

Stratum = tuple[float, float, float, float]


def stratified_difference(strata: Sequence[Stratum], *, confidence: float = 0.95) -> Comparison:
    """Return the difference of two shares (first minus second), compared within strata only.

    Formula: δ = Σ wᵢdᵢ/Σ wᵢ with dᵢ the difference within stratum i and Mantel-Haenszel weights
    wᵢ = n₁ᵢn₂ᵢ/(n₁ᵢ + n₂ᵢ); variance Σ wᵢ²(p₁q₁/n₁ + p₂q₂/n₂)/(Σ wᵢ)², each share with half a
    success and half a failure added, so that an empty or full stratum is not taken for certain;
    δ ± z √variance, cut to [−1, 1].
    Source: Greenland and Robins (1985), Biometrics 41, 55-68; Agresti and Caffo (2000), The American
    Statistician 54, 280-288, for the added answers.
    Shapes: one (successes, n, successes, n) per stratum; a stratum that one side lacks says nothing about
    the difference and is left out. Units: counts; value and bounds are shares in [−1, 1].
    Errors: `InvalidInput` for negative counts or more successes than answers; no common stratum ends in
    `no_data`, NaN in `not_finite`.

    >>> change = stratified_difference([(30, 100, 20, 100), (80, 100, 70, 100)])
    >>> round(change.value, 3), round(change.p_value, 4)
    (0.1, 0.0199)
    """
    method = "mantel_haenszel_difference"
    z = z_value(confidence)
    if not all_finite(*(number for stratum in strata for number in stratum)):
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    for first, n_first, second, n_second in strata:
        if min(first, n_first, second, n_second) < 0:
            raise InvalidInput("negative", "counts must not be negative")
        if first > n_first or second > n_second:
            raise InvalidInput("more_than_all", "more successes than answers")
    common = [stratum for stratum in strata if stratum[1] > 0 and stratum[3] > 0]
    if not common:
        return incomparable(method, Reason.NO_DATA, confidence=confidence)
    weighted = weights = squares = 0.0
    for first, n_first, second, n_second in common:
        weight = n_first * n_second / (n_first + n_second)
        weights += weight
        weighted += weight * (first / n_first - second / n_second)
        squares += weight**2 * (_variance(first, n_first) + _variance(second, n_second))
    value, error = weighted / weights, math.sqrt(squares) / weights
    statistic = value / error
    return Comparison(
        value=value,
        low=max(-1.0, value - z * error),
        high=min(1.0, value + z * error),
        n=plain_number(sum(stratum[1] + stratum[3] for stratum in common)),
        method=method,
        standard_error=error,
        confidence=confidence,
        statistic=statistic,
        p_value=normal_p(statistic),
    )


def _variance(successes: float, n: float) -> float:
    share = (successes + 0.5) / (n + 1.0)
    return share * (1.0 - share) / (n + 1.0)


def stratified_mean_difference(
    strata: Sequence[tuple[Moments, Moments]], *, confidence: float = 0.95
) -> Comparison:
    """Return the difference of two means (first minus second), compared within strata only.

    Formula: δ = Σ wᵢ(x̄₁ᵢ − x̄₂ᵢ)/Σ wᵢ with wᵢ = n₁ᵢn₂ᵢ/(n₁ᵢ + n₂ᵢ), which is the least-squares effect of
    the group in the model group + stratum; δ ± t(N − 2k) s/√Σ wᵢ, s² the variance pooled within the 2k cells.
    Source: Yates (1934), Journal of the American Statistical Association 29, 51-66 (unequal numbers in the
    cells of two factors); pooling keeps small groups honest, whose own variance says little.
    Shapes: (moments of the first, of the second) per stratum, without weights; a stratum that one side
    lacks says nothing about the difference and is left out. Units: those of the values.
    Errors: no common stratum ends in `no_data`, NaN in `not_finite`; one value a cell leaves the bare
    difference with `too_few`, no variance within the cells with `no_variance`.

    >>> calm = (Moments.from_values([2, 3, 4]), Moments.from_values([1, 2, 3]))
    >>> angry = (Moments.from_values([7, 9]), Moments.from_values([5, 6, 7, 6]))
    >>> result = stratified_mean_difference([calm, angry])
    >>> round(result.value, 3), result.degrees_of_freedom, round(result.p_value, 4)
    (1.471, 8, 0.0384)
    """
    method = "stratified_mean_difference"
    if not all(first.finite and second.finite for first, second in strata):
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    common = [pair for pair in strata if pair[0].n > 0 and pair[1].n > 0]
    if not common:
        return incomparable(method, Reason.NO_DATA, confidence=confidence)
    weighted = weights = within = 0.0
    for first, second in common:
        weight = first.n * second.n / (first.n + second.n)
        weights += weight
        weighted += weight * (first.total / first.n - second.total / second.n)
        within += _within(first) + _within(second)
    n = plain_number(sum(first.n + second.n for first, second in common))
    value, freedom = weighted / weights, n - 2 * len(common)
    if freedom < 1 or within <= 0.0:
        reason = Reason.TOO_FEW if freedom < 1 else Reason.NO_VARIANCE
        return incomparable(method, reason, n=n, confidence=confidence, value=value)
    error = math.sqrt(within / freedom / weights)
    return student_comparison(method, value, error, freedom, n=n, confidence=confidence)


def _within(values: Moments) -> float:
    """The sum of squares about the mean."""
    return max(0.0, values.squares - values.total**2 / values.n)
