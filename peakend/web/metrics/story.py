"""A metric in words, and its trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peakend.metrics.queries import Reading
from peakend.web.charts.trends import Option, Point, interval_trend
from peakend.web.filters import ViewFilter
from peakend.web.shell import figures, names, numbers

FAMILIES = {
    "voice": gettext_lazy("texts customers left"),
    "opinion": gettext_lazy("opinions found in texts, with their evidence"),
    "score": gettext_lazy("answers and ratings customers gave"),
    "event": gettext_lazy("what the business recorded"),
}
AXES = {"points": "#signed", "percent": "#percent", "score": "#number", "count": "#number"}
METHODS = {
    "wilson": gettext_lazy("Wilson interval"),
    "adjusted_wald": gettext_lazy("adjusted Wald interval"),
    "student_t": gettext_lazy("Student's t interval"),
    "count": gettext_lazy("full count"),
}


@dataclass(frozen=True)
class Story:
    """Headline and lede."""

    headline: str
    lede: str


def headline_of(shown: Sequence[Reading]) -> str:
    """How many metrics moved beyond noise, and which way."""
    worse = [one for one in shown if one.verdict < 0]
    better = [one for one in shown if one.verdict > 0]
    if not any(one.change for one in shown):
        return _("What is measured, and how sure it is")
    if not worse and not better:
        return _("No metric moved beyond noise")
    parts = []
    if worse:
        said = ngettext("{n} metric got worse", "{n} metrics got worse", len(worse))
        parts.append(said.format(n=len(worse)))
    if better:
        said = ngettext("{n} got better", "{n} got better", len(better))
        parts.append(said.format(n=len(better)))
    steady = sum(1 for one in shown if one.change and one.change.noise)
    if steady:
        said = ngettext("{n} is within noise", "{n} are within noise", steady)
        parts.append(said.format(n=steady))
    return _(", ").join(parts)


def story_of(now: Reading) -> Story:
    """The metric's value with interval, and what became of it."""
    title = figures.title_of(now.metric, now.aspect)
    if not now.enough or now.value is None:
        lede = _("{n} answers; a figure is shown from {needed}.").format(
            n=numbers.number(now.n), needed=now.metric.minimum_n
        )
        return Story(_("{metric}: too few answers to say").format(metric=title), lede)
    value = figures.written(now.value, now.metric)
    margin = figures.half_width(now)
    said = f"{title} {value}{numbers.THIN}±{numbers.THIN}{margin}" if margin else f"{title} {value}"
    change = figures.change_view(now.change, now.metric)
    lede = str(now.metric.definition)
    if change is not None and change.word:
        moved = _("Change {change}, {word}.").format(change=change.text, word=change.word)
        return Story(said, f"{lede} {moved}")
    return Story(said, lede)


def trend_option(view: ViewFilter, weekly: Sequence[Reading]) -> Option | None:
    """The metric by week with its interval; a click leads to the week's words."""
    shown = [
        one for one in weekly if one.value is not None and one.n >= min(5, one.metric.minimum_n)
    ]
    if len(shown) < 2:
        return None
    points = []
    for one in shown:
        monday = one.key[0]
        scale = figures.display_of(one.metric).scale
        value, low, high = (
            None if part is None else scale * part for part in (one.value, one.low, one.high)
        )
        tip = _("Week of {day}: {value}, n = {n}").format(
            day=names.day_title(monday),
            value=figures.written(one.value, one.metric),
            n=numbers.number(one.n),
        )
        query = view.query_string(
            aspect=one.aspect, period="custom", since=monday, until=monday + timedelta(days=6)
        )
        points.append(
            Point(
                names.day_title(monday), value, low, high, tip, f"{reverse('voices:index')}?{query}"
            )
        )
    return interval_trend(
        points, figures.written(shown[-1].value, shown[-1].metric), AXES[shown[0].metric.display]
    )
