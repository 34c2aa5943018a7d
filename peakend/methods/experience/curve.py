"""The curve of an experience: peak, pit, most intense moment, end, and the contrast between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from peakend.methods.comparison.means import welch
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Comparison, Estimate, Reason
from peakend.methods.moments import Moments
from peakend.methods.quantiles import z_value
from peakend.methods.scores import mean_score


@dataclass(frozen=True, slots=True)
class PeakEnd:
    """The peak-end score of one experience and the moments it rests on.

    `value` is the mean of the most intense moment and the last; `peak` the highest and `pit` the lowest
    position, `intense` the one farthest from neutral, `end` the last one with a score.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    neutral: float
    peak: int | None = None
    pit: int | None = None
    intense: int | None = None
    end: int | None = None
    mean: float | None = None
    duration_weighted_mean: float | None = None
    method: str = "peak_end"
    reason: Reason | None = None


def peak_end(
    scores: Sequence[float | None],
    neutral: float,
    *,
    durations: Sequence[float] | None = None,
    standard_errors: Sequence[float | None] | None = None,
    confidence: float = 0.95,
) -> PeakEnd:
    """Return the peak-end score of an experience: the mean of its most intense moment and its last.

    Formula: (x_intense + x_end)/2, intense = the moment farthest from `neutral`, for better or worse; of
    equally intense ones the later counts, which memory holds better. Beside it the plain mean and the
    duration-weighted mean Σdx/Σd, which memory neglects. With standard errors the bounds are
    ± z √(SE_i² + SE_e²)/2, or ± z SE where the end is the most intense moment; they take the choice of moment
    as given.
    Source: Kahneman, Fredrickson, Schreiber and Redelmeier (1993), Psychological Science 4, 401-405;
    Redelmeier and Kahneman (1996), Pain 66, 3-8.
    Shapes: `scores` (k,) in the order lived, None where a moment was not scored; `durations`,
    `standard_errors` (k,) or none. Units: those of the scores; `neutral` is the point of the scale
    that is neither good nor bad (3 of 1-5, 0 of −1…1); durations in any one unit.
    Errors: `InvalidInput` for shapes that differ or negative durations; no score ends in `no_data`, NaN
    in `not_finite`; bounds need the standard errors of both moments.

    >>> visit = peak_end([4, 5, 2, 3], neutral=3, durations=[10, 5, 30, 5])
    >>> visit.value, visit.intense, visit.peak, visit.pit, visit.end
    (4.0, 1, 1, 2, 3)
    >>> visit.mean, visit.duration_weighted_mean
    (3.5, 2.8)
    """
    _same_length(len(scores), durations, "durations")
    _same_length(len(scores), standard_errors, "standard errors")
    z = z_value(confidence)
    places = [place for place, score in enumerate(scores) if score is not None]
    lived = [float(score) for score in scores if score is not None]
    if not lived:
        return PeakEnd(None, None, None, 0, neutral, reason=Reason.NO_DATA)
    if not all(math.isfinite(score) for score in lived) or not math.isfinite(neutral):
        return PeakEnd(None, None, None, 0, neutral, reason=Reason.NOT_FINITE)
    last = len(lived) - 1
    intense = max(range(len(lived)), key=lambda index: (abs(lived[index] - neutral), index))
    value = lived[intense] / 2.0 + lived[last] / 2.0
    low = high = None
    error = _error_of_pair(standard_errors, places[intense], places[last])
    if error is not None:
        low, high = value - z * error, value + z * error
    return PeakEnd(
        value=value,
        low=low,
        high=high,
        n=len(lived),
        neutral=neutral,
        peak=places[max(range(len(lived)), key=lambda index: (lived[index], index))],
        pit=places[min(range(len(lived)), key=lambda index: (lived[index], -index))],
        intense=places[intense],
        end=places[last],
        mean=math.fsum(score / len(lived) for score in lived),
        duration_weighted_mean=_weighted_by_duration(lived, places, durations),
    )


