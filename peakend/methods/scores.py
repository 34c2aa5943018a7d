"""The scores a company lives by: NPS, top box, mean, effort, net sentiment, each with its interval.

Everything here takes counts or `Moments`, so rows never have to be read again. Weighted counts are
welcome: give `effective_n` (Kish's (Σw)²/Σw²) and the interval is as wide as the weights make it.
"""

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
    all_finite,
    incomparable,
    plain_number,
    require_not_negative,
    unknown,
)
from peakend.methods.intervals import newcombe_bounds, wilson_bounds
from peakend.methods.moments import Moments
from peakend.methods.quantiles import normal_p, t_value, z_value

_ADDED_ANSWERS = 3.0  # of which a quarter each to promoters and detractors, half to passives


def nps(
    promoters: float,
    passives: float,
    detractors: float,
    *,
    confidence: float = 0.95,
    effective_n: float | None = None,
) -> Estimate:
    """Return the net promoter score in [−1, 1] with an adjusted Wald interval.

    Formula: value = (P − D)/n. Interval: p = (P + ¾)/(n + 3), d = (D + ¾)/(n + 3),
    p − d ± z √((p + d − (p − d)²)/(n + 3)), cut to [−1, 1] and stretched to hold the value.
    Source: Rocks (2016), The American Statistician 70, 365-372; Sauro and Lewis (2021), MeasuringU,
    'Confidence intervals for Net Promoter Scores': of six intervals the one with the best coverage.
    Units: counts of answers 9-10, 7-8 and 0-6 (or sums of weights, with their `effective_n`);
    value, bounds and standard error are shares, pages multiply by 100.
    Errors: `InvalidInput` for negative counts or a confidence outside (0, 1); no answers end in `no_data`,
    NaN in `not_finite`, weights without effect in `zero_weight`.

    >>> score = nps(19, 9, 8)
    >>> round(score.value, 3), round(score.low, 3), round(score.high, 3), score.n
    (0.306, 0.029, 0.535, 36)
    >>> nps(0, 0, 0).reason.value
    'no_data'
    """
    return _net(promoters, passives, detractors, confidence, effective_n, "nps_adjusted_wald")


def net_share(
    positives: float,
    neutrals: float,
    negatives: float,
    *,
    confidence: float = 0.95,
    effective_n: float | None = None,
) -> Estimate:
    """Return net sentiment, positive minus negative share in [−1, 1], with an adjusted Wald interval.

    Formula and source: those of `nps`; a share of three kinds of answers has the same mathematics.
    Units: counts of opinions (or sums of weights, with their `effective_n`).
    Errors: as `nps`.

    >>> net_share(30, 10, 60).value
    -0.3
    """
    return _net(positives, neutrals, negatives, confidence, effective_n, "net_sentiment")


