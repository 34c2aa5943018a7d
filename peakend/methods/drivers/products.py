"""The sufficient statistics of a regression: means and centred cross-products of drivers and the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peakend.methods.arrays import numbers
from peakend.methods.errors import InvalidInput

Matrix = NDArray[np.float64]

# A column whose variance given the others is below this share of its own repeats them.
REPEATED = 1e-10

# Sums about zero lose as many digits of a variance as it is smaller than the mean squared; beyond four
# digits the rows are centred first.
_KEEPS_DIGITS = 1e-4

# Rows summed at a time: a dozen columns of them stay in the cache of a core.
_BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class CrossProducts:
    """Means (p + 1,) and centred cross-products (p + 1, p + 1) of p drivers and, last, the whole.

    `n` counts rows; `weight` is Σw and `weight_squares` Σw² (both n without weights). Sets add up with `+` and
    come apart with `-`, so segments, days and stores can be joined and left out without their rows.

    Source: Chan, Golub and LeVeque (1983), The American Statistician 37, 242-247, for joining centred sums.

    >>> import numpy as np
    >>> X, y = np.array([[1.0, 2.0], [2.0, 1.0], [4.0, 3.0]]), np.array([1.0, 2.0, 3.0])
    >>> whole = CrossProducts.from_rows(X, y)
    >>> parts = CrossProducts.from_rows(X[:1], y[:1]) + CrossProducts.from_rows(X[1:], y[1:])
    >>> bool(np.allclose(whole.products, parts.products))
    True
    """

    n: float
    weight: float
    weight_squares: float
    means: Matrix
    products: Matrix

    @classmethod
    def from_rows(
        cls, X: ArrayLike, y: ArrayLike, *, weights: ArrayLike | None = None
    ) -> CrossProducts:
        """Sum raw rows: drivers X (n, p), whole y (n,), weights (n,) or none."""
        rows, whole, scale = checked_rows(X, y, weights)
        with np.errstate(all="ignore"):  # what is not finite, or too large, `finite` tells
            return cls._summed(rows, whole, scale)

    @classmethod
    def _summed(cls, rows: Matrix, whole: Matrix, scale: Matrix | None) -> CrossProducts:
        if scale is None and whole.size and (found := _sums_about_zero(rows, whole)) is not None:
            return found
        # One matrix in column order: BLAS reads it once, and centring it in place keeps memory at one copy.
        joined = np.empty((rows.shape[0], rows.shape[1] + 1), order="F")
        joined[:, :-1] = rows
        joined[:, -1] = whole
        size = float(rows.shape[0])
        if rows.shape[0] == 0:
            width = joined.shape[1]
            return cls(0, 0.0, 0.0, np.zeros(width), np.zeros((width, width)))
        if scale is None:
            means = joined.mean(axis=0)
            joined -= means
            return cls(int(size), size, size, means, joined.T @ joined)
        total = float(scale.sum())
        if total <= 0:
            width = joined.shape[1]
            return cls(int(size), 0.0, 0.0, np.zeros(width), np.zeros((width, width)))
        means = np.asarray(scale @ joined / total, dtype=float)
        joined -= means
        products = (joined * scale[:, None]).T @ joined
        return cls(int(size), total, float(scale @ scale), means, products)

    @classmethod
    def from_sums(
        cls,
        n: float,
        sums: ArrayLike,
        products: ArrayLike,
        *,
        weight: float | None = None,
        weight_squares: float | None = None,
    ) -> CrossProducts:
        """Take raw sums Σwx (p + 1,) and Σwxx' (p + 1, p + 1), as a query returns them; the whole is last."""
        total, raw = numbers(sums), numbers(products)
        if raw.shape != (total.size, total.size):
            raise InvalidInput("shape", f"{total.size} sums but products of shape {raw.shape}")
        scale = float(n if weight is None else weight)
        squares = float(n if weight_squares is None else weight_squares)
        if n == 0 or scale <= 0:
            return cls(n, 0.0, 0.0, np.zeros(total.size), np.zeros_like(raw))
        means = total / scale
        centred = raw - scale * np.outer(means, means)
        # Raw sums lose the digits of the mean: what they leave of a constant is rounding.
        flat = np.diag(centred) <= 1e-13 * np.diag(raw)
        centred[flat, :] = centred[:, flat] = 0.0
        return cls(n, scale, squares, means, centred)

    def __add__(self, other: CrossProducts) -> CrossProducts:
        """Return the sums of both sets of rows together."""
        return self._joined(other, 1.0)

    def __sub__(self, other: CrossProducts) -> CrossProducts:
        """Return the sums of the rows without those of `other`, which must be among them."""
        return self._joined(other, -1.0)

    def _joined(self, other: CrossProducts, sign: float) -> CrossProducts:
        if other.means.shape != self.means.shape:
            raise InvalidInput("shape", "both sets need the same drivers")
        weight = self.weight + sign * other.weight
        n = self.n + other.n if sign > 0 else self.n - other.n
        if weight <= 0:
            width = self.means.size
            return CrossProducts(max(0, n), 0.0, 0.0, np.zeros(width), np.zeros((width, width)))
        gap = other.means - self.means
        return CrossProducts(
            n=n,
            weight=weight,
            weight_squares=max(0.0, self.weight_squares + sign * other.weight_squares),
            means=self.means + gap * (sign * other.weight / weight),
            products=self.products
            + sign * other.products
            + np.outer(gap, gap) * (sign * self.weight * other.weight / weight),
        )

    @property
    def drivers(self) -> int:
        """How many drivers, p."""
        return self.means.size - 1

    @property
    def effective_n(self) -> float:
        """Kish's effective n."""
        return self.weight**2 / self.weight_squares if self.weight_squares > 0 else 0.0

    @property
    def finite(self) -> bool:
        """Whether no NaN or infinity entered the sums."""
        return bool(np.isfinite(self.products).all() and np.isfinite(self.means).all())

    @property
    def spreads(self) -> Matrix:
        """Sums of squares (p + 1,) about the mean, what rounding leaves of constants cut to 0."""
        squares = np.diag(self.products).copy()
        squares[squares <= 1e-24 * self.weight * self.means**2] = 0.0
        return np.maximum(squares, 0.0)

    def correlations(self) -> Matrix:
        """Return the correlation matrix (p + 1, p + 1), rows of constants 0 with 1 on the diagonal."""
        scale = np.sqrt(self.spreads)
        inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0)
        matrix = self.products * np.outer(inverse, inverse)
        np.fill_diagonal(matrix, 1.0)
        return np.asarray(np.clip(matrix, -1.0, 1.0), dtype=float)


