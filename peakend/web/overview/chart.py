"""The notable series against its control limits."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from peakend.web.charts import Option
from peakend.web.charts.trends import Point as ChartPoint
from peakend.web.charts.trends import control_chart
from peakend.web.filters import ViewFilter
from peakend.web.overview.queries import NotableSeries
from peakend.web.shell import names, numbers


def series_option(view: ViewFilter, series: NotableSeries) -> Option | None:
    """The notable series against its control limits; each week leads to its words."""
    chart = series.chart
    if chart.value is None or not any(week.voices for week in series.weeks):
        return None
    points = []
    for place, week in enumerate(series.weeks):
        share = week.share
        low, high = chart.low[place], chart.high[place]
        words = {
            "aspect": series.aspect, "polarity": "-1", "period": "custom",
            "since": week.monday, "until": week.monday.fromordinal(week.monday.toordinal() + 6),
        }  # fmt: skip
        if series.unit is not None:
            words["unit"] = str(series.unit)
        tip = ""
        if share is not None:
            tip = _("Week of {day}: {share}% of {n} complain").format(
                day=names.day_title(week.monday), share=numbers.number(100 * share), n=week.voices
            )
        points.append(
            ChartPoint(
                label=names.day_title(week.monday),
                value=None if share is None else 100 * share,
                low=None if low is None else 100 * low,
                high=None if high is None else 100 * high,
                tip=tip,
                url=f"{reverse('voices:index')}?{view.query_string(**words)}",
            )
        )
    last = next((w for w in reversed(series.weeks) if w.share is not None), None)
    end = f"{numbers.number(100 * last.share)}%" if last and last.share is not None else ""
    if chart.outside and last is not None and series.weeks[chart.outside[-1]] is last:
        end = _("{value} beyond the limit").format(value=end)
    upper = next((100 * high for high in reversed(chart.high) if high is not None), None)
    return control_chart(
        points,
        center=100 * chart.value,
        center_label=_("usual {value}%").format(value=numbers.number(100 * chart.value)),
        limit_label=_("limit {value}%").format(value=numbers.number(upper)),
        end_label=end,
        outside=[place for place in chart.outside if _is_worse(series, place)],
    )


def _is_worse(series: NotableSeries, place: int) -> bool:
    share, center = series.weeks[place].share, series.chart.value
    return share is not None and center is not None and share > center
