"""Does memory follow peak and end here: the whole as remembered, explained by the moments lived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from peakend.methods.arrays import numbers
from peakend.methods.drivers.products import CrossProducts
from peakend.methods.drivers.shares import lmg_from_products
from peakend.methods.drivers.slopes import robust_fit, slope_contrast
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Comparison, Reason, require_fraction
from peakend.methods.experience.peak_and_end import peak_end


@dataclass(frozen=True, slots=True)
class RememberedExperience:
    """What of an experience its memory rests on: slopes and shares of R² of peak, end and mean.

    `peak` is the most intense moment. `value` repeats R²; `n` counts the experiences with a memory and at least one
    scored moment. `peak_end_r_squared` is that of the peak-end score alone, `mean_r_squared` that of the mean alone:
    where the first is larger, memory follows peak and end.
    """

    value: float | None
    n: int
    peak: Comparison | None = None
    end: Comparison | None = None
    mean: Comparison | None = None
    shares: tuple[float, float, float] | None = None
    peak_end_r_squared: float | None = None
    mean_r_squared: float | None = None
    method: str = "remembered_experience"
    reason: Reason | None = None


def remembered_experience(
    experiences: Sequence[Sequence[float | None]],
    remembered: Sequence[float | None],
    neutral: float,
    *,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
) -> RememberedExperience:
    """Return how much peak, end and mean each explain of the experience as it is remembered.

    Formula: remembered = a + b₁ peak + b₂ end + b₃ mean by least squares, errors robust to unequal variance (HC3);
    shares of R² by LMG, since the three go together.
    Source: Redelmeier and Kahneman (1996), Pain 66, 3-8; Ariely and Carmon (2000), Journal of Behavioral Decision
    Making 13, 191-201; Alaybek et al. (2022), Organizational Behavior and Human Decision Processes 170, 104149.
    Shapes: one sequence of scores per experience, in the order lived (None where not scored), and its remembered
    score (None where unknown); `weights` (experiences,). Units: those of the scores.
    Errors: `InvalidInput` for shapes that differ or negative weights; no experience with both ends in `no_data`, fewer
    than ten in `too_few`, NaN in `not_finite`, weights of zero in `zero_weight`, memories all alike in `no_variance`. A
    slope the data cannot tell apart (every experience one moment long) ends in `collinear`.

    >>> rng = np.random.default_rng(1)
    >>> visits = rng.integers(1, 6, size=(300, 5)).tolist()
    >>> memories = [peak_end(visit, 3).value + rng.normal(0, 0.3) for visit in visits]
    >>> found = remembered_experience(visits, memories, neutral=3)
    >>> found.peak_end_r_squared > found.mean_r_squared, found.end.excludes(0)
    (True, True)
    """
    require_fraction(confidence=confidence)
    if len(experiences) != len(remembered):
        raise InvalidInput("shape", f"{len(experiences)} experiences, {len(remembered)} memories")
    scale = np.ones(len(experiences)) if weights is None else numbers(weights).ravel()
    if scale.size != len(experiences):
        raise InvalidInput("shape", f"{len(experiences)} experiences but {scale.size} weights")
    if bool((scale < 0).any()):
        raise InvalidInput("negative", "weights must not be negative")
    rows, whole, kept = [], [], []
    for place, (scores, memory) in enumerate(zip(experiences, remembered, strict=True)):
        told = peak_end(scores, neutral)
        if told.reason is Reason.NOT_FINITE:
            return RememberedExperience(None, 0, reason=Reason.NOT_FINITE)
        if memory is None or told.intense is None or told.end is None or told.mean is None:
            continue
        peak, end = scores[told.intense], scores[told.end]
        assert peak is not None
        assert end is not None
        rows.append((float(peak), float(end), told.mean))
        whole.append(float(memory))
        kept.append(place)
    n = len(rows)
    if n == 0:
        return RememberedExperience(None, 0, reason=Reason.NO_DATA)
    lived, memories, used = np.array(rows), np.array(whole), scale[kept]
    if not (np.isfinite(memories).all() and np.isfinite(used).all()):
        return RememberedExperience(None, n, reason=Reason.NOT_FINITE)
    if n < 10:
        return RememberedExperience(None, n, reason=Reason.TOO_FEW)
    products = CrossProducts.from_rows(lived, memories, weights=used)
    shares = lmg_from_products(products)
    if shares.shares is None:
        return RememberedExperience(None, n, reason=shares.reason)
    fit = robust_fit(np.column_stack([np.ones(n), lived]), memories, used)
    slopes = [
        slope_contrast(
            np.eye(4)[column], fit, n=n, confidence=confidence, method="remembered_experience"
        )
        for column in (1, 2, 3)
    ]
    return RememberedExperience(
        value=shares.r_squared,
        n=n,
        peak=slopes[0],
        end=slopes[1],
        mean=slopes[2],
        shares=(float(shares.shares[0]), float(shares.shares[1]), float(shares.shares[2])),
        peak_end_r_squared=_alone(lived[:, :2].mean(axis=1), memories, used),
        mean_r_squared=_alone(lived[:, 2], memories, used),
    )


def _alone(driver: ArrayLike, whole: ArrayLike, weights: ArrayLike) -> float | None:
    column = np.asarray(driver, dtype=float)[:, None]
    return lmg_from_products(CrossProducts.from_rows(column, whole, weights=weights)).r_squared
