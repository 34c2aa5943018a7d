"""Can the instrument be trusted: consistency of scales, gaps to expectation, standard indices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from peakend.methods.arrays import are_squarable, numbers
from peakend.methods.comparison.means import paired_t
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Comparison, Estimate, Reason, require_fraction
from peakend.methods.moments import Moments
from peakend.methods.scores import mean_score

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Consistency:
    """Cronbach's α with Feldt's interval, and what it would be without each item (`without`, None where it cannot be)."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    items: int
    without: tuple[float | None, ...] = ()
    method: str = "cronbach_alpha"
    reason: Reason | None = None
    confidence: float = 0.95


def cronbach_alpha(items: ArrayLike, *, confidence: float = 0.95) -> Consistency:
    """Return how consistently the items of a scale measure one thing.

    Formula: α = k/(k−1) · (1 − Σ s²_i/s²_total); interval 1 − (1 − α)·F, quantiles of F with n−1 and (n−1)(k−1)
    degrees of freedom.
    Source: Cronbach (1951), Psychometrika 16, 297-334; Feldt (1965), Psychometrika 30, 357-370.
    Shapes: `items` (n, k), one row per person, all items scored in the same direction.
    Units: none; at most 1, negative where items oppose each other.
    Errors: `InvalidInput` for fewer than two items; no rows end in `no_data`, one in `too_few`, NaN in `not_finite`,
    a total without variance in `no_variance`.

    >>> found = cronbach_alpha([[4, 5, 4], [2, 2, 3], [5, 4, 5], [3, 3, 2], [1, 2, 1]])
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.932, 0.657, 0.992)
    """
    require_fraction(confidence=confidence)
    rows = _rows(items, least=2)
    n, k = rows.shape
    if n == 0:
        return Consistency(None, None, None, 0, k, reason=Reason.NO_DATA)
    if not are_squarable(rows):
        return Consistency(None, None, None, n, k, reason=Reason.NOT_FINITE)
    if n == 1:
        return Consistency(None, None, None, 1, k, reason=Reason.TOO_FEW)
    covariance = np.cov(rows, rowvar=False)
    alpha = _alpha(covariance)
    if alpha is None:
        return Consistency(None, None, None, n, k, reason=Reason.NO_VARIANCE)
    tail = (1.0 - confidence) / 2.0
    freedom = (n - 1.0, (n - 1.0) * (k - 1.0))
    upper, lower = (float(special.fdtri(*freedom, share)) for share in (1.0 - tail, tail))
    without = tuple(
        _alpha(np.delete(np.delete(covariance, item, axis=0), item, axis=1)) if k > 2 else None
        for item in range(k)
    )
    return Consistency(
        value=alpha,
        low=1.0 - (1.0 - alpha) * upper,
        high=min(1.0, 1.0 - (1.0 - alpha) * lower),
        n=n,
        items=k,
        without=without,
        confidence=confidence,
    )


@dataclass(frozen=True, slots=True)
class ServiceQuality:
    """Perception minus expectation: `value` the weighted gap over all dimensions, `gaps` one per dimension.

    Negative where the service stays behind what was expected.
    """

    value: float | None
    low: float | None
    high: float | None
    n: float
    gaps: tuple[Comparison, ...]
    weights: tuple[float, ...]
    method: str = "servqual_gap"
    reason: Reason | None = None


