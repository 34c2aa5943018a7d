"""How much of the whole each driver explains, when drivers go together: LMG and relative weights."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peakend.methods.arrays import are_squarable, numbers
from peakend.methods.drivers.products import REPEATED, CrossProducts, Matrix, checked_rows
from peakend.methods.drivers.resampling import resampled_correlations
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason, require_fraction

MOST_DRIVERS = 20
_SUBSETS_AT_ONCE = 1 << 21  # bounds memory while bootstrapping: about 200 MB at the widest step


@dataclass(frozen=True, slots=True, eq=False)
class DriverShares:
    """Shares of R² in the order of the columns; they sum to `r_squared`.

    `low`, `high` (p,) are bootstrap bounds where they were asked for. `constant` lists columns without
    variance (share 0), `collinear` those that others repeat exactly, or nearly (given the others less than
    a thirtieth of their variance is left): their sum can be trusted, the split between them hardly.
    `variance_inflation` (p,) says how nearly, inf where exactly.
    """

    shares: Matrix | None
    r_squared: float | None
    n: float
    method: str
    reason: Reason | None = None
    low: Matrix | None = None
    high: Matrix | None = None
    collinear: tuple[int, ...] = ()
    constant: tuple[int, ...] = ()
    variance_inflation: Matrix | None = None
    draws: int = 0
    confidence: float = 0.95

    @property
    def value(self) -> Matrix | None:
        """The shares, under the name every result has."""
        return self.shares

    @property
    def relative(self) -> Matrix | None:
        """Shares as parts of one, or None where nothing is explained."""
        if self.shares is None or not self.r_squared:
            return None
        return np.asarray(self.shares / self.r_squared, dtype=float)


def lmg(
    X: ArrayLike,
    y: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    draws: int = 0,
    rng: np.random.Generator | None = None,
    confidence: float = 0.95,
) -> DriverShares:
    """Return the Shapley decomposition of R²: what each driver adds, averaged over all orders of entry.

    Formula: share_k = Σ_S∌k |S|!(p−1−|S|)!/p! · (R²(S ∪ k) − R²(S)), all 2^p subsets exactly, from the
    correlation matrix: variables are swept in one after the other, each step doubling the subsets, so the
    rows are read once.
    Source: Lindeman, Merenda and Gold (1980); Grömping (2007), The American Statistician 61, 139-147.
    Shapes: `X` (n, p), p ≤ 20; `y` (n,); `weights` (n,) or none. Units: none, shares are parts of variance.
    `draws` bootstrap samples of the rows (with `rng`) give percentile bounds.
    Errors: `InvalidInput` for shapes that differ, negative weights, draws without rng. No rows end in `no_data`,
    NaN in `not_finite`, n ≤ p + 1 in `too_few`, a constant whole in `no_variance`, weights of zero in
    `zero_weight`, more than 20 drivers in `too_many_drivers` (take `relative_weights`). Exactly collinear
    columns share what they explain together.

    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(500, 3)); y = X @ [1.0, 0.5, 0.0] + rng.normal(size=500)
    >>> found = lmg(X, y)
    >>> bool(np.isclose(found.shares.sum(), found.r_squared)), found.shares.round(2).tolist()
    (True, [0.48, 0.07, 0.01])
    """
    return _shares_of_rows(X, y, weights, draws, rng, confidence, "lmg")


def relative_weights(
    X: ArrayLike,
    y: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    draws: int = 0,
    rng: np.random.Generator | None = None,
    confidence: float = 0.95,
) -> DriverShares:
    """Return Johnson's relative weights: R² split through the closest orthogonal drivers, for any number of them.

    Formula: R = QΛQ', Λ½ = Q√ΛQ', β = Λ½⁻¹ r, share = (Λ½)²β².
    Source: Johnson (2000), Multivariate Behavioral Research 35, 1-19.
    Shapes, units, errors: as `lmg`, without its limit on drivers.

    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(500, 3)); y = X @ [1.0, 0.5, 0.0] + rng.normal(size=500)
    >>> relative_weights(X, y).shares.round(2).tolist()
    [0.48, 0.07, 0.01]
    """
    return _shares_of_rows(X, y, weights, draws, rng, confidence, "relative_weights")


def lmg_from_products(products: CrossProducts) -> DriverShares:
    """Return `lmg` from sufficient statistics, however many rows they stand for.

    Formula, source, units, errors: see `lmg`. Shapes: the sums of p drivers and the whole.

    >>> sums = CrossProducts.from_rows([[1, 2], [2, 1], [4, 3], [3, 5], [5, 4]], [1, 2, 3, 4, 5])
    >>> lmg_from_products(sums).shares.round(3).tolist()
    [0.543, 0.373]
    """
    return _shares_of_products(products, "lmg")


def relative_weights_from_products(products: CrossProducts) -> DriverShares:
    """Return `relative_weights` from sufficient statistics, however many rows they stand for.

    Formula, source, units, errors: see `relative_weights`. Shapes: the sums of p drivers and the whole.

    >>> sums = CrossProducts.from_rows([[1, 2], [2, 1], [4, 3], [3, 5], [5, 4]], [1, 2, 3, 4, 5])
    >>> relative_weights_from_products(sums).shares.round(3).tolist()
    [0.543, 0.373]
    """
    return _shares_of_products(products, "relative_weights")


def lmg_by_segment(
    X: ArrayLike,
    y: ArrayLike,
    segments: Sequence[Hashable],
    *,
    weights: ArrayLike | None = None,
    draws: int = 0,
    rng: np.random.Generator | None = None,
    confidence: float = 0.95,
) -> dict[Hashable, DriverShares]:
    """Return `lmg` within each segment, in the order the segments first appear.

    Formula, source, units: see `lmg`. Shapes: `segments` (n,), one code per row.
    Errors: `InvalidInput` for segments that differ in number from the rows; otherwise as `lmg`, per segment.

    >>> found = lmg_by_segment([[1], [2], [3], [4], [2], [1], [3]], [1, 2, 3, 4, 1, 2, 2], list("aaaabbb"))
    >>> round(found["a"].r_squared, 3), round(found["b"].r_squared, 3)
    (1.0, 0.0)
    """
    rows, whole, scale = checked_rows(X, y, weights)
    if len(segments) != whole.size:
        raise InvalidInput("shape", f"{whole.size} rows but {len(segments)} segment codes")
    places: dict[Hashable, list[int]] = {}
    for row, code in enumerate(segments):
        places.setdefault(code, []).append(row)
    return {
        code: lmg(
            rows[members],
            whole[members],
            weights=None if scale is None else scale[members],
            draws=draws,
            rng=rng,
            confidence=confidence,
        )
        for code, members in places.items()
    }


def subset_r_squared(correlations: Matrix) -> Matrix:
    """Return R² of every subset of p drivers, shape (…, 2^p), bit k of the index for driver k.

    `correlations` (…, p + 1, p + 1) holds the drivers and, last, the whole. Step k splits every subset in one
    without driver k (its row is dropped) and one with it (it is swept out of what remains), so that the
    work is 2^p small updates and no system is ever solved twice.

    >>> subset_r_squared(np.array([[1, 0.5, 0.6], [0.5, 1, 0.3], [0.6, 0.3, 1]])).round(2).tolist()
    [0.0, 0.36, 0.09, 0.36]
    """
    lead = correlations.shape[:-2]
    left = correlations.reshape(-1, 1, *correlations.shape[-2:])
    while left.shape[-1] > 1:
        pivot = left[..., 0, 0]
        row = left[..., 0, 1:]
        rest = left[..., 1:, 1:]
        # A driver that its subset repeats (no variance left) adds nothing.
        inverse = np.divide(1.0, pivot, out=np.zeros_like(pivot), where=pivot > REPEATED)
        swept = rest - (row * inverse[..., None])[..., :, None] * row[..., None, :]
        left = np.concatenate((rest, swept), axis=1)
    explained = 1.0 - left[..., 0, 0]
    return np.clip(explained, 0.0, 1.0).reshape(*lead, -1)


def shapley_values(worth: Matrix, players: int) -> Matrix:
    """Return Shapley values (…, p) of a game whose coalitions' worth is (…, 2^p), worth of none first.

    >>> shapley_values(np.array([0.0, 0.36, 0.09, 0.36]), 2).round(3).tolist()
    [0.315, 0.045]
    """
    sizes = coalition_sizes(players)
    factorials = [math.factorial(size) for size in range(players + 1)]
    joining = np.zeros(players + 1)
    for size in range(players):
        joining[size] = factorials[size] * factorials[players - 1 - size] / factorials[players]
    # A coalition counts + as the one joined (size − 1 before) and − as the one left (its own size).
    both = joining[sizes] + np.concatenate(([0.0], joining[:-1]))[sizes]
    against = (worth * joining[sizes]).sum(axis=-1)
    weighed = worth * both
    values = np.empty((*worth.shape[:-1], players))
    for player in range(players):
        halves = weighed.reshape(*worth.shape[:-1], -1, 2, 1 << player)
        values[..., player] = halves[..., 1, :].sum(axis=(-1, -2)) - against
    return values


def coalition_sizes(players: int) -> NDArray[np.int64]:
    """Return the number of members of each of 2^p coalitions.

    >>> coalition_sizes(2).tolist()
    [0, 1, 1, 2]
    """
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(players):
        sizes = np.concatenate((sizes, sizes + 1))
    return sizes


def _shares_of_rows(
    X: ArrayLike,
    y: ArrayLike,
    weights: ArrayLike | None,
    draws: int,
    rng: np.random.Generator | None,
    confidence: float,
    method: str,
) -> DriverShares:
    require_fraction(confidence=confidence)
    rows, whole, scale = checked_rows(X, y, weights)
    products = CrossProducts.from_rows(rows, whole, weights=scale)
    found = _shares_of_products(products, method)
    if draws == 0 or found.shares is None:
        return found
    if draws < 0 or rng is None:
        raise InvalidInput("draws", "bootstrap bounds need a positive number of draws and an rng")
    samples = _bootstrap_shares(rows, whole, scale, draws, rng, method)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(samples, [tail, 1.0 - tail], axis=0)
    return DriverShares(
        shares=found.shares,
        r_squared=found.r_squared,
        n=found.n,
        method=method,
        low=np.minimum(low, found.shares),
        high=np.maximum(high, found.shares),
        collinear=found.collinear,
        constant=found.constant,
        variance_inflation=found.variance_inflation,
        draws=draws,
        confidence=confidence,
    )


def _bootstrap_shares(
    rows: Matrix,
    whole: Matrix,
    scale: Matrix | None,
    draws: int,
    rng: np.random.Generator,
    method: str,
) -> Matrix:
    drivers = rows.shape[1]
    correlations = resampled_correlations(rows, whole, scale, draws, rng)
    if method != "lmg":
        return np.stack([_johnson(matrix) for matrix in correlations])
    at_once = max(1, _SUBSETS_AT_ONCE >> drivers)
    return np.concatenate(
        [
            shapley_values(subset_r_squared(correlations[start : start + at_once]), drivers)
            for start in range(0, draws, at_once)
        ]
    )


def _shares_of_products(products: CrossProducts, method: str) -> DriverShares:
    n, drivers = products.n, products.drivers
    if n == 0:
        return DriverShares(None, None, 0, method, Reason.NO_DATA)
    if not products.finite:
        return DriverShares(None, None, n, method, Reason.NOT_FINITE)
    if products.weight <= 0:
        return DriverShares(None, None, n, method, Reason.ZERO_WEIGHT)
    if method == "lmg" and drivers > MOST_DRIVERS:
        return DriverShares(None, None, n, method, Reason.TOO_MANY_DRIVERS)
    if products.effective_n <= drivers + 1:
        return DriverShares(None, None, n, method, Reason.TOO_FEW)
    spreads = products.spreads
    if spreads[-1] == 0.0:
        return DriverShares(None, None, n, method, Reason.NO_VARIANCE)
    correlations = products.correlations()
    if method == "lmg":
        worth = subset_r_squared(correlations)
        shares, r_squared = shapley_values(worth, drivers), float(worth[-1])
    else:
        shares = _johnson(correlations)
        r_squared = float(shares.sum())
    constant = tuple(int(column) for column in np.flatnonzero(spreads[:-1] == 0.0))
    inflation = variance_inflation(correlations[:-1, :-1])
    return DriverShares(
        shares=shares,
        r_squared=r_squared,
        n=n,
        method=method,
        collinear=tuple(int(column) for column in np.flatnonzero(inflation > 30.0)),
        constant=constant,
        variance_inflation=inflation,
    )


def variance_inflation(correlations: ArrayLike) -> Matrix:
    """Return how many times collinearity inflates the variance of each slope, inf where columns repeat.

    Formula: VIF_k = 1/(1 − R²_k), R²_k of driver k on the others: the diagonal of the inverse correlations.
    Source: Marquardt (1970), Technometrics 12, 591-612.
    Shapes: correlations (p, p) → (p,). Units: none, at least 1.
    Errors: `InvalidInput` for anything but a square matrix, or NaN; a column that others repeat has inf.

    >>> variance_inflation(np.array([[1.0, 0.8], [0.8, 1.0]])).round(3).tolist()
    [2.778, 2.778]
    """
    matrix = numbers(correlations)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise InvalidInput("shape", f"correlations are a square, got shape {matrix.shape}")
    if not are_squarable(matrix):
        raise InvalidInput("not_finite", "correlations must be numbers")
    values, vectors = np.linalg.eigh(matrix)
    kept = values > REPEATED
    inverse = (vectors[:, kept] ** 2 / values[kept]).sum(axis=1)
    # A column with a part in the null space is a combination of others.
    repeated = (vectors[:, ~kept] ** 2).sum(axis=1) > 1e-8
    return np.where(repeated, np.inf, inverse)


def _johnson(correlations: Matrix) -> Matrix:
    values, vectors = np.linalg.eigh(correlations[:-1, :-1])
    kept = values > REPEATED
    roots = np.sqrt(values[kept])
    basis = vectors[:, kept]
    loadings = (basis * roots) @ basis.T
    slopes = (basis / roots) @ (basis.T @ correlations[:-1, -1])
    return np.asarray(loadings**2 @ slopes**2, dtype=float)