@dataclass(frozen=True, slots=True)
class EmotionCurve:
    """The curve of a journey: one estimate per stage, with peak, pit, most intense and end marked.

    `points` are in the order of the journey; positions are None where no stage has a score. `summary` is the
    peak-end score of the curve, and `value`, `low`, `high` repeat it.
    """

    value: float | None
    low: float | None
    high: float | None
    n: float
    points: tuple[Estimate, ...]
    peak: int | None
    pit: int | None
    intense: int | None
    end: int | None
    summary: PeakEnd
    method: str = "emotion_curve"
    reason: Reason | None = None


def emotion_curve(
    stages: Sequence[Moments],
    neutral: float,
    *,
    minimum_n: int = 1,
    durations: Sequence[float] | None = None,
    confidence: float = 0.95,
) -> EmotionCurve:
    """Return the emotion curve of a journey from the scores heard at each stage.

    Formula: mean with Student's interval per stage; peak-end over the stage means (see `peak_end`).
    Source: Kahneman et al. (1993); Zomerdijk and Voss (2010), Journal of Service Research 13, 67-82, for
    journeys.
    Shapes: `stages` one `Moments` per stage, in order; an empty one leaves a gap. `minimum_n` answers are
    needed for a stage to count as peak, pit or end, so that three loud voices are no peak; stages below it
    keep their mean but end in `too_few`.
    Units: those of the scores; all stages on one scale.
    Errors: as `peak_end`; a journey without any sufficient stage ends in `no_data` (`too_few` where there
    were answers).

    >>> m = Moments.from_values
    >>> curve = emotion_curve([m([4, 4, 5]), m([2, 1, 2]), m([]), m([4, 3, 4])], neutral=3)
    >>> curve.peak, curve.pit, curve.end, round(curve.value, 2), curve.points[2].reason.value
    (0, 1, 3, 2.67, 'no_data')
    """
    if minimum_n < 1:
        raise InvalidInput("minimum_n", f"minimum_n must be at least 1, got {minimum_n}")
    told = [mean_score(stage, confidence=confidence) for stage in stages]
    points = tuple(
        point
        if point.value is None or point.n >= minimum_n
        else Estimate(
            point.value, None, None, point.n, point.method, Reason.TOO_FEW, None, confidence
        )
        for point in told
    )
    counted = [
        point.value if point.value is not None and point.n >= minimum_n else None
        for point in points
    ]
    summary = peak_end(
        counted,
        neutral,
        durations=durations,
        standard_errors=[point.standard_error for point in points],
        confidence=confidence,
    )
    n = sum(point.n for point in points)
    reason = summary.reason
    if reason is Reason.NO_DATA and any(point.reason is Reason.NOT_FINITE for point in points):
        reason = Reason.NOT_FINITE
    elif reason is Reason.NO_DATA and n > 0:
        reason = Reason.TOO_FEW
    return EmotionCurve(
        value=summary.value,
        low=summary.low,
        high=summary.high,
        n=n,
        points=points,
        peak=summary.peak,
        pit=summary.pit,
        intense=summary.intense,
        end=summary.end,
        summary=summary,
        reason=reason,
    )


