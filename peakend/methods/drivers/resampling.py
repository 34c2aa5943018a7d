"""Bootstrap samples of a regression's cross-products, without copying its rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from peakend.methods.drivers.products import Matrix

_CHUNK_BYTES = 64 << 20


def resampled_correlations(
    rows: Matrix, whole: Matrix, scale: Matrix | None, draws: int, rng: np.random.Generator
) -> Matrix:
    """Return correlation matrices (draws, p + 1, p + 1) of bootstrap samples of the rows.

    Each sample is a vector of how often each row was drawn. The products of all pairs of columns are formed
    once, so that many samples are one matrix product of counts with pairs.
    Source: Efron (1979), Annals of Statistics 7, 1-26.
    """
    n = whole.size
    joined = np.column_stack([rows, whole])
    weighing = np.ones(n) if scale is None else scale
    # About the mean and in units of spread, so that sums of products keep their digits.
    joined = joined - np.average(joined, axis=0, weights=weighing)
    spread = joined.std(axis=0)
    joined /= np.where(spread > 0, spread, 1.0)
    width = joined.shape[1]
    upper = np.triu_indices(width)
    wide = np.empty((n, 1 + width + upper[0].size))
    wide[:, 0] = weighing
    wide[:, 1 : 1 + width] = joined * weighing[:, None]
    wide[:, 1 + width :] = joined[:, upper[0]] * joined[:, upper[1]] * weighing[:, None]
    sums = np.empty((draws, wide.shape[1]))
    at_once = max(1, min(draws, _CHUNK_BYTES // (8 * n)))
    counts = np.empty((at_once, n))
    for start in range(0, draws, at_once):
        size = min(at_once, draws - start)
        for sample in range(size):
            counts[sample] = np.bincount(rng.integers(0, n, n, dtype=np.int32), minlength=n)
        sums[start : start + size] = counts[:size] @ wide
    return _correlations(sums, upper, width)


def _correlations(sums: Matrix, upper: tuple[NDArray[np.int64], ...], width: int) -> Matrix:
    weight = np.where(sums[:, 0] > 0, sums[:, 0], 1.0)[:, None]
    means = sums[:, 1 : 1 + width] / weight
    pairs = sums[:, 1 + width :] / weight - means[:, upper[0]] * means[:, upper[1]]
    matrices = np.empty((sums.shape[0], width, width))
    matrices[:, upper[0], upper[1]] = pairs
    matrices[:, upper[1], upper[0]] = pairs
    variances = np.einsum("bii->bi", matrices).copy()
    inverse = np.where(variances > 1e-12, 1.0 / np.sqrt(np.maximum(variances, 1e-12)), 0.0)
    matrices *= inverse[:, :, None] * inverse[:, None, :]
    np.einsum("bii->bi", matrices)[:] = 1.0
    return np.clip(matrices, -1.0, 1.0)
