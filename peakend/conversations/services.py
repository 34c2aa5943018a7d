"""Writing conversations: turns as they come, what is read in them, and the voices they become."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from peakend.conversations.choices import Speaker
from peakend.conversations.models import Conversation, Turn
from peakend.conversations.reading import Line, read_all
from peakend.opinions.readers import reader_of
from peakend.voices.codes import Codes

CHUNK = 500
MOST_TURNS = 2_000  # of one conversation; what comes beyond is kept and not read
NAME = 120
EXTERNAL_ID = 200
_Name = tuple[int, str]  # source, number


@dataclass(frozen=True)
class Said:
    """A turn as it arrives, with keys instead of the sender's codes."""

    id: int
    source: str
    conversation: str
    at: datetime
    speaker: str
    text: str
    name: str = ""
    customer_id: int | None = None
    unit_id: int | None = None
    brand_id: int | None = None
    channel: str = ""
    product: str = ""
    segment: str = ""


def record_turns(said: Sequence[Said], codes: Codes) -> int:
    """Keep turns, those already kept (by their key) unchanged, and read their conversations anew.

    Returns:
        How many conversations were touched.
    """
    if not said:
        return 0
    by_conversation: dict[_Name, list[Said]] = defaultdict(list)
    for one in said:
        source = codes.sources[one.source]
        by_conversation[source.pk, one.conversation[:EXTERNAL_ID]].append(one)
    channels = {source.pk: source.channel for source in codes.sources.values()}
    rows = _conversations(by_conversation, channels)
    Turn.objects.bulk_create(
        [
            Turn(
                id=one.id, conversation=rows[name], at=one.at, speaker=one.speaker,
                name=one.name[:NAME] if one.speaker != Speaker.CUSTOMER else "", text=one.text,
            )
            for name, turns in by_conversation.items()
            for one in turns
        ],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )  # fmt: skip
    taxonomies = {source.pk: source.taxonomy for source in codes.sources.values()}
    touched: dict[str, list[Conversation]] = defaultdict(list)
    for (source_id, _), row in rows.items():
        touched[taxonomies[source_id]].append(row)
    for taxonomy, conversations in touched.items():
        _read_anew(taxonomy, conversations)
    return len(rows)


def _conversations(
    by_name: Mapping[_Name, Sequence[Said]], channels: Mapping[int, str]
) -> dict[_Name, Conversation]:
    """The conversations, begun with their first turns; who and where is what first said so."""
    numbers = sorted({number for _, number in by_name})
    held = {
        (row.source_id, row.external_id): row
        for start in range(0, len(numbers), CHUNK)
        for row in Conversation.objects.filter(
            source__in={source for source, _ in by_name},
            external_id__in=numbers[start : start + CHUNK],
        ).order_by("pk")
    }
    new, changed = [], []
    for name, turns in by_name.items():
        known = _known(turns, channels[name[0]])
        first, last = min(one.at for one in turns), max(one.at for one in turns)
        row = held.get(name)
        if row is None:
            new.append(
                Conversation(
                    source_id=name[0], external_id=name[1], started_at=first, ended_at=last, **known
                )
            )
            continue
        for field, value in known.items():
            if value and not getattr(row, field):
                setattr(row, field, value)
        row.started_at, row.ended_at = min(row.started_at, first), max(row.ended_at, last)
        changed.append(row)
    Conversation.objects.bulk_update(
        changed,
        ["started_at", "ended_at", "customer", "unit", "brand", "channel", "product", "segment"],
        batch_size=CHUNK,
    )
    created = Conversation.objects.bulk_create(new, batch_size=CHUNK)
    return {**{(row.source_id, row.external_id): row for row in created},
            **{name: row for name, row in held.items() if name in by_name}}  # fmt: skip


def _known(turns: Sequence[Said], channel: str) -> dict[str, Any]:
    def first(field: str) -> Any:
        return next((value for one in turns if (value := getattr(one, field))), None)

    return {
        "customer_id": first("customer_id"),
        "unit_id": first("unit_id"),
        "brand_id": first("brand_id"),
        "channel": (first("channel") or channel)[:32],
        "product": (first("product") or "")[:120],
        "segment": (first("segment") or "")[:64],
    }


