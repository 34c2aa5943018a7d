"""A metric that leaves its usual: beyond its control limits, in a telling pattern, or at a new level."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.alerts.causes import Cause, Window
from peakend.alerts.finders.kind import Kind
from peakend.alerts.finders.metric_weeks import (
    UNIT,
    LeastAnswers,
    MetricCode,
    Place,
    by_unit,
    cause_of,
    metric_of,
    watched_weeks,
    weeks_of,
    words_of,
)
from peakend.alerts.finders.out_of_control import BaselineWeeks
from peakend.alerts.finders.weeks import day_of, monday_of
from peakend.alerts.wolf import WEEKS, Watched
from peakend.methods.control import change_points, run_rules, xmr_chart
from peakend.metrics.definitions import Definition
from peakend.metrics.queries import Reading

CODE = "metric_out_of_control"
LIMITS, PATTERNS, LEVEL = "limits", "patterns", "level"

Test = Annotated[
    str,
    msgspec.Meta(
        pattern=f"^({LIMITS}|{PATTERNS}|{LEVEL})$",
        extra={"label": gettext_lazy("Fires at"), "asks_for": "control_test"},
    ),
]
Sigmas = Annotated[
    float,
    msgspec.Meta(
        ge=2, le=6, extra={"label": gettext_lazy("Distance of the limit (standard deviations)")}
    ),
]


class OutOfControl(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A metric's week that its own past does not explain, on the worse side."""

    metric: MetricCode = "nps"
    test: Test = LIMITS
    sigmas: Sigmas = 3.0
    baseline_weeks: BaselineWeeks = 12
    place: Place = UNIT
    least_answers: LeastAnswers = 20


# Places of the alarms in a series turned so that larger is worse, and the limit or usual there.
Alarms = list[tuple[int, float]]


def beyond_limits(values: Sequence[float], given: OutOfControl) -> Alarms:
    """Points above the limit that the weeks before each of them set."""
    found = []
    for place in range(given.baseline_weeks, len(values)):
        past = [*values[place - given.baseline_weeks : place], values[place]]
        chart = xmr_chart(past, baseline=given.baseline_weeks, sigmas=given.sigmas)
        limit = chart.high[-1]
        if limit is not None and values[place] > limit:
            found.append((place, limit))
    return found


def in_patterns(values: Sequence[float], given: OutOfControl) -> Alarms:
    """Points that complete a Western Electric pattern above the usual of the first weeks."""
    chart = xmr_chart(values, baseline=given.baseline_weeks)
    if chart.value is None or not any(chart.sigma):
        return []
    signals = run_rules(values, chart.value, chart.sigma).signals
    places = {one.index for one in signals if one.side == "above"}
    return [(place, chart.value) for place in sorted(places) if place >= given.baseline_weeks]


def at_new_level(values: Sequence[float], given: OutOfControl) -> Alarms:
    """First points of a worse level, with the level before."""
    found = change_points(list(values), min_size=3)
    return [
        (after.start, before.mean)
        for before, after in zip(found.segments, found.segments[1:], strict=False)
        if after.mean > before.mean
    ]


TESTS: dict[str, Callable[[Sequence[float], OutOfControl], Alarms]] = {
    LIMITS: beyond_limits,
    PATTERNS: in_patterns,
    LEVEL: at_new_level,
}


def find(parameters: OutOfControl, window: Window) -> Iterator[Cause]:
    """Each unit and week within the window that the weeks before do not explain."""
    metric = metric_of(parameters.metric)
    if metric is None or not metric.better:
        return
    first = monday_of(day_of(window.since))
    back = WEEKS if parameters.test == LEVEL else 2 * parameters.baseline_weeks
    until = day_of(window.until) + timedelta(days=1)
    weeks = weeks_of(
        metric, parameters.place, first - timedelta(weeks=back), until, parameters.least_answers
    )
    for unit_id, series in by_unit(weeks):
        mondays = sorted(series)
        turned = [_turned(metric, series[monday]) for monday in mondays]
        for place, limit in TESTS[parameters.test](turned, parameters):
            monday: date = mondays[place]
            if monday >= first:
                cause = cause_of(
                    CODE, metric, unit_id, series[monday], monday, -metric.better * limit
                )
                yield replace(cause, facts={**cause.facts, "kind": "shift"})


def watched(parameters: OutOfControl, as_of: datetime) -> Watched:
    """Each unit's weeks over the past year, turned so that larger is worse."""
    return watched_weeks(parameters, as_of, _turned, partial(_places, parameters))


def _turned(metric: Definition, reading: Reading) -> float:
    return -metric.better * (reading.value or 0.0)


def _places(parameters: OutOfControl, values: Sequence[float]) -> list[int]:
    return [place for place, _limit in TESTS[parameters.test](values, parameters)]


def title(aspect: str, facts: Mapping[str, Any]) -> str:
    """The metric with its value and what was usual."""
    words = words_of(facts) if facts.get("kind") == "shift" else None
    if words is None:
        return ""
    return _("%(metric)s %(value)s, its own past allows %(limit)s") % words


KIND = Kind(
    CODE,
    gettext_lazy("Metric out of control"),
    gettext_lazy(
        "A metric leaves what its own past calls usual: beyond its limits, in a telling pattern, or at a new level."
    ),
    OutOfControl,
    find,
    title,
    incremental=False,
    watched=watched,
)
