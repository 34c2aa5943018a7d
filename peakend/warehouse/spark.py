"""A Spark cluster, given SQL that Ibis compiled and the files of a table's snapshot.

Spark needs no package of its own for Delta or for object stores: which files count is read from the
log here, and what lies in an object store is read by this project's own code on the executors.
"""

import io
import os
import socket
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from peakend.warehouse.bulk import EngineUnavailable, Held, Reading
from peakend.warehouse.tables import Part, Table

# Tables sent to the cluster in one round: enough for all its cores, little for this machine.
TABLES_AT_ONCE = 256


class Cluster:
    """A session on a Spark cluster."""

    dialect = "pyspark"
    # Cells come back to this machine, which writes and commits them: as many as Spark's own default
    # of memory for the driver holds, 1 GB.
    facts_at_once = 1_000_000

    def __init__(self, session: Any) -> None:
        self.session = session

    def run(
        self,
        sql: str,
        table: Table,
        parts: Sequence[Part],
        values: Mapping[str, Any] | None = None,
    ) -> pa.Table:
        self._rows(table, parts).createOrReplaceTempView(table.name)
        return self.session.sql(sql, args=_arguments(values or {})).toArrow()

    def map_tables(
        self, function: Reading[Held], held: Held, tables: Iterable[pa.Table]
    ) -> Iterator[pa.Table]:
        shared = self.session.sparkContext.broadcast((function, held))
        try:
            waiting = iter(tables)
            while some := list(islice(waiting, TABLES_AT_ONCE)):
                yield from self._mapped(shared, some)
        finally:
            shared.destroy()

    def _mapped(self, shared: Any, tables: Sequence[pa.Table]) -> Iterator[pa.Table]:
        numbered = pa.table(
            {"at": range(len(tables)), "rows": [_packed(table) for table in tables]}
        )
        frame = self.session.createDataFrame(numbered).repartition(len(tables), "at")

        def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            function, held = shared.value
            for batch in batches:
                found = [
                    _packed(function(held, _unpacked(one))) for one in batch["rows"].to_pylist()
                ]
                yield pa.RecordBatch.from_pydict({"at": batch["at"], "rows": found})

        found = frame.mapInArrow(read, "at long, rows binary").toArrow().sort_by("at")
        return (_unpacked(one) for one in found["rows"].to_pylist())

    def _rows(self, table: Table, parts: Sequence[Part]) -> Any:
        """These files as a frame with the table's columns."""
        from pyspark.sql.pandas.types import from_arrow_schema

        schema = from_arrow_schema(table.schema)
        place = table.place
        if not parts:
            return self.session.createDataFrame([], schema)
        if place.is_local:
            reader = self.session.read.option("basePath", place.local("")).schema(schema)
            return reader.parquet(*(place.local(part.path) for part in parts))
        listed = [
            (part.path, [part.partition[name] for name in table.partitions]) for part in parts
        ]
        frame = self.session.createDataFrame(listed, "path string, partition array<string>")
        read = _FetchedOnExecutors(table.uri, table.schema, table.partitions)
        return frame.repartition(len(listed)).mapInArrow(read, schema)


class _FetchedOnExecutors:
    """Reads files of an object store on the executors, with the credentials they have there."""

    def __init__(self, uri: str, schema: pa.Schema, partitions: Sequence[str]) -> None:
        self.uri = uri
        self.schema = schema
        self.partitions = partitions

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from peakend.warehouse.places import opened_store

        files = opened_store(self.uri)
        for batch in batches:
            for path, values in zip(
                batch["path"].to_pylist(), batch["partition"].to_pylist(), strict=True
            ):
                known = dict(zip(self.partitions, values, strict=True))
                with files.open_input_file(path) as file:
                    for rows in pq.ParquetFile(file).iter_batches():
                        yield self._whole(rows, known)

    def _whole(self, rows: pa.RecordBatch, known: Mapping[str, str]) -> pa.RecordBatch:
        """The rows with the columns that stand in the path."""
        columns = [
            pa.repeat(pa.scalar(known[field.name]), rows.num_rows)
            if field.name in known
            else rows.column(field.name).cast(field.type)
            for field in self.schema
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """A session on the cluster, held as long as anybody in this process uses it."""
    with _changing:
        session = _held_session(address)
        _users.append(session)
    try:
        yield Cluster(session.newSession())  # with names of its own for what it reads
    finally:
        with _changing:
            _users.pop()
            if not _users:
                session.stop()


_changing = threading.Lock()
_users: list[Any] = []  # the one session, as often as it is used


def _held_session(address: str) -> Any:
    if _users:
        return _users[0]
    try:
        # PySpark says of each new pandas that it is new.
        warnings.filterwarnings(
            "ignore", "PySpark does not yet fully support pandas", FutureWarning
        )
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise EngineUnavailable(
            f"{address} needs PySpark on this machine: make setup-spark"
        ) from missing
    if not any(map(_answers, address.removeprefix("spark://").split(","))):
        raise EngineUnavailable(f"nobody answers at {address}")
    # Executors run the Python of the same path, unless the environment names another.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        return _session(SparkSession.builder, address)
    except (PySparkException, Py4JError, OSError) as failure:
        said = str(failure).partition("\n")[0]
        raise EngineUnavailable(
            f"{address} cannot be used; it takes Java 17 or newer on this machine: {said}"
        ) from failure


def _answers(master: str) -> bool:
    """Whether anybody listens there: Spark itself would try for more than a minute."""
    host, _, port = master.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=5):
            return True
    except (OSError, ValueError):
        return False


def _session(builder: Any, address: str) -> Any:
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        # A driver whose memory is full would wait for ever for the rows it could not take.
        "spark.driver.defaultJavaOptions": "-XX:+ExitOnOutOfMemoryError",
    }
    builder = builder.master(address).appName("peakend")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _arguments(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as SQL takes them: lists as arrays of literals."""
    from pyspark.sql.functions import array, lit

    return {
        name: array(*map(lit, value)) if isinstance(value, list) else lit(value)
        for name, value in values.items()
    }


def _packed(table: pa.Table) -> bytes:
    target = io.BytesIO()
    with pa.ipc.new_stream(target, table.schema) as writer:
        writer.write_table(table)
    return target.getvalue()


def _unpacked(packed: bytes) -> pa.Table:
    return pa.ipc.open_stream(packed).read_all()
