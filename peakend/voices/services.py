"""Writes of voices: in bulk, from the drainer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction

from peakend.voices.codes import Codes, resolve_codes

CHUNK = 5000
EXTERNAL_ID = 200
PRODUCT = 120
SEGMENT = 64
CHANNEL = 32


class Heard(msgspec.Struct, frozen=True):
    """One text as it was heard, with the codes its sender used and what the text kernel found.

    ``rating`` stands on ``scale`` (worst, best; 1..5 when none is given), ``time`` is ISO 8601
    with an offset.
    """

    id: int
    source: str
    text: str
    time: str
    external_id: str = ""
    rating: float | None = None
    scale: tuple[float, float] | None = None
    unit: str = ""
    brand: str = ""
    channel: str = ""
    product: str = ""
    customer: int | None = None
    segment: str = ""
    language: str = ""
    sentiment: float | None = None
    polarity: int = 0
    emotions: int = 0
    intents: int = 0
    attributes: Mapping[str, Any] = {}


class VoiceRow(NamedTuple):
    """A row of the voices table, in the order of its columns in ``COLUMNS``."""

    id: int
    source_id: int
    external_id: str
    occurred_at: datetime
    text: str
    language: str
    sentiment: float | None
    polarity: int
    emotions: int
    intents: int
    rating: float | None
    customer_id: int | None
    unit_id: int | None
    brand_id: int | None
    channel: str
    product: str
    segment: str
    attributes: str


COLUMNS = VoiceRow._fields
encode = msgspec.json.Encoder().encode


# The rows of a file share few moments, often only dates.
@lru_cache(maxsize=4096)
def utc_of(time: str) -> datetime:
    """The moment an ISO 8601 text names, in UTC."""
    return datetime.fromisoformat(time).astimezone(UTC)


@lru_cache(maxsize=4096)
def _sqlite_time(time: datetime) -> str:
    """Django keeps times in SQLite as naive UTC text."""
    return str(time.replace(tzinfo=None))


def record_voices(batch: Sequence[Heard], codes: Codes | None = None) -> list[VoiceRow]:
    """Keep the voices, those already kept (by their key) unchanged, and say what was kept.

    A unit that is unknown stays as the attribute ``unit``: the signal was acknowledged long ago,
    so it cannot be refused here.
    """
    if codes is None:
        codes = resolve_codes((one.source for one in batch), (one.brand for one in batch))
    rows = [_row(one, codes) for one in batch]
    with transaction.atomic():
        WRITERS[connection.vendor](rows)
    return rows


def five_point(rating: float, scale: tuple[float, float] | None) -> float:
    """A rating on any scale ``(worst, best)`` as 1..5; a scale may run downwards.

    >>> five_point(10, (0, 10)), five_point(1, (5, 1)), five_point(50, (0, 100))
    (5.0, 5.0, 3.0)
    """
    worst, best = scale or (1.0, 5.0)
    if worst == best:
        return 3.0
    share = (rating - worst) / (best - worst)
    return 1.0 + 4.0 * min(max(share, 0.0), 1.0)


def _row(one: Heard, codes: Codes) -> VoiceRow:
    attributes = one.attributes
    unit = codes.units.get(one.unit)
    if one.unit and unit is None:
        attributes = {**attributes, "unit": one.unit}
    source = codes.sources[one.source]
    return VoiceRow(
        one.id,
        source.pk,
        one.external_id[:EXTERNAL_ID],
        utc_of(one.time),
        one.text,
        one.language[:8],
        one.sentiment,
        one.polarity,
        one.emotions,
        one.intents,
        None if one.rating is None else five_point(one.rating, one.scale),
        one.customer,
        unit,
        codes.brands.get(one.brand) if one.brand else None,
        (one.channel or source.channel)[:CHANNEL],
        one.product[:PRODUCT],
        one.segment[:SEGMENT],
        encode(attributes).decode() if attributes else "{}",
    )


def _write_sqlite(rows: Sequence[VoiceRow]) -> None:
    marks = ", ".join(["%s"] * len(COLUMNS))
    statement = f"INSERT OR IGNORE INTO voices_voice ({', '.join(COLUMNS)}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [(*row[:3], _sqlite_time(row.occurred_at), *row[4:]) for row in rows],
        )


def _write_postgresql(rows: Sequence[VoiceRow]) -> None:
    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS voices_arriving"
            " (LIKE voices_voice INCLUDING DEFAULTS) ON COMMIT DROP"
        )
        for chunk in _chunks(rows):
            cursor.execute("TRUNCATE voices_arriving")
            with cursor.copy(f"COPY voices_arriving ({names}) FROM STDIN") as copy:
                for row in chunk:
                    copy.write_row(row)
            cursor.execute(
                f"INSERT INTO voices_voice ({names}) SELECT {names} FROM voices_arriving"
                " ON CONFLICT (id) DO NOTHING"
            )


def retell_voices(rows: Sequence[tuple[float, int, int, int, int]]) -> None:
    """Write what a later reading says of whole texts: sentiment, polarity, emotions, intents, id."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE voices_voice SET sentiment = %s, polarity = %s, emotions = %s, intents = %s"
            " WHERE id = %s",
            rows,
        )


WRITERS = {"sqlite": _write_sqlite, "postgresql": _write_postgresql}


def _chunks(rows: Sequence[VoiceRow]) -> Iterator[list[VoiceRow]]:
    stream = iter(rows)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk
