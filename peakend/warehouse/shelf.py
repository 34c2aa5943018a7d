"""Small rollups kept in memory, file by file, because pages ask them dozens of questions at once.

Opening a Parquet file takes a millisecond however little is in it. What is small is copied into
DuckDB once, and when a commit replaces files only these are replaced here. What is large is read
where it is.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import duckdb
import pyarrow as pa

from peakend.warehouse import engine
from peakend.warehouse.compiled import over
from peakend.warehouse.tables import Part, Table, look_again, snapshot

# Rows of one rollup (or of the facts) that are still worth keeping, and of all kept together.
MOST_ROWS = 300_000
MOST_TOGETHER = 900_000
ATTEMPTS = 3
# Seconds for which what was asked for is not pushed out: where the rollups of one page do not fit
# together, each opening of it would fetch them all again.
HELD_FOR = 60.0


@dataclass
class _Copy:
    """A table in DuckDB's memory and the files it holds: each one's number in it, and its rows."""

    name: str
    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    dropped: int = 0  # rows that were deleted and still take room
    used: float = 0.0  # when last, by a clock that does not jump

    @property
    def rows(self) -> int:
        return sum(rows for _, rows in self.files.values())


_changing = threading.Lock()
_copies: dict[tuple[str, str], _Copy] = {}  # the least recently used comes first
_numbers = count(1)


def run_shelved(
    sql: str,
    table: Table,
    parts: Sequence[Part],
    columns: Sequence[str],
    values: Mapping[str, Any],
) -> pa.Table:
    """Run SQL over ``columns`` of these files of one rollup or of the facts.

    From memory, if they are few enough; then all of the rollup's files are read, so the SQL must hold
    to what the files were chosen by.
    """
    cuboid = parts[0].partition.get("cuboid", "") if parts else ""
    for _ in range(ATTEMPTS):
        stored = snapshot(table).by_cuboid.get(cuboid, ())
        rows = sum(part.rows for part in stored)
        if not parts or rows > MOST_ROWS or not _has_room((table.uri, cuboid), rows):
            break
        with engine.database().cursor() as cursor:
            with _changing:
                name = _up_to_date(cursor, table, cuboid, columns, stored)
            try:
                found = cursor.execute(over(sql, table.name, f'memory.main."{name}"'), values)
                return found.to_arrow_table()
            except duckdb.CatalogException:
                continue  # the copy made room for another between the two steps
    return engine.run_over_files(sql, table, parts, columns, values)


def _has_room(key: tuple[str, str], rows: int) -> bool:
    """Whether the rollup is kept, or can be without pushing out what was asked for just now."""
    with _changing:
        if key in _copies:
            return True
        busy = time.monotonic() - HELD_FOR
        held = sum(one.rows for one in _copies.values() if one.used > busy)
        return held + rows <= MOST_TOGETHER


def _up_to_date(
    cursor: duckdb.DuckDBPyConnection,
    table: Table,
    cuboid: str,
    columns: Sequence[str],
    stored: Sequence[Part],
) -> str:
    """The name of the copy, brought to hold exactly the ``stored`` files; needs the lock."""
    key = (table.uri, cuboid)
    copy = _copies.pop(key, None)
    if copy is not None and copy.dropped > copy.rows:
        _drop(cursor, copy)
        copy = None
    if copy is None:
        copy = _Copy(f"shelf_{next(_numbers)}")
        empty = engine.reading(table, (), columns)
        cursor.execute(
            f'CREATE TABLE memory.main."{copy.name}" AS SELECT 0::BIGINT AS file, * FROM ({empty})'
        )
    copy.used = time.monotonic()
    _copies[key] = copy
    wanted = {part.path: part for part in stored}
    gone = [path for path in copy.files if path not in wanted]
    new = [part for path, part in wanted.items() if path not in copy.files]
    if gone or new:
        _change(cursor, table, columns, copy, gone, new)
    while sum(one.rows for one in _copies.values()) > MOST_TOGETHER and len(_copies) > 1:
        _drop(cursor, _copies.pop(next(iter(_copies))))
    return copy.name


def _change(
    cursor: duckdb.DuckDBPyConnection,
    table: Table,
    columns: Sequence[str],
    copy: _Copy,
    gone: Sequence[str],
    new: Sequence[Part],
) -> None:
    """Take away and add files, so that a reader sees the old ones or the new ones."""
    target = f'memory.main."{copy.name}"'
    files = dict(copy.files)
    cursor.execute("BEGIN TRANSACTION")
    try:
        if gone:
            numbers = [files.pop(path)[0] for path in gone]
            cursor.execute(
                f"DELETE FROM {target} WHERE list_contains($gone, file)", {"gone": numbers}
            )
        if new:
            first = min(next(_numbers) for _ in new)
            files |= {part.path: (first + at, part.rows) for at, part in enumerate(new)}
            read = engine.reading(table, new, columns, numbered_from=first)
            cursor.execute(f"INSERT INTO {target} {read}")
        cursor.execute("COMMIT")
    except duckdb.Error:
        cursor.execute("ROLLBACK")
        look_again(table)
        raise
    copy.dropped += sum(copy.files[path][1] for path in gone)
    copy.files = files


def _drop(cursor: duckdb.DuckDBPyConnection, copy: _Copy) -> None:
    cursor.execute(f'DROP TABLE IF EXISTS memory.main."{copy.name}"')
