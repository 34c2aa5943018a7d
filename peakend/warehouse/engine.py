"""DuckDB in this process, given SQL that Ibis compiled over a table's files."""

import os
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis import Schema

from peakend.warehouse.tables import Table, snapshot

# Enough for the rollups of a million voices; beyond it DuckDB spills to disk.
MEMORY = "192MB"
COPIES = 3  # tables held in memory at once; an installation has one
_loading = threading.Lock()
_loaded: dict[str, str] = {}  # table uri → name of the copy held in memory


def relation(table: Table) -> Any:
    """The table as an unbound Ibis relation named after its folder."""
    return ibis.table(Schema.from_pyarrow(table.schema), name=table.name)


def compile_sql(expression: Any) -> str:
    """DuckDB's SQL for an expression over unbound relations."""
    return str(ibis.to_sql(expression, dialect="duckdb"))


def run(sql: str, table: Table, files: list[str] | None = None) -> pa.Table:
    """Run compiled SQL over the table's current snapshot, or over some of its files."""
    found = snapshot(table)[1] if files is None else files
    with _database().cursor() as cursor:
        cursor.execute(f'CREATE TEMP VIEW "{table.name}" AS {_reading(table, found)}')
        return cursor.execute(sql).to_arrow_table()


def run_in_memory(sql: str, table: Table) -> tuple[int, pa.Table]:
    """Run compiled SQL over a copy of the table held in memory; say of which version.

    For rollups only: pages ask them dozens of questions between two loads.
    """
    with _database().cursor() as cursor:
        with _loading:
            version, files = snapshot(table)
            name = _copy(table, version, files)
            # From here on the transaction keeps the copy, whoever replaces it meanwhile.
            cursor.execute("BEGIN TRANSACTION")
            cursor.execute(f'CREATE TEMP VIEW "{table.name}" AS SELECT * FROM memory.main."{name}"')
        found = cursor.execute(sql).to_arrow_table()
        cursor.execute("ROLLBACK")
        return version, found


def _copy(table: Table, version: int, files: list[str]) -> str:
    """The name of this version's copy in memory, made where it is missing; needs the lock."""
    name = f"{table.name}_{abs(hash(table.uri))}_{version}"
    if _loaded.get(table.uri) != name:
        old = [_loaded.pop(table.uri)] if table.uri in _loaded else []
        while len(_loaded) >= COPIES:
            old.append(_loaded.pop(next(iter(_loaded))))
        with _database().cursor() as cursor:
            cursor.execute(f'CREATE OR REPLACE TABLE "{name}" AS {_reading(table, files)}')
            for one in old:
                cursor.execute(f'DROP TABLE IF EXISTS "{one}"')
        _loaded[table.uri] = name
    return name


def _reading(table: Table, files: list[str]) -> str:
    columns = ", ".join(f'"{name}"' for name in table.schema.names)
    if not files:
        empty = ", ".join(
            f'NULL::{_duckdb_type(field.type)} AS "{field.name}"' for field in table.schema
        )
        return f"SELECT {empty} WHERE false"
    # Hive values stay text: '2026-07' is a month's name, not a number or a date.
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    return (
        f"SELECT {columns} FROM read_parquet([{listed}],"
        " hive_partitioning=true, hive_types_autocast=false, union_by_name=true)"
    )


def _duckdb_type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "TIMESTAMPTZ"
    names = {"string": "VARCHAR", "double": "DOUBLE", "float": "FLOAT", "date32[day]": "DATE"}
    return names.get(str(kind)) or {"int64": "BIGINT", "int8": "TINYINT"}[str(kind)]


@lru_cache(maxsize=1)
def _database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": MEMORY,
            "preserve_insertion_order": False,
            "temp_directory": str(Path(tempfile.gettempdir()) / f"peakend-duckdb-{os.getpid()}"),
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection
