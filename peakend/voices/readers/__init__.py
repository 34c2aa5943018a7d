"""File formats: one reader each, chosen by what the file's bytes say."""

from pathlib import Path

from peakend.voices.errors import ImportRefused
from peakend.voices.readers.delimited import DelimitedReader
from peakend.voices.readers.jsonlines import JsonLinesReader
from peakend.voices.readers.table import Batch, Form, Reader, Table
from peakend.voices.readers.workbook import WorkbookReader

# The order is that of asking: what has an unmistakable beginning comes first.
READERS: dict[str, Reader] = {
    reader.name: reader for reader in (WorkbookReader(), JsonLinesReader(), DelimitedReader())
}
# Beginnings of what people choose by mistake, so that they are told rather than shown rubbish.
FOREIGN = {
    b"\xd0\xcf\x11\xe0": "old_workbook",
    b"%PDF": "not_text",
    b"\x89PNG": "not_text",
    b"\xff\xd8\xff": "not_text",
    b"\x1f\x8b": "packed_file",
    b"Rar!": "packed_file",
}

__all__ = ["READERS", "Batch", "Form", "Reader", "Table", "open_table"]


def open_table(path: Path, form: Form | None = None) -> Table:
    """Open a file of feedback, in its remembered form where there is one.

    Raises:
        ImportRefused: with a code that says what is wrong.
    """
    if not path.is_file():
        raise ImportRefused("no_file", path=str(path))
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise ImportRefused("empty_file")
    for beginning, code in FOREIGN.items():
        if head.startswith(beginning):
            raise ImportRefused(code)
    suffix = path.suffix.lower()
    for name, reader in READERS.items():
        if reader.recognises(head, suffix):
            return reader.open(path, form if form and form.format in {"", name} else None)
    raise ImportRefused("unknown_format", known=", ".join(READERS))
