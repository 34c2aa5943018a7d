"""Signals leave the inbox: customers recognised, answers and words recorded, words understood.

Applying a batch and moving the position is one transaction, so a batch counts once however
often the process dies. What was recorded is then carried to the warehouse by
:mod:`peakend.loop.measures_due`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from peakend.conversations.services import Part, Said, mark_heard, part_of, record_turns
from peakend.customers.erasing import are_erased
from peakend.customers.queries import segments_at
from peakend.customers.recognising import recognise
from peakend.customers.sightings import Sighting
from peakend.events.models import Event as EventRow
from peakend.events.services import record_events
from peakend.inbox import Inbox, open_inbox
from peakend.inbox.signals import (
    ConversationPart,
    CustomerUpdate,
    Event,
    Response,
    Signal,
    Turn,
    Voice,
    decode,
)
from peakend.loop.conversations_ended import send_ended
from peakend.loop.locks import taking_turns
from peakend.loop.measures_due import Progress, carry_to_warehouse
from peakend.loop.models import Position
from peakend.loop.row_keys import PER_SIGNAL
from peakend.opinions.readers import reader_of
from peakend.opinions.services import record_opinions
from peakend.organization.models import Unit
from peakend.surveys.services import NewResponse, record_responses
from peakend.text import LANGUAGES
from peakend.voices.codes import Codes, resolve_codes
from peakend.voices.models import Source
from peakend.voices.services import Heard, record_voices

BATCH = 5_000
READER = "operational"


@dataclass(frozen=True)
class DrainReport:
    """What a drain applied."""

    signals: int
    voices: int
    opinions: int
    position: int

    def __add__(self, other: "DrainReport") -> "DrainReport":
        """Both, one after the other."""
        return DrainReport(
            self.signals + other.signals,
            self.voices + other.voices,
            self.opinions + other.opinions,
            other.position,
        )


class _Arrived(msgspec.Struct, frozen=True):
    """A signal with what is known of its sender by now."""

    position: int
    signal: Signal
    at: datetime
    customer: int | None = None
    segment: str = ""

    @property
    def key(self) -> int:
        return self.position * PER_SIGNAL


def drain(progress: Progress | None = None, until: int | None = None) -> DrainReport:
    """Apply every waiting signal up to position ``until``, then bring the warehouse up to date.

    ``progress`` is told (done, total) after each batch. Safe to call from anywhere at any
    time: drains take turns, and one that finds nothing to do does nothing.
    """
    with taking_turns("drain"):
        applied = _apply_waiting(open_inbox(), progress, until)
        if until is None and send_ended(timezone.now()):
            applied = applied + _apply_waiting(open_inbox(), None, None)
        carry_to_warehouse(applied.position)
        return applied


def drained_position() -> int:
    """The inbox position up to which every signal is applied."""
    row = Position.objects.filter(reader=READER).order_by("reader").first()
    return row.position if row else 0


def _apply_waiting(inbox: Inbox, progress: Progress | None, until: int | None) -> DrainReport:
    start = position = drained_position()
    goal = inbox.last() if until is None else until
    voices = opinions = 0
    while position < goal:
        rows = inbox.read(after=position, limit=min(BATCH, goal - position))
        if not rows:
            break
        with transaction.atomic():
            found = _apply(rows)
            position = rows[-1][0]
            Position.objects.update_or_create(reader=READER, defaults={"position": position})
        voices, opinions = voices + found[0], opinions + found[1]
        if progress:
            progress(position - start, goal - start)
    return DrainReport(position - start, voices, opinions, position)


def _apply(rows: Sequence[tuple[int, bytes]]) -> tuple[int, int]:
    """Apply one batch; how many voices and opinions it brought."""
    arrived = _recognised([_Arrived(p, s, _moment(s.time)) for p, s in _decoded(rows)])
    codes = resolve_codes(
        (
            one.signal.source
            for one in arrived
            if isinstance(one.signal, Voice | Turn | ConversationPart)
        ),
        (getattr(one.signal, "brand", "") for one in arrived),
    )
    record_turns(
        [_said(one, one.signal, codes) for one in arrived if isinstance(one.signal, Turn)], codes
    )
    parts = _parts(arrived)
    heard = [*_heard(arrived), *_answered(arrived, codes), *map(_heard_part, parts.items())]
    record_events(
        [_event(one, one.signal, codes) for one in arrived if isinstance(one.signal, Event)]
    )
    opinions = _understand(heard, codes)
    for key, part in parts.items():
        mark_heard(part, key)
    return len(heard), opinions


def _decoded(rows: Iterable[tuple[int, bytes]]) -> Iterable[tuple[int, Signal]]:
    for position, payload in rows:
        try:
            yield position, decode(payload)
        except msgspec.MsgspecError:
            # Checked before it was accepted; a payload written by a newer version may still
            # be unknown here. It stays in the inbox and must not hold up the others.
            continue


def _recognised(arrived: list[_Arrived]) -> list[_Arrived]:
    """The same signals with their customers and the segments these were in at the time."""
    units = dict(Unit.objects.order_by("pk").values_list("code", "pk"))
    sightings = [_sighting(one, units) for one in arrived]
    if any(erased := are_erased(sightings)):
        # Sent again under another name: what happened before an erasure does not come back.
        open_inbox().forget(one.position for one, gone in zip(arrived, erased, strict=True) if gone)
        kept = [at for at, gone in enumerate(erased) if not gone]
        arrived, sightings = [arrived[at] for at in kept], [sightings[at] for at in kept]
    customers = recognise(sightings)
    segments = segments_at(list(zip(customers, (one.at for one in arrived), strict=True)))
    return [
        replace(one, customer=customer, segment=segment or _stated_segment(one.signal))
        for one, customer, segment in zip(arrived, customers, segments, strict=True)
    ]


def _sighting(one: _Arrived, units: dict[str, int]) -> Sighting | None:
    who = one.signal.customer
    if who is None:
        return None
    return Sighting(
        at=one.at,
        identities=who.ids,
        name=who.name,
        attributes=who.attributes,
        tags=tuple(one.signal.tags) if isinstance(one.signal, CustomerUpdate) else (),
        unit_id=units.get(one.signal.unit),
    )


def _stated_segment(signal: Signal) -> str:
    """The segment a file states of somebody it does not identify."""
    if isinstance(signal, CustomerUpdate | ConversationPart):
        return ""
    stated = signal.customer.attributes.get("segment", "") if signal.customer else ""
    return str(stated or signal.attributes.get("segment", ""))


def _heard(arrived: Iterable[_Arrived]) -> Iterable[Heard]:
    for one in arrived:
        signal = one.signal
        if isinstance(signal, Voice):
            yield Heard(
                id=one.key,
                source=signal.source,
                text=signal.text,
                rating=signal.rating,
                scale=signal.scale,
                language=signal.language,
                **_as_sent(one, signal),
            )


def _said(one: _Arrived, signal: Turn, codes: Codes) -> Said:
    return Said(
        id=one.key,
        source=signal.source,
        conversation=signal.conversation,
        at=one.at,
        speaker=signal.speaker,
        text=signal.text,
        name=signal.name,
        customer_id=one.customer,
        unit_id=codes.units.get(signal.unit),
        brand_id=codes.brands.get(signal.brand) if signal.brand else None,
        channel=signal.channel,
        product=signal.product,
        segment=one.segment,
    )


def _parts(arrived: Iterable[_Arrived]) -> dict[int, Part]:
    """The turns that are heard as voices now, by the key of the voice."""
    sent = ((one.key, one.signal) for one in arrived if isinstance(one.signal, ConversationPart))
    found = ((key, part_of(s.source, s.conversation, s.turns)) for key, s in sent)
    return {key: part for key, part in found if part is not None}


def _heard_part(keyed: tuple[int, Part]) -> Heard:
    """What a customer said in a conversation, as one voice of the conversation's source."""
    key, part = keyed
    row = part.conversation
    return Heard(
        id=key,
        source=row.source.code,
        text=part.text,
        time=part.at.isoformat(),
        external_id=row.external_id,
        unit=row.unit.code if row.unit else "",
        brand=row.brand.code if row.brand else "",
        channel=row.channel,
        product=row.product,
        customer=row.customer_id,
        segment=row.segment,
        attributes={"conversation": row.external_id},
    )


