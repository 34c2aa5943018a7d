"""Ibis expressions compiled once each, with places for values to be bound when they run.

Compiling costs 10 to 70 ms and pages ask dozens of questions that differ in nothing but a date or a
code. So an expression is built over parameters and compiled once per shape. What was compiled is
kept for other processes too: one that meets only known shapes never loads Ibis, which alone takes
half a second.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from peakend.config.env import read_environment

# Ibis writes a parameter's mark as it would write a value; no value begins like this.
_MARK = "§"


def compiled(shape: Any, build: Callable[[], Any], dialect: str = "duckdb") -> str:
    """The SQL of the expression that ``build`` makes, compiled once for all processes.

    ``shape`` tells it from all others: nothing else may go into the expression.
    """
    # Not the shape's own hash, which differs from process to process.
    name = hashlib.sha256(f"{dialect} {shape!r}".encode()).hexdigest()[:32]
    place = read_environment().home / "cache" / "sql" / _edition() / name
    try:
        return place.read_text()
    except OSError:
        sql = compile_sql(build(), dialect)
    with contextlib.suppress(OSError):  # a folder that cannot be written costs time, no more
        _keep(place, sql)
    return sql


def relation(name: str, schema: pa.Schema) -> Any:
    """A table as an unbound Ibis relation."""
    import ibis  # only who compiles waits for it

    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)


def parameter(name: str, kind: str) -> Any:
    """A value to be bound later, by name: ``parameter("since", "date")``, ``("codes", "array<string>")``."""
    import ibis

    mark = ibis.literal(_MARK + name)
    return ibis.array([mark]).cast(kind) if kind.startswith("array") else mark.cast(kind)


def compile_sql(expression: Any, dialect: str = "duckdb") -> str:
    """The expression in an engine's SQL, with a place for each parameter under its name."""
    import ibis
    import sqlglot

    getattr(ibis, dialect)  # a dialect is known once its backend is loaded
    sql = str(ibis.to_sql(expression, dialect=dialect))
    if _MARK not in sql:
        return sql
    return str(sqlglot.parse_one(sql, read=dialect).transform(_open_places).sql(dialect))


def over(sql: str, name: str, source: str) -> str:
    """Compiled SQL that reads ``source`` where it reads the relation ``name``."""
    return sql.replace(f'FROM "{name}" AS', f"FROM {source} AS")


def _open_places(node: Any) -> Any:
    from sqlglot import exp

    held = node.expressions[0] if isinstance(node, exp.Array) and node.expressions else node
    if isinstance(held, exp.Literal) and held.is_string and held.this.startswith(_MARK):
        return exp.Placeholder(this=held.this.removeprefix(_MARK))
    return node


@lru_cache(maxsize=1)
def _edition() -> str:
    """What compiles: this room's code and the versions of Ibis and SQLGlot."""
    digest = hashlib.sha256(f"{version('ibis-framework')} {version('sqlglot')}".encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _keep(place: Path, sql: str) -> None:
    if not place.parent.exists():
        shutil.rmtree(place.parent.parent, ignore_errors=True)  # of editions that are no more
        place.parent.mkdir(parents=True, exist_ok=True)
    written = place.with_suffix(f".{os.getpid()}")
    written.write_text(sql)
    written.replace(place)
