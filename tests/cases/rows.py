"""Typed builders of what cases rest on: voices, opinions, causes."""

from datetime import UTC, datetime
from itertools import count

from peakend.alerts.causes import Cause, Evidence
from peakend.customers.models import Customer
from peakend.opinions.models import Opinion
from peakend.organization.models import Unit
from peakend.voices.models import Source, Voice

NOW = datetime(2026, 7, 26, 10, 40, tzinfo=UTC)
_positions = count(1)


def a_voice(
    text: str = "排队等了快一个小时，没人理",
    *,
    unit: Unit | None = None,
    rating: float | None = 2,
    at: datetime = NOW,
    customer: Customer | None = None,
    aspect: str = "wait_time",
    words: str = "等了快一个小时",
    polarity: int = -1,
) -> Voice:
    """A voice with one opinion on ``aspect`` resting on ``words``; no opinion without an aspect."""
    source, _ = Source.objects.get_or_create(
        code="dianping", defaults={"name": "大众点评", "taxonomy": "restaurant"}
    )
    voice = Voice.objects.create(
        id=next(_positions) * 16,
        source=source,
        occurred_at=at,
        text=text,
        rating=rating,
        polarity=polarity,
        unit=unit,
        customer=customer,
        channel="dianping",
    )
    if aspect:
        start = max(0, text.find(words))
        Opinion.objects.create(
            id=voice.pk * 64,
            voice=voice,
            aspect=aspect,
            polarity=polarity,
            strength=4,
            confidence=0.9,
            start=start,
            end=start + len(words),
        )
    return voice


def a_cause(voice: Voice) -> Cause:
    """The cause one unhappy voice is."""
    return Cause(
        key=f"voice:{voice.pk}",
        occurred_at=voice.occurred_at,
        evidence=(Evidence(f"voice:{voice.pk}", voice_id=voice.pk, opinion_id=voice.pk * 64),),
        unit_id=voice.unit_id,
        aspect="wait_time",
        customer_id=voice.customer_id,
        facts={"rating": voice.rating},
    )
