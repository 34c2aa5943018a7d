"""CSV and its kin: any delimiter, quoted line breaks, any of the known encodings."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from peakend.voices.errors import ImportRefused
from peakend.voices.readers.encodings import check_encoding, detect_encoding, known_encoding
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

_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?%?")
_SENTENCE = re.compile(r"[。！？；]|[.!;,] \w+")


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
        header = _first_row(path, encoding, delimiter)
        has_header = form.header if form else names_columns(sample, delimiter)
        columns = name_columns(header if has_header else [""] * len(header))
        return DelimitedTable(
            path, Form(self.name, encoding, delimiter, has_header), columns, path.stat().st_size
        )


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
            number = 0
            if self.form.header:
                next(rows, None)
                number = 1
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
        if header < 2:
            continue
        score = times / len(widths) + (0.5 if width == header else 0.0) + min(width, 50) / 1000
        if delimiter == "\t":
            score += 0.1  # nobody types a tab in prose, so that few of them say much
        if score > best_score:
            best, best_score = delimiter, score
    return best


def names_columns(sample: str, delimiter: str) -> bool:
    """Whether the first row names the columns, rather than being the first row of data.

    It does not when a column of numbers begins with a number, or when a cell of the first row
    is a sentence like those below it.
    """
    rows = [row for row in _parse(sample, delimiter)[:50] if row]
    if len(rows) < 2:
        return True
    first, rest = rows[0], rows[1:]
    if len(first) == 1 and (len(first[0]) > 16 or len(first[0].split()) > 3):
        return False  # one column of sentences: a name would be short
    for place, cell in enumerate(first):
        below = [row[place].strip() for row in rest if len(row) > place and row[place].strip()]
        if not below:
            continue
        if _NUMBER.fullmatch(cell.strip()) and all(_NUMBER.fullmatch(value) for value in below):
            return False
        if len(cell) > 60 and sum(sign > "\u2e7f" for sign in cell) > len(cell) // 2:
            return False
        if len(cell) > 25 and _SENTENCE.search(cell) and not cell.rstrip().endswith(("?", "？")):
            longest = sorted(map(len, below))[len(below) // 2]
            if longest > 15 and len(set(below)) > len(below) // 2:
                return False
    return True


def _sample(path: Path, encoding: str) -> str:
    with path.open("rb") as raw:
        return _text(raw, encoding).read(HEAD // 2)


def _first_row(path: Path, encoding: str, delimiter: str) -> list[str]:
    csv.field_size_limit(LARGEST_FIELD)
    with path.open("rb") as raw:
        head = io.BytesIO(raw.read(HEADER_BYTES))
        truncated = bool(raw.read(1))
        lines = _text(head, encoding)
        row = next((row for row in csv.reader(lines, delimiter=delimiter) if row), [])
        at_end = truncated and head.tell() >= HEADER_BYTES and not lines.read(1)
    if len(row) > MAX_COLUMNS:
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