def servqual_gap(
    expectations: ArrayLike,
    perceptions: ArrayLike,
    *,
    weights: Sequence[float] | None = None,
    confidence: float = 0.95,
) -> ServiceQuality:
    """Return the gap between what customers expect and what they perceive, per dimension and in all.

    Formula: G_d = mean(P_d − E_d) over people with Student's paired interval; overall Σ w_d(P_d − E_d)/Σ w_d per
    person, then the same.
    Source: Parasuraman, Zeithaml and Berry (1988), Journal of Retailing 64, 12-40; (1991) for the weights.
    Shapes: `expectations`, `perceptions` (n, d), the same people and dimensions; `weights` (d,) points given to the
    dimensions, equal by default. Units: those of the scale.
    Errors: `InvalidInput` for shapes that differ or negative weights; no people end in `no_data`, NaN in `not_finite`,
    weights of zero in `zero_weight`; one person, or gaps all alike, leave the gap without interval.

    >>> found = servqual_gap([[6, 7], [7, 6], [6, 6]], [[5, 6], [5, 6], [6, 4]], weights=[60, 40])
    >>> [round(gap.value, 2) for gap in found.gaps], round(found.value, 2)
    ([-1.0, -1.0], -1.0)
    """
    expected, perceived = _rows(expectations, least=1), _rows(perceptions, least=1)
    if expected.shape != perceived.shape:
        raise InvalidInput("shape", f"{expected.shape} expectations, {perceived.shape} perceptions")
    n, dimensions = expected.shape
    points = np.ones(dimensions) if weights is None else numbers(weights)
    if points.shape != (dimensions,):
        raise InvalidInput("shape", f"{dimensions} dimensions but {points.size} weights")
    if bool((points < 0).any()):
        raise InvalidInput("negative", "weights must not be negative")
    told = tuple(points.tolist())
    if not np.isfinite(points).all():
        return ServiceQuality(None, None, None, n, (), told, reason=Reason.NOT_FINITE)
    if float(points.sum()) <= 0:
        return ServiceQuality(None, None, None, n, (), told, reason=Reason.ZERO_WEIGHT)
    gaps = perceived - expected
    each = tuple(
        paired_t(Moments.from_values(gaps[:, column]), confidence=confidence)
        for column in range(dimensions)
    )
    overall = paired_t(Moments.from_values(gaps @ points / points.sum()), confidence=confidence)
    return ServiceQuality(
        overall.value, overall.low, overall.high, n, each, told, reason=overall.reason
    )


_SUS_GRADES = (
    # lower bound, grade: the curved grading scale
    (84.1, "A+"),
    (80.8, "A"),
    (78.9, "A-"),
    (77.2, "B+"),
    (74.1, "B"),
    (72.6, "B-"),
    (71.1, "C+"),
    (65.0, "C"),
    (62.7, "C-"),
    (51.7, "D"),
    (0.0, "F"),
)


@dataclass(frozen=True, slots=True)
class UsabilityScore(Estimate):
    """A System Usability Scale score from 0 to 100 with its grade and the score of every person."""

    grade: str | None = None
    scores: tuple[float, ...] = ()


def system_usability_scale(answers: ArrayLike, *, confidence: float = 0.95) -> UsabilityScore:
    """Return the System Usability Scale score of a product.

    Formula: per person 2.5 × (Σ odd items (x − 1) + Σ even items (5 − x)); mean over people with Student's interval.
    Source: Brooke (1996), Usability Evaluation in Industry, ch. 21; grades by Sauro and Lewis (2016), Quantifying
    the User Experience, 2nd ed., table 8.5.
    Shapes: `answers` (n, 10), 1 = strongly disagree … 5 = strongly agree, in Brooke's order.
    Units: points, 0 to 100 (no percentage).
    Errors: `InvalidInput` for other than ten items or answers off the scale; no people end in `no_data`, NaN in
    `not_finite`, one in `too_few`.

    >>> found = system_usability_scale([[4, 2, 4, 1, 4, 2, 5, 1, 4, 2], [3, 3, 4, 2, 3, 2, 4, 3, 3, 3]])
    >>> found.scores, found.value, found.grade
    ((82.5, 60.0), 71.25, 'C+')
    """
    rows = _rows(answers, least=10)
    n, items = rows.shape
    if items != 10:
        raise InvalidInput("shape", f"the scale has ten items, got {items}")
    finite = bool(np.isfinite(rows).all())
    if finite and bool(((rows < 1) | (rows > 5)).any()):
        raise InvalidInput("off_scale", "answers lie on 1 … 5")
    points = 2.5 * ((rows[:, 0::2] - 1).sum(axis=1) + (5 - rows[:, 1::2]).sum(axis=1))
    mean = mean_score(Moments.from_values(points), confidence=confidence)
    grade = None
    if mean.value is not None:
        grade = next(letter for bound, letter in _SUS_GRADES if mean.value >= bound)
    return UsabilityScore(
        value=mean.value,
        low=None if mean.low is None else max(0.0, mean.low),
        high=None if mean.high is None else min(100.0, mean.high),
        n=n,
        method="system_usability_scale",
        reason=mean.reason,
        standard_error=mean.standard_error,
        confidence=confidence,
        grade=grade,
        scores=tuple(points.tolist()) if finite else (),
    )


@dataclass(frozen=True, slots=True)
class SatisfactionIndex(Estimate):
    """A satisfaction index from 0 to 100 with the weights its questions had (they sum to one)."""

    weights: tuple[float, ...] = ()


