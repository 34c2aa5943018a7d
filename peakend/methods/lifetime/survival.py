"""How long it lasts, when many are still there: survival curves and their comparison."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peakend.methods.arrays import numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Comparison, Reason, incomparable
from peakend.methods.quantiles import chi_square_p, z_value

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SurvivalStep:
    """One time with an event: at risk just before, events, survival just after with its bounds (None where unknown)."""

    time: float
    at_risk: float
    events: float
    survival: float
    low: float | None
    high: float | None
    standard_error: float | None


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """A Kaplan-Meier curve; `value`, `low`, `high` are the median time and its bounds, None where not reached."""

    value: float | None
    low: float | None
    high: float | None
    n: float
    steps: tuple[SurvivalStep, ...]
    events: float
    method: str = "kaplan_meier"
    reason: Reason | None = None

    def survival(self, time: float) -> float | None:
        """Return the survival at a time, 1 before the first event, None without a curve."""
        if self.n == 0:
            return None
        before = [step.survival for step in self.steps if step.time <= time]
        return before[-1] if before else 1.0


def kaplan_meier(
    durations: ArrayLike,
    events: ArrayLike,
    *,
    counts: ArrayLike | None = None,
    confidence: float = 0.95,
) -> SurvivalCurve:
    """Return the survival curve of customers of whom some are still there.

    Formula: S(t) = Π (1 − d_i/n_i) over event times ≤ t; Greenwood's variance S² Σ d/(n(n−d)), bounds on the
    log(−log) scale; the median is the first time with S ≤ ½, its bounds the first times the bounds reach ½.
    Source: Kaplan and Meier (1958), JASA 53, 457-481; Greenwood (1926); Brookmeyer and Crowley (1982), Biometrics 38.
    Shapes: `durations` (n,), `events` (n,) true where it ended, false where still there (censored); `counts` (n,)
    customers with the same pair, which are sufficient. Units: those of the durations.
    Errors: `InvalidInput` for shapes that differ, negative durations or events other than 0 and 1; nobody ends in `no_data`, NaN in `not_finite`,
    a median beyond what was seen in `not_reached` (the curve is told all the same).

    >>> curve = kaplan_meier([6, 6, 6, 6, 7, 9, 10, 10], [1, 1, 1, 0, 1, 0, 1, 0])
    >>> [(step.time, round(step.survival, 3)) for step in curve.steps], curve.value
    ([(6.0, 0.625), (7.0, 0.469), (10.0, 0.234)], 7.0)
    """
    z = z_value(confidence)
    time, event, count = _observed(durations, events, counts)
    n = float(count.sum())
    if n == 0:
        return SurvivalCurve(None, None, None, 0, (), 0, reason=Reason.NO_DATA)
    if not (np.isfinite(time).all() and np.isfinite(count).all()):
        return SurvivalCurve(None, None, None, 0, (), 0, reason=Reason.NOT_FINITE)
    times, at_risk, ended = _table(time, event, count)
    survival, spread = 1.0, 0.0
    steps = []
    for moment, risk, lost in zip(times.tolist(), at_risk.tolist(), ended.tolist(), strict=True):
        survival *= 1.0 - lost / risk
        spread = spread + lost / (risk * (risk - lost)) if risk > lost else math.inf
        steps.append(_step(moment, risk, lost, survival, spread, z))
    median = next((step.time for step in steps if step.survival <= 0.5 + 1e-12), None)
    return SurvivalCurve(
        value=median,
        low=next((step.time for step in steps if (step.low or 0.0) <= 0.5), None),
        high=next(
            (step.time for step in steps if step.high is not None and step.high <= 0.5), None
        ),
        n=n,
        steps=tuple(steps),
        events=float(ended.sum()),
        reason=None if median is not None else Reason.NOT_REACHED,
    )


def log_rank(groups: Sequence[tuple[ArrayLike, ArrayLike]]) -> Comparison:
    """Return whether two or more groups last equally long.

    Formula: per event time the events expected of group g are d·n_g/n, their covariance hypergeometric;
    X² = (O−E)'V⁻(O−E) on groups − 1 degrees of freedom. The value is observed over expected of the first group,
    minus one: above zero where it ends sooner.
    Source: Mantel (1966), Cancer Chemotherapy Reports 50, 163-170; Peto and Peto (1972).
    Shapes: one (durations, events) pair per group. Units: none.
    Errors: `InvalidInput` for fewer than two groups, shapes that differ or events other than 0 and 1; a group without anybody ends in `no_data`,
    NaN in `not_finite`, no event at all in `no_variance`.

    >>> found = log_rank([([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]), ([4, 6, 8, 9, 9], [1, 1, 1, 0, 0])])
    >>> round(found.statistic, 2), round(found.p_value, 3)
    (6.87, 0.009)
    """
    method = "log_rank"
    if len(groups) < 2:
        raise InvalidInput("shape", "a comparison needs two groups or more")
    read = [_observed(durations, events, None) for durations, events in groups]
    sizes = [time.size for time, _, _ in read]
    n = sum(sizes)
    if min(sizes) == 0:
        return incomparable(method, Reason.NO_DATA, n=n)
    time = np.concatenate([part[0] for part in read])
    event = np.concatenate([part[1] for part in read])
    if not np.isfinite(time).all():
        return incomparable(method, Reason.NOT_FINITE, n=n)
    if not bool(event.any()):
        return incomparable(method, Reason.NO_VARIANCE, n=n)
    times = np.unique(time[event])
    risk = np.stack(
        [part[0].size - np.searchsorted(np.sort(part[0]), times, side="left") for part in read]
    ).astype(float)
    ended = np.stack(
        [
            np.bincount(np.searchsorted(times, part[0][part[1]]), minlength=times.size)
            for part in read
        ]
    ).astype(float)
    all_risk, all_ended = risk.sum(axis=0), ended.sum(axis=0)
    share = risk / all_risk
    expected = (share * all_ended).sum(axis=1)
    observed = ended.sum(axis=1)
    left = np.where(all_risk > 1, all_risk - 1.0, 1.0)
    scale = all_ended * (all_risk - all_ended) / left
    covariance = np.diag((share * scale).sum(axis=1)) - (share * scale) @ share.T
    gap = observed - expected
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    statistic = float(gap @ inverse @ gap)
    if statistic <= 0 and float(np.abs(gap).max()) > 1e-9:
        return incomparable(method, Reason.NO_VARIANCE, n=n)
    freedom = len(groups) - 1
    return Comparison(
        value=float(observed[0] / expected[0] - 1.0) if expected[0] > 0 else None,
        low=None,
        high=None,
        n=n,
        method=method,
        statistic=statistic,
        degrees_of_freedom=freedom,
        p_value=chi_square_p(statistic, freedom),
    )


def _observed(
    durations: ArrayLike, events: ArrayLike, counts: ArrayLike | None
) -> tuple[Matrix, NDArray[np.bool_], Matrix]:
    time = numbers(durations).ravel()
    ended = numbers(events).ravel()
    count = np.ones(time.size) if counts is None else numbers(counts).ravel()
    if not time.size == ended.size == count.size:
        raise InvalidInput("shape", f"{time.size} durations but {ended.size} events")
    # A NaN is true to Python: what is not known to have ended would count as ended.
    if bool((~np.isin(ended, (0.0, 1.0))).any()):
        raise InvalidInput("not_binary", "events are 0 (still there) or 1 (ended)")
    if bool((time < 0).any()) or bool((count < 0).any()):
        raise InvalidInput("negative", "durations and counts must not be negative")
    return time, ended.astype(bool), count


def _table(time: Matrix, event: NDArray[np.bool_], count: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Return event times, how many were at risk just before, and how many ended."""
    moments, place = np.unique(time, return_inverse=True)
    ended = np.bincount(place, count * event, minlength=moments.size).astype(float)
    gone = np.bincount(place, count, minlength=moments.size).astype(float)
    risk: Matrix = count.sum() - np.concatenate(([0.0], np.cumsum(gone)[:-1]))
    kept = ended > 0
    return moments[kept], risk[kept], ended[kept]


def _step(
    time: float, risk: float, events: float, survival: float, spread: float, z: float
) -> SurvivalStep:
    if not 0.0 < survival < 1.0 or not math.isfinite(spread):
        return SurvivalStep(time, risk, events, max(0.0, survival), None, None, None)
    curve = math.log(-math.log(survival))
    reach = z * math.sqrt(spread) / abs(math.log(survival))
    return SurvivalStep(
        time,
        risk,
        events,
        survival,
        math.exp(-math.exp(curve + reach)),
        math.exp(-math.exp(curve - reach)),
        survival * math.sqrt(spread),
    )
