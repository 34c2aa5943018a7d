"""Reading voices."""

from datetime import UTC, date, datetime, time
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Schema

from peakend.api.access import Bearer
from peakend.api.feedback import Problem
from peakend.api.reading import After, Limit, Page, check_period, read_cursor, write_cursor
from peakend.organization.tokens import token_permissions
from peakend.text.personal import mask
from peakend.voices.models import Voice
from peakend.voices.queries import VoiceFilter, visible_voices

router = Router(tags=["voices"])


class OpinionOut(Schema):
    """An aspect judged in a voice; the words it rests on are `text[start:end]`."""

    aspect: str
    polarity: Literal[-1, 0, 1]
    strength: float
    confidence: float
    start: int
    end: int


class VoiceOut(Schema):
    """What one customer said, with what was understood."""

    id: int
    source: str
    external_id: str
    time: datetime
    text: str
    language: str
    rating: float | None
    polarity: int
    sentiment: float | None
    unit: str | None
    brand: str | None
    channel: str
    product: str
    segment: str
    attributes: dict[str, Any]
    opinions: list[OpinionOut]


class VoiceQuery(Schema):
    """Which voices."""

    since: date | None = None
    until: date | None = None
    source: str = ""
    unit: str = ""
    brand: str = ""
    channel: str = ""
    product: str = ""
    polarity: Literal["-1", "0", "1", ""] = ""
    aspect: str = ""
    limit: int = Limit
    after: str = After


@router.get(
    "/voices",
    auth=Bearer("voices.read"),
    response={200: Page[VoiceOut], 400: Problem},
    operation_id="get_voices",
)
def get_voices(request: HttpRequest, wanted: Query[VoiceQuery]) -> dict[str, Any]:
    """Voices of the token's part of the company, newest first. `until` is exclusive."""
    check_period(wanted.since, wanted.until)
    rows = visible_voices(
        request.scope,  # type: ignore[attr-defined]
        VoiceFilter(
            since=_midnight(wanted.since),
            until=_midnight(wanted.until),
            polarity=int(wanted.polarity) if wanted.polarity else None,
            **{
                name: getattr(wanted, name).replace("\x00", "")
                for name in ("source", "unit", "brand", "channel", "product", "aspect")
            },
        ),
    )
    if cursor := read_cursor(wanted.after):
        moment, number = cursor
        rows = rows.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, id__lt=number))
    found = list(
        rows.select_related("source", "unit", "brand").prefetch_related("opinions")[
            : wanted.limit + 1
        ]
    )
    page = found[: wanted.limit]
    more = len(found) > wanted.limit
    # A token may read what its owner may: without that permission, numbers and names are stars.
    masked = "customers.unmask" not in token_permissions(request.auth)  # type: ignore[attr-defined]
    return {
        "items": [_out(voice, masked) for voice in page],
        "next": write_cursor(page[-1].occurred_at, page[-1].pk) if more else "",
    }


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _out(voice: Voice, masked: bool) -> dict[str, Any]:
    return {
        "id": voice.pk,
        "source": voice.source.code,
        "external_id": voice.external_id,
        "time": voice.occurred_at,
        "text": mask(voice.text) if masked else voice.text,
        "language": voice.language,
        "rating": voice.rating,
        "polarity": voice.polarity,
        "sentiment": voice.sentiment,
        "unit": voice.unit.code if voice.unit else None,
        "brand": voice.brand.code if voice.brand else None,
        "channel": voice.channel,
        "product": voice.product,
        "segment": voice.segment,
        "attributes": voice.attributes,
        "opinions": [
            {
                name: getattr(opinion, name)
                for name in ("aspect", "polarity", "strength", "confidence", "start", "end")
            }
            for opinion in voice.opinions.all()
        ],
    }
