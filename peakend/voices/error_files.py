"""The rows that were not taken, as a CSV file that people open in a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from peakend.voices.errors import RowError
from peakend.voices.wording import fault_words

# A spreadsheet runs what begins so; a file of strangers' words must not be run.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ErrorFile:
    """Appends row errors to a file; the length kept in a job's cursor lets a resumed run cut off
    what a killed one wrote beyond it."""

    def __init__(self, path: Path, length: int = 0) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        if length and path.exists():
            with path.open("r+b") as file:
                file.truncate(length)
            self.length = length
        else:
            # With a byte order mark: without it, Excel shows Chinese as rubbish.
            header = [_("Row"), _("Column"), _("Cell"), _("Reason")]
            path.write_bytes("\ufeff".encode() + _lines([header]))
            self.length = path.stat().st_size

    def add(self, errors: Sequence[RowError]) -> None:
        """Append the errors in the language that is active."""
        if not errors:
            return
        rows = [
            [
                str(error.row),
                neutral(error.column),
                neutral(error.value),
                fault_words(error.code, error.details),
            ]
            for error in errors
        ]
        with self.path.open("ab") as file:
            file.write(_lines(rows))
            self.length = file.tell()


def neutral(cell: str) -> str:
    """The cell as text that no spreadsheet takes for a formula."""
    cell = cell.replace("\x00", "")
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