def satisfaction_index(
    answers: ArrayLike,
    *,
    weights: Sequence[float] | None = None,
    scale: tuple[float, float] = (1.0, 10.0),
    confidence: float = 0.95,
) -> SatisfactionIndex:
    """Return a satisfaction index in the form of the American Customer Satisfaction Index.

    Formula: 100 (Σ w_i x̄_i − Σ w_i·min)/(Σ w_i (max − min)). Without weights they come from the first principal
    component of the questions, w_i ∝ loading_i/s_i: the questions that carry the common satisfaction count more; all
    alike where no component stands out.
    Student's interval of the persons' own indices, weights taken as given.
    Source: Fornell, Johnson, Anderson, Cha and Bryant (1996), Journal of Marketing 60, 7-18 (three questions: overall,
    against expectation, against the ideal; 1-10; there the weights come from partial least squares).
    Shapes: `answers` (n, q), `weights` (q,). Units: points, 0 to 100.
    Errors: `InvalidInput` for shapes that differ, negative weights, answers off the scale or a scale that does not rise;
    no people end in `no_data`, NaN in `not_finite`, weights of zero in `zero_weight`; one person, or indices all alike,
    leave the index without interval.

    >>> found = satisfaction_index([[8, 7, 7], [9, 9, 8], [6, 5, 6], [10, 9, 9]], weights=[1, 1, 1])
    >>> round(found.value, 2)
    75.0
    """
    if not scale[0] < scale[1]:
        raise InvalidInput("scale", f"a scale rises, got {scale}")
    rows = _rows(answers, least=1)
    n, questions = rows.shape
    method = "satisfaction_index"
    points = None if weights is None else numbers(weights)
    if points is not None and points.shape != (questions,):
        raise InvalidInput("shape", f"{questions} questions but {points.size} weights")
    if points is not None and bool((points < 0).any()):
        raise InvalidInput("negative", "weights must not be negative")

    def without(reason: Reason) -> SatisfactionIndex:
        return SatisfactionIndex(None, None, None, n, method, reason, None, confidence)

    if n == 0:
        return without(Reason.NO_DATA)
    if not np.isfinite(rows).all() or (points is not None and not np.isfinite(points).all()):
        return without(Reason.NOT_FINITE)
    if bool(((rows < scale[0]) | (rows > scale[1])).any()):
        raise InvalidInput("off_scale", f"answers lie on {scale[0]:g} … {scale[1]:g}")
    if points is None:
        points = _common_weights(rows)
    total = float(points.sum())
    if total <= 0:
        return without(Reason.ZERO_WEIGHT)
    share = points / total
    index = 100.0 * (rows @ share - scale[0]) / (scale[1] - scale[0])
    mean = mean_score(Moments.from_values(index), confidence=confidence)
    return SatisfactionIndex(
        value=mean.value,
        low=None if mean.low is None else max(0.0, mean.low),
        high=None if mean.high is None else min(100.0, mean.high),
        n=n,
        method=method,
        reason=mean.reason,
        standard_error=mean.standard_error,
        confidence=confidence,
        weights=tuple(share.tolist()),
    )


def _common_weights(rows: Matrix) -> Matrix:
    """Return outer weights of the questions from their first principal component, never negative."""
    spread = rows.std(axis=0, ddof=1) if rows.shape[0] > 1 else np.zeros(rows.shape[1])
    varied = spread > 1e-12
    if int(varied.sum()) < 2:
        return np.ones(rows.shape[1])
    correlations = np.corrcoef(rows[:, varied], rowvar=False)
    sizes, components = np.linalg.eigh(correlations)
    loadings = components[:, -1]
    # Two components of one size, or a sum of nothing to tell up from down: rounding would choose the weights.
    if sizes[-1] - sizes[-2] <= 1e-9 or abs(float(loadings.sum())) <= 1e-9:
        return np.ones(rows.shape[1])
    # The sign of a component is arbitrary: satisfaction points up.
    loadings = np.maximum(0.0, loadings * math.copysign(1.0, float(loadings.sum())))
    weights = np.zeros(rows.shape[1])
    weights[varied] = loadings / spread[varied]
    return weights


def _alpha(covariance: Matrix) -> float | None:
    k = covariance.shape[0]
    total = float(covariance.sum())
    own = float(np.trace(covariance))
    if own <= 0 or total <= 1e-13 * own:
        return None
    return float(k / (k - 1.0) * (1.0 - own / total))


def _rows(values: ArrayLike, *, least: int) -> Matrix:
    rows = numbers(values)
    if rows.size == 0 and rows.ndim < 2:
        return np.empty((0, least))
    if rows.ndim != 2 or rows.shape[1] < least:
        raise InvalidInput("shape", f"rows need at least {least} columns, got shape {rows.shape}")
    return rows
