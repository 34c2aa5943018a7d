"""Signals as they arrive over the network: checked one by one, appended together, acknowledged.

No framework in here: bytes come in, a receipt goes out. One bad item does not fail its batch.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec

from peakend.inbox import Inbox
from peakend.inbox.signals import (
    CustomerUpdate,
    Event,
    Response,
    Signal,
    Turn,
    Voice,
    Who,
    encode,
    key_of,
)

MAX_ITEMS = 1_000
MAX_TEXT = 100_000
MAX_SHORT = 200
MAX_ATTRIBUTES = 100
SPEAKERS = ("customer", "staff", "robot", "system")
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
GRACE = timedelta(days=1)  # clocks differ

_FEEDBACK = msgspec.json.Decoder(Voice | Response | Turn)
_EVENTS = msgspec.json.Decoder(Event | CustomerUpdate)
DECODERS: dict[str, "msgspec.json.Decoder[Any]"] = {"feedback": _FEEDBACK, "events": _EVENTS}


class BadBatch(ValueError):
    """The whole batch cannot be read: ``code`` is ``not_json``, ``not_a_list`` or ``too_many``."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class ItemError:
    """Why one item was not taken."""

    index: int
    field: str
    code: str
    message: str


@dataclass(frozen=True)
class Accepted:
    """What became of a batch; given only after the accepted items are on the disk."""

    accepted: int
    duplicates: int
    errors: tuple[ItemError, ...]


@dataclass(frozen=True)
class Sender:
    """What a sender may name. ``units`` are the codes of the units they may write for, ``None``
    for every one in ``known_units``; ``surveys`` are the addresses that exist."""

    known_units: frozenset[str]
    units: frozenset[str] | None = None
    surveys: frozenset[str] = frozenset()


class _Refused(Exception):
    def __init__(self, field: str, code: str, message: str) -> None:
        self.field, self.code, self.message = field, code, message
        super().__init__(message)


def accept(
    body: bytes,
    decoder: str,
    sender: Sender,
    inbox: Inbox,
    as_of: datetime,
    idempotency_key: str = "",
) -> Accepted:
    """Take a batch: ``[item, …]`` or ``{"items": [item, …]}``, each item one signal as JSON.

    Returns after the items that can be taken are durable. An item is recognised by its ``id``,
    else by ``idempotency_key`` and its place, else by its content and how often that has come
    before in the batch.

    Raises:
        BadBatch: the body is no batch.
    """
    items = _items(body)
    errors: list[ItemError] = []
    keyed: list[tuple[str, bytes]] = []
    ordinals: Counter[bytes] = Counter()
    for index, item in enumerate(items):
        try:
            signal = _checked(_decode(item, decoder), sender, as_of)
            payload = encode(signal)
        except _Refused as refused:
            errors.append(ItemError(index, refused.field, refused.code, refused.message))
            continue
        except UnicodeEncodeError:
            errors.append(ItemError(index, "", "not_text", "a text holds half of a character"))
            continue
        if signal.id or not idempotency_key:
            ordinals[payload] += 0 if signal.id else 1
            key = key_of(signal, ordinals[payload] - 1)
        else:
            named = hashlib.sha256(idempotency_key.encode("utf-8", "replace")).hexdigest()[:32]
            key = f"{decoder}:~{named}:{index}"
        keyed.append((key, payload))
    receipt = inbox.append(keyed)
    return Accepted(receipt.accepted, receipt.duplicates, tuple(errors))


def _items(body: bytes) -> list[msgspec.Raw]:
    try:
        if body.lstrip()[:1] == b"{":
            named = msgspec.json.decode(body, type=dict[str, msgspec.Raw]).get("items")
            if named is None:
                raise BadBatch("not_a_list")
            body = bytes(named)
        items = msgspec.json.decode(body, type=list[msgspec.Raw])
    except msgspec.ValidationError:
        raise BadBatch("not_a_list") from None
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        items = _items_with_damage(body)
    if len(items) > MAX_ITEMS:
        raise BadBatch("too_many")
    return items


def _items_with_damage(body: bytes) -> list[msgspec.Raw]:
    """The items of a body that only the lenient decoder reads: half a character in one item
    must not cost the others. Written again, that item fails by itself."""
    try:
        items = json.loads(body)
    except (ValueError, RecursionError):
        raise BadBatch("not_json") from None
    if isinstance(items, dict):
        items = items.get("items")
    if not isinstance(items, list):
        raise BadBatch("not_a_list")
    return [msgspec.Raw(json.dumps(item).encode()) for item in items]


