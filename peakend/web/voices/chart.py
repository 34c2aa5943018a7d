"""The aspect looked at: its figure, its trend and its mix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from peakend.metrics.queries import Reading, reading, readings
from peakend.opinions.queries import aspect_title
from peakend.warehouse.cells import read_cells
from peakend.web.charts import Option
from peakend.web.charts.trends import Point, interval_trend
from peakend.web.filters import ViewFilter
from peakend.web.shell import figures, names, numbers

TREND_WEEKS = 12


@dataclass(frozen=True)
class Selected:
    """The aspect looked at (or all voices): its figure, trend and mix."""

    title: str
    note: str
    option: Option | None
    negatives: int
    neutrals: int
    positives: int


def selected_of(view: ViewFilter) -> Selected:
    """What the middle of the page shows above the verbatims."""
    family, codes = ("opinion", (view.aspect,)) if view.aspect else ("voice", ())
    metric = "net_sentiment" if view.aspect else "sentiment"
    sums = read_cells(view.slice, (), (family,), codes)
    parts = [
        sum(getattr(row, name) for row in sums) for name in ("negatives", "neutrals", "positives")
    ]
    now = reading(metric, view.slice, aspect=view.aspect, compare=view.compare_slice)
    note = ""
    if now.enough and now.value is not None:
        value = f"{figures.written(now.value, now.metric)} ± {figures.half_width(now)}"
        change = figures.change_view(now.change, now.metric, 0)
        note = _("net sentiment {value}, n = {n}").format(value=value, n=numbers.number(now.n))
        if change is not None:
            note = _("{note}; change {change}, {word}").format(
                note=note, change=change.text, word=change.word
            )
    weekly = readings(metric, view.history(TREND_WEEKS), ("week",), aspect=view.aspect)
    title = aspect_title(view.aspect) if view.aspect else _("All voices")
    return Selected(title, note, trend_option(view, weekly), *parts)


def trend_option(view: ViewFilter, weekly: list[Reading]) -> Option | None:
    """Weekly net sentiment with its interval; a click leads to the week's words."""
    shown = [one for one in weekly if one.value is not None and one.n >= 5]
    if len(shown) < 2:
        return None
    points = []
    for one in shown:
        monday = one.key[0]
        display = figures.display_of(one.metric)
        value, low, high = (
            None if part is None else display.scale * part
            for part in (one.value, one.low, one.high)
        )
        tip = _("Week of {day}: {value}, n = {n}").format(
            day=names.day_title(monday),
            value=figures.written(one.value, one.metric),
            n=numbers.number(one.n),
        )
        query = view.query_string(period="custom", since=monday, until=monday + timedelta(days=6))
        url = f"{reverse('voices:index')}?{query}"
        points.append(Point(names.day_title(monday), value, low, high, tip, url))
    last = shown[-1]
    end = f"{figures.written(last.value, last.metric)} ± {figures.half_width(last)}"
    return interval_trend(points, end, "#signed")
