"""Penalised logistic regression on sparse features, by L-BFGS."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.optimize
import scipy.sparse
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def fit_logistic(
    features: scipy.sparse.csr_matrix,
    labels: NDArray[np.bool_],
    weights: Floats,
    penalty: Floats,
    iterations: int = 120,
    start: Floats | None = None,
) -> Floats:
    """Coefficients that minimise the weighted log loss plus ½ Σ penalty · coefficient².

    features: (n, d); labels, weights: n; penalty: d. Deterministic for the
    same input. start: coefficients to begin from.
    """
    sign = np.where(labels, 1.0, -1.0)
    transposed: Any = features.T.tocsr()

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        margin = sign * (features @ coefficients)
        value = float(weights @ np.logaddexp(0, -margin))
        value += 0.5 * float(penalty @ (coefficients * coefficients))
        slope = -weights * sign * _sigmoid(-margin)
        return value, transposed @ slope + penalty * coefficients

    begin = np.zeros(features.shape[1]) if start is None else start
    result = scipy.optimize.minimize(
        loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": iterations}
    )
    return np.asarray(result.x, np.float64)


def _sigmoid(x: Floats) -> Floats:
    """Without overflow at either end."""
    small = np.exp(-np.abs(x))
    result: Floats = np.where(x >= 0, 1 / (1 + small), small / (1 + small))
    return result
