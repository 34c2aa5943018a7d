"""How often a rule would cry wolf, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peakend.alerts.wolf import FalseAlarmRate
from peakend.web.shell import numbers

WEEKS_OF_A_YEAR = 52
SELDOM = 0.5  # a year; below, a rate is said as years between two


def wolf_words(rate: FalseAlarmRate) -> str:
    """What noise alone would raise in a year, over everything the rule watches."""
    if rate.weekly is None or rate.low is None or rate.high is None:
        return _("There is too little history to say how often it would cry wolf.")
    fired = ngettext(
        "In the past {weeks} weeks it fired {n} time.", "In the past {weeks} weeks it fired {n} times.", rate.fired
    ).format(n=rate.fired, weeks=rate.weeks)  # fmt: skip
    yearly = rate.weekly * WEEKS_OF_A_YEAR
    if yearly < SELDOM:
        quiet = _(
            "On its own history, noise alone would raise hardly one false alarm in two years."
        )
        return f"{quiet} {fired}"
    low, high = (bound * WEEKS_OF_A_YEAR for bound in (rate.low, rate.high))
    said = _(
        "On its own history, noise alone would raise about {n} false alarms a year ({interval}), all {series} series together."
    ).format(n=numbers.number(yearly), interval=numbers.between(low, high), series=rate.series)
    return f"{said} {fired}"
