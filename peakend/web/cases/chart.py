"""The weeks behind a case that a metric raised."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from peakend.cases.models import Case
from peakend.methods.control import p_chart
from peakend.warehouse.cells import Slice, read_cells
from peakend.web.charts.trends import Point, control_chart
from peakend.web.shell.names import day_title

_WEEKS = 16


@dataclass(frozen=True)
class _Week:
    monday: date
    complaints: int
    n: int


def week_chart(case: Case) -> dict[str, Any] | None:
    """The weekly share of complaints of the case's aspect at its place, with the limits of its past.

    The share is of what raised the case: of all voices, or of those that speak of the aspect.
    """
    week = case.facts.get("week")
    if not week or not case.aspect or not case.origin_id:
        return None
    last = date.fromisoformat(week)
    of_all = "complaining" in case.facts
    weeks = _weeks(case, last, of_all=of_all)
    told = (
        _("Week of %(day)s: %(share)s%% of %(n)s voices complain")
        if of_all
        else _("Week of %(day)s: %(share)s%% of %(n)s mentions negative")
    )
    before = sum(one.monday < last for one in weeks)
    chart = p_chart(
        [one.complaints for one in weeks],
        [one.n for one in weeks],
        baseline=before or None,
    )
    if chart.value is None or chart.reason is not None:
        return None
    points = [
        Point(
            day_title(one.monday),
            round(100 * one.complaints / one.n, 1),
            _percent(chart.low[place]),
            _percent(chart.high[place]),
            told
            % {
                "day": day_title(one.monday),
                "share": f"{100 * one.complaints / one.n:.0f}",
                "n": one.n,
            },
        )
        for place, one in enumerate(weeks)
    ]
    option = control_chart(
        points,
        center=round(100 * chart.value, 1),
        center_label=_("usual %(share)s%%") % {"share": f"{100 * chart.value:.0f}"},
        limit_label=_("limit"),
        end_label="",
        outside=chart.outside,
    )
    option["yAxis"] |= {"min": 0, "max": 100, "scale": False, "interval": 25}
    return option


def _weeks(case: Case, last: date, *, of_all: bool) -> list[_Week]:
    """The weeks around the one that raised the case in which anybody was heard."""
    around = Slice(
        last - timedelta(weeks=_WEEKS), last + timedelta(weeks=4), frozenset({case.origin_id or 0})
    )
    spoke = {row.key[0]: row for row in read_cells(around, ("week",), ("opinion",), (case.aspect,))}
    if not of_all:
        return [
            _Week(monday, row.negative_signals, row.signals)
            for monday, row in spoke.items()
            if row.signals
        ]
    heard = {row.key[0]: row.signals for row in read_cells(around, ("week",), ("voice",))}
    return [
        _Week(monday, spoke[monday].negative_signals if monday in spoke else 0, n)
        for monday, n in heard.items()
        if n
    ]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
