"""The form every format is read into."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from peakend.voices.errors import RowError

# Limits that no honest file of feedback reaches, and that keep a dishonest one cheap.
MAX_COLUMNS = 1_000
MAX_CELL = 1024 * 1024
HEAD = 256 * 1024
SAMPLE_ROWS = 1_000
BATCH_ROWS = 2_000


@dataclass(frozen=True)
class Form:
    """How a file is written: its format, encoding, delimiter and whether it names its columns.

    ``header_row`` is the number of the row that does, as a spreadsheet counts; 0 where none does
    or, asking, where it is to be found. An asking form without a format fits every one.
    """

    format: str
    encoding: str = ""
    delimiter: str = ""
    header: bool = True
    header_row: int = 0


class Batch(NamedTuple):
    """Some rows of a table, each as wide as the header, and what was wrong with others.

    ``numbers`` are row numbers as a spreadsheet shows them; ``done`` is how
    much of the file has been read, in the table's own measure.
    """

    numbers: list[int]
    rows: list[list[str]]
    errors: list[RowError]
    done: int


class Table(Protocol):
    """A file opened for reading: its columns and its rows, a batch at a time."""

    @property
    def form(self) -> Form: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def total(self) -> int: ...

    def batches(self) -> Iterator[Batch]:
        """The rows from the beginning, in constant memory where the format allows it."""
        ...


class Reader(Protocol):
    """One file format."""

    name: str

    def recognises(self, head: bytes, suffix: str) -> bool:
        """Whether a file that begins so is written in this format."""
        ...

    def open(self, path: Path, form: Form | None) -> Table:
        """Open the file, in the given form where one is known.

        Raises:
            ImportRefused: the file cannot be read in this format.
        """
        ...


def fit_row(number: int, row: list[str], columns: tuple[str, ...], errors: list[RowError]) -> bool:
    """Make a row as wide as the header; False, with an error, where it says more than the header."""
    width = len(columns)
    if len(row) < width:
        row.extend([""] * (width - len(row)))
    elif len(row) > width:
        beyond = row[width:]
        if any(beyond):
            errors.append(
                RowError(
                    number,
                    "",
                    "too_many_cells",
                    "|".join(beyond)[:200],
                    {"cells": len(row), "columns": width},
                )
            )
            return False
        del row[width:]
    # Together first: asking each cell would cost more than reading it did.
    if (
        len("".join(row)) > MAX_CELL
        and (place := next((i for i, cell in enumerate(row) if len(cell) > MAX_CELL), -1)) >= 0
    ):
        errors.append(
            RowError(
                number,
                columns[place],
                "cell_too_large",
                row[place][:60],
                {"size": len(row[place]), "limit": MAX_CELL},
            )
        )
        return False
    return True


def name_columns(cells: list[str]) -> tuple[str, ...]:
    """Column names as in the header; the nameless and the repeated get names of their own."""
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.replace("\x00", "").split()) or f"column_{place}"
        while name in taken:
            name = f"{name}_{place}"
        taken.add(name)
        names.append(name)
    return tuple(names)