def _sums_about_zero(rows: Matrix, whole: Matrix) -> CrossProducts | None:
    """Cross-products without a copy of the rows, or None where too many digits would be lost.

    Centring costs three times as long as the products themselves. A block is read from memory once:
    what else is summed of it finds it in the cache.
    """
    n, drivers = rows.shape
    width = drivers + 1
    sums, raw = np.zeros(width), np.zeros((width, width))
    ones = np.ones(min(n, _BLOCK))
    for start in range(0, n, _BLOCK):
        block, its_whole = rows[start : start + _BLOCK], whole[start : start + _BLOCK]
        raw[:-1, :-1] += block.T @ block
        raw[-1, :-1] += its_whole @ block
        sums[:-1] += ones[: its_whole.size] @ block
    raw[:-1, -1] = raw[-1, :-1]
    raw[-1, -1] = whole @ whole
    sums[-1] = whole.sum()
    means = sums / n
    products = raw - n * np.outer(means, means)
    # What is not finite is left to the other way.
    kept = np.diag(products) > _KEEPS_DIGITS * np.diag(raw)
    return CrossProducts(n, float(n), float(n), means, products) if kept.all() else None


def sum_products(parts: Sequence[CrossProducts]) -> CrossProducts:
    """Add many sets of cross-products, at least one.

    >>> one = CrossProducts.from_rows([[1], [2]], [1, 2])
    >>> sum_products([one, one]).n
    4
    """
    if not parts:
        raise InvalidInput("shape", "there is nothing to add")
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def checked_rows(
    X: ArrayLike, y: ArrayLike, weights: ArrayLike | None
) -> tuple[Matrix, Matrix, Matrix | None]:
    """Return rows, whole and weights as float arrays of agreeing shapes, or raise `InvalidInput`."""
    rows = numbers(X)
    whole = numbers(y).ravel()
    if rows.ndim == 1:
        rows = rows[:, None]
    if rows.ndim != 2 or rows.shape[1] == 0:
        raise InvalidInput("shape", f"drivers need the shape (rows, drivers), got {rows.shape}")
    if rows.shape[0] != whole.size:
        raise InvalidInput(
            "shape", f"{rows.shape[0]} rows of drivers but {whole.size} of the whole"
        )
    if weights is None:
        return rows, whole, None
    scale = numbers(weights).ravel()
    if scale.size != whole.size:
        raise InvalidInput("shape", f"{whole.size} rows but {scale.size} weights")
    if bool((scale < 0).any()):
        raise InvalidInput("negative", "weights must not be negative")
    return rows, whole, scale
