"""A metric below (or above) a line that was drawn: a standard of one's own, week by week."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
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
from peakend.alerts.finders.weeks import day_of, monday_of
from peakend.alerts.wolf import Watched
from peakend.metrics.definitions import Definition
from peakend.metrics.display import display_of
from peakend.metrics.queries import Reading

CODE = "metric_beyond_line"

Line = Annotated[
    float,
    msgspec.Meta(
        ge=-1_000_000,
        le=1_000_000,
        extra={
            "label": gettext_lazy("Line"),
            "help": gettext_lazy(
                "As the metric is shown: 30 for an NPS of 30. A week fires when its whole interval lies on the worse side."
            ),
        },
    ),
]


class BeyondLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A metric's week whose whole interval lies on the worse side of a line."""

    metric: MetricCode = "nps"
    line: Line = 0.0
    place: Place = UNIT
    least_answers: LeastAnswers = 20


def find(parameters: BeyondLine, window: Window) -> Iterator[Cause]:
    """Each unit and week within the window that lies beyond the line for sure."""
    metric = metric_of(parameters.metric)
    if metric is None or not metric.better:
        return
    since, until = monday_of(day_of(window.since)), day_of(window.until) + timedelta(days=1)
    limit = parameters.line / display_of(metric).scale
    weeks = weeks_of(metric, parameters.place, since, until, parameters.least_answers)
    for unit_id, series in by_unit(weeks):
        for monday, reading in sorted(series.items()):
            if _beyond(reading, limit) < 0:
                yield cause_of(CODE, metric, unit_id, reading, monday, limit)


def _beyond(reading: Reading, limit: float) -> float:
    """How far the better end of the interval lies from the line; below 0 on the worse side."""
    if reading.metric.better > 0:
        best = reading.high if reading.high is not None else reading.value
        return (best or 0.0) - limit
    best = reading.low if reading.low is not None else reading.value
    return limit - (best or 0.0)


def watched(parameters: BeyondLine, as_of: datetime) -> Watched:
    """Each unit's distance to the line over the past year."""

    def distance(metric: Definition, reading: Reading) -> float:
        return _beyond(reading, parameters.line / display_of(metric).scale)

    return watched_weeks(parameters, as_of, distance, _below_nought)


def _below_nought(values: Sequence[float]) -> list[int]:
    return [place for place, value in enumerate(values) if value < 0]


def title(aspect: str, facts: Mapping[str, Any]) -> str:
    """The metric with its value and the line."""
    if facts.get("kind") == "shift" or "metric" not in facts:
        return ""
    words = words_of(facts)
    if words is None:
        return ""
    return _("%(metric)s %(value)s, the line is %(limit)s") % words


KIND = Kind(
    CODE,
    gettext_lazy("Metric beyond a line"),
    gettext_lazy(
        "In one week a metric lies on the worse side of a line, its whole interval included."
    ),
    BeyondLine,
    find,
    title,
    incremental=False,
    watched=watched,
)
