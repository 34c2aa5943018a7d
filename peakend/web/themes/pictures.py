"""Weeks as columns: mentions of a theme, the newest with its number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import log

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from peakend.methods.scores import top_box
from peakend.web.charts import Option
from peakend.web.charts.trends import Point, interval_trend
from peakend.web.filters import ViewFilter
from peakend.web.shell import names, numbers
from peakend.web.themes.counts import Counted, Week

WIDTH, HEIGHT, FOOT = 300, 64, 14


def columns(weeks: Sequence[Week], label: str) -> SafeString:
    """One column a week; the two newest carry their numbers, the edges their days."""
    most = max((week.mentions for week in weeks), default=0) or 1
    step = WIDTH / len(weeks)
    room = HEIGHT - 14  # for the numbers above the columns
    bars, figures = [], []
    for place, week in enumerate(weeks):
        height = max(1.5, room * week.mentions / most) if week.mentions else 1.0
        x, y = place * step + 3, HEIGHT - height
        tone = "pk-column" if week.mentions else "pk-column-none"
        bars.append((tone, f"{x:.1f}", f"{y:.1f}", f"{step - 6:.1f}", f"{height:.1f}"))
        if week.mentions and place >= len(weeks) - 2:
            figures.append(
                (f"{x + step / 2 - 3:.1f}", f"{y - 4:.1f}", numbers.number(week.mentions))
            )
    return format_html(
        '<svg class="pk-columns" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}'
        '<text x="3" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text></svg>',
        WIDTH,
        HEIGHT + FOOT,
        label,
        format_html_join(
            "", '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1"/>', bars
        ),
        format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', figures),
        HEIGHT + FOOT - 2,
        names.day_title(weeks[0].monday),
        WIDTH - 3,
        HEIGHT + FOOT - 2,
        names.day_title(weeks[-1].monday),
    )


def odds(times: float, low: float, high: float, reach: float, label: str) -> SafeString:
    """How many times the odds, from none (left) to ``reach`` on a log scale, with its interval."""

    def x(of: float) -> str:
        return f"{6 + 188 * max(0.0, min(1.0, log(max(of, 1.0)) / log(reach))):.1f}"

    return format_html(
        '<svg class="pk-strip pk-strip-accent" viewBox="0 0 200 18" role="img" aria-label="{}">'
        '<line class="pk-strip-line" x1="6" x2="200" y1="9" y2="9"/>'
        '<line class="pk-strip-zero" x1="6" x2="6" y1="2" y2="16"/>'
        '<line class="pk-strip-range" x1="{}" x2="{}" y1="9" y2="9"/>'
        '<circle class="pk-strip-dot" cx="{}" cy="9" r="4.5"/></svg>',
        label,
        x(low),
        x(high),
        x(times),
    )


def columns_label(one: Counted) -> str:
    """The columns in words."""
    told = ", ".join(
        f"{names.day_title(week.monday)} {numbers.number(week.mentions)}" for week in one.weeks[-4:]
    )
    return _("Voices a week that mention {theme}; the last four weeks: {weeks}").format(
        theme=one.theme.title, weeks=told
    )


def share_trend(one: Counted, view: ViewFilter) -> Option | None:
    """The share of each week's voices with its interval; a click leads to the week."""
    shown = [(week, top_box(min(week.mentions, week.voices), week.voices)) for week in one.weeks]
    shown = [(week, share) for week, share in shown if week.voices >= 20]
    if len(shown) < 2:
        return None
    points = []
    for week, share in shown:
        value, low, high = (
            None if v is None else 100 * v for v in (share.value, share.low, share.high)
        )
        tip = _("Week of {day}: {share}, {n} of {voices} voices").format(
            day=names.day_title(week.monday),
            share=f"{numbers.number(value, 1)}%",
            n=numbers.number(week.mentions),
            voices=numbers.number(week.voices),
        )
        query = view.query_string(
            period="custom", since=week.monday, until=week.monday + timedelta(days=6)
        )
        url = f"{reverse('themes:theme', args=[one.theme.pk])}?{query}"
        points.append(Point(names.day_title(week.monday), value, low, high, tip, url))
    last = shown[-1][1]
    end = f"{numbers.number(100 * (last.value or 0), 1)}%"
    return interval_trend(points, end, "#percent")
