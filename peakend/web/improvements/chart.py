"""Pilots and others week by week."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from peakend.improvements.changes_in_words import (
    digits_of,
    factor_of,
)
from peakend.improvements.models import Initiative
from peakend.improvements.verification import Report
from peakend.improvements.weeks import WeekPoint
from peakend.metrics.definitions import definition_of
from peakend.web.charts.effect import Week, pilot_and_control
from peakend.web.shell.names import day_title
from peakend.web.shell.numbers import number


def weekly_chart(initiative: Initiative, report: Report) -> dict[str, Any] | None:
    """Pilot and control week by week with the start; nothing where there is nothing to draw."""
    if len(report.pilot_weeks) < 2:
        return None
    definition = definition_of(initiative.metric)
    factor, digits = factor_of(definition), digits_of(definition)
    pilots = {point.monday: point for point in report.pilot_weeks}
    controls = {point.monday: point for point in report.control_weeks}
    mondays = sorted(pilots.keys() | controls.keys())
    start = initiative.starts_on - timedelta(days=initiative.starts_on.weekday())

    def scaled(value: float | None) -> float | None:
        return None if value is None else round(value * factor, digits + 1)

    weeks = []
    for monday in mondays:
        pilot, control = pilots.get(monday), controls.get(monday)
        weeks.append(
            Week(
                label=day_title(monday),
                pilot=scaled(pilot.value) if pilot else None,
                low=scaled(pilot.value - pilot.margin)
                if pilot and pilot.margin is not None
                else None,
                high=scaled(pilot.value + pilot.margin)
                if pilot and pilot.margin is not None
                else None,
                control=scaled(control.value) if control else None,
                tip=_tip(monday, pilot, control, factor, digits),
            )
        )
    return pilot_and_control(
        weeks,
        day_title(start),
        _("began %(day)s") % {"day": day_title(initiative.starts_on)},
        (_("pilots"), _("others")),
        (scaled(report.pilot.before), scaled(report.pilot.after)),
        bounds=tuple(bound * factor for bound in definition.scale) if definition.scale else None,  # type: ignore[arg-type]
    )


def _tip(
    monday: date, pilot: WeekPoint | None, control: WeekPoint | None, factor: float, digits: int
) -> str:
    lines = [_("Week of %(day)s") % {"day": day_title(monday)}]
    for name, point in ((_("pilots"), pilot), (_("others"), control)):
        if point is not None:
            lines.append(f"{name} {number(point.value * factor, digits)}, n = {number(point.n)}")
    return "\n".join(lines)
