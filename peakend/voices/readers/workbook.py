"""Spreadsheets of Excel and its kin, through calamine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from peakend.voices.errors import ImportRefused
from peakend.voices.readers.archives import check_workbook
from peakend.voices.readers.table import (
    BATCH_ROWS,
    MAX_COLUMNS,
    Batch,
    Form,
    fit_row,
    name_columns,
)


class WorkbookReader:
    """The first sheet of an XLSX workbook that holds anything."""

    name = "xlsx"

    def recognises(self, head: bytes, suffix: str) -> bool:
        return head.startswith(b"PK\x03\x04") or suffix in {".xlsx", ".xlsm"}

    def open(self, path: Path, form: Form | None) -> "WorkbookTable":
        check_workbook(path)
        try:
            book = python_calamine.CalamineWorkbook.from_path(str(path))
            sheet = next(
                (
                    sheet
                    for name in book.sheet_names
                    if (sheet := book.get_sheet_by_name(name)).height
                ),
                None,
            )
        except Exception as error:  # calamine's errors have no common ancestor
            raise ImportRefused("broken_workbook") from error
        if sheet is None:
            raise ImportRefused("empty_file")
        if sheet.width > MAX_COLUMNS:
            raise ImportRefused("too_many_columns", columns=sheet.width, limit=MAX_COLUMNS)
        first = next(iter(sheet.iter_rows()), [])
        columns = name_columns([as_text(cell) for cell in first])
        return WorkbookTable(Form(self.name), columns, sheet.height, sheet)


@dataclass(frozen=True)
class WorkbookTable:
    """A sheet: ``total`` and ``done`` are rows."""

    form: Form
    columns: tuple[str, ...]
    total: int
    sheet: Any

    def batches(self) -> Iterator[Batch]:
        """The rows below the header; empty ones are passed over."""
        batch = Batch([], [], [], 0)
        # The sheet begins at its first filled row, which a spreadsheet need not call 1.
        top = (self.sheet.start or (0, 0))[0]
        for place, cells in enumerate(self.sheet.iter_rows()):
            number = top + place + 1
            if place == 0:
                continue
            row = [cell if isinstance(cell, str) else as_text(cell) for cell in cells]
            if any(row) and fit_row(number, row, self.columns, batch.errors):
                batch.numbers.append(number)
                batch.rows.append(row)
            if len(batch.rows) + len(batch.errors) >= BATCH_ROWS:
                yield batch._replace(done=place + 1)
                batch = Batch([], [], [], 0)
        yield batch._replace(done=self.total)


def as_text(cell: Any) -> str:
    """A cell as text: whole numbers without a fraction, times in ISO 8601."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case None:
            return ""
    return str(cell)
