"""A first fit that bad units cannot bend: which units lie far below it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from peakend.methods.drivers.products import Matrix

_STEPS = 30
_BISQUARE = 4.685  # 95% efficient on normal errors
_MEDIAN_TO_SIGMA = 1.482602218505602


def far_below(design: Matrix, answers: Matrix, weights: Matrix, beyond: float) -> NDArray[np.bool_]:
    """Return which rows lie more than `beyond` robust sigmas below a bisquare fit.

    Least absolute deviations to start, then Tukey's bisquare with the median absolute residual as its scale.
    Source: Beaton and Tukey (1974), Technometrics 16, 147-185; Holland and Welsch (1977).
    Shapes: design (n, k), answers (n,), weights (n,) → (n,).
    """
    root = np.sqrt(weights)
    rows, values = design * root[:, None], answers * root
    residuals = values - rows @ _fit(rows, values, np.ones(values.size))
    for _ in range(_STEPS):
        size = np.abs(residuals)
        floor = 1e-6 * float(size.max())
        if floor == 0.0:
            return np.zeros(values.size, dtype=bool)
        residuals = values - rows @ _fit(rows, values, 1.0 / np.maximum(size, floor))
    sigma = _scale(residuals, design.shape[1])
    for _ in range(_STEPS):
        if sigma == 0.0:
            break
        reach = residuals / (_BISQUARE * sigma)
        pull = np.where(np.abs(reach) < 1.0, (1.0 - reach**2) ** 2, 0.0)
        residuals = values - rows @ _fit(rows, values, pull)
        sigma = _scale(residuals, design.shape[1])
    return np.asarray(residuals < -beyond * sigma, dtype=bool)


def _scale(residuals: Matrix, fitted: int) -> float:
    # As many residuals as there are coefficients can be made zero, so the smallest are left out.
    return float(np.median(np.sort(np.abs(residuals))[fitted - 1 :])) * _MEDIAN_TO_SIGMA


def _fit(rows: Matrix, values: Matrix, pull: Matrix) -> Matrix:
    root = np.sqrt(pull)
    return np.asarray(
        np.linalg.lstsq(rows * root[:, None], values * root, rcond=None)[0], dtype=float
    )
