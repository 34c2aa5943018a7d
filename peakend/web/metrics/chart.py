"""The trend of a metric: with its interval, or against its own control limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from peakend.metrics.control import InControl, control_of
from peakend.metrics.definition import Definition
from peakend.metrics.periods import BACK, last_day, next_start
from peakend.metrics.published import ClosedPeriod, closed_periods
from peakend.metrics.queries import Reading, readings_of
from peakend.web.charts import Option
from peakend.web.charts.trends import Event, Point, Rule, control_chart, interval_trend
from peakend.web.filters import ViewFilter
from peakend.web.shell import figures, names, numbers

AXES = {"points": "#signed", "percent": "#percent"}
LEAST_ANSWERS = 5


def _month_title(start: date) -> str:
    return f"{start.year}/{start.month}"


LABELS = {"day": names.day_title, "week": names.day_title, "month": _month_title}


@dataclass(frozen=True)
class Trend:
    """A metric period by period, gaps included, and whether it is in control."""

    definition: Definition
    period: str
    starts: tuple[date, ...]
    series: tuple[Reading | None, ...]
    control: InControl
    told: Mapping[date, ClosedPeriod]  # what was reported of the periods that are over

    @property
    def labels(self) -> list[str]:
        """The periods as the axis writes them."""
        return [LABELS[self.period](start) for start in self.starts]

    @property
    def last(self) -> Reading | None:
        """The newest period with answers."""
        return next((one for one in reversed(self.series) if one is not None), None)


def trend_of(view: ViewFilter, definition: Definition, aspect: str) -> Trend:
    """The metric's history in the periods it is collected in."""
    past = view.history(BACK.get(definition.period, 26))
    if definition.period == "month" and past.since and past.since.day > 1:
        past = replace(past, since=next_start("month", past.since))  # whole months
    found = {
        one.key[0]: one
        for one in readings_of(definition, past, (definition.period,), aspect=aspect)
        if one.value is not None and one.n >= min(LEAST_ANSWERS, definition.minimum_n)
    }
    starts = [start for start in _starts(definition.period, past.since, past.until) if found]
    while starts and starts[0] not in found:
        starts.pop(0)
    series = tuple(found.get(start) for start in starts)
    before = sum(1 for start in starts if view.since and start < view.since)
    told = closed_periods(definition, past, aspect)
    control = control_of(series, before)
    return Trend(definition, definition.period, tuple(starts), series, control, told)


def trend_option(
    view: ViewFilter, trend: Trend, events: Sequence[Event] = (), *, limits: bool = False
) -> Option | None:
    """The trend with its interval, or with control limits; a click leads to the period's words."""
    if sum(one is not None for one in trend.series) < 2:
        return None
    newest = trend.last
    assert newest is not None
    axis = AXES.get(trend.definition.display, "#number")
    end_label = figures.written(newest.value, newest.metric)
    if limits and trend.control.is_known:
        return _control_option(view, trend, events, end_label, axis)
    points = [_point(view, trend, place) for place in range(len(trend.series))]
    return interval_trend(points, end_label, axis, _rules(trend.definition), events)


def _control_option(
    view: ViewFilter, trend: Trend, events: Sequence[Event], end_label: str, axis: str
) -> Option:
    control, scale = trend.control, figures.display_of(trend.definition).scale
    points = []
    for place in range(len(trend.series)):
        point = _point(view, trend, place)
        low, high = control.chart.low[place], control.chart.high[place]
        points.append(
            Point(
                point.label, point.value, None if low is None else scale * low,
                None if high is None else scale * high, point.tip, point.url, point.is_revised,
            )
        )  # fmt: skip
    center = control.chart.value or 0.0
    return control_chart(
        points,
        scale * center,
        _("usual {value}").format(value=figures.written(center, trend.definition)),
        _("upper limit"),
        end_label,
        control.outside,
        axis=axis,
        events=events,
    )


def _point(view: ViewFilter, trend: Trend, place: int) -> Point:
    one, start = trend.series[place], trend.starts[place]
    label = trend.labels[place]
    if one is None:
        return Point(label, None)
    scale = figures.display_of(one.metric).scale
    value, low, high = (
        None if part is None else scale * part for part in (one.value, one.low, one.high)
    )
    said = _("{period}: {value}, n = {n}").format(
        period=period_title(trend.period, start),
        value=figures.written(one.value, one.metric),
        n=numbers.number(one.n),
    )
    past = trend.told.get(start)
    is_revised = past is not None and past.is_revised
    if past is not None and is_revised:
        said += _("; first told as {value}, n = {n}").format(
            value=figures.written(past.first.value, one.metric), n=numbers.number(past.first.n)
        )
    return Point(label, value, low, high, said, words_of_period(view, trend, place), is_revised)


def period_title(period: str, start: date) -> str:
    """``week of 7/20``, ``2026/7``."""
    if period == "week":
        return _("Week of {day}").format(day=names.day_title(start))
    return LABELS[period](start)


def words_of_period(view: ViewFilter, trend: Trend, place: int) -> str:
    """The verbatims of one period; nothing where a metric rests on no words."""
    one, start = trend.series[place], trend.starts[place]
    if one is None or trend.definition.family == "event":
        return ""
    query = view.query_string(
        aspect=one.aspect, period="custom", since=start, until=last_day(trend.period, start)
    )
    return f"{reverse('voices:index')}?{query}"


def _rules(definition: Definition) -> list[Rule]:
    scale = figures.display_of(definition).scale
    told = ((_("standard {value}"), definition.standard), (_("target {value}"), definition.target))
    return [
        Rule(scale * bound, words.format(value=figures.written(bound, definition)))
        for words, bound in told
        if bound is not None
    ]


def _starts(period: str, since: date | None, until: date | None) -> list[date]:
    if since is None or until is None:
        return []
    start = since.replace(day=1) if period == "month" else since
    starts = []
    while start < until:
        starts.append(start)
        start = next_start(period, start)
    return starts
