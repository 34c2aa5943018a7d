"""Causes in the words themselves: the customer says they are leaving."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import Q

from peakend.alerts.causes import Cause, Evidence
from peakend.alerts.kinds import ChurnWords, Window
from peakend.alerts.scores import GENERAL, customer_cause
from peakend.opinions.models import Opinion
from peakend.voices.models import Voice


def churn_threats(parameters: ChurnWords, window: Window) -> Iterator[Cause]:
    """Voices that contain one of the phrases, oldest first."""
    if not parameters.words:
        return
    said = reduce(or_, (Q(text__icontains=word) for word in parameters.words))
    voices = (
        Voice.objects.filter(
            said,
            pk__gt=window.after,
            occurred_at__gte=window.since,
            occurred_at__lte=window.until,
        )
        .order_by("pk")
        .values_list("pk", "customer_id", "unit_id", "occurred_at")
    )
    rows = list(voices)
    complaints = {
        voice_id: (opinion_id, aspect)
        for voice_id, opinion_id, aspect in sorted(
            Opinion.objects.filter(voice_id__in=[row[0] for row in rows], polarity=-1)
            .order_by("strength", "-id")
            .values_list("voice_id", "id", "aspect"),
            key=lambda row: row[2] not in GENERAL,
        )
    }
    for voice_id, customer_id, unit_id, occurred_at in rows:
        opinion_id, aspect = complaints.get(voice_id, (None, ""))
        yield Cause(
            key=customer_cause(customer_id, unit_id, voice_id),
            occurred_at=occurred_at,
            evidence=(Evidence(f"voice:{voice_id}", voice_id=voice_id, opinion_id=opinion_id),),
            unit_id=unit_id,
            aspect=aspect,
            customer_id=customer_id,
            facts={"intent": "churn"},
        )