def _read_anew(taxonomy: str, conversations: Sequence[Conversation]) -> None:
    """Read every turn of the conversations that something was added to."""
    lines: dict[int, list[Line]] = defaultdict(list)
    for start in range(0, len(conversations), CHUNK):
        chunk = conversations[start : start + CHUNK]
        turns = Turn.objects.filter(conversation__in=chunk).order_by("at", "id")
        for key, conversation, at, speaker, text, name in turns.values_list(
            "id", "conversation_id", "at", "speaker", "text", "name"
        ):
            if len(lines[conversation]) < MOST_TURNS:
                lines[conversation].append(Line(key, at, speaker, text, name))
    readings = read_all([lines[one.pk] for one in conversations], reader_of(taxonomy).analyzer)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE conversations_conversation SET turns_count = %s, first_reply = %s,"
            " median_reply = %s, questions = %s, unanswered = %s, drift = %s, resolved = %s,"
            " answered_by = %s, agent = %s WHERE id = %s",
            [
                (len(lines[one.pk]), r.first_reply, r.median_reply, r.questions, r.unanswered,
                 r.drift, r.resolved, r.answered_by, r.agent, one.pk)
                for one, r in zip(conversations, readings, strict=True)
            ],
        )  # fmt: skip
        cursor.executemany(
            "UPDATE conversations_turn SET mood = %s, is_question = %s, is_unanswered = %s,"
            " topic = %s, wait = %s, gain = %s, felt = %s, wording = %s WHERE id = %s",
            [
                (t.mood, t.is_question, t.is_unanswered, t.topic, t.wait, t.gain, t.felt,
                 t.wording, t.id)
                for reading in readings
                for t in reading.turns
            ],
        )  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Turns of one customer that have become one voice: its text, and where each turn begins."""

    conversation: Conversation
    turns: tuple[int, ...]
    text: str
    starts: tuple[int, ...]
    at: datetime


def unheard(
    quiet_since: datetime, limit: int, after: int = 0
) -> list[tuple[Conversation, tuple[int, ...]]]:
    """Conversations behind a key that ended before, with the customer's turns that are no voice yet."""
    waiting = Turn.objects.filter(speaker=Speaker.CUSTOMER, start=None)
    ended = Conversation.objects.filter(pk__gt=after, ended_at__lte=quiet_since)
    rows = list(
        ended.filter(Exists(waiting.filter(conversation=OuterRef("pk"))))
        .select_related("source", "unit", "brand")
        .order_by("pk")[:limit]
    )
    turns: dict[int, list[int]] = defaultdict(list)
    for conversation, turn in (
        waiting.filter(conversation__in=rows)
        .order_by("at", "id")
        .values_list("conversation_id", "id")
    ):
        turns[conversation].append(turn)
    return [(row, tuple(turns[row.pk])) for row in rows]


def part_of(source: str, number: str, wanted: Sequence[int]) -> Part | None:
    """The turns as one text, a line each; those that are a voice already stay with it."""
    turns = list(
        Turn.objects.filter(
            id__in=wanted, conversation__source__code=source, conversation__external_id=number
        )
        .select_related("conversation__source", "conversation__unit", "conversation__brand")
        .order_by("at", "id")
    )
    if not turns:
        return None
    starts, at = [], 0
    for turn in turns:
        starts.append(at)
        at += len(turn.text) + 1
    return Part(
        turns[0].conversation,
        tuple(turn.pk for turn in turns),
        "\n".join(turn.text for turn in turns),
        tuple(starts),
        turns[0].at,
    )


def mark_heard(part: Part, voice_id: int) -> None:
    """Keep which voice the turns became; a turn belongs to the first."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE conversations_turn SET voice_id = %s, start = %s"
            " WHERE id = %s AND start IS NULL",
            [(voice_id, start, turn) for turn, start in zip(part.turns, part.starts, strict=True)],
        )
