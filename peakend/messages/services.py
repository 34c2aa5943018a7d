"""Saying something: to people within the product, and through channels out of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from peakend.messages.channels import Outgoing, adapter_of
from peakend.messages.choices import ChannelKind, State
from peakend.messages.errors import SendFailed
from peakend.messages.models import Attempt, Channel, Message, Notice
from peakend.messages.signatures import new_secret
from peakend.messages.templates import render
from peakend.organization.models import Unit, User

# Waits before the second, third… attempt; after the last the message is given up.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
_STALE = timedelta(minutes=5)  # a sender that has not come back by then has died


def notify(
    people: Iterable[User],
    *,
    template: str,
    context: Mapping[str, Any],
    key: str,
    link: str,
    as_of: datetime,
) -> None:
    """Put a notice under each person's bell; the same ``key`` is said once to each."""
    Notice.objects.bulk_create(
        [
            Notice(
                user=person,
                key=key,
                template=template,
                context=dict(context),
                link=link,
                created_at=as_of,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )


def announce(
    *,
    topic: str,
    template: str,
    context: Mapping[str, Any],
    key: str,
    link: str,
    as_of: datetime,
    unit: Unit | None = None,
    severity: int = 4,
) -> list[int]:
    """Send a message to every channel that wants to hear this; say which messages were made."""
    from peakend.messages.tasks import deliver

    created = []
    for channel in _listening(topic, unit, severity):
        message, is_new = Message.objects.get_or_create(
            channel=channel,
            key=key,
            defaults={
                "template": template,
                "context": dict(context),
                "link": link,
                "created_at": as_of,
                "next_at": as_of,
            },
        )
        if is_new:
            deliver.enqueue(message.pk)
            created.append(message.pk)
    return created


def send_trial(channel: Channel, token: str, as_of: datetime) -> int:
    """Send a message that only says that the channel works; the same form sent twice is one."""
    from peakend.messages.tasks import deliver

    message, is_new = Message.objects.get_or_create(
        channel=channel,
        key=f"trial:{token}",
        defaults={
            "template": "trial",
            "context": {"channel": channel.name},
            "created_at": as_of,
            "next_at": as_of,
        },
    )
    if is_new:
        deliver.enqueue(message.pk)
    return message.pk


def deliver_message(message_id: int, as_of: datetime) -> str:
    """Send one message now if it is due and nobody else is sending it; say its state.

    Called again for a message that was sent it does nothing; a sender that dies in the middle
    is taken over after five minutes, with the same key, by which receivers tell a repetition.
    """
    claimed = (
        Message.objects.filter(pk=message_id, next_at__lte=as_of)
        .filter(Q(state=State.WAITING) | Q(state=State.SENDING, claimed_at__lt=as_of - _STALE))
        .update(state=State.SENDING, claimed_at=as_of, attempts=F("attempts") + 1)
    )
    message = Message.objects.select_related("channel").get(pk=message_id)
    if not claimed:
        return message.state
    if not message.channel.is_active:
        _record(message, as_of, "channel_off", None, again=False)
        return message.state
    try:
        status = adapter_of(message.channel.kind).send(_outgoing(message, as_of))
    except SendFailed as failure:
        _record(message, as_of, failure.code, failure.status, again=failure.again)
    else:
        _record(message, as_of, "sent", status, again=False)
    return message.state


def due_messages(as_of: datetime) -> list[int]:
    """Messages that should have gone out by now: what a lost task left behind."""
    return list(
        Message.objects.filter(
            Q(state=State.WAITING, next_at__lte=as_of)
            | Q(state=State.SENDING, claimed_at__lt=as_of - _STALE)
        )
        .order_by("next_at", "pk")
        .values_list("pk", flat=True)
    )


def save_channel(channel: Channel) -> Channel:
    """Keep a channel whose address fits its kind; webhooks get a signing secret.

    Raises:
        InvalidAddress
    """
    channel.address = channel.address.strip()
    adapter_of(channel.kind).check(channel.address)
    if channel.kind == ChannelKind.WEBHOOK and not channel.secret:
        channel.secret = new_secret()
    channel.save()
    return channel


def mark_read(user: User, as_of: datetime, notice_id: int | None = None) -> None:
    """Mark one notice of the person read, or all."""
    notices = Notice.objects.filter(user=user, read_at=None)
    if notice_id is not None:
        notices = notices.filter(pk=notice_id)
    notices.update(read_at=as_of)


def _listening(topic: str, unit: Unit | None, severity: int) -> list[Channel]:
    channels = Channel.objects.filter(is_active=True, least_severity__lte=severity).select_related(
        "unit"
    )
    path = unit.path if unit else ""
    return [
        channel
        for channel in channels.order_by("pk")
        if topic in channel.topics and (channel.unit is None or path.startswith(channel.unit.path))
    ]


def _outgoing(message: Message, as_of: datetime) -> Outgoing:
    channel = message.channel
    words = render(message.template, message.context, channel.language)
    return Outgoing(
        address=channel.address,
        secret=channel.secret,
        key=f"{message.key}.{message.pk}",
        template=message.template,
        subject=words.subject,
        body=words.body,
        link=f"{settings.BASE_URL}{message.link}" if message.link else "",
        at=as_of,
    )


@transaction.atomic
def _record(
    message: Message, as_of: datetime, outcome: str, status: int | None, *, again: bool
) -> None:
    from peakend.messages.tasks import deliver

    Attempt.objects.create(message=message, at=as_of, outcome=outcome, status=status)
    if outcome == "sent":
        message.state, message.sent_at = State.SENT, as_of
    elif again and message.attempts <= len(BACKOFF):
        message.state = State.WAITING
        message.next_at = as_of + BACKOFF[message.attempts - 1]
        deliver.using(run_after=message.next_at).enqueue(message.pk)
    else:
        message.state = State.FAILED
    message.save(update_fields=["state", "sent_at", "next_at"])
