"""DuckDB in this process, given SQL that Ibis compiled and the files of a table's snapshot."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from peakend.warehouse.compiled import over
from peakend.warehouse.tables import Part, Table, look_again, snapshot

# What a read raises whose files another process has removed.
FilesGone = duckdb.IOException
# Enough for the rollups of a month of a million voices; beyond it DuckDB spills to disk.
MEMORY = "384MB"


def run(
    sql: str,
    table: Table,
    parts: Sequence[Part] | None = None,
    values: Mapping[str, Any] | None = None,
) -> pa.Table:
    """Run SQL over the table, which it knows by name: its current snapshot, or some of its files."""
    found = snapshot(table).parts if parts is None else parts
    try:
        with _over(table, found) as cursor:
            return cursor.execute(sql, values).to_arrow_table()
    except FilesGone:
        # An erasure or a rebuild in another process removes files at once.
        look_again(table)
        if parts is not None:
            raise
        return run(sql, table, snapshot(table).parts, values)


def run_over_files(
    sql: str,
    table: Table,
    parts: Sequence[Part],
    columns: Sequence[str],
    values: Mapping[str, Any] | None = None,
) -> pa.Table:
    """Run SQL that reads the table once over some columns of these files, as quickly as can be."""
    with database().cursor() as cursor:
        try:
            source = f"({reading(table, parts, columns)})"
            return cursor.execute(over(sql, table.name, source), values).to_arrow_table()
        except FilesGone:
            look_again(table)
            raise


def read(table: Table, parts: Sequence[Part]) -> pa.Table:
    """All rows of these files."""
    with database().cursor() as cursor:
        return cursor.execute(reading(table, parts)).to_arrow_table().cast(table.schema)


def run_over(sql: str, name: str, rows: pa.Table) -> pa.Table:
    """Run SQL over rows in memory, which it knows by ``name``."""
    with database().cursor() as cursor:
        cursor.register(name, rows)
        return cursor.execute(sql).to_arrow_table()


@contextmanager
def streaming(
    sql: str, table: Table, parts: Sequence[Part], values: Mapping[str, Any] | None = None
) -> Iterator[pa.RecordBatchReader]:
    """Run SQL over files of the table and hand the rows on as they come."""
    with _over(table, parts) as cursor:
        yield cursor.execute(sql, values).fetch_record_batch(131_072)


@contextmanager
def _over(table: Table, parts: Sequence[Part]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor that knows these files by the table's name."""
    with database().cursor() as cursor:
        cursor.execute(f'CREATE TEMP VIEW "{table.name}" AS {reading(table, parts)}')
        yield cursor


def reading(
    table: Table,
    parts: Sequence[Part],
    columns: Sequence[str] = (),
    *,
    numbered_from: int | None = None,
) -> str:
    """The SELECT that reads these files as the table, or some of its columns.

    ``numbered_from`` gives each row the number of its file in front: that of the first, and on.
    """
    names = columns or table.schema.names
    if not parts:
        kinds = {name: _duckdb_type(table.schema.field(name).type) for name in names}
        empty = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in kinds.items())
        return f"SELECT {empty} WHERE false"
    place = table.place
    read = ", ".join(f'"{name}"' for name in names)
    files = ", ".join("'" + place.local(part.path).replace("'", "''") + "'" for part in parts)
    if numbered_from is not None:
        read = f"list_position([{files}], filename) + {numbered_from - 1}, {read}"
    # Hive values stay text: '2026-07' is a month's name, not a number or a date.
    hive = "true, hive_types_autocast=false" if {*names} & {*table.partitions} else "false"
    return (
        f"SELECT {read} FROM read_parquet([{files}], hive_partitioning={hive}, union_by_name=true)"
    )


def _duckdb_type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "TIMESTAMPTZ"
    names = {"string": "VARCHAR", "double": "DOUBLE", "float": "FLOAT", "date32[day]": "DATE"}
    return names.get(str(kind)) or {"int64": "BIGINT", "int8": "TINYINT"}[str(kind)]


@lru_cache(maxsize=1)
def database() -> duckdb.DuckDBPyConnection:
    """This process's database; take a cursor of it for each use."""
    connection = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": MEMORY,
            "preserve_insertion_order": False,
            "temp_directory": str(Path(tempfile.gettempdir()) / f"peakend-duckdb-{os.getpid()}"),
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    # Files never change under their names, so what their footers say is read once.
    connection.execute("SET parquet_metadata_cache = true")
    return connection
