"""Mean scores: ratings, satisfaction, effort."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from peakend.methods.comparison.means import welch
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import (
    Comparison,
    Estimate,
    Reason,
    plain_number,
    require_not_negative,
    unknown,
)
from peakend.methods.moments import Moments
from peakend.methods.quantiles import t_value
from peakend.methods.scores.shares import top_box


def mean_score(moments: Moments, *, confidence: float = 0.95) -> Estimate:
    """Return the mean of scores with Student's interval.

    Formula: x̄ ± t(nₑ − 1) s/√nₑ, with nₑ = n without weights and Kish's effective n with them.
    Source: Student (1908), Biometrika 6, 1-25; Kish (1965), Survey Sampling, for weights.
    Units: value and bounds in the unit of the scores.
    Shapes: the moments of one set of answers.
    Errors: no answers end in `no_data`, NaN in `not_finite`, weights that sum to nothing in `zero_weight`;
    one answer, or answers that are all equal, have a value without interval (`too_few`, `no_variance`).

    >>> rating = mean_score(Moments.from_values([4, 5, 3, 4, 2]))
    >>> round(rating.value, 2), round(rating.low, 2), round(rating.high, 2)
    (3.6, 2.18, 5.02)
    >>> mean_score(Moments.from_values([4])).reason.value
    'too_few'
    """
    method = "student_t"
    n = plain_number(moments.n)
    if not moments.finite:
        return unknown(method, Reason.NOT_FINITE, confidence=confidence)
    if n == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    mean, variance = moments.mean, moments.variance
    if mean is None:
        return unknown(method, Reason.ZERO_WEIGHT, n=n, confidence=confidence)
    if variance is None or variance == 0.0:
        reason = Reason.TOO_FEW if variance is None else Reason.NO_VARIANCE
        return Estimate(mean, None, None, n, method, reason, None, confidence)
    error = math.sqrt(variance / moments.effective_n)
    margin = t_value(confidence, moments.effective_n - 1.0) * error
    return Estimate(mean, mean - margin, mean + margin, n, method, None, error, confidence)


def mean_difference(first: Moments, second: Moments, *, confidence: float = 0.95) -> Comparison:
    """Return the difference of two independent means (first minus second) by Welch's t.

    Formula, source, shapes, units, errors: see `comparison.welch`.

    >>> change = mean_difference(Moments.from_values([5, 4, 4, 5]), Moments.from_values([3, 4, 2, 3]))
    >>> change.value, round(change.p_value, 4)
    (1.5, 0.0273)
    """
    return welch(first, second, confidence=confidence)


@dataclass(frozen=True, slots=True)
class EffortScore(Estimate):
    """Customer effort: `value` is the mean answer, `easy` the share of answers on the easy side."""

    easy: Estimate = field(default_factory=lambda: unknown("wilson", Reason.NO_DATA))


def ces(
    counts: Sequence[float], *, easy_from: int | None = None, confidence: float = 0.95
) -> EffortScore:
    """Return the customer effort score: mean agreement with 'it was easy', and the share who agree.

    Formula: mean Σ i·cᵢ/n on 1…k with Student's interval; `easy` = share of answers ≥ `easy_from`
    with Wilson's interval.
    Source: Dixon, Toman and DeLisi (2013), The Effortless Experience (CES 2.0: seven options, 5-7 agree).
    Shapes: `counts` (k,). Units: answers to options 1…k from 'strongly disagree' to 'strongly agree', k ≥ 2;
    `easy_from` counts options from 1 and defaults to the first above the middle.
    Errors: `InvalidInput` for fewer than two options or an `easy_from` off the scale;
    otherwise as `mean_score`.

    >>> effort = ces([2, 3, 5, 10, 20, 40, 20])
    >>> round(effort.value, 2), effort.easy.value
    (5.43, 0.8)
    """
    options = len(counts)
    if options < 2:
        raise InvalidInput("shape", f"an effort scale has at least two options, got {options}")
    first_easy = options // 2 + options % 2 + 1 if easy_from is None else easy_from
    if not 1 <= first_easy <= options:
        raise InvalidInput("easy_from", f"easy_from must lie on 1…{options}, got {first_easy}")
    require_not_negative(**{f"count_{option}": count for option, count in enumerate(counts, 1)})
    mean = mean_score(
        Moments.from_histogram(
            {float(option): float(count) for option, count in enumerate(counts, 1)}
        ),
        confidence=confidence,
    )
    return EffortScore(
        value=mean.value,
        low=mean.low,
        high=mean.high,
        n=plain_number(sum(counts)) if mean.reason is not Reason.NOT_FINITE else 0,
        method="ces_mean",
        reason=mean.reason,
        standard_error=mean.standard_error,
        confidence=confidence,
        easy=top_box(sum(counts[first_easy - 1 :]), sum(counts), confidence=confidence),
    )
