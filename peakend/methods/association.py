"""What goes with what: words with groups, answers with answers, ranks with ranks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peakend.methods.arrays import are_squarable, numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import (
    Comparison,
    Estimate,
    Reason,
    all_finite,
    incomparable,
    plain_number,
    require_not_negative,
    unknown,
)
from peakend.methods.quantiles import chi_square_p, normal_p, student_p, z_value

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LogOdds:
    """Per word: `value` the log odds ratio first against second, its bounds and its z; arrays of shape (v,)."""

    value: Matrix | None
    low: Matrix | None
    high: Matrix | None
    z: Matrix | None
    n: float
    method: str = "log_odds_dirichlet"
    reason: Reason | None = None
    confidence: float = 0.95


def log_odds(
    first: ArrayLike,
    second: ArrayLike,
    *,
    background: ArrayLike | None = None,
    prior_total: float | None = None,
    confidence: float = 0.95,
) -> LogOdds:
    """Return which words one group uses more than another, steadied by a prior: keyness that rare words do not win.

    Formula: δ_w = ln((a_w + α_w)/(A + α₀ − a_w − α_w)) − ln((b_w + α_w)/(B + α₀ − b_w − α_w)), variance
    1/(a_w + α_w) + 1/(b_w + α_w), z = δ/√variance; α_w = α₀ × the word's share of the background.
    Source: Monroe, Colaresi and Quinn (2008), 'Fightin' Words', Political Analysis 16, 372-403.
    Shapes: `first`, `second` (v,) counts of each word; `background` (v,) counts or shares, by default both groups
    together; `prior_total` α₀, by default v: one pseudo-count a word.
    Units: natural log odds; positive where the first group uses the word more.
    Errors: `InvalidInput` for shapes that differ, negative counts, a background without weight or a prior that is
    not positive; no words or no counts on a side end in `no_data`, NaN in `not_finite`.

    >>> found = log_odds([30, 5, 65], [10, 6, 84])
    >>> found.value.round(2).tolist(), found.z.round(2).tolist()
    ([1.3, -0.19, -1.01], [3.66, -0.31, -6.19])
    """
    z = z_value(confidence)
    one, two = numbers(first).ravel(), numbers(second).ravel()
    if one.shape != two.shape:
        raise InvalidInput("shape", f"{one.size} words against {two.size}")
    if bool((one < 0).any() or (two < 0).any()):
        raise InvalidInput("negative", "counts must not be negative")
    if not are_squarable(one, two):
        return LogOdds(None, None, None, None, 0, reason=Reason.NOT_FINITE, confidence=confidence)
    n = float(one.sum() + two.sum())
    if one.size == 0 or one.sum() == 0 or two.sum() == 0:
        return LogOdds(None, None, None, None, n, reason=Reason.NO_DATA, confidence=confidence)
    ground = one + two if background is None else numbers(background).ravel()
    strength = float(one.size) if prior_total is None else float(prior_total)
    if ground.shape != one.shape:
        raise InvalidInput("shape", f"{one.size} words but a background of {ground.size}")
    if not strength > 0 or bool((ground < 0).any()) or not float(ground.sum()) > 0:
        raise InvalidInput("prior", "the prior needs a positive total and a background with weight")
    # A word the background never saw still needs odds: it gets half the smallest share seen.
    floor = 0.5 * float(ground[ground > 0].min())
    share = np.maximum(ground, floor)
    prior = strength * share / share.sum()
    told_one, told_two = one + prior, two + prior
    rest_one = one.sum() + strength - told_one
    rest_two = two.sum() + strength - told_two
    if one.size == 1:
        return LogOdds(None, None, None, None, n, reason=Reason.TOO_FEW, confidence=confidence)
    with np.errstate(all="ignore"):  # counts too small for a float to divide by are told below
        value = np.log(told_one / rest_one) - np.log(told_two / rest_two)
        error = np.sqrt(1.0 / told_one + 1.0 / told_two)
    if not are_squarable(value, error):
        return LogOdds(None, None, None, None, n, reason=Reason.NOT_FINITE, confidence=confidence)
    return LogOdds(
        value, value - z * error, value + z * error, value / error, n, confidence=confidence
    )


def log_likelihood(first: float, n_first: float, second: float, n_second: float) -> Comparison:
    """Return how strongly a word belongs to one of two groups: Dunning's signed log-likelihood.

    Formula: G² = 2 Σ O ln(O/E) over the four cells of word/other × first/second, signed by the group whose share
    is larger; chi-square with one degree of freedom. The value is the signed G², `statistic` the same.
    Source: Dunning (1993), Computational Linguistics 19, 61-74.
    Units: counts of the word and of all words.
    Shapes: single numbers.
    Errors: `InvalidInput` for negative counts or more of the word than words; an empty group ends in `no_data`,
    NaN in `not_finite`, a word nobody or everybody uses in `no_variance`.

    >>> found = log_likelihood(40, 10_000, 10, 12_000)
    >>> round(found.value, 2), found.p_value < 0.001
    (25.21, True)
    """
    method = "log_likelihood"
    require_not_negative(first=first, n_first=n_first, second=second, n_second=n_second)
    if not all_finite(first, n_first, second, n_second):
        return incomparable(method, Reason.NOT_FINITE)
    if first > n_first or second > n_second:
        raise InvalidInput("more_than_all", "more of the word than words")
    n = plain_number(n_first + n_second)
    if n_first == 0 or n_second == 0:
        return incomparable(method, Reason.NO_DATA, n=n)
    word = first + second
    if word == 0 or word == n:
        return incomparable(method, Reason.NO_VARIANCE, n=n)
    observed = np.array([first, second, n_first - first, n_second - second], dtype=float)
    share = np.array([n_first, n_second], dtype=float) / n
    expected = np.concatenate([word * share, (n - word) * share])
    filled = observed > 0
    raw = 2.0 * float((observed[filled] * np.log(observed[filled] / expected[filled])).sum())
    strength = max(0.0, raw)
    signed = strength if first / n_first >= second / n_second else -strength
    return Comparison(
        value=signed,
        low=None,
        high=None,
        n=n,
        method=method,
        statistic=signed,
        degrees_of_freedom=1,
        p_value=chi_square_p(strength, 1),
    )


def pointwise_mutual_information(
    joint: float, first: float, second: float, total: float, *, confidence: float = 0.95
) -> Estimate:
    """Return how much more often two things occur together than by chance, in bits.

    Formula: log₂(joint·total/(first·second)); interval by the delta method over the four multinomial cells.
    Source: Church and Hanks (1990), Computational Linguistics 16, 22-29; Agresti (2002), §3.1, for the delta method.
    Units: counts of texts with both, with the first, with the second, and of all texts. For the form bounded in
    [−1, 1] divide by −log₂(joint/total) (Bouma 2009), see `normalised_information`.
    Shapes: single numbers.
    Errors: `InvalidInput` for negative counts or counts that contradict each other; no texts end in `no_data`,
    things that never occur or never together in `empty_cell`, NaN in `not_finite`.

    >>> found = pointwise_mutual_information(40, 100, 80, 1000)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (2.322, 2.019, 2.625)
    """
    method = "pointwise_mutual_information"
    z = z_value(confidence)
    require_not_negative(joint=joint, first=first, second=second, total=total)
    if not all_finite(joint, first, second, total):
        return unknown(method, Reason.NOT_FINITE, confidence=confidence)
    if joint > min(first, second) or max(first, second) > total or first + second - joint > total:
        raise InvalidInput("more_than_all", "counts contradict each other")
    n = plain_number(total)
    if total == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    if joint == 0:
        return unknown(method, Reason.EMPTY_CELL, n=n, confidence=confidence)
    both, one, two = joint / total, first / total, second / total
    value = math.log2(both / (one * two))
    cells = ((both, 1 / both - 1 / one - 1 / two), (one - both, -1 / one), (two - both, -1 / two))
    mean = sum(share * slope for share, slope in cells)
    variance = sum(share * slope**2 for share, slope in cells) - mean**2
    error = math.sqrt(max(0.0, variance) / total) / math.log(2.0)
    return Estimate(value, value - z * error, value + z * error, n, method, None, error, confidence)


def normalised_information(joint: float, first: float, second: float, total: float) -> float | None:
    """Return pointwise mutual information as a part of its greatest possible value, in [−1, 1], or None.

    Formula: pmi/−log₂(joint/total). Source: Bouma (2009), Proceedings of GSCL, 31-40.
    Shapes: single numbers. Units: counts of texts, as `pointwise_mutual_information`; errors as there.

    >>> round(normalised_information(50, 50, 50, 1000), 9)
    1.0
    """
    found = pointwise_mutual_information(joint, first, second, total)
    if found.value is None or joint == total:
        return None
    return min(1.0, found.value / -math.log2(joint / total))


@dataclass(frozen=True, slots=True, eq=False)
class ChiSquare:
    """A test of independence: `value` is Cramér's V without its bias, in [0, 1].

    `residuals` (r, c) are adjusted standardised ones: beyond ±2 a cell is more, or less, than chance; empty rows
    and columns have 0. `sparse` where a fifth of the cells expect fewer than five, or one fewer than one: then
    the p-value is rough.
    """

    value: float | None
    statistic: float | None
    degrees_of_freedom: int | None
    p_value: float | None
    n: float
    residuals: Matrix | None = None
    expected: Matrix | None = None
    sparse: bool = False
    method: str = "chi_square"
    reason: Reason | None = None


def chi_square(table: ArrayLike) -> ChiSquare:
    """Return whether rows and columns of a table of counts go together.

    Formula: X² = Σ (O − E)²/E, (r−1)(c−1) degrees of freedom; V̂ = √(φ²₊/min(r̃−1, c̃−1)) with
    φ²₊ = max(0, X²/n − (r−1)(c−1)/(n−1)), r̃ = r − (r−1)²/(n−1), c̃ likewise; adjusted residuals
    (O − E)/√(E(1 − row share)(1 − column share)).
    Source: Pearson (1900); Bergsma (2013), Journal of the Korean Statistical Society 42, 323-328; Agresti (2002), §3.3.
    Shapes: `table` (r, c) of counts; empty rows and columns are passed over. For weighted answers see
    `weighting.rao_scott`.
    Units: counts; V̂ lies in [0, 1].
    Errors: `InvalidInput` for anything but a table, or negative counts; no counts end in `no_data`, one filled row
    or column in `no_variance`, NaN in `not_finite`.

    >>> found = chi_square([[30, 10], [20, 40]])
    >>> round(found.statistic, 3), found.degrees_of_freedom, round(found.value, 3)
    (16.667, 1, 0.398)
    """
    counts = numbers(table)
    if counts.ndim != 2:
        raise InvalidInput("shape", f"a table has rows and columns, got shape {counts.shape}")
    if bool((counts < 0).any()):
        raise InvalidInput("negative", "counts must not be negative")
    if not np.isfinite(counts).all():
        return ChiSquare(None, None, None, None, 0, reason=Reason.NOT_FINITE)
    n = float(counts.sum())
    if n == 0:
        return ChiSquare(None, None, None, None, 0, reason=Reason.NO_DATA)
    filled_rows, filled_columns = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
    kept = counts[np.ix_(filled_rows, filled_columns)]
    rows, columns = kept.shape
    freedom = (rows - 1) * (columns - 1)
    if freedom == 0:
        return ChiSquare(None, None, None, None, n, reason=Reason.NO_VARIANCE)
    row_share, column_share = kept.sum(axis=1) / n, kept.sum(axis=0) / n
    expected = n * np.outer(row_share, column_share)
    statistic = float(((kept - expected) ** 2 / expected).sum())
    scale = np.sqrt(expected * np.outer(1.0 - row_share, 1.0 - column_share))
    full_expected, residuals = np.zeros_like(counts), np.zeros_like(counts)
    places = np.ix_(filled_rows, filled_columns)
    full_expected[places] = expected
    residuals[places] = np.divide(kept - expected, scale, out=np.zeros_like(kept), where=scale > 0)
    return ChiSquare(
        value=_cramer(statistic, n, rows, columns),
        statistic=statistic,
        degrees_of_freedom=freedom,
        p_value=chi_square_p(statistic, freedom),
        n=n,
        residuals=residuals,
        expected=full_expected,
        sparse=bool((expected < 5).mean() > 0.2 or (expected < 1).any()),
    )


def rank_correlation(
    first: Sequence[float], second: Sequence[float], *, confidence: float = 0.95
) -> Comparison:
    """Return Spearman's rank correlation in [−1, 1] with interval and test.

    Formula: Pearson's r of mid-ranks; t = r√((n−2)/(1−r²)) on n−2 degrees of freedom; interval
    tanh(atanh r ± z √((1 + r²/2)/(n−3))).
    Source: Spearman (1904); Bonett and Wright (2000), Psychometrika 65, 23-28, for the interval.
    Shapes: two sequences (n,). Units: any.
    Errors: `InvalidInput` for lengths that differ; no pairs end in `no_data`, fewer than four in `too_few`, NaN in
    `not_finite`, a side all alike in `no_variance`; a perfect order has a value without interval (`no_variance`).

    >>> found = rank_correlation([1, 2, 3, 4, 5, 6, 7], [2, 1, 4, 3, 7, 6, 5])
    >>> round(found.value, 4), round(found.p_value, 4)
    (0.7857, 0.0362)
    """
    method = "spearman"
    z = z_value(confidence)
    one, two = numbers(first), numbers(second)
    if one.shape != two.shape or one.ndim != 1:
        raise InvalidInput("shape", f"{one.shape} against {two.shape}")
    n = int(one.size)
    if n == 0:
        return incomparable(method, Reason.NO_DATA, confidence=confidence)
    if not (np.isfinite(one).all() and np.isfinite(two).all()):
        return incomparable(method, Reason.NOT_FINITE, n=n, confidence=confidence)
    if n < 4:
        return incomparable(method, Reason.TOO_FEW, n=n, confidence=confidence)
    ranks_one, ranks_two = mid_ranks(one), mid_ranks(two)
    ranks_one -= ranks_one.mean()
    ranks_two -= ranks_two.mean()
    spread = math.sqrt(float(ranks_one @ ranks_one) * float(ranks_two @ ranks_two))
    if spread == 0.0:
        return incomparable(method, Reason.NO_VARIANCE, n=n, confidence=confidence)
    value = min(1.0, max(-1.0, float(ranks_one @ ranks_two) / spread))
    if abs(value) > 1.0 - 1e-12:
        return Comparison(
            math.copysign(1.0, value), None, None, n, method, Reason.NO_VARIANCE, None, confidence
        )
    error = math.sqrt((1.0 + value**2 / 2.0) / (n - 3.0))
    statistic = value * math.sqrt((n - 2.0) / (1.0 - value**2))
    return Comparison(
        value=value,
        low=math.tanh(math.atanh(value) - z * error),
        high=math.tanh(math.atanh(value) + z * error),
        n=n,
        method=method,
        # On the scale of the value, by the slope of tanh.
        standard_error=error * (1.0 - value**2),
        confidence=confidence,
        statistic=statistic,
        degrees_of_freedom=n - 2,
        p_value=student_p(statistic, n - 2),
    )


def rank_sum(
    first: Sequence[float], second: Sequence[float], *, confidence: float = 0.95
) -> Comparison:
    """Return the chance that one of the first scores above one of the second, minus the reverse, and its test.

    Formula: value = 2U/(n₁n₂) − 1 (Cliff's δ, ties half); Mann-Whitney z with tie correction; interval
    of δ with the variance of placements (Wald), cut to [−1, 1].
    Source: Mann and Whitney (1947), Annals of Mathematical Statistics 18, 50-60; Cliff (1993), Psychological
    Bulletin 114, 494-509.
    Shapes: two sequences. Units: none, the value lies in [−1, 1].
    Errors: an empty side ends in `no_data`, one with a single value in `too_few`, NaN in `not_finite`, all values
    alike in `no_variance`.

    >>> found = rank_sum([4, 5, 3, 5, 4], [2, 3, 1, 4, 2])
    >>> round(found.value, 2), round(found.p_value, 3)
    (0.8, 0.033)
    """
    method = "mann_whitney"
    z = z_value(confidence)
    one, two = numbers(first), numbers(second)
    n = int(one.size + two.size)
    if one.size == 0 or two.size == 0:
        return incomparable(method, Reason.NO_DATA, n=n, confidence=confidence)
    if not (np.isfinite(one).all() and np.isfinite(two).all()):
        return incomparable(method, Reason.NOT_FINITE, n=n, confidence=confidence)
    if one.size < 2 or two.size < 2:
        return incomparable(method, Reason.TOO_FEW, n=n, confidence=confidence)
    ranks = mid_ranks(np.concatenate([one, two]))
    ties = np.unique(ranks, return_counts=True)[1].astype(float)
    spread = (
        one.size * two.size / 12.0 * (n + 1.0 - float((ties**3 - ties).sum()) / (n * (n - 1.0)))
    )
    if spread <= 0:
        return incomparable(method, Reason.NO_VARIANCE, n=n, confidence=confidence, value=0.0)
    above = ranks[: one.size].sum() - one.size * (one.size + 1) / 2.0
    value = float(2.0 * above / (one.size * two.size) - 1.0)
    # Placements: how far above the other side each value lies, from −1 to 1.
    placed_one = 2.0 * (ranks[: one.size] - mid_ranks(one)) / two.size - 1.0
    placed_two = 2.0 * (ranks[one.size :] - mid_ranks(two)) / one.size - 1.0
    error = math.sqrt(
        float(placed_one.var(ddof=1)) / one.size + float(placed_two.var(ddof=1)) / two.size
    )
    statistic = float(above - one.size * two.size / 2.0) / math.sqrt(spread)
    bounded = error > 0
    return Comparison(
        value=value,
        low=max(-1.0, value - z * error) if bounded else None,
        high=min(1.0, value + z * error) if bounded else None,
        n=n,
        method=method,
        reason=None if bounded else Reason.NO_VARIANCE,
        standard_error=error if bounded else None,
        confidence=confidence,
        statistic=statistic,
        p_value=normal_p(statistic),
    )


def mid_ranks(values: ArrayLike) -> Matrix:
    """Return ranks from 1, ties sharing the mean of theirs.

    Formula: last rank of a tie − (its size − 1)/2. Source: Kendall (1945), Biometrika 33, 239-251.
    Shapes: `values` (n,) → (n,). Units: places. Errors: none; NaN sorts last, so refuse it before.

    >>> mid_ranks([10, 20, 20, 5]).tolist()
    [2.0, 3.5, 3.5, 1.0]
    """
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[inverse], dtype=float)


def _cramer(statistic: float, n: float, rows: int, columns: int) -> float:
    if n <= 1:
        return 0.0
    excess = max(0.0, statistic / n - (rows - 1) * (columns - 1) / (n - 1.0))
    reach = min(rows - (rows - 1) ** 2 / (n - 1.0), columns - (columns - 1) ** 2 / (n - 1.0)) - 1.0
    return min(1.0, math.sqrt(excess / reach)) if reach > 0 else 0.0
