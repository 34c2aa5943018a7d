"""Spreadsheets of Excel and its kin, through calamine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine

from peakend.voices.errors import ImportRefused
from peakend.voices.readers.archives import check_workbook
from peakend.voices.readers.headers import LOOKED_AT, find_header
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
        head = [[as_text(cell) for cell in row] for row in islice(sheet.iter_rows(), LOOKED_AT)]
        place = form.header_row - 1 if form and form.header_row else find_header(head)
        if not 0 <= place < len(head):
            raise ImportRefused("no_such_row", row=place + 1)
        columns = name_columns(head[place])
        found = Form(self.name, header_row=place + 1)
        return WorkbookTable(found, columns, sheet.total_height, sheet)


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
        # Rows come from the top of the sheet, empty ones as well: they count as it shows them.
        for number, cells in enumerate(self.sheet.iter_rows(), start=1):
            if number <= self.form.header_row:
                continue
            row = [cell if isinstance(cell, str) else as_text(cell) for cell in cells]
            if any(row) and fit_row(number, row, self.columns, batch.errors):
                batch.numbers.append(number)
                batch.rows.append(row)
            if len(batch.rows) + len(batch.errors) >= BATCH_ROWS:
                yield batch._replace(done=number)
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
