"""Differences of shares: independent groups, the same people twice, and many groups at once."""

from __future__ import annotations

import math

from scipy import special

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import (
    Comparison,
    Reason,
    all_finite,
    incomparable,
    plain_number,
    require_not_negative,
)
from peakend.methods.intervals import newcombe_bounds, wilson_bounds
from peakend.methods.quantiles import chi_square_p, normal_p, z_value


def two_proportions(
    successes_first: float,
    n_first: float,
    successes_second: float,
    n_second: float,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Return the difference of two independent shares (first minus second): Newcombe interval, pooled z test.

    Formula: z = (p₁ − p₂)/√(p(1−p)(1/n₁ + 1/n₂)), p pooled; interval by Newcombe's method 10.
    Source: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, §3;
    Newcombe (1998), Statistics in Medicine 17, 873-890.
    Units: counts; value and bounds are shares in [−1, 1]. `standard_error` is the pooled one of the test.
    Shapes: single numbers.
    Errors: `InvalidInput` for negative counts or more successes than answers; an empty side ends in
    `no_data`, NaN in `not_finite`; where all or none succeed on both sides there is an interval but no test
    (`no_variance`).

    >>> change = two_proportions(56, 70, 48, 80)
    >>> round(change.statistic, 3), round(change.p_value, 4), round(change.low, 4)
    (2.65, 0.008, 0.0524)
    """
    method = "two_proportions_z"
    z = z_value(confidence)
    require_not_negative(
        successes_first=successes_first,
        n_first=n_first,
        successes_second=successes_second,
        n_second=n_second,
    )
    if not all_finite(successes_first, n_first, successes_second, n_second):
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    if successes_first > n_first or successes_second > n_second:
        raise InvalidInput("more_than_all", "more successes than answers")
    n = plain_number(n_first + n_second)
    if n_first == 0 or n_second == 0:
        return incomparable(method, Reason.NO_DATA, n=n, confidence=confidence)
    first, second = float(successes_first / n_first), float(successes_second / n_second)
    low, high = newcombe_bounds(
        (first, *wilson_bounds(first, n_first, z)), (second, *wilson_bounds(second, n_second, z))
    )
    pooled = (successes_first + successes_second) / n
    error = math.sqrt(pooled * (1.0 - pooled) * (1.0 / n_first + 1.0 / n_second))
    if error == 0.0:
        return Comparison(0.0, low, high, n, method, Reason.NO_VARIANCE, None, confidence)
    statistic = (first - second) / error
    return Comparison(
        value=first - second,
        low=low,
        high=high,
        n=n,
        method=method,
        standard_error=error,
        confidence=confidence,
        statistic=statistic,
        p_value=normal_p(statistic),
    )


def mcnemar(
    gained: float, lost: float, kept: float, never: float, *, confidence: float = 0.95
) -> Comparison:
    """Return the change of a share among the same people asked twice: exact test, Wald interval with added pairs.

    Formula: value = (gained − lost)/n; the p-value is the two-sided exact binomial of the smaller of gained and
    lost out of their sum at ½; interval of Bonett and Price: (gained + 1, lost + 1)/(n + 2), Wald.
    Source: McNemar (1947), Psychometrika 12, 153-157; Bonett and Price (2012), Journal of Educational and
    Behavioral Statistics 37, 479-488.
    Units: counts of people who turned to yes, turned to no, stayed yes, stayed no; value a share in [−1, 1].
    Shapes: single numbers.
    Errors: `InvalidInput` for negative counts; no people end in `no_data`, NaN in `not_finite`; where nobody
    changed there is an interval but no test (`no_differences`).

    >>> change = mcnemar(gained=25, lost=10, kept=40, never=25)
    >>> change.value, round(change.p_value, 4), round(change.low, 3)
    (0.15, 0.0167, 0.034)
    """
    method = "mcnemar_exact"
    z = z_value(confidence)
    require_not_negative(gained=gained, lost=lost, kept=kept, never=never)
    if not all_finite(gained, lost, kept, never):
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    n = plain_number(gained + lost + kept + never)
    if n == 0:
        return incomparable(method, Reason.NO_DATA, confidence=confidence)
    if not math.isfinite(n):
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    value = float((gained - lost) / n)
    up, down = (gained + 1.0) / (n + 2.0), (lost + 1.0) / (n + 2.0)
    error = math.sqrt((up + down - (up - down) ** 2) / (n + 2.0))
    low = max(-1.0, min(value, up - down - z * error))
    high = min(1.0, max(value, up - down + z * error))
    changed = gained + lost
    if changed == 0:
        return Comparison(value, low, high, n, method, Reason.NO_DIFFERENCES, error, confidence)
    if changed < 1e6:
        smaller = math.floor(min(gained, lost))
        p_value = min(1.0, 2.0 * float(special.bdtr(smaller, round(changed), 0.5)))
    else:  # the binomial is a normal to all digits shown
        p_value = normal_p(max(0.0, abs(gained - lost) - 1.0) / math.sqrt(changed))
    return Comparison(
        value=value,
        low=low,
        high=high,
        n=n,
        method=method,
        standard_error=error,
        confidence=confidence,
        statistic=float(gained),
        p_value=p_value,
    )


def cochran_q(table: list[list[int]]) -> Comparison:
    """Return Cochran's Q: do the same people say yes equally often to three or more things.

    Formula: Q = (k−1)(k ΣCⱼ² − T²)/(k T − ΣRᵢ²), chi-square with k−1 degrees of freedom; the value is the
    largest minus the smallest share. Source: Cochran (1950), Biometrika 37, 256-266.
    Shapes: `table` (people, k) of 0 and 1. Units: value is a share.
    Errors: `InvalidInput` for ragged rows, fewer than two columns or entries other than 0 and 1; no people end
    in `no_data`; where everybody answers all alike there is no test (`no_differences`).

    >>> result = cochran_q([[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 0]])
    >>> round(result.statistic, 2), round(result.p_value, 4)
    (6.0, 0.0498)
    """
    method = "cochran_q"
    if not table:
        return incomparable(method, Reason.NO_DATA)
    columns = len(table[0])
    if columns < 2 or any(len(row) != columns for row in table):
        raise InvalidInput("shape", "the table needs two or more columns, the same in every row")
    if any(cell not in (0, 1) for row in table for cell in row):
        raise InvalidInput("not_binary", "the table holds 0 and 1 only")
    sums = [sum(row[column] for row in table) for column in range(columns)]
    total = sum(sums)
    value = (max(sums) - min(sums)) / len(table)
    spread = columns * total - sum(sum(row) ** 2 for row in table)
    if spread == 0:
        return incomparable(method, Reason.NO_DIFFERENCES, n=len(table), value=value)
    statistic = (columns - 1) * (columns * sum(each**2 for each in sums) - total**2) / spread
    return Comparison(
        value=value,
        low=None,
        high=None,
        n=len(table),
        method=method,
        statistic=statistic,
        degrees_of_freedom=columns - 1,
        p_value=chi_square_p(statistic, columns - 1),
    )
