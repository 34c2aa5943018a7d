"""The Western Electric run rules: patterns that noise seldom makes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason

# rule code → (window, how many of it, beyond how many sigmas)
_RULES: dict[str, tuple[int, int, float]] = {
    "one_beyond_three_sigma": (1, 1, 3.0),
    "two_of_three_beyond_two_sigma": (3, 2, 2.0),
    "four_of_five_beyond_one_sigma": (5, 4, 1.0),
    "eight_on_one_side": (8, 8, 0.0),
}


@dataclass(frozen=True, slots=True)
class Signal:
    """A pattern found: `rule` code, `start` and `index` (first and last position), side of the centre."""

    rule: str
    start: int
    index: int
    side: str  # "above" or "below"


@dataclass(frozen=True, slots=True)
class RunRules:
    """The signals of a series, in order of position; `value` counts them."""

    value: int | None
    signals: tuple[Signal, ...]
    n: int
    method: str = "western_electric"
    reason: Reason | None = None


def run_rules(
    values: Sequence[float | None],
    center: float,
    sigma: float | Sequence[float | None],
) -> RunRules:
    """Return where a series breaks one of the four Western Electric rules.

    Formula: one point beyond 3σ; two of three beyond 2σ on one side; four of five beyond 1σ on one side;
    eight in a row on one side of the centre. A signal is raised at the point that completes the pattern,
    and that point belongs to it. Gaps (None) are passed over.
    Source: Western Electric (1956), Statistical Quality Control Handbook; Montgomery (2020), §5.3.4.
    All four together cry wolf once in about 92 points of a stable normal series (Champ and Woodall, 1987).
    Shapes: `values` (n,); `sigma` one number, or one per value for stepped limits.
    Units: those of the values.
    Errors: `InvalidInput` for shapes that differ or a negative sigma; no values end in `no_data`, NaN in
    `not_finite`, sigma zero in `no_variance`.

    >>> found = run_rules([0.2, -0.1, 3.4, 0.1, 2.2, 2.5], center=0.0, sigma=1.0)
    >>> [(signal.rule, signal.index, signal.side) for signal in found.signals][:2]
    [('one_beyond_three_sigma', 2, 'above'), ('two_of_three_beyond_two_sigma', 4, 'above')]
    """
    sigmas = list(sigma) if isinstance(sigma, Sequence | np.ndarray) else [sigma] * len(values)
    if len(sigmas) != len(values):
        raise InvalidInput("shape", f"{len(values)} values but {len(sigmas)} sigmas")
    points = [
        (position, value, spread)
        for position, (value, spread) in enumerate(zip(values, sigmas, strict=True))
        if value is not None and spread is not None
    ]
    if any(spread < 0 for _, _, spread in points):
        raise InvalidInput("negative", "sigma must not be negative")
    if not points:
        return RunRules(None, (), 0, reason=Reason.NO_DATA)
    if not math.isfinite(center) or not all(
        math.isfinite(value) and math.isfinite(spread) for _, value, spread in points
    ):
        return RunRules(None, (), 0, reason=Reason.NOT_FINITE)
    if any(spread == 0 for _, _, spread in points):
        return RunRules(None, (), len(points), reason=Reason.NO_VARIANCE)
    positions = [position for position, _, _ in points]
    scores = [(value - center) / spread for _, value, spread in points]
    signals = [
        signal
        for last in range(len(scores))
        for rule in _RULES
        for signal in _signal_at(rule, scores, positions, last)
    ]
    return RunRules(len(signals), tuple(signals), len(points))


def _signal_at(
    rule: str, scores: Sequence[float], positions: Sequence[int], last: int
) -> list[Signal]:
    window, needed, beyond = _RULES[rule]
    first = last - window + 1
    if first < 0 and last + 1 < needed:
        return []
    first = max(0, first)
    found = []
    for side, sign in (("above", 1.0), ("below", -1.0)):
        hits = [index for index in range(first, last + 1) if sign * scores[index] > beyond]
        if len(hits) >= needed and hits[-1] == last:
            found.append(Signal(rule, positions[hits[0]], positions[last], side))
    return found
