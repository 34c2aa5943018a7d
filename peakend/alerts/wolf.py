"""How often a rule would cry wolf: run on its own history with everything that happened taken out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from peakend.methods.control import false_alarms
from peakend.methods.quantiles import z_value

WEEKS = 52
DRAWS = 60  # stretches drawn of each series; many series are added up
LEAST_WEEKS = 8
SEED = 3_107  # the same history gives the same rate


@dataclass(frozen=True)
class Watched:
    """What a rule watches, as numbers: one series of weeks for each unit (and aspect).

    ``alarms`` says at which places of such a series the rule would fire.
    """

    series: tuple[Sequence[float], ...]
    alarms: Callable[[Sequence[float]], Sequence[int]]


@dataclass(frozen=True)
class FalseAlarmRate:
    """How many false alarms a week a rule raises over everything it watches, with bounds.

    ``apart`` is the mean number of weeks between two (None where none is to be expected),
    ``fired`` how often it did fire in the history as it was, true alarms included.
    """

    weekly: float | None
    low: float | None
    high: float | None
    apart: float | None
    fired: int
    series: int
    weeks: int


def false_alarm_rate(watched: Watched) -> FalseAlarmRate:
    """Add up the false alarms of every series with enough history.

    Shifts of level are taken out of a history first, neighbours stay together when it is drawn
    again (see :func:`peakend.methods.control.false_alarms`).
    """
    usable = [series for series in watched.series if len(series) >= LEAST_WEEKS]
    weeks = max(map(len, watched.series), default=0)
    rng = np.random.default_rng(SEED)
    total, variance, fired, judged = 0.0, 0.0, 0, 0
    for series in usable:
        found = false_alarms(series, watched.alarms, rng=rng, draws=DRAWS)
        if found.value is None or found.high is None:
            continue
        judged += 1
        total += found.value
        variance += ((found.high - found.value) / z_value(0.95)) ** 2
        fired += found.observed or 0
    if not judged:
        return FalseAlarmRate(None, None, None, None, 0, 0, weeks)
    margin = z_value(0.95) * math.sqrt(variance)
    return FalseAlarmRate(
        weekly=total,
        low=max(0.0, total - margin),
        high=total + margin,
        apart=1.0 / total if total > 0 else None,
        fired=fired,
        series=judged,
        weeks=weeks,
    )
