"""The weeks behind a case that a metric raised."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from peakend.cases.models import Case
from peakend.methods.control import p_chart
from peakend.warehouse.cells import Slice, read_cells
from peakend.web.charts.trends import Point, control_chart
from peakend.web.shell.names import day_title

_WEEKS = 16


def week_chart(case: Case) -> dict[str, Any] | None:
    """The weekly negative share of the case's aspect at its place, with the limits of its past."""
    week = case.facts.get("week")
    if not week or not case.aspect or not case.origin_id:
        return None
    last = date.fromisoformat(week)
    rows = read_cells(
        Slice(
            last - timedelta(weeks=_WEEKS), last + timedelta(weeks=4), frozenset({case.origin_id})
        ),
        ("week",),
        ("opinion",),
        (case.aspect,),
    )
    rows = [row for row in rows if row.signals]
    before = sum(row.key[0] < last for row in rows)
    chart = p_chart(
        [row.negative_signals for row in rows],
        [row.signals for row in rows],
        baseline=before or None,
    )
    if chart.value is None or chart.reason is not None:
        return None
    points = [
        Point(
            day_title(row.key[0]),
            round(100 * row.negative_signals / row.signals, 1),
            _percent(chart.low[place]),
            _percent(chart.high[place]),
            _("Week of %(day)s: %(share)s%% of %(n)s mentions negative")
            % {
                "day": day_title(row.key[0]),
                "share": f"{100 * row.negative_signals / row.signals:.0f}",
                "n": row.signals,
            },
        )
        for place, row in enumerate(rows)
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


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
