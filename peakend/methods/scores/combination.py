"""Several figures in one: a weighted index whose interval holds however its parts hang together."""

from __future__ import annotations

from collections.abc import Sequence

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate, Reason, all_finite, require_not_negative, unknown


def weighted_index(parts: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """Return the weighted mean of figures on one scale, with an interval that needs no correlations.

    Formula: Σ w_i x_i/Σ w; low = Σ w_i low_i/Σ w, high = Σ w_i high_i/Σ w. The standard error of a sum is at most the
    sum of the standard errors, whatever the correlations, so the interval is as wide as the worst case; parts
    answered by the same customers usually hang together and come near it.
    Source: Kish (1965), Survey Sampling, §2.3, for the variance of a sum; Minkowski's inequality for its bound.
    Shapes: `parts` (k,) estimates of one confidence, `weights` (k,) of any sum. Units: those of the parts.
    Errors: `InvalidInput` for lengths that differ or negative weights; no parts end in `no_data`, weights of zero in
    `zero_weight`, a part without value in `empty_cell` (leaving it out would change what is measured); a part
    without interval leaves the index without one. `n` is the smallest n of the parts that have a weight.

    >>> index = weighted_index([Estimate(0.8, 0.7, 0.9, 90, "x"), Estimate(0.5, 0.4, 0.6, 70, "x")], [3, 1])
    >>> round(index.value, 3), round(index.low, 3), round(index.high, 3), index.n
    (0.725, 0.625, 0.825, 70)
    """
    method = "weighted_index"
    if len(parts) != len(weights):
        raise InvalidInput("shape", f"{len(parts)} parts but {len(weights)} weights")
    require_not_negative(**{f"weight_{place}": weight for place, weight in enumerate(weights)})
    if not parts:
        return unknown(method, Reason.NO_DATA)
    confidence = parts[0].confidence
    if not all_finite(*weights):
        return unknown(method, Reason.NOT_FINITE, confidence=confidence)
    total = float(sum(weights))
    if total <= 0 or not all_finite(total):
        return unknown(method, Reason.ZERO_WEIGHT, confidence=confidence)
    counted = [(part, w / total) for part, w in zip(parts, weights, strict=True) if w > 0]
    n = min(part.n for part, _share in counted)
    value = low = high = error = 0.0
    is_bounded = True
    for part, share in counted:
        if part.value is None:
            return unknown(method, Reason.EMPTY_CELL, n=n, confidence=confidence)
        value += share * part.value
        if part.low is None or part.high is None:
            is_bounded = False
            continue
        low += share * part.low
        high += share * part.high
        error += share * (part.standard_error or 0.0)
    if not all_finite(value):
        return unknown(method, Reason.NOT_FINITE, n=n, confidence=confidence)
    if not is_bounded:
        reason = next(part.reason for part, _share in counted if part.low is None)
        return Estimate(
            value, None, None, n, method, reason or Reason.TOO_FEW, confidence=confidence
        )
    return Estimate(value, min(low, value), max(high, value), n, method, None, error, confidence)