@dataclass(frozen=True, slots=True)
class AnchoringContrast:
    """How much a pit sets off the peak that follows it; `value` is the rise from pit to peak.

    `pit` and `peak` are positions; `share` is the rise as a share of the whole scale, where it is given.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    pit: int | None = None
    peak: int | None = None
    share: float | None = None
    method: str = "anchoring_contrast"
    reason: Reason | None = None


def anchoring_contrast(
    scores: Sequence[float | None],
    *,
    scale: tuple[float, float] | None = None,
    standard_errors: Sequence[float | None] | None = None,
    confidence: float = 0.95,
) -> AnchoringContrast:
    """Return the greatest rise from a moment to a later one: the pit that makes a peak memorable.

    Formula: max over i < j of x_j − x_i, 0 where the experience only falls; ± z √(SE_i² + SE_j²) where
    standard errors are known. Two segments may share the peak and differ in the pit before it, and so in what
    they remember.
    Source: Helson (1964), Adaptation-Level Theory: a moment is felt against the level before it; Loewenstein
    and Prelec (1993), Psychological Review 100, 91-108: sequences that improve are preferred.
    Shapes: `scores` (k,) in the order lived, None where not scored; `standard_errors` (k,) or none.
    Units: those of the scores; `scale` is (lowest, highest).
    Errors: `InvalidInput` for shapes that differ or a scale that does not rise; fewer than two scores end in
    `too_few`, none in `no_data`, NaN in `not_finite`.

    >>> anchoring_contrast([3, 1, 2, 5, 4], scale=(1, 5))
    AnchoringContrast(value=4.0, low=None, high=None, n=5, pit=1, peak=3, share=1.0, method='anchoring_contrast', reason=None)
    """
    _same_length(len(scores), standard_errors, "standard errors")
    if scale is not None and not scale[0] < scale[1]:
        raise InvalidInput("scale", f"a scale rises, got {scale}")
    z = z_value(confidence)
    lived = [(place, float(score)) for place, score in enumerate(scores) if score is not None]
    n = len(lived)
    if n == 0:
        return AnchoringContrast(None, None, None, 0, reason=Reason.NO_DATA)
    if not all(math.isfinite(score) for _, score in lived):
        return AnchoringContrast(None, None, None, 0, reason=Reason.NOT_FINITE)
    if n == 1:
        return AnchoringContrast(None, None, None, 1, reason=Reason.TOO_FEW)
    lowest = best_pit = lived[0]
    best_peak = lived[0]
    for moment in lived[1:]:
        if moment[1] - lowest[1] > best_peak[1] - best_pit[1]:
            best_pit, best_peak = lowest, moment
        if moment[1] < lowest[1]:
            lowest = moment
    rise = best_peak[1] - best_pit[1]
    share = None if scale is None else rise / (scale[1] - scale[0])
    if rise == 0.0:
        return AnchoringContrast(0.0, None, None, n, share=share)
    low = high = None
    if standard_errors is not None:
        before, after = standard_errors[best_pit[0]], standard_errors[best_peak[0]]
        if before is not None and after is not None:
            margin = z * math.hypot(before, after)
            low, high = rise - margin, rise + margin
    return AnchoringContrast(rise, low, high, n, best_pit[0], best_peak[0], share)


def contrast_between(
    first: Sequence[Moments], second: Sequence[Moments], *, confidence: float = 0.95
) -> tuple[Comparison, ...]:
    """Return where two segments feel the same journey differently: one difference of means per stage.

    Formula: Welch's interval of x̄₁ − x̄₂ per stage, each at confidence 1 − (1 − c)/stages (Bonferroni), so that
    all intervals hold together. Source: Welch (1947); Dunn (1961), JASA 56, 52-64.
    Shapes: one `Moments` per stage and segment, same order. Units: those of the scores.
    Errors: `InvalidInput` for different numbers of stages; a stage that a segment did not score ends in
    `no_data`, otherwise as `comparison.welch`.

    >>> m = Moments.from_values
    >>> gaps = contrast_between([m([5, 5, 4]), m([1, 2, 1])], [m([5, 4, 5]), m([4, 4, 3])])
    >>> round(gaps[1].value, 2), gaps[1].excludes(0), gaps[0].excludes(0)
    (-2.33, True, False)
    """
    if len(first) != len(second):
        raise InvalidInput("shape", f"{len(first)} stages against {len(second)}")
    each = 1.0 - (1.0 - confidence) / max(1, len(first))
    return tuple(welch(one, two, confidence=each) for one, two in zip(first, second, strict=True))


def _error_of_pair(
    standard_errors: Sequence[float | None] | None, intense: int, end: int
) -> float | None:
    if standard_errors is None:
        return None
    first, second = standard_errors[intense], standard_errors[end]
    if first is None or second is None:
        return None
    # The same moment twice is one estimate, not two independent ones.
    return first if intense == end else math.hypot(first, second) / 2.0


def _weighted_by_duration(
    lived: Sequence[float], places: Sequence[int], durations: Sequence[float] | None
) -> float | None:
    if durations is None:
        return None
    if any(duration < 0 for duration in durations):
        raise InvalidInput("negative", "durations must not be negative")
    spans = [float(durations[place]) for place in places]
    total = sum(spans)
    if not math.isfinite(total) or total <= 0:
        return None
    return math.fsum(span / total * score for span, score in zip(spans, lived, strict=True))


def _same_length(length: int, other: Sequence[object] | None, name: str) -> None:
    if other is not None and len(other) != length:
        raise InvalidInput("shape", f"{length} scores but {len(other)} {name}")
