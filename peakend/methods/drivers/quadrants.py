"""Where to act first: importance against performance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate, Reason

_LARGEST = 1e150


@dataclass(frozen=True, slots=True)
class PlacedDriver:
    """One driver on the map; `certain` where both its intervals stay on their side of the lines."""

    importance: float | None
    performance: float | None
    quadrant: str | None
    certain: bool
    gap: float | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class ImportancePerformance:
    """All drivers in the order given, with the lines that part the quadrants; `value` lists where to act first.

    Quadrants are codes: `concentrate` (important, poor), `keep_up` (important, good), `low_priority` (less
    important, poor), `possible_overkill` (less important, good).
    """

    value: tuple[int, ...] | None
    drivers: tuple[PlacedDriver, ...]
    importance_line: float | None
    performance_line: float | None
    n: int
    method: str = "importance_performance"
    reason: Reason | None = None


def importance_performance(
    importance: Sequence[float | Estimate | None],
    performance: Sequence[float | Estimate | None],
    *,
    importance_line: float | None = None,
    performance_line: float | None = None,
) -> ImportancePerformance:
    """Return each driver's quadrant, and the drivers to concentrate on, the largest gap first.

    Formula: lines at the means unless given; gap = standardised importance − standardised performance
    (z-scores over drivers), so that a driver far more important than it is good comes first.
    Source: Martilla and James (1977), Journal of Marketing 41, 77-79; Slack (1994) for the ordering by gap.
    Shapes: two sequences (p,), plain numbers or estimates with intervals; None where unknown.
    Units: any; importance is usually a share of R² (`lmg`), performance a mean score or top box.
    Errors: `InvalidInput` for sequences that differ in length; no drivers end in `no_data`; a driver without
    a number keeps a reason of its own, NaN is `not_finite`.

    >>> found = importance_performance([0.30, 0.25, 0.05, 0.10], [3.1, 4.4, 3.0, 4.6])
    >>> [driver.quadrant for driver in found.drivers]
    ['concentrate', 'keep_up', 'low_priority', 'possible_overkill']
    >>> found.value
    (0,)
    """
    if len(importance) != len(performance):
        raise InvalidInput(
            "shape", f"{len(importance)} importances but {len(performance)} performances"
        )
    pairs = [
        (_numbers(one), _numbers(other)) for one, other in zip(importance, performance, strict=True)
    ]
    known = [
        (one[0], other[0]) for one, other in pairs if one[0] is not None and other[0] is not None
    ]
    if not known:
        reasons = [one[3] or other[3] for one, other in pairs]
        reason = Reason.NOT_FINITE if Reason.NOT_FINITE in reasons else Reason.NO_DATA
        return ImportancePerformance(None, (), None, None, 0, reason=reason)
    across = _mean([one for one, _ in known]) if importance_line is None else importance_line
    along = _mean([other for _, other in known]) if performance_line is None else performance_line
    spread_across = _spread([one for one, _ in known])
    spread_along = _spread([other for _, other in known])
    placed = tuple(
        _placed(one, other, across, along, spread_across, spread_along) for one, other in pairs
    )
    first = sorted(
        (index for index, driver in enumerate(placed) if driver.quadrant == "concentrate"),
        key=lambda index: (-(placed[index].gap or 0.0), index),
    )
    return ImportancePerformance(tuple(first), placed, across, along, len(known))


Numbers = tuple[float | None, float | None, float | None, Reason | None]


def _numbers(given: float | Estimate | None) -> Numbers:
    if given is None:
        return None, None, None, Reason.NO_DATA
    if isinstance(given, Estimate):
        return given.value, given.low, given.high, given.reason
    # Squares of what lies beyond overflow.
    if not abs(given) < _LARGEST:
        return None, None, None, Reason.NOT_FINITE
    return float(given), None, None, None


def _placed(
    importance: Numbers,
    performance: Numbers,
    across: float,
    along: float,
    spread_across: float,
    spread_along: float,
) -> PlacedDriver:
    one, other = importance[0], performance[0]
    if one is None or other is None:
        reason = importance[3] if one is None else performance[3]
        return PlacedDriver(one, other, None, False, None, reason or Reason.NO_DATA)
    important, good = one >= across, other >= along
    names = {
        (True, False): "concentrate",
        (True, True): "keep_up",
        (False, False): "low_priority",
        (False, True): "possible_overkill",
    }
    gap = (one - across) / spread_across - (other - along) / spread_along
    certain = _stays(importance, across) and _stays(performance, along)
    return PlacedDriver(one, other, names[important, good], certain, gap)


def _stays(numbers: Numbers, line: float) -> bool:
    _, low, high, _ = numbers
    return low is not None and high is not None and (low >= line or high < line)


def _mean(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def _spread(numbers: Sequence[float]) -> float:
    mean = _mean(numbers)
    variance = math.fsum((number - mean) ** 2 for number in numbers) / len(numbers)
    # Drivers all alike have no spread to measure by; the gap then counts plain distances.
    return math.sqrt(variance) if variance > 1e-24 * max(1.0, mean * mean) else 1.0
