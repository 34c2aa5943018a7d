"""The contrast within an experience: how much a pit sets off the peak that follows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.experience.peak_and_end import require_same_length
from peakend.methods.quantiles import z_value


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
    require_same_length(len(scores), standard_errors, "standard errors")
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
