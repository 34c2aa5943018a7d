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

    Formula: b = (X'WX)⁻X'Wy; covariance (X'WX)⁻ Σ w²e²xx' (X'WX)⁻ · n/(n − rank) (HC1).
    Source: White (1980), Econometrica 48, 817-838; MacKinnon and White (1985), Journal of Econometrics 29, 305-325.
    Shapes: design (n, k), whole (n,), weights (n,).

    >>> fit = robust_fit(np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]]), np.array([1.0, 3, 4, 8]), np.ones(4))
    >>> fit.slopes.round(6).tolist(), fit.covariance.round(6).diagonal().tolist()
    ([2.0, 4.0], [1.0, 5.0])
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
    scores = scaled * (weights * residuals)[:, None]
    freedom = design.shape[0] - int(kept.sum())
    covariance = inverse @ (scores.T @ scores) @ inverse * (design.shape[0] / max(1, freedom))
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
    is_empty: bool = False,
    method: str = "dummy_regression",
) -> Comparison:
    """Return a linear combination of slopes (k,) against zero, or why it cannot be told."""
    if is_empty:
        return incomparable(method, Reason.EMPTY_CELL, n=n, confidence=confidence)
    if not bool(fit.estimable[contrast != 0].all()):
        return incomparable(method, Reason.COLLINEAR, n=n, confidence=confidence)
    value = float(contrast @ fit.slopes)
    variance = float(contrast @ fit.covariance @ contrast)
    if variance <= 1e-24:
        return incomparable(method, Reason.NO_VARIANCE, n=n, confidence=confidence, value=value)
    return student_comparison(
        method, value, math.sqrt(variance), fit.freedom, n=n, confidence=confidence
    )
