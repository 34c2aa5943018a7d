"""Customers without a contract: how often they will buy again, whether they are still there, what they spend."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from peakend.methods.arrays import numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.lifetime.fitting import most_likely

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BetaGeoNbd:
    """The BG/NBD model of repeat buying: purchases come at random while a customer is alive, who may leave after each.

    Formula: purchases Poisson at a rate that is Gamma(r, α) over customers; leaving after a purchase with a probability
    that is Beta(a, b) over customers. Likelihood of x repeats, the last at t_x, observed until T:
    B(a, b+x)/B(a, b) · Γ(r+x)α^r/Γ(r) · ((α+T)^−(r+x) + [x>0] a/(b+x−1) (α+t_x)^−(r+x)).
    Source: Fader, Hardie and Lee (2005), Marketing Science 24, 275-284.
    `value` gives the four parameters; `log_likelihood` is summed over customers, `n` counts them.

    >>> model = BetaGeoNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(float(model.expected_purchases(39, [2], [30.43], [38.86])[0]), 3)
    1.226
    """

    r: float | None = None
    alpha: float | None = None
    a: float | None = None
    b: float | None = None
    log_likelihood: float | None = None
    n: float = 0
    method: str = "bg_nbd"
    reason: Reason | None = None

    @property
    def value(self) -> tuple[float, float, float, float] | None:
        """The parameters (r, α, a, b), or None."""
        if self.r is None or self.alpha is None or self.a is None or self.b is None:
            return None
        return self.r, self.alpha, self.a, self.b

    def fit(
        self,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
        *,
        counts: ArrayLike | None = None,
    ) -> BetaGeoNbd:
        """Return the model fitted by maximum likelihood; the one it is called on stays as it is.

        Shapes: `frequency` repeat purchases, `recency` time from the first purchase to the last, `age` time from the
        first purchase until now, each (n,); `counts` (n,) customers with the same three numbers, which are
        sufficient. Units: any one unit of time.
        Errors: `InvalidInput` for shapes that differ, negative numbers or a recency beyond the age; no customers end
        in `no_data`, NaN in `not_finite`, nobody buying again in `no_variance`, fewer than 10 customers in `too_few`, a
        likelihood without a top in `not_converged`.
        """
        x, t_x, t, count = _histories(frequency, recency, age, counts)
        n = float(count.sum())
        if n == 0:
            return replace(BetaGeoNbd(), reason=Reason.NO_DATA)
        if not all(np.isfinite(part).all() for part in (x, t_x, t, count)):
            return replace(BetaGeoNbd(), reason=Reason.NOT_FINITE)
        if n < 10:
            return replace(BetaGeoNbd(), n=n, reason=Reason.TOO_FEW)
        if float((x * count).sum()) == 0:
            return replace(BetaGeoNbd(), n=n, reason=Reason.NO_VARIANCE)
        unit = float(t.max())
        found = most_likely(
            lambda p: -float(count @ _log_likelihood(p, x, t_x / unit, t / unit)) / n,
            [(1.0, 0.5, 1.0, 1.0), (0.3, 0.1, 0.8, 2.5), (2.0, 0.2, 0.3, 3.0)],
        )
        if found is None:
            return replace(BetaGeoNbd(), n=n, reason=Reason.NOT_CONVERGED)
        (r, alpha, a, b), _ = found
        fitted = BetaGeoNbd(float(r), float(alpha * unit), float(a), float(b), n=n)
        likelihood = float(count @ _log_likelihood(np.array(fitted.value), x, t_x, t))
        return replace(fitted, log_likelihood=likelihood)

    def log_likelihoods(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Matrix:
        """Return the log-likelihood (n,) of each history: how usual the model finds it.

        >>> model = BetaGeoNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> model.log_likelihoods([0, 2], [0.0, 30.43], [38.86, 38.86]).round(2).tolist()
        [-0.55, -9.46]
        """
        x, t_x, t, _ = _histories(frequency, recency, age, None)
        return _log_likelihood(np.array(self._parameters()), x, t_x, t)

    def chance_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Matrix:
        """Return the probability (n,) that each customer is still there.

        Formula: 1/(1 + [x>0] a/(b+x−1) ((α+T)/(α+t_x))^(r+x)). Source: Fader, Hardie and Lee (2008), note 021.

        >>> model = BetaGeoNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> model.chance_alive([26, 3, 0], [30.86, 5.0, 0.0], [31.0, 39.0, 39.0]).round(3).tolist()
        [0.969, 0.038, 1.0]
        """
        r, alpha, a, b = self._parameters()
        x, t_x, t, _ = _histories(frequency, recency, age, None)
        return np.asarray(1.0 / (1.0 + _odds_left(x, t_x, t, r, alpha, a, b)), dtype=float)

    def expected_purchases(
        self, ahead: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Matrix:
        """Return the purchases (n,) each customer is expected to make in the next `ahead` units of time.

        Formula: (a+b+x−1)/(a−1) · (1 − ((α+T)/(α+T+t))^(r+x) ₂F₁(r+x, b+x; a+b+x−1; t/(α+T+t))) × P(alive).
        Source: Fader, Hardie and Lee (2005), eq. 10.
        """
        r, alpha, a, b = self._parameters()
        x, t_x, t, _ = _histories(frequency, recency, age, None)
        if ahead < 0:
            raise InvalidInput("negative", f"ahead must not be negative, got {ahead}")
        bought = _expected(ahead, r + x, b + x, a, alpha + t)
        return np.asarray(bought / (1.0 + _odds_left(x, t_x, t, r, alpha, a, b)), dtype=float)

    def expected_repeats(self, ahead: float) -> float:
        """Return the repeat purchases a customer just won is expected to make within `ahead` units of time.

        Formula: that of `expected_purchases` at x = 0, T = 0. Source: Fader, Hardie and Lee (2005), eq. 9.

        >>> round(BetaGeoNbd(r=0.243, alpha=4.414, a=0.793, b=2.426).expected_repeats(52), 2)
        1.45
        """
        r, alpha, a, b = self._parameters()
        return float(_expected(ahead, np.array([r]), np.array([b]), a, np.array([alpha]))[0])

    def _parameters(self) -> tuple[float, float, float, float]:
        value = self.value
        if value is None:
            raise InvalidInput(
                "not_fitted", "the model has no parameters: fit it, or see its reason"
            )
        return value


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """The gamma-gamma model of spend: what a customer spends on average, steadied by all others.

    Formula: amounts Gamma(p, ν) with ν Gamma(q, γ) over customers; likelihood of a mean m over x purchases
    Γ(px+q)/(Γ(px)Γ(q)) · γ^q m^(px−1) x^(px)/(γ + mx)^(px+q).
    Source: Fader and Hardie (2013), 'The Gamma-Gamma Model of Monetary Value', note 025; Colombo and Jiang (1999).
    Amounts must not depend on how often one buys: see `rank_correlation`.

    >>> model = GammaGamma(p=6.25, q=3.74, gamma=15.44)
    >>> round(model.population_mean, 2), model.expected_spend([1, 20], [50.0, 50.0]).round(2).tolist()
    (35.22, [45.49, 49.68])
    """

    p: float | None = None
    q: float | None = None
    gamma: float | None = None
    log_likelihood: float | None = None
    n: float = 0
    method: str = "gamma_gamma"
    reason: Reason | None = None

    @property
    def value(self) -> tuple[float, float, float] | None:
        """The parameters (p, q, γ), or None."""
        if self.p is None or self.q is None or self.gamma is None:
            return None
        return self.p, self.q, self.gamma

    @property
    def population_mean(self) -> float | None:
        """The mean spend of a customer not yet seen, pγ/(q−1); None where it has none (q ≤ 1)."""
        if self.value is None:
            return None
        p, q, gamma = self.value
        return p * gamma / (q - 1.0) if q > 1.0 else None

    def fit(self, purchases: ArrayLike, mean_spend: ArrayLike) -> GammaGamma:
        """Return the model fitted by maximum likelihood; the one it is called on stays as it is.

        Shapes: `purchases` x ≥ 1 and `mean_spend` m > 0, each (n,). Units: money of one currency.
        Errors: `InvalidInput` for shapes that differ or numbers not positive; no customers end in `no_data`, fewer
        than 10 in `too_few`, NaN in `not_finite`, equal spend in `no_variance`, a likelihood without a top in
        `not_converged`.
        """
        x, m = _spends(purchases, mean_spend)
        n = float(x.size)
        if n == 0:
            return replace(GammaGamma(), reason=Reason.NO_DATA)
        if not (np.isfinite(x).all() and np.isfinite(m).all()):
            return replace(GammaGamma(), reason=Reason.NOT_FINITE)
        if n < 10:
            return replace(GammaGamma(), n=n, reason=Reason.TOO_FEW)
        unit = float(m.mean())
        if float(np.ptp(m)) <= 1e-12 * unit:
            return replace(GammaGamma(), n=n, reason=Reason.NO_VARIANCE)
        found = most_likely(
            lambda parameters: -float(_spend_likelihood(parameters, x, m / unit).mean()),
            [(1.0, 3.0, 2.0), (5.0, 4.0, 0.6), (0.5, 2.0, 2.0)],
        )
        if found is None:
            return replace(GammaGamma(), n=n, reason=Reason.NOT_CONVERGED)
        (p, q, gamma), _ = found
        fitted = GammaGamma(float(p), float(q), float(gamma * unit), n=n)
        likelihood = float(_spend_likelihood(np.array(fitted.value), x, m).sum())
        return replace(fitted, log_likelihood=likelihood)

    def expected_spend(self, purchases: ArrayLike, mean_spend: ArrayLike) -> Matrix:
        """Return what each customer (n,) is expected to spend a purchase: own mean drawn to that of all.

        Formula: p(γ + mx)/(px + q − 1). Source: Fader and Hardie (2013), eq. 5.
        """
        if self.value is None:
            raise InvalidInput(
                "not_fitted", "the model has no parameters: fit it, or see its reason"
            )
        p, q, gamma = self.value
        x, m = _spends(purchases, mean_spend)
        return np.asarray(p * (gamma + m * x) / (p * x + q - 1.0), dtype=float)


def _histories(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, counts: ArrayLike | None
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    x, t_x, t = (numbers(part).ravel() for part in (frequency, recency, age))
    count = np.ones(x.size) if counts is None else numbers(counts).ravel()
    if not x.size == t_x.size == t.size == count.size:
        raise InvalidInput("shape", "frequency, recency and age need one number per customer")
    if any(bool((part < 0).any()) for part in (x, t_x, t, count)):
        raise InvalidInput("negative", "frequency, recency and age must not be negative")
    if bool((t_x > t * (1.0 + 1e-12)).any()):
        raise InvalidInput(
            "recency_beyond_age", "a last purchase lies after the end of observation"
        )
    if bool(((x == 0) & (t_x > 0)).any()):
        raise InvalidInput("recency_beyond_age", "without repeats the recency is 0")
    return x, t_x, t, count


def _odds_left(
    x: Matrix, t_x: Matrix, t: Matrix, r: float, alpha: float, a: float, b: float
) -> Matrix:
    again = x > 0
    power = np.exp((r + x) * (np.log(alpha + t) - np.log(alpha + t_x)))
    return np.where(again, a / np.where(again, b + x - 1.0, 1.0) * power, 0.0)


def _expected(ahead: float, shape: Matrix, stays: Matrix, a: float, scale: Matrix) -> Matrix:
    """Return expected purchases of customers sure to be alive; a = 1 is the limit of its neighbours."""
    if abs(a - 1.0) < 1e-6:
        return (
            _expected(ahead, shape, stays, 1.0 - 2e-6, scale)
            + _expected(ahead, shape, stays, 1.0 + 2e-6, scale)
        ) / 2.0
    whole = a + stays - 1.0
    z = ahead / (scale + ahead)
    hyper = special.hyp2f1(shape, stays, whole, z)
    return np.asarray(
        whole / (a - 1.0) * (1.0 - (scale / (scale + ahead)) ** shape * hyper), dtype=float
    )


def _log_likelihood(parameters: Matrix, x: Matrix, t_x: Matrix, t: Matrix) -> Matrix:
    r, alpha, a, b = parameters
    buying = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    staying = special.betaln(a, b + x) - special.betaln(a, b)
    alive = -(r + x) * np.log(alpha + t)
    again = x > 0
    left = np.where(
        again,
        np.log(a) - np.log(np.where(again, np.maximum(b + x - 1.0, 1e-300), 1.0)),
        -np.inf,
    ) - (r + x) * np.log(alpha + t_x)
    return np.asarray(buying + staying + np.logaddexp(alive, left), dtype=float)


def _spends(purchases: ArrayLike, mean_spend: ArrayLike) -> tuple[Matrix, Matrix]:
    x, m = (numbers(part).ravel() for part in (purchases, mean_spend))
    if x.size != m.size:
        raise InvalidInput("shape", f"{x.size} customers but {m.size} spends")
    if bool((x < 1).any()) or bool((m <= 0).any()):
        raise InvalidInput("not_positive", "purchases start at 1 and spend is above 0")
    return x, m


def _spend_likelihood(parameters: Matrix, x: Matrix, m: Matrix) -> Matrix:
    p, q, gamma = parameters
    shape = p * x
    return np.asarray(
        special.gammaln(shape + q)
        - special.gammaln(shape)
        - special.gammaln(q)
        + q * np.log(gamma)
        + (shape - 1.0) * np.log(m)
        + shape * np.log(x)
        - (shape + q) * np.log(gamma + m * x),
        dtype=float,
    )
