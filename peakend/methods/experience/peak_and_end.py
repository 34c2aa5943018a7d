"""One experience as it is remembered: the mean of its most intense moment and its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.quantiles import z_value


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
    require_same_length(len(scores), durations, "durations")
    require_same_length(len(scores), standard_errors, "standard errors")
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


def require_same_length(length: int, other: Sequence[object] | None, name: str) -> None:
    """Refuse something said of each score that is not said of all."""
    if other is not None and len(other) != length:
        raise InvalidInput("shape", f"{length} scores but {len(other)} {name}")
