"""Heavy work runs in this process or on a cluster, by the same expressions and the same functions.

What is heavy is recomputing cells of many facts and reading many texts. Pages read cells here, in
milliseconds; a cluster would only make them wait.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from peakend.config.env import read_environment
from peakend.warehouse import engine
from peakend.warehouse.tables import Part, Table

# Facts below which a cluster takes longer to begin than this process to finish.
WORTH_A_CLUSTER = 1_000_000

Held = TypeVar("Held")
Reading = Callable[[Held, pa.Table], pa.Table]


class EngineUnavailable(RuntimeError):
    """The engine that the settings name cannot be used here; the message says what is missing."""


class Engine(Protocol):
    """Where heavy work runs."""

    dialect: str  # of the SQL it takes, as Ibis calls it
    facts_at_once: int  # whose cells are computed together and then committed

    def run(
        self,
        sql: str,
        table: Table,
        parts: Sequence[Part],
        values: Mapping[str, Any] | None = None,
    ) -> pa.Table:
        """Run SQL over files of the table, which it knows by name."""
        ...

    def map_tables(
        self, function: Reading[Held], held: Held, tables: Iterable[pa.Table]
    ) -> Iterator[pa.Table]:
        """``function(held, table)`` of each table, in order.

        Neither may depend on this process: on a cluster both are sent to others, ``held`` once to
        each. A result has as many rows as its table, in its order.
        """
        ...


class InProcess:
    """DuckDB and Python in this process."""

    dialect = "duckdb"
    # Memory stays bounded, and a refresh that is killed goes on behind the months it has done.
    facts_at_once = 500_000

    def run(
        self,
        sql: str,
        table: Table,
        parts: Sequence[Part],
        values: Mapping[str, Any] | None = None,
    ) -> pa.Table:
        return engine.run(sql, table, parts, values)

    def map_tables(
        self, function: Reading[Held], held: Held, tables: Iterable[pa.Table]
    ) -> Iterator[pa.Table]:
        return (function(held, table) for table in tables)


@contextmanager
def engine_for(facts: int) -> Iterator[Engine]:
    """The engine for work over so many facts: the one of ``PEAKEND_ENGINE`` if it is worth it."""
    with engine_named("" if facts >= WORTH_A_CLUSTER else "duckdb") as chosen:
        yield chosen


@contextmanager
def engine_named(name: str = "") -> Iterator[Engine]:
    """The engine ``duckdb`` or ``spark://host:port``; by default the one of ``PEAKEND_ENGINE``.

    A cluster is held only while it is used.

    Raises:
        EngineUnavailable: the cluster, or what it needs on this machine, is not there.
    """
    name = name or read_environment().engine
    if name == "duckdb":
        yield InProcess()
        return
    if not name.startswith("spark://"):
        raise EngineUnavailable(f"{name} is neither duckdb nor spark://host:port")
    from peakend.warehouse.spark import connected  # an extra, and seconds to load

    with connected(name) as cluster:
        yield cluster
