"""A figure against what should hold: reached, missed, or not sure."""

from dataclasses import dataclass
from enum import StrEnum

from peakend.metrics.queries import Reading


class Verdict(StrEnum):
    """What an interval says of a bound."""

    REACHED = "reached"  # the whole interval lies on the good side
    MISSED = "missed"  # the whole interval lies on the bad side
    UNSURE = "unsure"  # the interval holds the bound


@dataclass(frozen=True)
class Standing:
    """A figure held against its standard or target."""

    kind: str  # standard, target
    bound: float
    verdict: Verdict


def standings_of(reading: Reading) -> list[Standing]:
    """Standard and target, where they are set and the figure may be shown."""
    bounds = (("standard", reading.metric.standard), ("target", reading.metric.target))
    return [
        Standing(kind, bound, verdict)
        for kind, bound in bounds
        if bound is not None and (verdict := verdict_on(reading, bound)) is not None
    ]


def verdict_on(reading: Reading, bound: float) -> Verdict | None:
    """Whether the figure lies on the good side of a bound; None where there is no telling better."""
    better = reading.metric.better
    if not better or not reading.enough or reading.value is None:
        return None
    low = reading.value if reading.low is None else reading.low
    high = reading.value if reading.high is None else reading.high
    if better > 0:
        low_is_good, high_is_good = low >= bound, high >= bound
    else:
        low_is_good, high_is_good = low <= bound, high <= bound
    if low_is_good and high_is_good:
        return Verdict.REACHED
    return Verdict.UNSURE if low_is_good or high_is_good else Verdict.MISSED
