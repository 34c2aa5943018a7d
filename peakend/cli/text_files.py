"""The texts that `peakend text` works on: files read as an import reads them, or lines typed in."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

import click

from peakend.cli.language import say, terminal_language
from peakend.text import Taxonomy, TaxonomyError, load_taxonomy, taxonomy_names
from peakend.voices.errors import ImportRefused, RowError
from peakend.voices.guesses.columns import guess_reading
from peakend.voices.readers import Table, open_table
from peakend.voices.readers.encodings import detect_encoding

_BATCH = 2000
_TOLD = 5  # damaged rows that are named one by one


@dataclass(frozen=True)
class Given:
    """One text, and what its file calls it: an identifier, else its number."""

    id: str | int
    text: str


Report = Callable[[int, int], None]  # how much is done, and of how much


def read_batches(
    source: str, column: str | None = None, report: Report = lambda done, total: None
) -> Iterator[list[Given]]:
    """The texts of a file (``-`` for standard input), a batch at a time.

    ``column`` names the column they stand in; without it the import's guess is taken. Standard
    input holds a text a line, unless its first line is a JSON object or a column is named.
    """
    try:
        if source == "-":
            yield from _typed(sys.stdin.buffer, column, report)
            return
        path = Path(source)
        if not path.is_file():
            raise click.ClickException(say(f"there is no file {source}", f"没有文件 {source}"))
        if path.suffix.lower() == ".txt":  # a text a line: commas are part of what was said
            with path.open(encoding=detect_encoding(path), errors="replace") as lines:
                yield from _lines(lines)
        else:
            yield from _rows(open_table(path), column, report)
    except ImportRefused as refusal:
        _refuse(source, refusal)


def _typed(stream: BinaryIO, column: str | None, report: Report) -> Iterator[list[Given]]:
    first = stream.readline()
    is_json = _is_object(first)
    if not is_json and column is None:
        yield from _lines(_decoded(first, stream))
        return
    # Columns are guessed from the beginning and read again: the disk holds them, not the memory.
    with _spooled(first, stream, ".jsonl" if is_json else ".csv") as path:
        yield from _rows(open_table(path), column, report)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.decode("utf-8-sig")), dict)
    except ValueError:
        return False


def _decoded(first: bytes, stream: BinaryIO) -> Iterator[str]:
    if first:
        yield first.decode("utf-8", "replace")
    for line in stream:
        yield line.decode("utf-8", "replace")


@contextmanager
def _spooled(first: bytes, stream: BinaryIO, suffix: str) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(first)
        shutil.copyfileobj(stream, file)
        file.flush()
        yield Path(file.name)


def read_taxonomy(source: str) -> Taxonomy:
    """A shipped taxonomy by its name, or a YAML file."""
    if source not in taxonomy_names() and not Path(source).is_file():
        known = ", ".join(taxonomy_names())
        raise click.ClickException(
            say(
                f"no taxonomy is called {source} and no such file exists; there are: {known}",
                f"没有名为 {source} 的标签体系，也没有这个文件；内置的有：{known}",
            )
        )
    try:
        return load_taxonomy(source)
    except (TaxonomyError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{source}: {error}") from error


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


def _rows(table: Table, column: str | None, report: Report) -> Iterator[list[Given]]:
    guess = guess_reading(table)
    if column is None:
        places = guess.reading.playing("text")
        if not places:
            names = ", ".join(table.columns)
            raise click.ClickException(
                say(
                    f"no column looks like texts; name one with --text-column: {names}",
                    f"没有一列像是文本，请用 --text-column 指定：{names}",
                )
            )
        place = max(places, key=lambda place: guess.profiles[place].mean_length)
    elif column in table.columns:
        place = table.columns.index(column)
    else:
        raise ImportRefused("column_missing", column=column, found=", ".join(table.columns))
    named = guess.reading.playing("id")
    above = table.form.header_row  # rows before the first: a text is called by its own number
    errors: list[RowError] = []
    for batch in table.batches():
        errors += batch.errors
        found = []
        for number, row in zip(batch.numbers, batch.rows, strict=True):
            name = row[named[0]] if named else ""
            found.append(Given(name or number - above, row[place]))
        report(batch.done, table.total)
        yield found
    if errors:
        _tell(errors)


def _tell(errors: list[RowError]) -> None:
    """Which rows were left out, the first few with the reason, in the terminal's language."""
    from peakend.config.start import start_django

    start_django()
    from django.utils.translation import override

    from peakend.voices.wording import fault_words

    n = len(errors)
    click.echo(
        say(
            f"{n:,} row{'s' if n > 1 else ''} could not be read and {'were' if n > 1 else 'was'} left out:",
            f"有 {n:,} 行无法读取，已略过：",
        ),
        err=True,
    )
    for error in errors[:_TOLD]:
        with override(terminal_language()):
            words = fault_words(error.code, error.details)
        click.echo(say(f"  row {error.row}: {words}", f"  第 {error.row} 行：{words}"), err=True)
    if n > _TOLD:
        click.echo("  …", err=True)


def _refuse(source: str, refusal: ImportRefused) -> NoReturn:
    from peakend.config.start import start_django

    start_django()
    from peakend.voices.wording import refusal_words

    words = refusal_words(refusal.code, refusal.details)
    raise click.ClickException(f"{source}: {words}") from refusal
