"""Bootstrap samples of a regression's cross-products, without copying its rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from peakend.methods.drivers.products import Matrix

# Rows and samples worked on together: counts and pairs of a block stay in the processor's cache.
_ROWS_AT_ONCE = 4_096
_DRAWS_AT_ONCE = 512


def resampled_correlations(
    rows: Matrix, whole: Matrix, scale: Matrix | None, draws: int, rng: np.random.Generator
) -> Matrix:
    """Return correlation matrices (draws, p + 1, p + 1) of bootstrap samples of the rows.

    Each sample is a vector of how often each row was drawn. The products of all pairs of columns are formed
    once, so that many samples are one matrix product of counts with pairs. How many of a sample fall into
    each block of rows is drawn first, then which of the block they are: the same as drawing among all rows.
    Source: Efron (1979), Annals of Statistics 7, 1-26.
    """
    n = whole.size
    weighing = np.ones(n) if scale is None else scale
    # About the mean and in units of spread, so that sums of products keep their digits.
    joined = np.vstack([rows.T, whole])
    joined -= np.average(joined, axis=1, weights=weighing)[:, None]
    spread = joined.std(axis=1)
    joined /= np.where(spread > 0, spread, 1.0)[:, None]
    width = joined.shape[0]
    upper = np.triu_indices(width)
    starts = np.arange(0, n, _ROWS_AT_ONCE)
    sizes = np.diff(starts, append=n)
    sums = np.zeros((draws, 1 + width + upper[0].size))
    for first in range(0, draws, _DRAWS_AT_ONCE):
        some = sums[first : first + _DRAWS_AT_ONCE]
        drawn = rng.multinomial(n, sizes / n, size=len(some))
        for start, size, falling in zip(starts, sizes, drawn.T, strict=True):
            block = joined[:, start : start + size]
            wide = np.vstack([np.ones(size), block, block[upper[0]] * block[upper[1]]])
            wide *= weighing[start : start + size]
            some += _counts(falling, int(size), rng) @ wide.T
    return _correlations(sums, upper, width)


def _counts(falling: NDArray[np.int64], size: int, rng: np.random.Generator) -> Matrix:
    """Return how often each sample (a row) drew each of `size` rows, given how many it drew of them."""
    picked = np.repeat(np.arange(falling.size) * size, falling)
    picked += rng.integers(0, size, picked.size, dtype=np.uint16)
    counts = np.bincount(picked, minlength=falling.size * size)
    return counts.reshape(falling.size, size).astype(float)


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
