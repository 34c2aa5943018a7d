"""The texts that `peakend text` works on: files read as an import reads them, or lines typed in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from peakend.voices.errors import ImportRefused, RowError
from peakend.voices.guesses.columns import guess_reading
from peakend.voices.readers import Table, open_table
from peakend.voices.readers.encodings import detect_encoding

_BATCH = 2000


@dataclass(frozen=True)
class Given:
    """One text, and what its file calls it: an identifier, else its number."""

    id: str | int
    text: str


def read_batches(source: str, column: str | None = None) -> Iterator[list[Given]]:
    """The texts of a file (``-`` for standard input), a batch at a time.

    ``column`` names the column they stand in; without it the import's guess is taken.
    """
    if source == "-":
        with click.open_file("-", encoding="utf-8", errors="replace") as lines:
            yield from _lines(lines)
        return
    path = Path(source)
    if not path.is_file():
        raise click.ClickException(f"there is no file {source}")
    try:
        if path.suffix.lower() == ".txt":  # a text a line: commas are part of what was said
            with path.open(encoding=detect_encoding(path), errors="replace") as lines:
                yield from _lines(lines)
        else:
            yield from _rows(open_table(path), column)
    except ImportRefused as refusal:
        _refuse(source, refusal)


def read_texts(source: str, column: str | None = None) -> list[str]:
    """All texts of a file, as :func:`read_batches` reads them."""
    return [given.text for batch in read_batches(source, column) for given in batch]


def _lines(lines: Iterator[str]) -> Iterator[list[Given]]:
    batch: list[Given] = []
    for number, line in enumerate(lines, 1):
        batch.append(Given(number, line.rstrip("\r\n").removeprefix("\ufeff")))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _rows(table: Table, column: str | None) -> Iterator[list[Given]]:
    guess = guess_reading(table)
    if column is None:
        places = guess.reading.playing("text")
        if not places:
            raise click.ClickException(
                "no column looks like texts; name one with --text-column: "
                + ", ".join(table.columns)
            )
        place = max(places, key=lambda place: guess.profiles[place].mean_length)
    elif column in table.columns:
        place = table.columns.index(column)
    else:
        raise ImportRefused("column_missing", column=column, found=", ".join(table.columns))
    named = guess.reading.playing("id")
    number = 0
    errors: list[RowError] = []
    for batch in table.batches():
        errors += batch.errors
        found = []
        for row in batch.rows:
            number += 1
            name = row[named[0]] if named else ""
            found.append(Given(name or number, row[place]))
        yield found
    if errors:
        first = errors[0]
        click.echo(
            f"{len(errors):,} rows cannot be read, the first is row {first.row}: {first.code}",
            err=True,
        )


def _refuse(source: str, refusal: ImportRefused) -> NoReturn:
    from peakend.config.start import start_django

    start_django()
    from peakend.voices.wording import refusal_words

    words = refusal_words(refusal.code, refusal.details)
    raise click.ClickException(f"{source}: {words}") from refusal
