"""Net scores: the share for minus the share against, as NPS and net sentiment."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
from peakend.methods.quantiles import normal_p, z_value
from peakend.methods.scores.shares import interval_base

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
    Shapes: single numbers.
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
    Shapes: single numbers.
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
    Shapes: three numbers for each side.
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
        # Only counts beyond the digits of a float leave no error at all.
        reason=None if error > 0 else Reason.NO_VARIANCE,
        standard_error=error,
        confidence=confidence,
        statistic=adjusted / error if error > 0 else None,
        p_value=normal_p(adjusted / error) if error > 0 else None,
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
    Shapes: single numbers.
    Errors: `InvalidInput` for a margin outside (0, 2), shares that exceed 1, an unknown method;
    shares that leave no variance end in `no_variance`, NaN in `not_finite`, a margin too narrow for any number of
    answers in `not_reached`.

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
    if not math.isfinite(variance) or (population is not None and not math.isfinite(population)):
        return SampleSize(None, method, margin, confidence, Reason.NOT_FINITE)
    if variance <= 1e-12:
        return SampleSize(None, method, margin, confidence, Reason.NO_VARIANCE)
    reach = z_value(confidence) / margin
    size = reach * reach * variance
    if method == "adjusted_wald":
        size -= _ADDED_ANSWERS
    if population is not None:
        if population < 1:
            raise InvalidInput("population", f"population must be at least 1, got {population}")
        size = size / (1.0 + (size - 1.0) / population)
    if not math.isfinite(size):
        return SampleSize(None, method, margin, confidence, Reason.NOT_REACHED)
    return SampleSize(max(1, math.ceil(size - 1e-9)), method, margin, confidence)


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
    base = interval_base(n, effective_n)
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
