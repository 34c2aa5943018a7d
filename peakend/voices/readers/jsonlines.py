"""JSON lines: one object a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from peakend.voices.errors import ImportRefused, RowError
from peakend.voices.readers.encodings import detect_encoding
from peakend.voices.readers.table import (
    BATCH_ROWS,
    MAX_COLUMNS,
    SAMPLE_ROWS,
    Batch,
    Form,
    fit_row,
)

# A line beyond this is not one answer; reading stops rather than filling the memory.
LARGEST_LINE = 16 * 1024 * 1024

_decoder = msgspec.json.Decoder(dict[str, Any])
_encoder = msgspec.json.Encoder()


class JsonLinesReader:
    """One JSON object a line; its keys are the columns, nested objects give ``outer.inner``."""

    name = "jsonl"

    def recognises(self, head: bytes, suffix: str) -> bool:
        # A file that is named so but holds one long list is told so, not read as a table.
        named = suffix in {".jsonl", ".ndjson", ".json"}
        return named or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"

    def open(self, path: Path, form: Form | None) -> "JsonLinesTable":
        encoding = detect_encoding(path)
        if encoding not in {"utf-8", "utf-8-sig"}:
            raise ImportRefused("wrong_encoding", given="utf-8", detected=encoding)
        columns: dict[str, None] = {}
        strange = seen = 0
        for place, (_, line) in enumerate(_lines(path)):
            if place >= SAMPLE_ROWS:
                break
            seen += bool(line.strip())
            try:
                columns.update(dict.fromkeys(flatten(_decoder.decode(line))))
            except (msgspec.DecodeError, RecursionError, UnicodeError):
                strange += bool(line.strip())
                continue
            if len(columns) > MAX_COLUMNS:
                raise ImportRefused("too_many_columns", columns=len(columns), limit=MAX_COLUMNS)
        # A few damaged lines are row errors; where most are no objects, the file is something else.
        if not columns or strange * 2 > seen:
            raise ImportRefused("no_objects")
        return JsonLinesTable(
            path, Form(self.name, "utf-8"), tuple(columns), max(path.stat().st_size, 1)
        )


@dataclass(frozen=True)
class JsonLinesTable:
    """A file of JSON lines: ``total`` and ``done`` are bytes."""

    path: Path
    form: Form
    columns: tuple[str, ...]
    total: int

    def batches(self) -> Iterator[Batch]:
        """The rows, with lines that are no objects as errors; row numbers are line numbers."""
        batch, done = Batch([], [], [], 0), 0
        columns = self.columns
        for number, line in _lines(self.path):
            done += len(line)
            if not line.strip():
                continue
            try:
                record = flatten(_decoder.decode(line))
            except (msgspec.DecodeError, RecursionError, UnicodeError):
                excerpt = line[:80].decode("utf-8", "replace").strip()
                batch.errors.append(RowError(number, "", "not_an_object", excerpt))
            else:
                row = [record.get(column, "") for column in columns]
                if fit_row(number, row, columns, batch.errors):
                    batch.numbers.append(number)
                    batch.rows.append(row)
            if len(batch.rows) + len(batch.errors) >= BATCH_ROWS:
                yield batch._replace(done=done)
                batch = Batch([], [], [], 0)
        yield batch._replace(done=self.total)


def flatten(record: dict[str, Any]) -> dict[str, str]:
    """An object's values as text; one level of nesting becomes ``outer.inner``."""
    flat: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat.update((f"{key}.{inner}", as_text(part)) for inner, part in value.items())
        else:
            flat[key] = as_text(value)
    return flat


def as_text(value: Any) -> str:
    """A JSON value as a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _encoder.encode(value).decode()


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LARGEST_LINE):
            number += 1
            if len(line) >= LARGEST_LINE and not line.endswith(b"\n"):
                raise ImportRefused("line_too_long", row=number, limit=LARGEST_LINE)
            yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
