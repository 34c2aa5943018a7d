"""Whether answers are too good to be taken as they come: against peers, in runs, and in time.

What is improbable is not therefore false. Each function answers how probable so much sameness would be if
the place were like its peers, or its answers came one by one; judging is for people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from peakend.methods.arrays import numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason, require_fraction, require_not_negative
from peakend.methods.quantiles import binomial_tail

LEAST_PEERS = 5
# No two places are served alike: below this the tail would be the binomial's, which is too thin.
LEAST_CORRELATION = 0.01


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """How much places differ beyond chance: `value` is the intraclass correlation ρ of a yes-or-no answer.

    `share` is the share over all places, `n` counts answers and `places` the places.
    """

    value: float | None
    share: float | None
    n: int
    places: int
    method: str = "analysis_of_variance"
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class AgainstPeers:
    """How probable each place's count would be among its peers, in the order given.

    `p_values` are one-sided (so many or more) and None where a place has no answers or too few peers;
    `usual` is the share of the others; `value` counts the p-values.
    """

    value: int
    p_values: tuple[float | None, ...]
    usual: tuple[float | None, ...]
    n: int
    method: str = "beta_binomial"
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class CloseArrivals:
    """Answers that follow another within moments: `value` is their share of all that follow one in the same hour.

    `expected` is the share that chance gives, `p_value` the probability of so many or more.
    """

    value: float | None
    hits: int
    n: int
    expected: float | None
    p_value: float | None
    method: str = "uniform_spacings"
    reason: Reason | None = None


def overdispersion(hits: Sequence[int], sizes: Sequence[int]) -> Overdispersion:
    """Return how much shares differ between places beyond chance.

    Formula: ρ = (MSB − MSW) / (MSB + (n₀ − 1) MSW), at least 0, with the mean squares between and within places and
    n₀ = (N − Σnᵢ²/N) / (k − 1).
    Source: Ridout, Demétrio and Firth (1999), Biometrics 55, 137-148, estimator ρ̂_AOV; Fleiss (1981) ch. 13.
    Shapes: `hits` and `sizes` (k,). Units: counts. Places without answers are left out.
    Errors: `InvalidInput` for hits outside [0, size] or unequal lengths; no answers end in `no_data`, fewer than two places
    or one answer each in `too_few`, hits everywhere or nowhere in `no_variance`.

    >>> found = overdispersion([8, 2, 9, 1, 5, 5], [10, 10, 10, 10, 10, 10])
    >>> round(found.value, 4), found.share
    (0.3056, 0.5)
    """
    pairs = _checked(hits, sizes)
    kept = [(hit, size) for hit, size in pairs if size]
    total = sum(size for _hit, size in kept)
    if not kept:
        return Overdispersion(None, None, 0, 0, reason=Reason.NO_DATA)
    share = sum(hit for hit, _size in kept) / total
    sums = _Sums.of(kept)
    if sums.places < 2 or sums.answers <= sums.places:
        return Overdispersion(None, share, total, len(kept), reason=Reason.TOO_FEW)
    if share in (0.0, 1.0):
        return Overdispersion(None, share, total, len(kept), reason=Reason.NO_VARIANCE)
    return Overdispersion(sums.correlation, share, total, len(kept))


def beta_binomial_tail(hits: int, n: int, share: float, correlation: float) -> float:
    """Return the probability of at least `hits` of `n` where shares differ between places.

    Formula: X ~ BetaBinomial(n, α, β) with α = p (1/ρ − 1) and β = (1 − p) (1/ρ − 1); the binomial where ρ = 0.
    Source: Skellam (1948), Journal of the Royal Statistical Society B 10, 257-261.
    Shapes: single numbers. Units: counts and probabilities.
    Errors: `InvalidInput` for hits outside [0, n], a share outside (0, 1) or a correlation outside [0, 1).

    >>> round(beta_binomial_tail(9, 10, 0.5, 0.0), 6), round(beta_binomial_tail(9, 10, 0.5, 1 / 3), 6)
    (0.010742, 0.181818)
    """
    _checked([hits], [n])
    require_fraction(share=share)
    require_not_negative(correlation=correlation)
    if correlation >= 1.0:
        raise InvalidInput("not_a_fraction", f"correlation must lie below 1, got {correlation}")
    if hits == 0:
        return 1.0
    if correlation == 0.0:
        return binomial_tail(hits, n, share)
    strength = 1.0 / correlation - 1.0
    alpha, beta = share * strength, (1.0 - share) * strength
    k = np.arange(hits, n + 1)
    logs = (
        special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
        + special.betaln(k + alpha, n - k + beta) - special.betaln(alpha, beta)
    )  # fmt: skip
    largest = float(logs.max())
    return float(min(1.0, math.exp(largest) * float(np.exp(logs - largest).sum())))


def against_peers(hits: Sequence[int], sizes: Sequence[int]) -> AgainstPeers:
    """Return for each place how probable so many hits would be if it were one of the others.

    Formula: P(X ≥ hᵢ), X ~ BetaBinomial(nᵢ, p₋ᵢ, ρ₋ᵢ) with share and correlation of the other places
    (`overdispersion`), so that an odd place does not excuse itself; p₋ᵢ has half a hit and half a miss added.
    Source: as `beta_binomial_tail` and `overdispersion`.
    Shapes: `hits` and `sizes` (k,). Units: counts.
    Errors: as `overdispersion`; fewer than five peers with answers end in None for the place, and for all in `too_few`.

    >>> found = against_peers([40, 21, 22, 19, 20, 23, 18, 21], [40] * 8)
    >>> [p < 0.001 for p in found.p_values], round(found.usual[0], 3)
    ([True, False, False, False, False, False, False, False], 0.514)
    """
    pairs = _checked(hits, sizes)
    everyone = _Sums.of([pair for pair in pairs if pair[1]])
    p_values: list[float | None] = []
    usual: list[float | None] = []
    for hit, size in pairs:
        others = everyone.without(hit, size) if size else everyone
        if not size or others.places < LEAST_PEERS or others.answers <= others.places:
            p_values.append(None)
            usual.append(others.hits / others.answers if others.answers else None)
            continue
        share = (others.hits + 0.5) / (others.answers + 1.0)
        correlation = min(0.99, max(LEAST_CORRELATION, others.correlation))
        p_values.append(beta_binomial_tail(hit, size, share, correlation))
        usual.append(others.hits / others.answers)
    known = sum(p is not None for p in p_values)
    reason = None if known else Reason.TOO_FEW if everyone.places else Reason.NO_DATA
    return AgainstPeers(known, tuple(p_values), tuple(usual), everyone.answers, reason=reason)


def longest_run_tail(run: int, n: int, share: float) -> float:
    """Return the probability that `n` answers in order hold a run of at least `run` of one kind.

    Formula: 1 − Aₙ, where Aₘ is the chance that m answers hold no such run: Aₘ = 1 for m < r, Aᵣ = 1 − pʳ, and
    Aₘ = Aₘ₋₁ − (1 − p) pʳ Aₘ₋ᵣ₋₁.
    Source: Feller (1968), An Introduction to Probability Theory I, 3rd ed., ch. XIII.7; Schilling (1990), College
    Mathematics Journal 21, 196-207.
    Shapes: single numbers. Units: counts and probabilities.
    Errors: `InvalidInput` for a run below 1, a negative n or a share outside (0, 1).

    >>> round(longest_run_tail(3, 10, 0.5), 6), round(longest_run_tail(7, 200, 0.5), 3)
    (0.507812, 0.544)
    """
    require_fraction(share=share)
    require_not_negative(n=n)
    if run < 1:
        raise InvalidInput("run", f"a run has at least one answer, got {run}")
    if run > n:
        return 0.0
    ended = (1.0 - share) * share**run
    none = [1.0] * run + [1.0 - share**run]
    for m in range(run + 1, n + 1):
        none.append(none[m - 1] - ended * none[m - run - 1])
    return min(1.0, max(0.0, 1.0 - none[n]))


def close_arrivals(seconds: Sequence[float], *, within: float = 60.0) -> CloseArrivals:
    """Return how many answers follow another within moments, against chance in the same hour.

    Formula: of m answers in an hour, m − 1 follow another; were they spread evenly over it, each gap would be at most
    s with probability 1 − (1 − s/3600)ᵐ. Hits over all hours are held against the mean of these by the binomial tail.
    Equal times count once, since files often carry no more than the minute.
    Source: David and Nagaraja (2003), Order Statistics, 3rd ed., ch. 6.4, for uniform spacings.
    Shapes: `seconds` (n,), from any origin, in any order. Units: seconds.
    Errors: `InvalidInput` for `within` outside (0, 3600); no answers end in `no_data`, none that follows another in its hour
    in `too_few`, NaN in `not_finite`.

    >>> spread = close_arrivals([0, 600, 1300, 1900, 2500, 3300])
    >>> row = close_arrivals([0, 20, 45, 70, 95, 120])
    >>> spread.hits, row.hits, row.n, row.p_value < 0.0001
    (0, 5, 5, True)
    """
    if not 0.0 < within < 3600.0:
        raise InvalidInput("within", f"moments lie between 0 and 3600 seconds, got {within}")
    moments = np.unique(numbers(seconds))
    if not np.isfinite(moments).all():
        return CloseArrivals(None, 0, 0, None, None, reason=Reason.NOT_FINITE)
    if not moments.size:
        return CloseArrivals(None, 0, 0, None, None, reason=Reason.NO_DATA)
    hours = np.floor(moments / 3600.0)
    follows = hours[1:] == hours[:-1]
    trials = int(follows.sum())
    if trials == 0:
        return CloseArrivals(None, 0, 0, None, None, reason=Reason.TOO_FEW)
    hits = int((follows & (np.diff(moments) <= within)).sum())
    _, counts = np.unique(hours, return_counts=True)
    chance = 1.0 - (1.0 - within / 3600.0) ** counts
    expected = float((chance * (counts - 1)).sum() / trials)
    return CloseArrivals(
        hits / trials, hits, trials, expected, binomial_tail(hits, trials, expected)
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the analysis of variance needs, so that one place can be left out at once."""

    places: int
    answers: int
    hits: int
    squares: float  # Σ n²
    within: float  # Σ h²/n

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, int]]) -> _Sums:
        return cls(
            len(pairs),
            sum(size for _hit, size in pairs),
            sum(hit for hit, _size in pairs),
            float(sum(size * size for _hit, size in pairs)),
            math.fsum(hit * hit / size for hit, size in pairs),
        )

    def without(self, hit: int, size: int) -> _Sums:
        return _Sums(
            self.places - 1, self.answers - size, self.hits - hit, self.squares - size * size,
            self.within - hit * hit / size,
        )  # fmt: skip

    @property
    def correlation(self) -> float:
        between = (self.within - self.hits**2 / self.answers) / (self.places - 1)
        inside = (self.hits - self.within) / (self.answers - self.places)
        typical = (self.answers - self.squares / self.answers) / (self.places - 1)
        whole = between + (typical - 1.0) * inside
        return max(0.0, (between - inside) / whole) if whole > 0.0 else 0.0


def _checked(hits: Sequence[int], sizes: Sequence[int]) -> list[tuple[int, int]]:
    if len(hits) != len(sizes):
        raise InvalidInput("lengths", "hits and sizes belong together, one of each a place")
    if any(not 0 <= hit <= size < math.inf for hit, size in zip(hits, sizes, strict=True)):
        raise InvalidInput("hits", "hits lie between 0 and the size of their place")
    return list(zip(hits, sizes, strict=True))
