"""CSV and its kin: any delimiter, quoted line breaks, any of the known encodings."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from peakend.voices.errors import ImportRefused
from peakend.voices.readers.encodings import check_encoding, detect_encoding, known_encoding
from peakend.voices.readers.headers import LOOKED_AT, find_header, names_columns
from peakend.voices.readers.table import (
    BATCH_ROWS,
    HEAD,
    MAX_CELL,
    MAX_COLUMNS,
    Batch,
    Form,
    fit_row,
    name_columns,
)

DELIMITERS = (",", "\t", ";", "|")
# A cell beyond this is a quotation mark left open: what follows it has no structure any more.
LARGEST_FIELD = 16 * 1024 * 1024
HEADER_BYTES = 1024 * 1024


class DelimitedReader:
    """Text with one row a line and a delimiter between cells."""

    name = "csv"

    def recognises(self, head: bytes, suffix: str) -> bool:
        return suffix in {".csv", ".tsv", ".txt", ".tab", ""} or b"\n" in head or b"\r" in head

    def open(self, path: Path, form: Form | None) -> "DelimitedTable":
        if form and form.encoding:
            encoding = known_encoding(form.encoding)
            check_encoding(path, encoding)
        else:
            encoding = detect_encoding(path)
        sample = _sample(path, encoding)
        if not sample.strip():
            raise ImportRefused("empty_file")
        delimiter = (form.delimiter if form else "") or guess_delimiter(sample)
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise ImportRefused("unknown_delimiter", given=delimiter)
        rows = _parse(sample, delimiter)[:LOOKED_AT]
        number = (form.header_row if form else 0) or find_header(rows) + 1
        asked = bool(form and form.header_row)
        has_header = form.header if form else names_columns(rows[number - 1 :])
        header = _row_at(path, encoding, delimiter, number)
        if header is None and asked:
            raise ImportRefused("no_such_row", row=number)
        header = header or []
        columns = name_columns(header if has_header else [""] * len(header))
        found = Form(self.name, encoding, delimiter, has_header, number if has_header else 0)
        return DelimitedTable(path, found, columns, path.stat().st_size)


@dataclass(frozen=True)
class DelimitedTable:
    """A delimited file: ``total`` and ``done`` are bytes."""

    path: Path
    form: Form
    columns: tuple[str, ...]
    total: int

    def batches(self) -> Iterator[Batch]:
        """The rows, with damaged ones as errors."""
        csv.field_size_limit(LARGEST_FIELD)
        with self.path.open("rb") as raw:
            rows = csv.reader(
                _text(raw, self.form.encoding),
                delimiter=self.form.delimiter,
                skipinitialspace=False,
            )
            number = self.form.header_row if self.form.header else 0
            for _above in islice(rows, number):
                pass
            width, columns = len(self.columns), self.columns
            broken: ImportRefused | None = None
            while not broken:
                chunk, broken = _take(rows, number)
                if not chunk:
                    break
                if (
                    len(chunk) < BATCH_ROWS
                    and not broken
                    and _ends_within_quotation(raw, chunk[-1])
                ):
                    broken = ImportRefused(
                        "open_quotation", row=number + len(chunk), limit=LARGEST_FIELD
                    )
                    chunk.pop()
                batch = Batch([], [], [], raw.tell())
                for row in chunk:
                    number += 1
                    # Most rows are plain: asking them one question keeps reading fast.
                    if (len(row) == width and len("".join(row)) < MAX_CELL) or (
                        row and fit_row(number, row, columns, batch.errors)
                    ):
                        batch.numbers.append(number)
                        batch.rows.append(row)
                yield batch
            if broken:
                raise broken


def guess_delimiter(sample: str) -> str:
    """The delimiter under which most rows of the sample are equally wide, the wider the better."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(row) for row in _parse(sample, delimiter)[:200] if row]
        if not widths:
            continue
        header = widths[0]
        width, times = Counter(widths).most_common(1)[0]
        if header < 2 and (width < 3 or times < 0.8 * len(widths)):
            continue  # a title may stand above a table, but prose is no table
        score = times / len(widths) + (0.5 if width == header else 0.0) + min(width, 50) / 1000
        if delimiter == "\t":
            score += 0.1  # nobody types a tab in prose, so that few of them say much
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _sample(path: Path, encoding: str) -> str:
    with path.open("rb") as raw:
        return _text(raw, encoding).read(HEAD // 2)


def _row_at(path: Path, encoding: str, delimiter: str, number: int) -> list[str] | None:
    """The row of this number, from 1; ``None`` where the file ends before it."""
    csv.field_size_limit(LARGEST_FIELD)
    with path.open("rb") as raw:
        head = io.BytesIO(raw.read(HEADER_BYTES))
        truncated = bool(raw.read(1))
        lines = _text(head, encoding)
        rows = csv.reader(lines, delimiter=delimiter)
        row = next(islice(rows, number - 1, None), None)
        at_end = truncated and head.tell() >= HEADER_BYTES and not lines.read(1)
    if row and len(row) > MAX_COLUMNS:
        # The line may go on beyond what was read: the number is what is known of it.
        raise ImportRefused("too_many_columns", columns=len(row), limit=MAX_COLUMNS)
    if at_end:
        raise ImportRefused("header_too_long", limit=HEADER_BYTES)
    return row


def _parse(sample: str, delimiter: str) -> list[list[str]]:
    """The sample's rows without the last, which may be cut off."""
    csv.field_size_limit(LARGEST_FIELD)
    rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
    return rows[:-1] if len(sample) >= HEAD // 2 and len(rows) > 2 else rows


def _text(raw: io.BufferedIOBase, encoding: str) -> io.TextIOWrapper:
    """The file as text. Bytes that cannot be decoded become lone surrogates and cost their row."""
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    if encoding == "utf-8":
        encoding = "utf-8-sig"  # a mark that is not there does no harm
    return io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")  # type: ignore[arg-type]


def _take(rows: Iterator[list[str]], number: int) -> tuple[list[list[str]], ImportRefused | None]:
    """The next rows, blank lines as empty ones, and what ended them where the structure is lost."""
    chunk: list[list[str]] = []
    try:
        chunk.extend(islice(rows, BATCH_ROWS))
    except csv.Error:
        row = number + len(chunk) + 1
        return chunk, ImportRefused("open_quotation", row=row, limit=LARGEST_FIELD)
    return chunk, None


def _ends_within_quotation(raw: io.BufferedReader, last: list[str]) -> bool:
    """Whether the last cell swallowed lines to the end of the file, its quotation never closed."""
    if not last or "\n" not in last[-1]:
        return False
    raw.seek(-min(64, raw.seek(0, io.SEEK_END)), io.SEEK_END)
    return not raw.read().rstrip(b"\r\n\0 \t").endswith(b'"')
