"""Means and tables of samples that were not drawn one by one from one hat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peakend.methods.arrays import categories, numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate, Reason, unknown
from peakend.methods.moments import Moments
from peakend.methods.quantiles import f_p, t_value

Matrix = NDArray[np.float64]


def stratified_mean(
    values: ArrayLike,
    weights: ArrayLike,
    strata: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    populations: dict[object, float] | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Return the weighted mean of a stratified (and clustered) sample with its Taylor-linearised error.

    Formula: ȳ = Σwy/Σw; scores u = w(y − ȳ)/Σw summed per cluster; variance Σ_h (1 − n_h/N_h) n_h/(n_h − 1) ·
    Σ_clusters (u_hc − ū_h)²; Student with clusters − strata degrees of freedom.
    Source: Woodruff (1971), JASA 66, 411-414; Lumley (2010), Complex Surveys, §2 (the svymean of R's survey).
    Shapes: `values`, `weights`, `strata`, `clusters` (n,); without clusters every row is its own.
    `populations` maps stratum → number of clusters in the population, for the finite-population correction.
    Units: those of the values.
    Errors: `InvalidInput` for shapes that differ, negative weights or a population smaller than its sample. No rows end
    in `no_data`, NaN in `not_finite`, weights of zero in `zero_weight`; a stratum with a single cluster leaves the mean
    without interval (`too_few`), no spread with `no_variance`.

    >>> found = stratified_mean([4, 5, 3, 2, 1, 2], [10, 10, 10, 30, 30, 30], ["a", "a", "a", "b", "b", "b"])
    >>> round(found.value, 3), round(found.standard_error, 3)
    (2.25, 0.289)
    """
    method = "stratified_mean_taylor"
    y, w = numbers(values).ravel(), numbers(weights).ravel()
    stratum = _numbered(strata, y.size)
    n = int(y.size)
    if w.size != n:
        raise InvalidInput("shape", f"{n} values but {w.size} weights")
    if n == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    if not (np.isfinite(y).all() and np.isfinite(w).all()):
        return unknown(method, Reason.NOT_FINITE, n=n, confidence=confidence)
    if bool((w < 0).any()):
        raise InvalidInput("negative", "weights must not be negative")
    total = float(w.sum())
    if total <= 0:
        return unknown(method, Reason.ZERO_WEIGHT, n=n, confidence=confidence)
    mean = float(w @ y) / total
    sampled = _sampled_shares(stratum, strata, populations, clusters)
    variance, freedom = _taylor((w * (y - mean) / total)[:, None], stratum, clusters, sampled)
    if variance is None or freedom < 1:
        return Estimate(mean, None, None, n, method, Reason.TOO_FEW, None, confidence)
    error = math.sqrt(max(0.0, float(variance[0, 0])))
    if error <= 1e-14 * max(1.0, abs(mean)):
        return Estimate(mean, None, None, n, method, Reason.NO_VARIANCE, None, confidence)
    margin = t_value(confidence, freedom) * error
    return Estimate(mean, mean - margin, mean + margin, n, method, None, error, confidence)


def stratified_mean_from_moments(
    strata: Sequence[tuple[Moments, float]], *, finite: bool = False, confidence: float = 0.95
) -> Estimate:
    """Return the mean of a population from the moments of a random sample in each of its strata.

    Formula: ȳ = Σ W_h x̄_h, W_h = N_h/N; variance Σ W_h² (1 − f_h) s²_h/n_h with f_h = n_h/N_h if `finite`, else 0;
    Student with Satterthwaite's degrees of freedom.
    Source: Cochran (1977), Sampling Techniques, §5.3-5.4; Satterthwaite (1946).
    Shapes: one (moments, population) per stratum. Units: those of the scores; populations count people.
    Errors: `InvalidInput` for negative populations; no strata or no people end in `no_data`, a peopled stratum nobody
    answered in in `empty_cell`, NaN in `not_finite`; one with a single answer leaves the mean without interval
    (`too_few`), no spread with `no_variance`.

    >>> m = Moments.from_values
    >>> found = stratified_mean_from_moments([(m([4, 5, 3]), 3000), (m([2, 1, 2]), 9000)])
    >>> round(found.value, 3), round(found.standard_error, 3)
    (2.25, 0.289)
    """
    method = "stratified_mean"
    if any(population < 0 for _, population in strata):
        raise InvalidInput("negative", "populations must not be negative")
    peopled = [(part, float(population)) for part, population in strata if population > 0]
    n = sum(part.n for part, _ in peopled)
    if not all(part.finite and math.isfinite(population) for part, population in peopled):
        return unknown(method, Reason.NOT_FINITE, confidence=confidence)
    people = math.fsum(population for _, population in peopled)
    if people == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    means = [part.mean for part, _ in peopled]
    if any(mean is None for mean in means):
        return unknown(method, Reason.EMPTY_CELL, n=n, confidence=confidence)
    shares = [population / people for _, population in peopled]
    value = math.fsum(
        share * mean for share, mean in zip(shares, means, strict=True) if mean is not None
    )
    if any(part.variance is None for part, _ in peopled):
        return Estimate(value, None, None, n, method, Reason.TOO_FEW, None, confidence)
    parts = [
        share**2
        * (max(0.0, 1.0 - part.n / population) if finite else 1.0)
        * (part.variance or 0.0)
        / part.effective_n
        for share, (part, population) in zip(shares, peopled, strict=True)
    ]
    variance = math.fsum(parts)
    if variance <= 0:
        return Estimate(value, None, None, n, method, Reason.NO_VARIANCE, None, confidence)
    # As shares of the whole, so that no square leaves the range of a float.
    freedom = 1.0 / math.fsum(
        (each / variance) ** 2 / (part.effective_n - 1.0)
        for each, (part, _) in zip(parts, peopled, strict=True)
    )
    error = math.sqrt(variance)
    margin = t_value(confidence, freedom) * error
    return Estimate(value, value - margin, value + margin, n, method, None, error, confidence)