def _decode(item: msgspec.Raw, decoder: str) -> Signal:
    try:
        return cast(Signal, DECODERS[decoder].decode(item))
    except msgspec.ValidationError as error:
        words, _, path = str(error).partition(" - at `$")
        raise _Refused(path.strip(".`"), "invalid", words) from None
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise _Refused("", "not_json", "the item cannot be read as JSON") from None


def _checked(signal: Signal, sender: Sender, as_of: datetime) -> Signal:
    for check in CHECKS:
        check(signal, sender, as_of)
    if b"\\u0000" in encode(signal):
        return cast(Signal, _without_nul(signal))
    return signal


def _check_source(signal: Signal, sender: Sender, as_of: datetime) -> None:
    name, field = (
        (signal.survey, "survey") if isinstance(signal, Response) else (signal.source, "source")
    )
    if not name.strip() or len(name) > 64 or ":" in name or not name.isprintable():
        raise _Refused(field, "invalid", "1 to 64 printable characters without ':'")
    if isinstance(signal, Response) and signal.survey not in sender.surveys:
        raise _Refused(field, "unknown", "there is no survey at this address")


def _check_time(signal: Signal, sender: Sender, as_of: datetime) -> None:
    try:
        moment = datetime.fromisoformat(signal.time)
        if moment.tzinfo is None:
            raise _Refused("time", "no_offset", "the time needs an offset, as in +08:00")
        # An offset can carry a moment beyond the years that exist.
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Refused("time", "invalid", "ISO 8601 with an offset is expected") from None
    if not EARLIEST <= moment <= as_of + GRACE:
        raise _Refused("time", "unlikely", "the time lies in the future or before 1990")


def _check_unit(signal: Signal, sender: Sender, as_of: datetime) -> None:
    if signal.unit and signal.unit not in sender.known_units:
        raise _Refused("unit", "unknown", "there is no unit with this code")
    if sender.units is not None and signal.unit not in sender.units:
        raise _Refused("unit", "outside_scope", "name a unit that you may write for")


def _check_lengths(signal: Signal, sender: Sender, as_of: datetime) -> None:
    for field in (
        "id", "unit", "brand", "channel", "product", "event", "language", "conversation", "name",
    ):  # fmt: skip
        if len(getattr(signal, field, "")) > MAX_SHORT:
            raise _Refused(field, "too_long", f"at most {MAX_SHORT} characters")
    # The columns that hold these are narrower.
    for field, limit in (("event", 64), ("channel", 32), ("brand", 64)):
        if len(getattr(signal, field, "")) > limit:
            raise _Refused(field, "too_long", f"at most {limit} characters")
    if len(getattr(signal, "text", "")) > MAX_TEXT:
        raise _Refused("text", "too_long", f"at most {MAX_TEXT} characters")
    for field in ("attributes", "answers"):
        if len(getattr(signal, field, {})) > MAX_ATTRIBUTES:
            raise _Refused(field, "too_many", f"at most {MAX_ATTRIBUTES}")


def _check_voice(signal: Signal, sender: Sender, as_of: datetime) -> None:
    if not isinstance(signal, Voice):
        return
    if not signal.text.strip() and signal.rating is None:
        raise _Refused("text", "empty", "neither a text nor a rating is given")
    worst, best = signal.scale or (1.0, 5.0)
    if worst == best:
        raise _Refused("scale", "invalid", "worst and best must differ")
    if signal.rating is not None and not min(worst, best) <= signal.rating <= max(worst, best):
        raise _Refused("rating", "out_of_range", f"outside the scale {worst:g} to {best:g}")


def _check_turn(signal: Signal, sender: Sender, as_of: datetime) -> None:
    if not isinstance(signal, Turn):
        return
    if not signal.conversation.strip():
        raise _Refused("conversation", "empty", "which conversation it belongs to is not named")
    if signal.speaker not in SPEAKERS:
        raise _Refused("speaker", "unknown", f"one of: {', '.join(SPEAKERS)}")
    if not signal.text.strip():
        raise _Refused("text", "empty", "nothing is said")


def _check_event(signal: Signal, sender: Sender, as_of: datetime) -> None:
    if isinstance(signal, Event) and not signal.event.strip():
        raise _Refused("event", "empty", "what happened is not named")


CHECKS: tuple[Callable[[Signal, Sender, datetime], None], ...] = (
    _check_source,
    _check_time,
    _check_unit,
    _check_lengths,
    _check_voice,
    _check_turn,
    _check_event,
)


def _without_nul(value: Any) -> Any:
    """The same without NUL characters, which no database keeps in text."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_nul(inner) for inner in value]
    if isinstance(value, Voice | Response | Event | CustomerUpdate | Turn | Who):
        return type(value)(
            **{name: _without_nul(getattr(value, name)) for name in value.__struct_fields__}
        )
    return value
