"""The emotion curve of a journey, stage by stage, and where two segments feel it differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peakend.methods.comparison.means import welch
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Comparison, Estimate, Reason
from peakend.methods.experience.peak_and_end import PeakEnd, peak_end
from peakend.methods.moments import Moments
from peakend.methods.scores import mean_score


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
