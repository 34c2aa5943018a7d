"""Standard and observed, side by side: what should hold where it happened, and what did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from peakend.journeys.experience import observed
from peakend.journeys.models import Touchpoint
from peakend.journeys.queries import touchpoint_of_code
from peakend.warehouse.cells import Slice
from peakend.web.journeys.lanes import STATES, observed_text
from peakend.web.shell.names import span_title

_DAYS = 28  # of observations up to the case


@dataclass(frozen=True)
class Standing:
    """A service standard and the measured value beside it; empty where there is none.

    ``verdict`` is met or missed only where the interval lies wholly on one side of the standard.
    """

    standard: str = ""
    observed: str = ""
    n: int = 0
    span: str = ""
    verdict: str = ""
    tone: str = ""


def standings(
    aspects: Sequence[str], units: frozenset[int] | None, at: datetime
) -> dict[str, Standing]:
    """For each aspect the standard of the touchpoint that listens to it, and what was observed.

    ``units`` are those observed, ``None`` for the whole company.
    """
    return {aspect: _standing(touchpoint_of_code(aspect), units, at) for aspect in aspects}


def _standing(
    touchpoint: Touchpoint | None, units: frozenset[int] | None, at: datetime
) -> Standing:
    if touchpoint is None or not touchpoint.said("standard"):
        return Standing()
    standard = touchpoint.said("standard")
    until = timezone.localdate(at) + timedelta(days=1)
    since = until - timedelta(days=_DAYS)
    [seen] = observed([touchpoint], Slice(since, until, units))
    if seen.value is None:
        return Standing(standard)
    verdict, tone = STATES.get(seen.state, ("", ""))
    return Standing(
        standard,
        _("%(value)s on average") % {"value": observed_text(touchpoint, seen)},
        seen.n,
        span_title(since, until),
        str(verdict),
        tone,
    )
