"""Standard and observed, side by side: what should hold where it happened, and what did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from peakend.journeys.choices import Comparator
from peakend.journeys.models import Touchpoint
from peakend.journeys.queries import touchpoint_of_code
from peakend.metrics.definitions import UnknownMetric
from peakend.metrics.queries import reading
from peakend.warehouse.cells import Slice
from peakend.web.shell.numbers import number

_DAYS = 28  # of observations up to the case


@dataclass(frozen=True)
class Standing:
    """A service standard and the measured value beside it; empty where there is none."""

    standard: str = ""
    observed: str = ""
    n: int = 0
    is_met: bool | None = None


def standings(aspects: Sequence[str], unit_id: int | None, at: datetime) -> dict[str, Standing]:
    """For each aspect the standard of the touchpoint that listens to it, and what was observed."""
    return {aspect: _standing(touchpoint_of_code(aspect), unit_id, at) for aspect in aspects}


def _standing(touchpoint: Touchpoint | None, unit_id: int | None, at: datetime) -> Standing:
    if touchpoint is None or not touchpoint.said("standard"):
        return Standing()
    standard = touchpoint.said("standard")
    if not touchpoint.standard_metric or touchpoint.standard_value is None:
        return Standing(standard)
    until = timezone.localdate(at) + timedelta(days=1)
    units = frozenset({unit_id}) if unit_id else None
    try:
        found = reading(
            touchpoint.standard_metric, Slice(until - timedelta(days=_DAYS), until, units)
        )
    except (UnknownMetric, ValueError):
        return Standing(standard)
    if found.value is None:
        return Standing(standard)
    limit = float(touchpoint.standard_value)
    is_met = (
        found.value <= limit
        if touchpoint.standard_comparator == Comparator.AT_MOST
        else found.value >= limit
    )
    observed = _("%(value)s %(unit)s on average") % {
        "value": number(found.value, 1),
        "unit": touchpoint.standard_unit,
    }
    return Standing(standard, observed, int(found.n), is_met)
