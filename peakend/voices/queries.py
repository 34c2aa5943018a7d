"""Reads of voices and their sources, always within the reader's scope."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from peakend.organization.access import Scope
from peakend.voices.models import Source, Voice


@dataclass(frozen=True)
class VoiceFilter:
    """Which voices are asked for; empty means all. ``until`` is exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    source: str = ""
    unit: str = ""
    brand: str = ""
    channel: str = ""
    product: str = ""
    polarity: int | None = None
    aspect: str = ""


def visible_voices(scope: Scope, wanted: VoiceFilter | None = None) -> QuerySet[Voice]:
    """The voices a person may read that fit the filter, newest first."""
    rows = scope.filter(Voice.objects.all()).order_by("-occurred_at", "-id")
    if wanted is None:
        return rows
    exact = {
        "source__code": wanted.source,
        "unit__code": wanted.unit,
        "brand__code": wanted.brand,
        "channel": wanted.channel,
        "product": wanted.product,
    }
    rows = rows.filter(**{field: value for field, value in exact.items() if value})
    if wanted.since:
        rows = rows.filter(occurred_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(occurred_at__lt=wanted.until)
    if wanted.polarity is not None:
        rows = rows.filter(polarity=wanted.polarity)
    if wanted.aspect:
        rows = rows.filter(
            Q(pk__in=Voice.objects.filter(opinions__aspect=wanted.aspect).values("pk"))
        )
    return rows


def sources() -> QuerySet[Source]:
    """Every source, by code."""
    return Source.objects.order_by("code")
