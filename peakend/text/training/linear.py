"""Penalised logistic and softmax regression on sparse features.

The optimiser is L-BFGS in NumPy without BLAS: on one core, and beside other work, the threads of a
BLAS cost many times what they save on vectors of this length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Loss = Callable[[Floats], tuple[float, Floats]]
_MEMORY = 8
_TOLERANCE = 1e-7


def minimise(loss: Loss, start: Floats, iterations: int) -> Floats:
    """The point of least loss near `start`; `loss` gives value and slope. Deterministic."""
    point = start
    value, slope = loss(point)
    history: deque[tuple[Floats, Floats, float]] = deque(maxlen=_MEMORY)
    for _ in range(iterations):
        direction = _direction(slope, history)
        fall = _dot(slope, direction)
        if fall >= 0:
            break
        step = 1.0 if history else min(1.0, 1.0 / float(np.abs(slope).sum()))
        while True:
            following, next_slope = loss(point + step * direction)
            if following <= value + 1e-4 * step * fall or step < 1e-10:
                break
            step /= 2
        moved, turned = step * direction, next_slope - slope
        bend = _dot(moved, turned)
        if bend > 1e-12:
            history.append((moved, turned, bend))
        point, slope = point + moved, next_slope
        gain, value = value - following, following
        if gain <= _TOLERANCE * max(abs(value), 1.0):
            break
    return point


def _direction(slope: Floats, history: deque[tuple[Floats, Floats, float]]) -> Floats:
    """Downhill, bent by what was seen of the curvature (Nocedal & Wright, algorithm 7.4)."""
    direction = -slope
    shares = []
    for moved, turned, bend in reversed(history):
        share = _dot(moved, direction) / bend
        shares.append(share)
        direction = direction - share * turned
    if history:
        _, turned, bend = history[-1]
        direction *= bend / _dot(turned, turned)
    for (moved, turned, bend), share in zip(history, reversed(shares), strict=True):
        direction += (share - _dot(turned, direction) / bend) * moved
    return direction


def _dot(one: Floats, other: Floats) -> float:
    return float(np.einsum("i,i->", one, other))


def fit_logistic(
    features: scipy.sparse.csr_matrix,
    labels: NDArray[np.bool_],
    weights: Floats,
    penalty: Floats,
    iterations: int = 120,
) -> Floats:
    """Coefficients that minimise the weighted log loss plus ½ Σ penalty · coefficient².

    features: (n, d); labels, weights: n; penalty: d.
    """
    sign = np.where(labels, 1.0, -1.0)
    transposed: Any = features.T.tocsr()

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        margin = sign * (features @ coefficients)
        pull = penalty * coefficients
        value = _dot(weights, np.logaddexp(0, -margin)) + 0.5 * _dot(pull, coefficients)
        return value, transposed @ (-weights * sign * _sigmoid(-margin)) + pull

    return minimise(loss, np.zeros(features.shape[1]), iterations)


def fit_softmax(
    features: Any, target: Floats, weights: Floats, penalty: Floats, iterations: int = 80
) -> Floats:
    """Coefficients (columns, classes); target: (n, classes), penalty: (columns,)."""
    columns, classes = features.shape[1], target.shape[1]
    transposed = features.T.tocsr()
    pulls = penalty[:, None]

    def loss(flat: Floats) -> tuple[float, Floats]:
        coefficients = flat.reshape(columns, classes)
        scores = features @ coefficients
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        total = chances.sum(axis=1, keepdims=True)
        value = -_dot(weights, ((scores - np.log(total)) * target).sum(axis=1))
        pull = (pulls * coefficients).ravel()
        value += 0.5 * _dot(pull, flat)
        slope = transposed @ (weights[:, None] * (chances / total - target))
        return value, slope.ravel() + pull

    return minimise(loss, np.zeros(columns * classes), iterations).reshape(columns, classes)


def telling(
    present: Any, labels: NDArray[np.bool_], smoothing: float = 0.3, power: float = 0.7
) -> Floats:
    """How much the presence of each feature tells about a label, around 1.

    The absolute log-ratio of naive Bayes (Wang & Manning 2012), tempered: features scaled by it
    learn in the order of what they tell. present: (n, d) of zeros and ones; labels: (n,).
    """
    with_label = present.T @ labels.astype(np.float64) + smoothing
    without = present.T @ (~labels).astype(np.float64) + smoothing
    ratio = with_label / (labels.sum() + smoothing) / (without / ((~labels).sum() + smoothing))
    told = np.maximum(np.abs(np.log(ratio)), 0.05) ** power
    result: Floats = told / np.sqrt((told**2).mean())
    return result


def _sigmoid(x: Floats) -> Floats:
    """Without overflow at either end."""
    small = np.exp(-np.abs(x))
    result: Floats = np.where(x >= 0, 1 / (1 + small), small / (1 + small))
    return result