def _answered(arrived: Iterable[_Arrived], codes: Codes) -> list[Heard]:
    """Record the responses; their open answers are voices of the survey's source."""
    answers = {one.key: (one, one.signal) for one in arrived if isinstance(one.signal, Response)}
    recorded = record_responses([_response(*answer, codes) for answer in answers.values()])
    sources = {row.pk: row for row in Source.objects.filter(pk__in={r.source_id for r in recorded})}
    codes.sources.update((row.code, row) for row in sources.values())
    heard = []
    for response in recorded:
        one, signal = answers[response.id]
        for number, spoken in enumerate(response.texts[:PER_SIGNAL]):
            sent = _as_sent(one, signal)
            sent["attributes"] = {**signal.attributes, "question": spoken.question}
            heard.append(
                Heard(
                    id=response.id + number,
                    source=sources[response.source_id].code,
                    text=spoken.text,
                    language=signal.language,
                    **sent,
                )
            )
    return heard


def _response(one: _Arrived, signal: Response, codes: Codes) -> NewResponse:
    return NewResponse(
        id=one.key,
        survey=signal.survey,
        answers=signal.answers,
        language=signal.language,
        **_with_keys(one, signal, codes),
    )


def _event(one: _Arrived, signal: Event, codes: Codes) -> EventRow:
    return EventRow(
        id=one.key,
        source=signal.source,
        kind=signal.event,
        value=signal.value,
        **_with_keys(one, signal, codes),
    )


