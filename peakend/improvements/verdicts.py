"""What a comparison means for a target: pure, a table of rules in the order they are tried."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from peakend.improvements.choices import VerdictValue as V
from peakend.methods.estimate import Comparison
from peakend.methods.quantiles import student_below

# To see a target with a probability of 80 % the half-interval has to be this share of it:
# 1.96 / (1.96 + 0.84).
_SHARE_OF_TARGET = 0.7
_LEAST_AFTER = 30  # answers at the pilots before anything is said


@dataclass(frozen=True)
class Verdict:
    """What was found, in the metric's unit and signed as the metric is (not as better or worse).

    ``verdict`` is the word; ``value``, ``low``, ``high`` the change with its interval; ``n`` the
    answers at the pilots since the start; ``chance`` the probability that the target is reached.
    An undecided one says in ``needed_n`` what is missing and in ``resolves_on`` when it will be
    there; both are None where no amount will do or nothing can be said.
    """

    verdict: V
    value: float | None
    low: float | None
    high: float | None
    n: float
    method: str
    reason: str = ""
    chance: float | None = None
    needed_n: int | None = None
    needed_margin: float | None = None
    resolves_on: date | None = None

    @property
    def margin(self) -> float | None:
        """Half the interval's width, for ``±``."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class _Gain:
    """The effect turned so that more is better."""

    value: float
    low: float
    high: float
    target: float


# Tried in this order; the first that holds names the verdict.
_RULES: tuple[tuple[V, Callable[[_Gain], bool]], ...] = (
    (V.HARMFUL, lambda gain: gain.high < 0),
    (V.REACHED, lambda gain: gain.low >= gain.target),
    (V.EFFECTIVE, lambda gain: gain.low > 0),
    (V.NO_EFFECT, lambda gain: gain.high < gain.target),
)


def judge(
    effect: Comparison,
    *,
    direction: int,
    target: float,
    n_after: float,
    weekly: float,
    as_of: date,
) -> Verdict:
    """Say what the effect means for the target.

    ``n_after`` are the pilots' answers since the start, ``weekly`` how many come a week;
    ``direction`` is 1 where more is better, −1 where less is.
    """
    if effect.value is None or effect.low is None or effect.high is None:
        return _unjudged(effect, n_after, str(effect.reason or "no_data"))
    if n_after < _LEAST_AFTER:
        margin = (effect.high - effect.low) / 2
        needed = max(_LEAST_AFTER, _needed(n_after, margin, target))
        return _unjudged(effect, n_after, "too_few", needed, _when(needed, n_after, weekly, as_of))
    low, high = sorted((effect.low * direction, effect.high * direction))
    gain = _Gain(effect.value * direction, low, high, target)
    word = next((word for word, holds in _RULES if holds(gain)), V.UNDECIDED)
    margin = (high - low) / 2
    required: int | None = None
    if word in (V.UNDECIDED, V.EFFECTIVE) and margin > 0:
        required = _needed(n_after, margin, target)
    undecided = word == V.UNDECIDED
    return Verdict(
        verdict=word,
        value=effect.value,
        low=effect.low,
        high=effect.high,
        n=n_after,
        method=effect.method,
        reason="interval_too_wide" if undecided else "",
        chance=_chance(effect, gain),
        needed_n=required if undecided else None,
        needed_margin=_SHARE_OF_TARGET * target if undecided else None,
        resolves_on=_when(required, n_after, weekly, as_of) if undecided and required else None,
    )


def _unjudged(
    effect: Comparison, n: float, reason: str, needed: int | None = None, on: date | None = None
) -> Verdict:
    return Verdict(
        V.UNDECIDED,
        effect.value,
        effect.low,
        effect.high,
        n,
        effect.method,
        reason,
        needed_n=needed,
        resolves_on=on,
    )


def _needed(n: float, margin: float, target: float) -> int:
    """Answers at which the half-interval is narrow enough: it shrinks with the root of n."""
    return math.ceil(n * max(1.0, margin / (_SHARE_OF_TARGET * target)) ** 2)


def _chance(effect: Comparison, gain: _Gain) -> float | None:
    """Probability that the gain is at least the target, from the effect's own distribution."""
    if not effect.standard_error:
        return None
    distance = (gain.value - gain.target) / effect.standard_error
    return student_below(distance, effect.degrees_of_freedom or None)


def _when(needed: int, n: float, weekly: float, as_of: date) -> date | None:
    if weekly <= 0:
        return None
    weeks = max(0.0, (needed - n) / weekly)
    return as_of + timedelta(days=math.ceil(weeks * 7)) if weeks <= 520 else None
