"""Must-be and delighter: what a bad and a good experience of a part do to the whole, and where more is lost on it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from peakend.methods.arrays import are_squarable
from peakend.methods.comparison.means import student_comparison, welch
from peakend.methods.drivers.products import Matrix, checked_rows
from peakend.methods.drivers.slopes import robust_fit, slope_contrast
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Comparison, Reason, incomparable, require_fraction
from peakend.methods.moments import Moments, sum_moments

# Rows at the low end, between, and at the high end of a part. Of fewer an effect is an anecdote, and the error of
# one that a single row carries is nothing.
LEAST_AT_AN_END = 10


@dataclass(frozen=True, slots=True)
class PenaltyReward:
    """One part: what its low scores cost the whole (`penalty`) and its high scores add (`reward`).

    `kind` is a code: `must_be` (only the penalty counts, or it is clearly the larger), `delighter` (only the
    reward counts, or it is clearly the larger), `performance` (both count alike), `indifferent` (neither
    is beyond noise). `asymmetry` is reward plus penalty: negative where losses loom larger.
    """

    kind: str | None
    penalty: Comparison
    reward: Comparison
    asymmetry: Comparison
    low_share: float
    high_share: float


@dataclass(frozen=True, slots=True)
class PenaltyRewards:
    """All parts in the order of the columns; `value` lists their kinds."""

    value: tuple[str | None, ...] | None
    parts: tuple[PenaltyReward, ...]
    r_squared: float | None
    n: int
    method: str = "penalty_reward"
    reason: Reason | None = None


def penalty_reward(
    X: ArrayLike,
    y: ArrayLike,
    *,
    low_until: float,
    high_from: float,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PenaltyRewards:
    """Return penalty and reward of every part by regression on two dummies a part.

    Formula: y = a + Σ_k (p_k·[x_k ≤ low_until] + r_k·[x_k ≥ high_from]), least squares, errors robust to unequal
    variance (HC3: residuals over 1 − leverage). penalty = p_k, reward = r_k, asymmetry = r_k + p_k; a
    part is must-be or delighter where its asymmetry is beyond noise or only one of its two known sides is.
    Source: Brandt (1987); Matzler and Sauerwein (2002), International Journal of Service Industry Management
    13, 314-332; Kano et al. (1984) for the kinds; MacKinnon and White (1985) for HC3.
    Shapes: `X` (n, p) scores of the parts, `y` (n,) the whole, `weights` (n,) or none.
    Units: those of the whole; `low_until` < `high_from` on the scale of the parts.
    Errors: `InvalidInput` for shapes that differ or thresholds out of order. No rows end in `no_data`, NaN in
    `not_finite`, fewer than 2p + 2 rows in `too_few`, a constant whole in `no_variance`. A side nobody is on
    ends in `empty_cell`, one with fewer than ten rows in `too_few` (both where fewer than ten lie between), sides that
    others repeat in `collinear`; the kind is then None: one side alone does not tell a delighter from a part that
    counts both ways.

    >>> rng = np.random.default_rng(2)
    >>> X = rng.integers(1, 6, size=(800, 2)).astype(float)
    >>> y = 3 - 1.0 * (X[:, 0] <= 2) + 0.8 * (X[:, 1] >= 4) + rng.normal(0, 0.5, 800)
    >>> penalty_reward(X, y, low_until=2, high_from=4).value
    ('must_be', 'delighter')
    """
    require_fraction(confidence=confidence)
    if not low_until < high_from:
        raise InvalidInput(
            "thresholds", f"low_until {low_until} must lie below high_from {high_from}"
        )
    rows, whole, scale = checked_rows(X, y, weights)
    n, parts = rows.shape
    weighing = np.ones(n) if scale is None else scale
    if n == 0:
        return PenaltyRewards(None, (), None, 0, reason=Reason.NO_DATA)
    if not are_squarable(rows, whole, weighing):
        return PenaltyRewards(None, (), None, n, reason=Reason.NOT_FINITE)
    total = float(weighing.sum())
    if total <= 0:
        return PenaltyRewards(None, (), None, n, reason=Reason.ZERO_WEIGHT)
    if n < 2 * parts + 2:
        return PenaltyRewards(None, (), None, n, reason=Reason.TOO_FEW)
    mean = float(weighing @ whole) / total
    spread = float(weighing @ (whole - mean) ** 2)
    if spread <= 1e-13 * total * max(1.0, mean * mean):
        return PenaltyRewards(None, (), None, n, reason=Reason.NO_VARIANCE)
    low, high = rows <= low_until, rows >= high_from
    # Columns: intercept, then the low and the high side of each part in turn.
    sides = np.stack([low, high], axis=2).reshape(n, 2 * parts).astype(float)
    design = np.column_stack([np.ones(n), sides])
    fitted = robust_fit(design, whole, weighing)
    shares = weighing @ sides / total
    used = weighing > 0
    at_low, between, at_high = (side[used].sum(axis=0) for side in (low, ~(low | high), high))
    if fitted.freedom < 1:
        return PenaltyRewards(None, (), None, n, reason=Reason.TOO_FEW)
    told = []
    for part in range(parts):
        contrasts = np.zeros((3, design.shape[1]))
        contrasts[0, 1 + 2 * part] = contrasts[1, 2 + 2 * part] = 1.0
        contrasts[2, 1 + 2 * part] = contrasts[2, 2 + 2 * part] = 1.0
        lowest, highest = float(shares[2 * part]), float(shares[2 * part + 1])
        ends = (at_low[part], at_high[part], min(at_low[part], at_high[part]))
        penalty, reward, asymmetry = (
            slope_contrast(
                contrast, fitted, missing=_missing(end, between[part]), n=n, confidence=confidence
            )
            for contrast, end in zip(contrasts, ends, strict=True)
        )
        kind = _kind(penalty, reward, asymmetry)
        told.append(PenaltyReward(kind, penalty, reward, asymmetry, lowest, highest))
    explained = 1.0 - float(weighing @ fitted.residuals**2) / spread
    return PenaltyRewards(tuple(part.kind for part in told), tuple(told), explained, n)


@dataclass(frozen=True, slots=True)
class DiminishingReturns:
    """What each further step of a part adds to the whole.

    `gains` compares each level with the one before; `curvature` is the change of the gain per step, `value`
    repeats it; `diminishing` where it is below zero beyond noise. `enough_from` is the position of the first
    level from which no further step gains beyond noise, None where the last still does.
    """

    value: float | None
    low: float | None
    high: float | None
    n: float
    gains: tuple[Comparison, ...]
    curvature: Comparison | None
    diminishing: bool
    enough_from: int | None
    method: str = "diminishing_returns"
    reason: Reason | None = None


def diminishing_returns(
    levels: Sequence[float], whole: Sequence[Moments], *, confidence: float = 0.95
) -> DiminishingReturns:
    """Return whether perfecting a part pays less and less.

    Formula: gains are Welch's differences of the whole between neighbouring levels, confidence shared out over
    the steps (Bonferroni); curvature is the quadratic coefficient of least squares through the levels,
    Σ c_i x̄_i weighted by answers, times 2, with error √Σ c_i² s_i²/n_i: what is lost of the gain per unit.
    Source: Mittal, Ross and Baldasare (1998), Journal of Marketing 62, 33-47, for asymmetric, diminishing
    effects; Anderson and Mittal (2000), Journal of Service Research 3, 107-120.
    Shapes: `levels` (k,) rising scores of the part, `whole` (k,) the moments of the whole among those who gave
    them. Units: those of the whole, per unit of the part.
    Errors: `InvalidInput` for shapes that differ or levels that do not rise; no answers end in `no_data`, NaN in
    `not_finite`, fewer than three levels with spread in `too_few` (their gains are still told).

    >>> m = Moments.from_values
    >>> levels = [m([1, 2, 1, 2] * 9), m([3, 3, 4, 3] * 9), m([4, 4, 5, 4] * 9), m([4, 5, 4, 4] * 9)]
    >>> found = diminishing_returns([1, 2, 3, 4], levels)
    >>> found.diminishing, found.enough_from, [round(gain.value, 2) for gain in found.gains]
    (True, 2, [1.75, 1.0, 0.0])
    """
    require_fraction(confidence=confidence)
    if len(levels) != len(whole):
        raise InvalidInput("shape", f"{len(levels)} levels but {len(whole)} moments")
    if any(later <= earlier for earlier, later in itertools.pairwise(levels)):
        raise InvalidInput("not_rising", "levels must rise")
    n = sum_moments(whole).n if all(part.finite for part in whole) else 0
    steps = list(itertools.pairwise(whole))
    each = 1.0 - (1.0 - confidence) / max(1, len(steps))
    gains = tuple(welch(after, before, confidence=each) for before, after in steps)
    if not all(part.finite for part in whole) or not all(math.isfinite(level) for level in levels):
        return DiminishingReturns(
            None, None, None, 0, gains, None, False, None, reason=Reason.NOT_FINITE
        )
    if n == 0:
        return DiminishingReturns(
            None, None, None, 0, gains, None, False, None, reason=Reason.NO_DATA
        )
    enough = _enough_from(gains)
    filled = [
        (level, part.mean, part.variance, part.effective_n)
        for level, part in zip(levels, whole, strict=True)
        if part.mean is not None and part.variance is not None
    ]
    if len(filled) < 3:
        return DiminishingReturns(
            None, None, None, n, gains, None, False, enough, reason=Reason.TOO_FEW
        )
    curvature = _curvature(np.array(filled, dtype=float), n, confidence)
    falls = curvature.high is not None and curvature.high < 0
    return DiminishingReturns(
        value=curvature.value,
        low=curvature.low,
        high=curvature.high,
        n=n,
        gains=gains,
        curvature=curvature,
        diminishing=falls,
        enough_from=enough,
        reason=curvature.reason,
    )


def _missing(rows: int, between: int) -> Reason | None:
    if rows == 0:
        return Reason.EMPTY_CELL
    # Nobody between leaves both ends without what they are held against: that is told as collinear.
    thin = rows < LEAST_AT_AN_END or 0 < between < LEAST_AT_AN_END
    return Reason.TOO_FEW if thin else None


def _kind(penalty: Comparison, reward: Comparison, asymmetry: Comparison) -> str | None:
    if penalty.value is None or reward.value is None:
        return None
    costs = penalty.high is not None and penalty.high < 0
    adds = reward.low is not None and reward.low > 0
    if costs and adds:
        if asymmetry.high is not None and asymmetry.high < 0:
            return "must_be"
        if asymmetry.low is not None and asymmetry.low > 0:
            return "delighter"
        return "performance"
    if costs:
        return "must_be"
    if adds:
        return "delighter"
    return "indifferent"


def _enough_from(gains: Sequence[Comparison]) -> int | None:
    """Return the position of the first level after which no step gains beyond noise."""
    last = 0
    for step, gain in enumerate(gains, 1):
        if gain.low is not None and gain.low > 0:
            last = step
    return last if gains and last < len(gains) else None


def _curvature(filled: Matrix, n: float, confidence: float) -> Comparison:
    levels, means, variances, sizes = filled.T
    centred = (levels - levels.mean()) / max(1e-300, float(np.ptp(levels)))
    design = np.column_stack([np.ones(levels.size), centred, centred**2])
    root = np.sqrt(sizes)[:, None]
    # The row of the hat that yields the quadratic coefficient, back in units of the levels.
    row = np.linalg.pinv(design * root)[2] * root[:, 0] * 2.0 / float(np.ptp(levels)) ** 2
    parts = row**2 * variances / sizes
    total = float(parts.sum())
    value = float(row @ means)
    method = "diminishing_returns"
    if total <= 0:
        return incomparable(method, Reason.NO_VARIANCE, n=n, confidence=confidence, value=value)
    freedom = 1.0 / float(((parts / total) ** 2 / (sizes - 1.0)).sum())
    return student_comparison(method, value, math.sqrt(total), freedom, n=n, confidence=confidence)
