"""A closed period's figures are kept as they were told; a change later says what it came from."""

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from peakend.events.models import Event
from peakend.loop.locks import taking_turns
from peakend.loop.row_keys import PER_SIGNAL
from peakend.metrics.definition import Definition
from peakend.metrics.errors import UnknownMetric
from peakend.metrics.publishing import Change, Publication, Since, publish
from peakend.metrics.registry import definition_of
from peakend.opinions.models import Correction
from peakend.surveys.models import Response
from peakend.voices.models import Voice
from peakend.warehouse.facts import held_position

OWN = Q(brand=None) | Q(brand__is_own=True)


def publish_figures(as_of: datetime) -> Publication:
    """Tell what is due; repeating it tells nothing new."""
    counted = cache(_how_many)
    with taking_turns("figures"):
        return publish(as_of, held_position(), lambda since: _came_between(since, counted))


def _came_between(since: Since, counted: Any) -> Change:
    """What arrived late for a figure, and what was corrected in it."""
    at = _moments(since.since, since.until)
    sources = frozenset(_sources(since.definition))
    late = sum(counted(source, at, since.units, since.position) for source in sources)
    rests_on_words = any(kind in ("voice", "opinion") for kind, _code in sources)
    corrected = _corrected(at, since.units, since.computed_at) if rests_on_words else 0
    return Change(late, corrected)


def _sources(definition: Definition) -> Iterator[tuple[str, str]]:
    """What a metric is computed from: kinds of rows, and for answers and events their codes."""
    for part in definition.parts:
        try:
            yield from _sources(definition_of(part.code))
        except UnknownMetric:
            continue
    if definition.is_index:
        return
    if definition.family in ("voice", "opinion"):
        yield "voice", ""
    else:
        yield from ((definition.family, code) for code in definition.codes)


def _how_many(
    source: tuple[str, str], at: tuple[datetime, datetime], units: frozenset[int] | None, after: int
) -> int:
    """Rows of a period that arrived behind a position of the inbox."""
    rows = _rows_of(*source).filter(
        OWN, id__gte=(after + 1) * PER_SIGNAL, occurred_at__gte=at[0], occurred_at__lt=at[1]
    )
    return (rows if units is None else rows.filter(unit__in=units)).count()


def _rows_of(kind: str, code: str) -> QuerySet[Any]:
    if kind == "event":
        return Event.objects.filter(kind=code)
    if kind == "score" and code != "rating":
        return Response.objects.filter(answers__has_key=code)
    if kind == "score":
        return Voice.objects.filter(rating__isnull=False)
    return Voice.objects.all()


def _corrected(at: tuple[datetime, datetime], units: frozenset[int] | None, since: datetime) -> int:
    rows = Correction.objects.filter(
        made_at__gt=since, voice__occurred_at__gte=at[0], voice__occurred_at__lt=at[1]
    )
    rows = rows if units is None else rows.filter(voice__unit__in=units)
    return rows.order_by("voice").values("voice").distinct().count()


def _moments(since: date, until: date) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    return datetime.combine(since, time.min, zone), datetime.combine(until, time.min, zone)
