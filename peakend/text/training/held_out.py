"""What a model says of texts it was not fitted on: its figures, its reliability, odd labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.text.evaluation import ABSENT

Floats = NDArray[np.float64]
_LEAST = 40  # pairs behind a point of the reliability curve
_MISSING, _WRONG = 0.9, 0.95  # how sure the model must be to doubt a label
_NEVER = 0.03


@dataclass(frozen=True)
class DoubtfulLabel:
    """A label the model would set otherwise, having learned from the other texts only.

    labelled, suggested: a polarity, or None for an aspect that is absent; confidence: how sure.
    """

    row: int
    aspect: str
    labelled: str | None
    suggested: str | None
    confidence: float


def fit_reliability(raw: Floats, right: NDArray[np.bool_]) -> Floats:
    """Raw confidences and what they are worth, (2, m) rising: isotonic over even groups."""
    if raw.size < _LEAST:
        return np.array([[0.0, 1.0], [0.0, 1.0]])
    order = np.argsort(raw, kind="stable")
    groups = np.array_split(order, max(1, min(20, raw.size // _LEAST)))
    points = np.array([raw[group].mean() for group in groups])
    weights = np.array([group.size for group in groups], np.float64)
    worth = _rising(np.array([right[group].mean() for group in groups]), weights)
    ends = np.concatenate(([0.0], points, [1.0]))
    return np.stack((ends, np.concatenate((worth[:1], worth, worth[-1:]))))


def _rising(values: Floats, weights: Floats) -> Floats:
    """The nearest rising sequence: neighbours that fall are pooled."""
    pooled: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        size = 1
        while pooled and pooled[-1][0] >= value:
            before, heavy, many = pooled.pop()
            value = (value * weight + before * heavy) / (weight + heavy)
            weight, size = weight + heavy, size + many
        pooled.append((value, weight, size))
    return np.concatenate([np.full(size, value) for value, _, size in pooled])


def doubtful_labels(
    aspects: tuple[str, ...],
    gold: NDArray[np.int8],
    margin: Floats,
    sign: NDArray[np.int8],
    chance: Floats,
) -> list[DoubtfulLabel]:
    """Labels that may be missing, superfluous or of the wrong polarity, the surest doubt first.

    margin: log-odds held out that a text means an aspect; sign and chance: its polarity held out,
    where the aspect is labelled or found.
    """
    names = {-1: "negative", 0: "neutral", 1: "positive", ABSENT: None}
    meant = 1 / (1 + np.exp(-margin))
    missing = (gold == ABSENT) & (sign > ABSENT) & (meant * chance > _MISSING)
    wrong = (gold > ABSENT) & (sign > ABSENT) & (sign != gold) & (chance > _WRONG)
    absent = (gold > ABSENT) & (meant < _NEVER)
    found = [
        DoubtfulLabel(row, aspects[a], names[int(gold[row, a])], suggested, round(float(sure), 3))
        for where, suggest, confidence in (
            (missing, True, meant * chance),
            (wrong & ~absent, True, chance),
            (absent, False, 1 - meant),
        )
        for row, a in np.argwhere(where).tolist()
        for suggested, sure in [(names[int(sign[row, a])] if suggest else None, confidence[row, a])]
    ]
    return sorted(found, key=lambda one: (-one.confidence, one.row, one.aspect))