def _as_sent(one: _Arrived, signal: Voice | Response) -> dict[str, Any]:
    """When, where, of what and by whom, in the codes of the sender."""
    return {
        "time": signal.time,
        "external_id": signal.id,
        "unit": signal.unit,
        "brand": signal.brand,
        "channel": signal.channel,
        "product": signal.product,
        "customer": one.customer,
        "segment": one.segment,
        "attributes": signal.attributes,
    }


def _with_keys(one: _Arrived, signal: Response | Event, codes: Codes) -> dict[str, Any]:
    """The same, in the columns of a row; a unit nobody knows yet stays as the attribute ``unit``."""
    unit, attributes = codes.units.get(signal.unit), signal.attributes
    if signal.unit and unit is None:
        attributes = {**attributes, "unit": signal.unit}
    return {
        "occurred_at": one.at,
        "external_id": signal.id,
        "unit_id": unit,
        "brand_id": codes.brands.get(signal.brand),
        "channel": signal.channel,
        "product": signal.product,
        "customer_id": one.customer,
        "segment": one.segment,
        "attributes": attributes,
    }


def _understand(heard: Sequence[Heard], codes: Codes) -> int:
    """Read the texts, taxonomy by taxonomy, and keep voices and opinions; how many opinions."""
    opinions = 0
    by_taxonomy: dict[str, list[Heard]] = {}
    for one in heard:
        by_taxonomy.setdefault(codes.sources[one.source].taxonomy, []).append(one)
    for taxonomy, group in by_taxonomy.items():
        reader = reader_of(taxonomy)
        found = reader.analyzer.analyze_columns([one.text for one in group])
        languages, sentiments = found.language.tolist(), found.sentiment.tolist()
        polarities = found.polarity.tolist()
        emotions, intents = found.emotions.tolist(), found.intents.tolist()
        record_voices(
            [
                replace(
                    one,
                    language=one.language or LANGUAGES[languages[row]],
                    sentiment=sentiments[row],
                    polarity=polarities[row],
                    emotions=emotions[row],
                    intents=intents[row],
                )
                for row, one in enumerate(group)
            ],
            codes,
        )
        opinions += record_opinions([one.id for one in group], reader, found)
    return opinions


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
