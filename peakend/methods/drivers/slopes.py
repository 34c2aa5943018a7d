"""Least squares with errors robust to unequal variance, and questions to its slopes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.methods.comparison.means import student_comparison
from peakend.methods.drivers.products import Matrix
from peakend.methods.estimate import Comparison, Reason, incomparable


@dataclass(frozen=True, slots=True, eq=False)
class RobustFit:
    """Slopes (k,), their covariance (k, k), which of them the data can tell (k,), residuals (n,)."""

    slopes: Matrix
    covariance: Matrix
    estimable: NDArray[np.bool_]
    residuals: Matrix
    freedom: int


def robust_fit(design: Matrix, whole: Matrix, weights: Matrix) -> RobustFit:
    """Fit weighted least squares with heteroscedasticity-consistent errors.

    Formula: b = (X'WX)⁻X'Wy; covariance (X'WX)⁻ Σ (we/(1 − h))² xx' (X'WX)⁻, h = w x'(X'WX)⁻x the leverage of a row
    (HC3): a residual that its own row drew to zero counts for more.
    Source: MacKinnon and White (1985), Journal of Econometrics 29, 305-325; Long and Ervin (2000), The American
    Statistician 54, 217-224.
    Shapes: design (n, k), whole (n,), weights (n,).

    >>> fit = robust_fit(np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]]), np.array([1.0, 3, 4, 8]), np.ones(4))
    >>> fit.slopes.round(6).tolist(), fit.covariance.round(6).diagonal().tolist()
    ([2.0, 4.0], [2.0, 10.0])
    """
    # Columns in units of their own size, so that the rank does not depend on scales.
    size = np.sqrt(weights @ design**2)
    size = np.where(size > 0, size, 1.0)
    scaled = design / size
    gram = scaled.T @ (scaled * weights[:, None])
    values, vectors = np.linalg.eigh(gram)
    kept = values > 1e-10 * values[-1]
    inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    slopes = inverse @ (scaled.T @ (weights * whole))
    residuals = whole - scaled @ slopes
    room = 1.0 - weights * ((scaled @ inverse) * scaled).sum(axis=1)
    # A row alone on its column is fitted exactly: it has no residual to speak of.
    drawn = np.divide(residuals, room, out=np.zeros_like(residuals), where=room > 1e-8)
    scores = scaled * (weights * drawn)[:, None]
    freedom = design.shape[0] - int(kept.sum())
    covariance = inverse @ (scores.T @ scores) @ inverse
    estimable = (vectors[:, ~kept] ** 2).sum(axis=1) < 1e-8
    return RobustFit(
        slopes / size, covariance / np.outer(size, size), estimable, residuals, freedom
    )


def slope_contrast(
    contrast: Matrix,
    fit: RobustFit,
    *,
    n: float,
    confidence: float,
    missing: Reason | None = None,
    method: str = "dummy_regression",
) -> Comparison:
    """Return a linear combination of slopes (k,) against zero, or why it cannot be told (`missing` where known)."""
    if missing is not None:
        return incomparable(method, missing, n=n, confidence=confidence)
    if not bool(fit.estimable[contrast != 0].all()):
        return incomparable(method, Reason.COLLINEAR, n=n, confidence=confidence)
    value = float(contrast @ fit.slopes)
    variance = float(contrast @ fit.covariance @ contrast)
    if variance <= 1e-24:
        return incomparable(method, Reason.NO_VARIANCE, n=n, confidence=confidence, value=value)
    return student_comparison(
        method, value, math.sqrt(variance), fit.freedom, n=n, confidence=confidence
    )