@dataclass(frozen=True, slots=True, eq=False)
class RaoScott:
    """A test of independence that respects the design: `value` and `statistic` are its F.

    `pearson` is the plain X² of the weighted shares, `design_effect` by how much the design inflates it.
    """

    value: float | None
    statistic: float | None
    numerator: float | None
    denominator: float | None
    p_value: float | None
    n: int
    pearson: float | None = None
    design_effect: float | None = None
    shares: Matrix | None = None
    method: str = "rao_scott_second_order"
    reason: Reason | None = None


def rao_scott(
    rows: ArrayLike,
    columns: ArrayLike,
    weights: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> RaoScott:
    """Return whether two answers go together in a weighted, stratified or clustered sample.

    Formula: X² of weighted shares times n; Δ = V₀⁻¹V of the contrasts p_rc − p_r p_c, V Taylor-linearised, V₀ that of a
    simple random sample of the same shares; F = X²/tr Δ on d = (tr Δ)²/tr Δ² and d·(clusters − strata) degrees of freedom.
    Source: Rao and Scott (1984), Annals of Statistics 12, 46-60; Thomas and Rao (1987), JASA 82, 630-636 (svychisq,
    statistic 'F', of R's survey).
    Shapes: `rows`, `columns` (n,) codes of any kind; `weights`, `strata`, `clusters` (n,).
    Units: those of the weights; X² and F have none.
    Errors: `InvalidInput` for shapes that differ or negative weights. No rows end in `no_data`, NaN weights in
    `not_finite`, weights of zero in `zero_weight`, an answer all alike in `no_variance`, too few clusters in `too_few`.

    >>> rows, columns = [0] * 40 + [1] * 60, [0] * 30 + [1] * 10 + [0] * 20 + [1] * 40
    >>> found = rao_scott(rows, columns, [1.0] * 100)
    >>> round(found.pearson, 3), round(found.statistic, 2), round(found.design_effect, 2)
    (16.667, 16.5, 1.01)
    """
    w = numbers(weights).ravel()
    n = int(w.size)
    row, column = _numbered(rows, n), _numbered(columns, n)
    if n == 0:
        return _untested(Reason.NO_DATA, n)
    if not np.isfinite(w).all():
        return _untested(Reason.NOT_FINITE, n)
    if bool((w < 0).any()):
        raise InvalidInput("negative", "weights must not be negative")
    counted = w > 0
    if not bool(counted.any()):
        return _untested(Reason.ZERO_WEIGHT, n)
    row, column = _numbered(row[counted], None), _numbered(column[counted], None)
    w = w[counted] / w[counted].sum()
    stratum = np.zeros(w.size, dtype=np.int64)
    if strata is not None:
        stratum = _numbered(_numbered(strata, n)[counted], None)
    cluster = None if clusters is None else _numbered(clusters, n)[counted]
    height, width = int(row.max()) + 1, int(column.max()) + 1
    if height < 2 or width < 2:
        return _untested(Reason.NO_VARIANCE, n)
    shares = np.zeros((height, width))
    np.add.at(shares, (row, column), w)
    row_share, column_share = shares.sum(axis=1), shares.sum(axis=0)
    contrasts = (shares - np.outer(row_share, column_share))[:-1, :-1].ravel()
    # What one row adds to each contrast, to first order.
    in_row = (row[:, None] == np.arange(height - 1)).astype(float)
    in_column = (column[:, None] == np.arange(width - 1)).astype(float)
    both = in_row[:, :, None] * in_column[:, None, :] - shares[:-1, :-1]
    away_row = (in_row - row_share[:-1])[:, :, None] * column_share[:-1]
    away_column = row_share[:-1, None] * (in_column - column_share[:-1])[:, None, :]
    moved = (both - away_row - away_column).reshape(w.size, -1)
    variance, freedom = _taylor(moved * w[:, None], stratum, cluster, None)
    if variance is None or freedom < 1:
        return _untested(Reason.TOO_FEW, n)
    plain = np.kron(_multinomial(row_share), _multinomial(column_share)) / w.size
    # Not solved but fitted: an answer of next to no weight leaves the matrix singular.
    pearson = float(contrasts @ np.linalg.lstsq(plain, contrasts, rcond=1e-14)[0])
    # A simple random sample of the same shares, not of independent ones: so that without weights Δ is 1.
    effects = np.linalg.lstsq((moved * w[:, None]).T @ moved / w.size, variance, rcond=1e-10)[0]
    trace = float(np.trace(effects))
    if trace <= 0:
        return _untested(Reason.NO_VARIANCE, n)
    numerator = trace**2 / float(np.trace(effects @ effects))
    statistic = pearson / trace
    denominator = numerator * freedom
    return RaoScott(
        value=statistic,
        statistic=statistic,
        numerator=numerator,
        denominator=denominator,
        p_value=f_p(statistic, numerator, denominator),
        n=n,
        pearson=pearson,
        design_effect=trace / contrasts.size,
        shares=shares,
    )


def _untested(reason: Reason, n: int) -> RaoScott:
    return RaoScott(None, None, None, None, None, n, reason=reason)


def _multinomial(shares: Matrix) -> Matrix:
    cut = shares[:-1]
    return np.asarray(np.diag(cut) - np.outer(cut, cut), dtype=float)


def _numbered(codes: ArrayLike, n: int | None) -> NDArray[np.int64]:
    given = categories(codes)
    if n is not None and given.size != n:
        raise InvalidInput("shape", f"{n} rows but {given.size} codes")
    numbers: NDArray[np.int64] = np.unique(given, return_inverse=True)[1].astype(np.int64)
    return numbers


def _sampled_shares(
    stratum: NDArray[np.int64],
    strata: ArrayLike,
    populations: dict[object, float] | None,
    clusters: ArrayLike | None,
) -> Matrix | None:
    """Return the sampled share of each stratum's clusters, or None where populations are not known."""
    if populations is None:
        return None
    names = np.unique(categories(strata)).tolist()
    units = np.arange(stratum.size) if clusters is None else _numbered(clusters, stratum.size)
    pairs = np.unique(np.column_stack([stratum, units]), axis=0)
    sampled = np.bincount(pairs[:, 0], minlength=len(names)).astype(float)
    missing = [name for name in names if name not in populations]
    if missing:
        raise InvalidInput("unknown_code", f"no population for {missing[:5]}")
    whole = np.array([float(populations[name]) for name in names])
    if bool((whole < sampled).any()):
        raise InvalidInput("more_than_all", "a stratum's sample exceeds its population")
    share: Matrix = sampled / whole
    return share


def _taylor(
    scores: Matrix,
    stratum: NDArray[np.int64],
    clusters: ArrayLike | None,
    sampled: Matrix | None,
) -> tuple[Matrix | None, float]:
    """Return the covariance of summed scores and its degrees of freedom; None with a lonely cluster."""
    if clusters is None:
        sums, home = scores, stratum
    else:
        # A cluster's code may recur in another stratum: there it is another cluster.
        code = _numbered(clusters, stratum.size)
        pairs, member = np.unique(np.column_stack([stratum, code]), axis=0, return_inverse=True)
        sums = np.zeros((pairs.shape[0], scores.shape[1]))
        np.add.at(sums, member.ravel(), scores)
        home = pairs[:, 0]
    count = np.bincount(home).astype(float)
    freedom = float(home.size - count.size)
    if bool((count < 2).any()):
        return None, freedom
    means = np.zeros((count.size, sums.shape[1]))
    np.add.at(means, home, sums)
    means /= count[:, None]
    scale = count / (count - 1.0)
    if sampled is not None:
        scale = scale * (1.0 - sampled)
    away = sums - means[home]
    covariance: Matrix = (away * scale[home][:, None]).T @ away
    return covariance, freedom
