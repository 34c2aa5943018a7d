"""Reads of initiatives, within the reader's scope."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from peakend.improvements.choices import State
from peakend.improvements.guardrails import Guard
from peakend.improvements.models import Initiative
from peakend.improvements.verdicts import Verdict
from peakend.improvements.verification import report, verify
from peakend.metrics.definitions import Definition, definition_of
from peakend.organization.access import Scope
from peakend.warehouse.cells import newest_day


@dataclass(frozen=True)
class UnderVerification:
    """A running initiative with what is known today, for the overview.

    ``day`` of ``days`` have passed (``days`` is None without a day of judgement); ``course`` is
    the verdict at the end of each of the last weeks, oldest first, for the strip.
    """

    number: int
    title: str
    metric: Definition
    aspect: str
    direction: int
    target: float
    pilots: int
    day: int
    days: int | None
    verdict: Verdict
    course: tuple[tuple[date, Verdict], ...]
    guards: tuple[Guard, ...]


def visible(scope: Scope) -> QuerySet[Initiative]:
    """The initiatives a person may see: owned by, or tried at, one of their units."""
    rows = Initiative.objects.all()
    if scope.units is None:
        return rows
    return rows.filter(Q(unit__in=scope.units) | Q(pilots__in=scope.units)).distinct()


def known_until() -> date:
    """The day every page's verdict speaks of: the newest there is an observation of, at most today."""
    today, newest = timezone.localdate(), newest_day()
    return min(newest, today) if newest else today


def day_of(initiative: Initiative, as_of: date) -> date:
    """The day this initiative's verdict speaks of: never later than the one it is judged on."""
    return min(as_of, initiative.ends_on) if initiative.ends_on else as_of


def under_verification(
    scope: Scope, as_of: date | datetime | None = None, limit: int = 3, weeks: int = 4
) -> list[UnderVerification]:
    """Running initiatives with their verdicts, the one judged soonest first."""
    today = timezone.localdate(as_of) if isinstance(as_of, datetime) else as_of
    today = today or known_until()
    rows = visible(scope).filter(state=State.RUNNING, starts_on__lte=today)
    return [
        _under_verification(initiative, day_of(initiative, today), weeks)
        for initiative in rows.order_by("ends_on", "pk")[:limit]
    ]


def _under_verification(initiative: Initiative, today: date, weeks: int) -> UnderVerification:
    found = report(initiative, today)
    ends = [today - timedelta(weeks=step) for step in range(weeks - 1, 0, -1)]
    course = [(end, verify(initiative, end)) for end in ends if end > initiative.starts_on]
    days = (initiative.ends_on - initiative.starts_on).days if initiative.ends_on else None
    passed = (today - initiative.starts_on).days + 1
    return UnderVerification(
        number=initiative.number,
        title=initiative.title,
        metric=definition_of(initiative.metric),
        aspect=initiative.aspect,
        direction=initiative.direction,
        target=initiative.target,
        pilots=initiative.pilots.count(),
        day=passed if days is None else min(passed, days),
        days=days,
        verdict=found.verdict,
        course=(*course, (today, found.verdict)),
        guards=found.guards,
    )