def nps_difference(
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    *,
    confidence: float = 0.95,
    effective_n: tuple[float, float] | None = None,
) -> Comparison:
    """Return the difference of two independent net promoter scores (first minus second) and its test.

    Formula: both scores adjusted by three answers as in `nps`; difference of the adjusted scores
    ± z √(SE₁² + SE₂²), stretched to hold the value; the p-value is that of the adjusted difference.
    Source: Sauro and Lewis (2016), Quantifying the User Experience, 2nd ed., ch. 5; Rocks (2016).
    Units: (promoters, passives, detractors) of each side; the value is a share in [−2, 2].
    Errors: as `nps`; a side without answers ends in `no_data`.

    >>> change = nps_difference((60, 25, 15), (45, 30, 25))
    >>> round(change.value, 2), round(change.low, 3), round(change.high, 3)
    (0.25, 0.03, 0.455)
    """
    sizes = effective_n or (None, None)
    one = nps(*first, confidence=confidence, effective_n=sizes[0])
    two = nps(*second, confidence=confidence, effective_n=sizes[1])
    method = "nps_difference_adjusted_wald"
    n = one.n + two.n
    if one.value is None or two.value is None:
        reason = one.reason or two.reason or Reason.NO_DATA
        return incomparable(method, reason, n=n, confidence=confidence)
    assert one.standard_error is not None
    assert two.standard_error is not None
    adjusted = _adjusted_net(*first, sizes[0]) - _adjusted_net(*second, sizes[1])
    error = math.hypot(one.standard_error, two.standard_error)
    margin = z_value(confidence) * error
    value = one.value - two.value
    return Comparison(
        value=value,
        low=max(-2.0, min(value, adjusted - margin)),
        high=min(2.0, max(value, adjusted + margin)),
        n=n,
        method=method,
        standard_error=error,
        confidence=confidence,
        statistic=adjusted / error,
        p_value=normal_p(adjusted / error),
    )


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many answers are needed; `value` counts answers, not invitations."""

    value: int | None
    method: str
    margin: float
    confidence: float
    reason: Reason | None = None

    def invitations(self, response_rate: float) -> int | None:
        """Return how many people to ask at an expected response rate in (0, 1].

        >>> SampleSize(100, "wald", 0.1, 0.95).invitations(0.25)
        400
        """
        if not 0.0 < response_rate <= 1.0:
            raise InvalidInput(
                "not_a_fraction",
                f"response rate must lie in (0, 1], got {response_rate}",
            )
        return None if self.value is None else math.ceil(self.value / response_rate - 1e-9)


def nps_sample_size(
    margin: float,
    *,
    confidence: float = 0.95,
    promoters: float | None = None,
    detractors: float | None = None,
    population: int | None = None,
    method: str = "adjusted_wald",
) -> SampleSize:
    """Return how many answers bring the NPS interval to ± `margin`.

    Formula: n = z² V/margin², V = p + d − (p − d)²; the adjusted Wald interval needs three answers less;
    a finite population N makes it n/(1 + (n − 1)/N). Without expected shares V is the largest possible, 1
    (half promoters, half detractors); real scores often lie near V = 0.67.
    Source: Sauro and Lewis (2021), MeasuringU, 'Sample sizes for Net Promoter Scores'; Cochran (1977), §4.
    Units: `margin` in shares (0.1 = 10 points); `promoters`, `detractors` expected shares in [0, 1];
    `method` is 'adjusted_wald' or 'wald'.
    Errors: `InvalidInput` for a margin outside (0, 2), shares that exceed 1, an unknown method;
    shares that leave no variance end in `no_variance`.

    >>> nps_sample_size(0.1).value, nps_sample_size(0.1, method="wald").value
    (382, 385)
    """
    if not 0.0 < margin < 2.0:
        raise InvalidInput("margin", f"margin must lie in (0, 2), got {margin}")
    if method not in ("adjusted_wald", "wald"):
        raise InvalidInput("method", f"method must be 'adjusted_wald' or 'wald', got {method!r}")
    if (promoters is None) != (detractors is None):
        raise InvalidInput("half_given", "promoters and detractors come together")
    variance = 1.0
    if promoters is not None and detractors is not None:
        require_not_negative(promoters=promoters, detractors=detractors)
        if promoters + detractors > 1.0 + 1e-12:
            raise InvalidInput("not_a_fraction", "promoters and detractors together exceed 1")
        variance = promoters + detractors - (promoters - detractors) ** 2
    if not math.isfinite(variance):
        return SampleSize(None, method, margin, confidence, Reason.NOT_FINITE)
    if variance <= 1e-12:
        return SampleSize(None, method, margin, confidence, Reason.NO_VARIANCE)
    size = z_value(confidence) ** 2 * variance / margin**2
    if method == "adjusted_wald":
        size -= _ADDED_ANSWERS
    if population is not None:
        if population < 1:
            raise InvalidInput("population", f"population must be at least 1, got {population}")
        size = size / (1.0 + (size - 1.0) / population)
    return SampleSize(max(1, math.ceil(size - 1e-9)), method, margin, confidence)


def top_box(
    successes: float,
    n: float,
    *,
    confidence: float = 0.95,
    effective_n: float | None = None,
) -> Estimate:
    """Return a share of answers in the top box (or any share) with Wilson's interval.

    Formula: p = successes/n; (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    Source: Wilson (1927), JASA 22, 209-212; Newcombe (1998), Statistics in Medicine 17, 857-872.
    Units: counts (or sums of weights, with their `effective_n`); value and bounds lie in [0, 1].
    Errors: `InvalidInput` for negative counts or more successes than answers; n = 0 ends in `no_data`.

    >>> share = top_box(81, 263)
    >>> round(share.value, 4), round(share.low, 4), round(share.high, 4)
    (0.308, 0.2553, 0.3662)
    """
    method = "wilson"
    require_not_negative(successes=successes, n=n)
    if not all_finite(successes, n):
        return unknown(method, Reason.NOT_FINITE, confidence=confidence)
    if successes > n * (1.0 + 1e-12):
        raise InvalidInput("more_than_all", f"{successes} successes among {n} answers")
    if n == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    base = _base(n, effective_n)
    if isinstance(base, Reason):
        return unknown(method, base, n=plain_number(n), confidence=confidence)
    share = min(1.0, float(successes / n))
    low, high = wilson_bounds(share, base, z_value(confidence))
    error = math.sqrt(share * (1.0 - share) / base)
    return Estimate(share, low, high, plain_number(n), method, None, error, confidence)


def proportion_difference(
    successes_first: float,
    n_first: float,
    successes_second: float,
    n_second: float,
    *,
    confidence: float = 0.95,
    effective_n: tuple[float, float] | None = None,
) -> Estimate:
    """Return the difference of two independent shares (first minus second) with Newcombe's interval.

    Formula: d ± the root of the squared distances of both Wilson bounds, see `newcombe_bounds`.
    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    Units: counts; the value lies in [−1, 1]. For a test see `comparison.two_proportions`.
    Errors: as `top_box`; a side without answers ends in `no_data`.

    >>> gap = proportion_difference(56, 70, 48, 80)
    >>> round(gap.value, 4), round(gap.low, 4), round(gap.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    sizes = effective_n or (None, None)
    one = top_box(successes_first, n_first, confidence=confidence, effective_n=sizes[0])
    two = top_box(successes_second, n_second, confidence=confidence, effective_n=sizes[1])
    method = "newcombe"
    n = one.n + two.n
    if one.value is None or one.low is None or one.high is None or one.standard_error is None:
        return unknown(method, one.reason or Reason.NO_DATA, n=n, confidence=confidence)
    if two.value is None or two.low is None or two.high is None or two.standard_error is None:
        return unknown(method, two.reason or Reason.NO_DATA, n=n, confidence=confidence)
    low, high = newcombe_bounds((one.value, one.low, one.high), (two.value, two.low, two.high))
    error = math.hypot(one.standard_error, two.standard_error)
    return Estimate(one.value - two.value, low, high, n, method, None, error, confidence)


def mean_score(moments: Moments, *, confidence: float = 0.95) -> Estimate:
    """Return the mean of scores with Student's interval.

    Formula: x̄ ± t(nₑ − 1) s/√nₑ, with nₑ = n without weights and Kish's effective n with them.
    Source: Student (1908), Biometrika 6, 1-25; Kish (1965), Survey Sampling, for weights.
    Units: value and bounds in the unit of the scores.
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

    Formula, source, errors: see `comparison.welch`.

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
    Units: `counts` shape (k,), answers to options 1…k from 'strongly disagree' to 'strongly agree', k ≥ 2;
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


def _net(
    positives: float,
    neutrals: float,
    negatives: float,
    confidence: float,
    effective_n: float | None,
    method: str,
) -> Estimate:
    z = z_value(confidence)
    require_not_negative(positives=positives, neutrals=neutrals, negatives=negatives)
    if not all_finite(positives, neutrals, negatives):
        return unknown(method, Reason.NOT_FINITE, confidence=confidence)
    n = positives + neutrals + negatives
    if n == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    base = _base(n, effective_n)
    if isinstance(base, Reason):
        return unknown(method, base, n=plain_number(n), confidence=confidence)
    positive, negative = _adjusted_shares(positives / n, negatives / n, base)
    centre = positive - negative
    error = math.sqrt((positive + negative - centre**2) / (base + _ADDED_ANSWERS))
    value = float((positives - negatives) / n)
    return Estimate(
        value=value,
        low=max(-1.0, min(value, centre - z * error)),
        high=min(1.0, max(value, centre + z * error)),
        n=plain_number(n),
        method=method,
        standard_error=error,
        confidence=confidence,
    )


def _adjusted_shares(positive: float, negative: float, base: float) -> tuple[float, float]:
    quarter = _ADDED_ANSWERS / 4.0
    larger = base + _ADDED_ANSWERS
    return (positive * base + quarter) / larger, (negative * base + quarter) / larger


def _adjusted_net(
    positives: float, neutrals: float, negatives: float, effective_n: float | None
) -> float:
    n = positives + neutrals + negatives
    base = n if effective_n is None else effective_n
    positive, negative = _adjusted_shares(positives / n, negatives / n, base)
    return positive - negative


def _base(n: float, effective_n: float | None) -> float | Reason:
    """Return the number of answers an interval rests on, or why it has none."""
    if effective_n is None:
        return float(n)
    require_not_negative(effective_n=effective_n)
    if not math.isfinite(effective_n):
        return Reason.NOT_FINITE
    return float(effective_n) if effective_n > 0 else Reason.ZERO_WEIGHT
