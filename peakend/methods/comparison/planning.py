"""How likely a test is to see a difference that is there, and how many answers that takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import special

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason, require_fraction

_MOST = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Power:
    """The chance to find a difference (`value`), or the answers a group needs for it (`n`)."""

    value: float | None
    n: float
    effect: float
    alpha: float
    method: str
    reason: Reason | None = None


def power(
    effect: float,
    n_first: float,
    n_second: float | None = None,
    *,
    alpha: float = 0.05,
    sided: int = 2,
) -> Power:
    """Return the chance that a t test of two means finds a standardised difference.

    Formula: noncentral t with n₁ + n₂ − 2 degrees of freedom and noncentrality d√(n₁n₂/(n₁ + n₂)); both tails if
    two-sided.
    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, ch. 2.
    Units: `effect` is Cohen's d, the difference in standard deviations (0.2 small, 0.5 medium, 0.8 large); answers per
    group, equal by default. The result's `n` is the first group's.
    Shapes: single numbers.
    Errors: `InvalidInput` for an alpha outside (0, 1) or other than one or two sides; fewer than two answers in a group
    end in `too_few`, NaN in `not_finite`.

    >>> round(power(0.5, 64).value, 3)
    0.801
    """
    _checked(alpha, sided)
    second = n_first if n_second is None else n_second
    method = "power_t"
    if not all(math.isfinite(number) for number in (effect, n_first, second)):
        return Power(None, 0, effect, alpha, method, Reason.NOT_FINITE)
    if n_first < 2 or second < 2:
        return Power(None, n_first, effect, alpha, method, Reason.TOO_FEW)
    return Power(_chance(effect, n_first, second, alpha, sided), n_first, effect, alpha, method)


def answers_needed(
    effect: float, *, wanted: float = 0.8, alpha: float = 0.05, ratio: float = 1.0, sided: int = 2
) -> Power:
    """Return the answers the first of two groups needs, for a t test to find a standardised difference.

    Formula: the smallest n with `power(effect, n, ratio·n)` ≥ `wanted`. Source, shapes,
    units: as `power`; `ratio` is n₂/n₁.
    Errors: `InvalidInput` as `power`, and for a ratio that is not positive; no effect ends in `no_variance`: nothing
    can be found however many answer.

    >>> answers_needed(0.5).n, answers_needed(0.2).n
    (64, 394)
    """
    _checked(alpha, sided)
    require_fraction(wanted=wanted)
    if ratio <= 0:
        raise InvalidInput("not_positive", f"ratio must be positive, got {ratio}")
    method = "answers_t"
    if not (math.isfinite(effect) and math.isfinite(ratio)):
        return Power(None, 0, effect, alpha, method, Reason.NOT_FINITE)
    if effect == 0 or (sided == 1 and effect < 0):
        return Power(None, 0, effect, alpha, method, Reason.NO_VARIANCE)
    if 2 / ratio > _MOST:
        return Power(None, 0, effect, alpha, method, Reason.NOT_REACHED)
    floor = max(2, math.ceil(2 / ratio))
    n = _smallest(lambda n: _chance(effect, n, max(2.0, ratio * n), alpha, sided), wanted, floor)
    if n is None:
        return Power(None, 0, effect, alpha, method, Reason.NOT_REACHED)
    return Power(_chance(effect, n, max(2.0, ratio * n), alpha, sided), n, effect, alpha, method)


def power_of_proportions(
    first: float,
    second: float,
    n_first: float,
    n_second: float | None = None,
    *,
    alpha: float = 0.05,
) -> Power:
    """Return the chance that the z test of two shares finds their difference.

    Formula: Φ((|p₁ − p₂| − z SE₀)/SE₁) + the other tail, SE₀ with the pooled share, SE₁ with each side's own.
    Source: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, §4.
    Units: shares in [0, 1]; answers per group, equal by default. `effect` of the result is p₁ − p₂.
    Shapes: single numbers.
    Errors: `InvalidInput` for shares outside [0, 1]; no answers end in `no_data`, shares of 0 or 1 on both sides in
    `no_variance`, NaN in `not_finite`.

    >>> round(power_of_proportions(0.60, 0.50, 388).value, 3)
    0.801
    """
    _checked(alpha, 2)
    size = n_first if n_second is None else n_second
    effect = first - second
    method = "power_proportions"
    if not all(math.isfinite(number) for number in (first, second, n_first, size)):
        return Power(None, 0, effect, alpha, method, Reason.NOT_FINITE)
    if not (0.0 <= first <= 1.0 and 0.0 <= second <= 1.0):
        raise InvalidInput("not_a_fraction", "shares lie in [0, 1]")
    if n_first <= 0 or size <= 0:
        return Power(None, n_first, effect, alpha, method, Reason.NO_DATA)
    value = _chance_of_shares(first, second, n_first, size, alpha)
    reason = Reason.NO_VARIANCE if value is None else None
    return Power(value, n_first, effect, alpha, method, reason)


def answers_needed_for_proportions(
    first: float, second: float, *, wanted: float = 0.8, alpha: float = 0.05
) -> Power:
    """Return the answers each of two groups needs, for the z test to find the difference of two shares.

    Formula: the smallest n with `power_of_proportions` ≥ `wanted`. Source, shapes, units, errors: as
    there; equal shares end in `no_variance`.

    >>> answers_needed_for_proportions(0.60, 0.50).n
    388
    """
    _checked(alpha, 2)
    require_fraction(wanted=wanted)
    method = "answers_proportions"
    told = power_of_proportions(first, second, 2, alpha=alpha)
    if told.reason is not None or first == second:
        reason = told.reason or Reason.NO_VARIANCE
        return Power(None, 0, first - second, alpha, method, reason)
    n = _smallest(lambda n: _chance_of_shares(first, second, n, n, alpha) or 0.0, wanted, 2)
    if n is None:
        return Power(None, 0, first - second, alpha, method, Reason.NOT_REACHED)
    value = _chance_of_shares(first, second, n, n, alpha)
    return Power(value, n, first - second, alpha, method)


def _chance(effect: float, first: float, second: float, alpha: float, sided: int) -> float:
    freedom = first + second - 2.0
    shift = effect * math.sqrt(first * second / (first + second))
    limit = float(special.stdtrit(freedom, 1.0 - alpha / sided))
    upper = 1.0 - float(special.nctdtr(freedom, shift, limit))
    lower = float(special.nctdtr(freedom, shift, -limit)) if sided == 2 else 0.0
    if freedom > 1e6 or not math.isfinite(upper + lower):
        # Far out the noncentral t has no series that converges, and is a shifted normal to all digits shown.
        upper = float(special.ndtr(shift - limit))
        lower = float(special.ndtr(-limit - shift)) if sided == 2 else 0.0
    return min(1.0, max(0.0, upper + lower))


def _chance_of_shares(
    first: float, second: float, n_first: float, n_second: float, alpha: float
) -> float | None:
    pooled = (first * n_first + second * n_second) / (n_first + n_second)
    plain = math.sqrt(pooled * (1.0 - pooled) * (1.0 / n_first + 1.0 / n_second))
    own = math.sqrt(first * (1.0 - first) / n_first + second * (1.0 - second) / n_second)
    if own == 0.0:
        return None
    reach = float(special.ndtri(1.0 - alpha / 2.0)) * plain
    gap = first - second
    return float(special.ndtr((gap - reach) / own) + special.ndtr((-gap - reach) / own))


def _smallest(chance: Callable[[float], float], wanted: float, floor: int) -> int | None:
    """Return the smallest whole n from `floor` whose chance reaches what is wanted."""
    if chance(float(floor)) >= wanted:
        return floor
    if chance(float(_MOST)) < wanted:
        return None
    from scipy import optimize  # here, or every page that shows a score would wait for its import

    root = optimize.brentq(
        lambda logs: chance(math.exp(logs)) - wanted, math.log(floor), math.log(_MOST), xtol=1e-10
    )
    n = max(floor, math.floor(math.exp(root)) - 1)
    while chance(float(n)) < wanted:
        n += 1
    return n


def _checked(alpha: float, sided: int) -> None:
    require_fraction(alpha=alpha)
    if sided not in (1, 2):
        raise InvalidInput("sided", f"a test has one side or two, got {sided}")
