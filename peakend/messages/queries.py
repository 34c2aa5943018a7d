"""Reads of notices and deliveries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from peakend.messages.channels import adapter_of
from peakend.messages.errors import UnknownTemplate
from peakend.messages.models import Channel, Message, Notice
from peakend.messages.templates import Words, render
from peakend.organization.models import User


@dataclass(frozen=True)
class NoticeLine:
    """A notice in the reader's language."""

    id: int
    words: Words
    link: str
    created_at: datetime
    is_read: bool


def unread_count(user: User) -> int:
    """How many notices the person has not read."""
    return Notice.objects.filter(user=user, read_at=None).count()


def notices_for(user: User, limit: int = 50) -> list[NoticeLine]:
    """The person's notices, newest first."""
    rows = Notice.objects.filter(user=user).order_by("-created_at", "-pk")[:limit]
    return [
        NoticeLine(
            id=row.pk,
            words=_words(row),
            link=row.link,
            created_at=row.created_at,
            is_read=row.read_at is not None,
        )
        for row in rows
    ]


def delivery_log(limit: int = 100) -> QuerySet[Message]:
    """What went out lately, with its attempts."""
    rows = Message.objects.select_related("channel").prefetch_related("tries")
    return rows.order_by("-created_at", "-pk")[:limit]


def channels() -> QuerySet[Channel]:
    """Every channel, the active first."""
    return Channel.objects.select_related("unit").order_by("-is_active", "name", "pk")


def masked_address(channel: Channel) -> str:
    """The channel's address as it may be shown."""
    return adapter_of(channel.kind).mask(channel.address)


def _words(row: Notice) -> Words:
    try:
        return render(row.template, row.context)
    except (UnknownTemplate, KeyError):  # written by another version
        return Words(row.template, "")
