"""The forms in which feedback arrives, one JSON object a signal."""

import hashlib
from typing import Any

import msgspec


class Who(msgspec.Struct, omit_defaults=True):
    """The customer as the sender knows them."""

    ids: dict[str, str] = {}
    name: str = ""
    attributes: dict[str, str] = {}


class Voice(msgspec.Struct, tag_field="kind", tag="voice", omit_defaults=True):
    """Something a customer said or wrote."""

    source: str
    text: str
    time: str
    id: str = ""
    rating: float | None = None
    scale: tuple[float, float] | None = None
    unit: str = ""
    brand: str = ""
    channel: str = ""
    product: str = ""
    customer: Who | None = None
    language: str = ""
    attributes: dict[str, Any] = {}


class Response(msgspec.Struct, tag_field="kind", tag="response", omit_defaults=True):
    """The answers of one respondent to one survey."""

    survey: str
    time: str
    answers: dict[str, Any]
    id: str = ""
    unit: str = ""
    brand: str = ""
    channel: str = ""
    product: str = ""
    customer: Who | None = None
    language: str = ""
    attributes: dict[str, Any] = {}


class Event(msgspec.Struct, tag_field="kind", tag="event", omit_defaults=True):
    """Something a customer did or operations did: a visit, a purchase, a reply."""

    source: str
    event: str
    time: str
    id: str = ""
    value: float | None = None
    unit: str = ""
    brand: str = ""
    channel: str = ""
    product: str = ""
    customer: Who | None = None
    attributes: dict[str, Any] = {}


class CustomerUpdate(msgspec.Struct, tag_field="kind", tag="customer", omit_defaults=True):
    """What another system knows of a customer."""

    source: str
    time: str
    customer: Who
    id: str = ""
    unit: str = ""
    tags: list[str] = []


class Turn(msgspec.Struct, tag_field="kind", tag="turn", omit_defaults=True):
    """One thing said in a conversation; turns may come one by one, as they are said."""

    source: str
    conversation: str
    speaker: str  # customer, staff, robot or system
    text: str
    time: str
    id: str = ""
    name: str = ""  # of whoever speaks for the company
    unit: str = ""
    brand: str = ""
    channel: str = ""
    product: str = ""
    customer: Who | None = None
    attributes: dict[str, Any] = {}


class ConversationPart(
    msgspec.Struct, tag_field="kind", tag="conversation_part", omit_defaults=True
):
    """Turns of a customer that are heard together as one voice, when their conversation has ended.

    The house itself sends it; ``turns`` are the keys of rows, ``time`` is that of the first.
    """

    source: str
    conversation: str
    turns: list[int]
    time: str
    id: str = ""
    unit: str = ""
    customer: Who | None = None


Signal = Voice | Response | Event | CustomerUpdate | Turn | ConversationPart

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Signal] = msgspec.json.Decoder(Signal)


def encode(signal: Signal) -> bytes:
    """The signal as one line of JSON."""
    return _encoder.encode(signal)


def decode(payload: bytes) -> Signal:
    """The signal a payload holds.

    Raises:
        msgspec.ValidationError: the payload is no signal; the message names the field.
    """
    return _decoder.decode(payload)


def source_of(signal: Signal) -> str:
    """The namespace in which the signal's id is unique."""
    return f"survey:{signal.survey}" if isinstance(signal, Response) else signal.source


def key_of(signal: Signal, ordinal: int = 0) -> str:
    """The idempotency key: the source's id or, without one, the content and its ordinal.

    ``ordinal`` counts equal contents within one delivery: two customers may write the
    same two characters, and both count.
    """
    if isinstance(signal, Turn) and signal.id:
        # Platforms number the turns of each conversation from one.
        return f"{signal.source}:~{signal.conversation}/{signal.id}"
    if signal.id:
        return f"{source_of(signal)}:{signal.id}"
    digest = hashlib.sha256(encode(signal)).hexdigest()[:32]
    return f"{source_of(signal)}:#{digest}:{ordinal}"
