"""Writing what the text kernel found."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from peakend.opinions.choices import Origin
from peakend.opinions.models import Opinion

if TYPE_CHECKING:
    from peakend.opinions.readers import CurrentReader
    from peakend.text import Columns

PER_VOICE = 64  # opinions a voice may hold: the width of its block of keys
COLUMNS = (
    "id", "voice_id", "aspect", "polarity", "strength", "confidence", "start", "end", "reader_id",
    "origin",
)  # fmt: skip
_Row = tuple[Any, ...]


def record_opinions(voices: Sequence[int], reader: "CurrentReader", found: "Columns") -> int:
    """Keep what was found in a batch of voices; those already kept (by their key) stay.

    Args:
        voices: ids of the voices, in the order of the texts that were analysed.
        reader: who read them; its aspects are codes by the index that ``found.aspect`` holds.

    Returns:
        How many opinions the batch holds.
    """
    return insert_opinions(_rows(voices, reader, found))


def insert_opinions(opinions: Iterable[_Row]) -> int:
    """Add rows in the order of ``COLUMNS``, leaving those whose key is taken; how many were given."""
    rows = list(opinions)
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    table = Opinion._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE TEMP TABLE IF NOT EXISTS opinions_arriving (LIKE {table}) ON COMMIT DROP"
            )
            cursor.execute("TRUNCATE opinions_arriving")
            with cursor.copy(f"COPY opinions_arriving ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {names} FROM opinions_arriving"
                " ON CONFLICT (id) DO NOTHING"
            )
        else:
            marks = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", rows)
    return len(rows)


def _rows(voices: Sequence[int], reader: "CurrentReader", found: "Columns") -> Iterator[_Row]:
    ordinal, last = 0, -1
    aspects, origin = reader.aspects, Origin.READ.value
    for text, aspect, polarity, strength, confidence, start, end in found.opinions():
        ordinal = ordinal + 1 if text == last else 0
        last = text
        if ordinal < PER_VOICE:
            voice = voices[text]
            yield (
                voice * PER_VOICE + ordinal,
                voice,
                aspects[aspect],
                polarity,
                strength,
                confidence,
                start,
                end,
                reader.id,
                origin,
            )
