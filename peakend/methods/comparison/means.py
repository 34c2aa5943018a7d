"""Differences of means: independent (Welch) and paired."""

from __future__ import annotations

import math

from peakend.methods.estimate import Comparison, Reason, incomparable
from peakend.methods.moments import Moments
from peakend.methods.quantiles import student_p, t_value


def welch(first: Moments, second: Moments, *, confidence: float = 0.95) -> Comparison:
    """Return the difference of two independent means (first minus second) by Welch's t.

    Formula: t = (x̄₁ − x̄₂)/√(s₁²/n₁ + s₂²/n₂), degrees of freedom by Welch and Satterthwaite,
    (a + b)²/(a²/(n₁−1) + b²/(n₂−1)) with a = s₁²/n₁, b = s₂²/n₂. Weighted sets count with their effective n.
    Source: Welch (1947), Biometrika 34, 28-35.
    Units: value, bounds and standard error in the unit of the scores.
    Shapes: the moments of each side.
    Errors: an empty side ends in `no_data`, NaN in `not_finite`; a side with one answer leaves the bare
    difference with `too_few`; no variance on both sides leaves it with `no_variance`.

    >>> result = welch(Moments.from_values([5, 4, 4, 5]), Moments.from_values([3, 4, 2, 3]))
    >>> round(result.statistic, 3), round(result.degrees_of_freedom, 2), round(result.p_value, 4)
    (3.0, 5.4, 0.0273)
    """
    method = "welch_t"
    n = first.n + second.n
    if not (first.finite and second.finite):
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    if first.n == 0 or second.n == 0:
        return incomparable(method, Reason.NO_DATA, n=n, confidence=confidence)
    if first.mean is None or second.mean is None:
        return incomparable(method, Reason.ZERO_WEIGHT, n=n, confidence=confidence)
    difference = first.mean - second.mean
    if first.variance is None or second.variance is None:
        return incomparable(method, Reason.TOO_FEW, n=n, confidence=confidence, value=difference)
    part1 = first.variance / first.effective_n
    part2 = second.variance / second.effective_n
    if part1 + part2 == 0.0:
        return incomparable(
            method, Reason.NO_VARIANCE, n=n, confidence=confidence, value=difference
        )
    # As shares of the whole, so that variances near the smallest float do not underflow when squared.
    share1, share2 = part1 / (part1 + part2), part2 / (part1 + part2)
    freedom = 1.0 / (share1**2 / (first.effective_n - 1.0) + share2**2 / (second.effective_n - 1.0))
    return student_comparison(
        method,
        difference,
        math.sqrt(part1 + part2),
        freedom,
        n=n,
        confidence=confidence,
    )


def paired_t(differences: Moments, *, confidence: float = 0.95) -> Comparison:
    """Return the mean of paired differences with Student's t: the same customers, twice.

    Formula: d̄ ± t(n − 1) s_d/√n. Source: Student (1908), Biometrika 6, 1-25.
    Units: `differences` are the moments of second minus first (or the other way), one per pair.
    Shapes: the moments of one set of differences.
    Errors: no pairs end in `no_data`; one pair keeps its difference with `too_few`; equal differences keep
    theirs with `no_variance`.

    >>> change = paired_t(Moments.from_values([1, 0, 2, 1, 1, 0]))
    >>> round(change.value, 3), round(change.statistic, 3), round(change.p_value, 4)
    (0.833, 2.712, 0.0422)
    """
    method = "paired_t"
    n = differences.n
    if not differences.finite:
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    if n == 0:
        return incomparable(method, Reason.NO_DATA, confidence=confidence)
    mean, variance = differences.mean, differences.variance
    if mean is None:
        return incomparable(method, Reason.ZERO_WEIGHT, n=n, confidence=confidence)
    if variance is None:
        return incomparable(method, Reason.TOO_FEW, n=n, confidence=confidence, value=mean)
    if variance == 0.0:
        return incomparable(method, Reason.NO_VARIANCE, n=n, confidence=confidence, value=mean)
    size = differences.effective_n
    return student_comparison(
        method, mean, math.sqrt(variance / size), size - 1.0, n=n, confidence=confidence
    )


def cohen_d(first: Moments, second: Moments) -> float | None:
    """Return the standardised difference of two means, or None without pooled variance.

    Formula: (x̄₁ − x̄₂)/s_pooled. Source: Cohen (1988), Statistical Power Analysis, ch. 2.
    Shapes: the moments of each side. Units: standard deviations. Errors: none of its own.

    >>> round(cohen_d(Moments.from_values([5, 4, 4, 5]), Moments.from_values([3, 4, 2, 3])), 3)
    2.121
    """
    if (
        first.mean is None
        or second.mean is None
        or first.variance is None
        or second.variance is None
    ):
        return None
    freedom1, freedom2 = first.effective_n - 1.0, second.effective_n - 1.0
    pooled = (freedom1 * first.variance + freedom2 * second.variance) / (freedom1 + freedom2)
    return (first.mean - second.mean) / math.sqrt(pooled) if pooled > 0 else None


def student_comparison(
    method: str,
    value: float,
    error: float,
    freedom: float,
    *,
    n: float,
    confidence: float,
) -> Comparison:
    """Return a comparison of a value against zero with a Student reference distribution."""
    margin = t_value(confidence, freedom) * error
    return Comparison(
        value=value,
        low=value - margin,
        high=value + margin,
        n=n,
        method=method,
        standard_error=error,
        confidence=confidence,
        statistic=value / error,
        degrees_of_freedom=freedom,
        p_value=student_p(value / error, freedom),
    )
