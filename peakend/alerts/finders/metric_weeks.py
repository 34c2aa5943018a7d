"""A metric week by week, for the rules that watch metrics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Protocol

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from peakend.alerts.causes import Cause, Evidence
from peakend.alerts.finders.weeks import day_of
from peakend.alerts.wolf import WEEKS, Watched
from peakend.metrics.definitions import Definition, UnknownMetric, definition_of
from peakend.metrics.display import said
from peakend.metrics.queries import Reading, readings_of
from peakend.metrics.questions import name_of
from peakend.warehouse.cells import Slice

COMPANY, UNIT = "company", "unit"

MetricCode = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=80, extra={"label": _("Metric"), "asks_for": "metric"}),
]
Place = Annotated[
    str,
    msgspec.Meta(
        pattern=f"^({COMPANY}|{UNIT})$", extra={"label": _("Watched"), "asks_for": "place"}
    ),
]
LeastAnswers = Annotated[
    int, msgspec.Meta(ge=5, le=1_000, extra={"label": _("Answers a week needs")})
]

Weeks = Mapping[int | None, dict[date, Reading]]


def metric_of(code: str) -> Definition | None:
    """The metric, or None where it is out of use."""
    try:
        return definition_of(code)
    except UnknownMetric:
        return None


def weeks_of(metric: Definition, place: str, since: date, until: date, least: int) -> Weeks:
    """The metric by unit and week (``None`` for the whole company), weeks with enough answers only."""
    by = ("unit", "week") if place == UNIT else ("week",)
    found: dict[int | None, dict[date, Reading]] = defaultdict(dict)
    for one in readings_of(metric, Slice(since=since, until=until), by):
        unit, monday = one.key if place == UNIT else (None, one.key[0])
        if place == UNIT and unit is None:
            continue
        if one.value is not None and one.n >= least:
            found[unit][monday] = one
    return found


class MetricRule(Protocol):
    """The parameters every rule that watches a metric has."""

    @property
    def metric(self) -> str: ...

    @property
    def place(self) -> str: ...

    @property
    def least_answers(self) -> int: ...


def watched_weeks(
    rule: MetricRule,
    as_of: datetime,
    number: Callable[[Definition, Reading], float],
    alarms: Callable[[Sequence[float]], Sequence[int]],
) -> Watched:
    """The metric's weeks over the past year by unit, each as the ``number`` the rule judges."""
    metric = metric_of(rule.metric)
    if metric is None or not metric.better:
        return Watched((), alarms)
    until = day_of(as_of) + timedelta(days=1)
    since = until - timedelta(weeks=WEEKS)
    weeks = weeks_of(metric, rule.place, since, until, rule.least_answers)
    series = tuple(
        [number(metric, reading) for _monday, reading in sorted(one.items())]
        for _unit, one in by_unit(weeks)
    )
    return Watched(series, alarms)


def by_unit(weeks: Weeks) -> list[tuple[int | None, dict[date, Reading]]]:
    """Each unit's weeks, in a fixed order of units."""
    return sorted(weeks.items(), key=lambda item: item[0] or 0)


def cause_of(
    kind: str, metric: Definition, unit_id: int | None, reading: Reading, monday: date, limit: float
) -> Cause:
    """A week of a metric as a cause; nobody waits for an answer to it."""
    end = datetime.combine(monday + timedelta(days=6), time.max, timezone.get_default_timezone())
    return Cause(
        key=f"{kind}:{metric.code}:unit:{unit_id or 0}",
        occurred_at=min(end, timezone.now()).astimezone(UTC),
        evidence=(Evidence(f"week:{monday.isoformat()}"),),
        unit_id=unit_id,
        answers_somebody=False,
        facts={
            "metric": metric.code,
            "metric_value": reading.value,
            "metric_limit": limit,
            "n": int(reading.n),
            "week": monday.isoformat(),
        },
    )


def words_of(facts: Mapping[str, object]) -> dict[str, str] | None:
    """The metric's name, its value and the limit as they are written; None where it is out of use."""
    metric = metric_of(str(facts.get("metric", "")))
    value, limit = facts.get("metric_value"), facts.get("metric_limit")
    if metric is None or not isinstance(value, int | float) or not isinstance(limit, int | float):
        return None
    return {
        "metric": name_of(metric),
        "value": said(float(value), metric),
        "limit": said(float(limit), metric),
    }
