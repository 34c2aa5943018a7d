"""The Delta tables: files committed and replaced one by one, exactly once, and read as files.

Files are written here and committed as additions and removals, so that one commit replaces exactly
the files that a correction or an erasure touches, whatever they held, and the log says nothing of a
row: no predicate, and of its statistics only positions and days.
"""

import json
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from peakend.config.env import read_environment
from peakend.warehouse.places import Place, place_of
from peakend.warehouse.schema import CELLS, OBSERVATIONS

# The application transaction under which a table records the inbox position it holds.
POSITION = "peakend-position"
# The one under which cells record the version of the facts they were computed from.
REFLECTS = "peakend-reflects"
# Where a commit says which days its rows touch.
DAYS = "peakend-days"

# Seconds between looks at a table that somebody else is creating.
CREATED_BESIDE = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)

# Seconds for which a table in an object store counts as unchanged, but for what this process commits.
STALE = 1.0

# Commits that move files about and change no row.
_IDLE = ("VACUUM START", "VACUUM END", "OPTIMIZE", "CREATE TABLE")

__all__ = [
    "CommitFailedError",
    "Part",
    "Snapshot",
    "Table",
    "cells",
    "observations",
    "parts_of",
    "snapshot",
]


@dataclass(frozen=True)
class Part:
    """One immutable file of a table, with what is needed to know whether to read it.

    Bounds are inclusive; ``None`` where the file does not say.
    """

    path: str
    partition: Mapping[str, str] = field(compare=False)
    rows: int = field(compare=False)
    size: int = field(compare=False)
    signals: tuple[int, int] | None = field(compare=False)
    days: tuple[date, date] | None = field(compare=False)

    @property
    def month(self) -> str:
        """The month it holds, such as '2026-07'."""
        return self.partition["month"]

    def meets(self, days: Iterable[date]) -> bool:
        """Whether it may hold a row of one of these days."""
        if self.days is None:
            return True
        return any(self.days[0] <= day <= self.days[1] for day in days)

    def overlaps(self, since: date | None, until: date | None) -> bool:
        """Whether it may hold a row from ``since`` (inclusive) to ``until`` (exclusive)."""
        first, last = self.days or (date.min, date.max)
        return (since is None or last >= since) and (until is None or first < until)


@dataclass(frozen=True)
class Snapshot:
    """A table as of one version of its log."""

    version: int
    parts: tuple[Part, ...]
    marks: Mapping[str, int]

    @cached_property
    def by_cuboid(self) -> Mapping[str, tuple[Part, ...]]:
        """The files of each rollup; of facts, all under no name."""
        found: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts:
            found[part.partition.get("cuboid", "")].append(part)
        return {name: tuple(parts) for name, parts in found.items()}


class Table:
    """One Delta table with the position of the last signal it reflects."""

    def __init__(
        self,
        uri: str,
        schema: pa.Schema,
        partitions: tuple[str, ...],
        log: str = "",
        *,
        compression: str = "zstd",
    ) -> None:
        self.uri = uri
        self.compression = compression
        # Of a table that is built beside another, the log alone is elsewhere: its files lie where
        # they will be read, and count for others once they are committed there.
        self.log = log or uri
        self.schema = schema
        self.partitions = partitions
        self.name = uri.rsplit("/", 1)[-1]

    @cached_property
    def place(self) -> Place:
        """Where its files are."""
        return _place(self.uri)

    @cached_property
    def log_place(self) -> Place:
        """Where its log is."""
        return _place(self.log)

    def open(self) -> DeltaTable:
        """The table, created empty on first use, and again where its layout is of the past."""
        opened = self._found_or_created()
        if tuple(opened.metadata().partition_columns) == self.partitions:
            return opened
        # Everything here is derived: a layout that is no longer read is dropped, not migrated.
        self.log_place.drop()
        return self._create()

    def _found_or_created(self) -> DeltaTable:
        """Of several that create it at once one wins; the others wait for its first commit."""
        for wait in CREATED_BESIDE:
            try:
                return DeltaTable(self.log)
            except TableNotFoundError:
                pass
            try:
                return self._create()
            except (CommitFailedError, TableNotFoundError):
                time.sleep(wait)
        return DeltaTable(self.log)

    def _create(self) -> DeltaTable:
        if "://" not in self.log:
            Path(self.log).mkdir(parents=True, exist_ok=True)
        return DeltaTable.create(
            self.log,
            schema=self.schema,
            partition_by=list(self.partitions),
            mode="ignore",
            configuration={
                # Readers may still hold files a week old; vacuum keeps to it.
                "delta.deletedFileRetentionDuration": "interval 7 days",
                "delta.logRetentionDuration": "interval 7 days",
                "delta.checkpointInterval": "50",
                "delta.dataSkippingStatsColumns": "signal,day",
            },
        )

    def position(self) -> int:
        """The inbox position up to which the table reflects every signal; 0 at first."""
        return int(self.open().transaction_version(POSITION) or 0)

    def write(self, rows: pa.Table, **partition: str) -> Part:
        """Write rows, in the order of `order.ORDER`, as a file; it counts once it is committed."""
        path = "/".join([*(f"{name}={partition[name]}" for name in self.partitions), _file_name()])
        held = [name for name in self.schema.names if name not in self.partitions]
        size = self.place.write(path, rows.select(held), self.compression)
        return Part(
            path,
            partition,
            rows.num_rows,
            size,
            _bounds(rows, "signal"),
            _bounds(rows, "day"),
        )

    def commit(
        self,
        added: Sequence[Part] = (),
        removed: Sequence[Part] = (),
        *,
        marks: Mapping[str, int] | None = None,
        days: Iterable[date] | None = (),
        at: DeltaTable | None = None,
    ) -> None:
        """Add and remove files and set marks, all in one commit.

        ``days`` are those whose rows change (``None``: any), for :meth:`changes`. ``at`` is the
        table as it was when what is committed was computed.

        Raises:
            CommitFailedError: another writer set the same mark or removed one of the files.
        """
        now = int(time.time() * 1000)
        actions: list[AddAction | RemoveAction] = [
            AddAction(part.path, part.size, part.partition, now, True, _statistics(part))
            for part in added
        ]
        actions += [
            RemoveAction(part.path, True, now, part.size, dict(part.partition)) for part in removed
        ]
        noted = {} if days is None else {DAYS: ",".join(sorted({d.isoformat() for d in days}))}
        (at or self.open()).create_write_transaction(
            actions,
            "append",
            self.schema,
            list(self.partitions),
            commit_properties=CommitProperties(
                custom_metadata=noted,
                app_transactions=[
                    Transaction(name, value) for name, value in (marks or {}).items()
                ],
            ),
        )
        _looked.pop(self.log, None)
        _move_on(self)

    def changes(self, since: int, until: int) -> list[tuple[int, frozenset[date] | None]] | None:
        """Versions after ``since`` up to ``until`` that changed rows, and of which days.

        ``None`` for the days: of any; ``None`` for the whole: the log no longer tells.
        """
        opened = self.open()
        log = opened.history(opened.version() - since) if opened.version() > since else []
        wanted = [one for one in log if since < one["version"] <= until]
        if len(wanted) < until - since:
            return None
        found: list[tuple[int, frozenset[date] | None]] = []
        for one in wanted:
            if one.get("operation") in _IDLE:
                continue
            noted = one.get(DAYS)
            if noted is None:
                found.append((one["version"], None))
            elif noted:
                days = frozenset(date.fromisoformat(day) for day in noted.split(","))
                found.append((one["version"], days))
        return found

    def clear(self) -> None:
        """Begin again: no rows, position 0, in one commit.

        The log goes on, so that readers in other processes follow without noticing.
        """
        opened = self.open()
        self.commit(
            removed=parts_of(opened), marks={POSITION: 0, REFLECTS: 0}, days=None, at=opened
        )


def observations() -> Table:
    """The facts: one narrow row per answered question, voice, opinion and event."""
    return _table("observations", OBSERVATIONS, ("month",))


def cells() -> Table:
    """The rollups that pages read."""
    # Thirty narrow columns in small files: taking zstd apart took half the time of a page's question.
    return _table("cells", CELLS, ("cuboid", "month"), compression="snappy")


# Whether this context writes tables beside those that are read: see peakend.warehouse.beside.
BESIDE: ContextVar[bool] = ContextVar("tables are built beside", default=False)


def _table(name: str, schema: pa.Schema, partitions: tuple[str, ...], **layout: Any) -> Table:
    moment, beside = _moment.get(), BESIDE.get()
    if moment is not None and (known := moment.tables.get((name, beside))) is not None:
        return known
    warehouse = read_environment().warehouse
    log = f"{warehouse}/rebuilding/{name}" if beside else ""
    table = Table(f"{warehouse}/{name}", schema, partitions, log, **layout)
    if moment is not None:
        moment.tables[name, beside] = table
    return table


def _place(uri: str) -> Place:
    return place_of(uri, read_environment().home / "cache" / "warehouse")


@dataclass
class _Moment:
    """What was found at one moment: the tables by name, and how each stands by the address of its log."""

    tables: dict[tuple[str, bool], Table] = field(default_factory=dict)
    seen: dict[str, Snapshot] = field(default_factory=dict)


_moment: ContextVar[_Moment | None] = ContextVar("tables are looked at once", default=None)


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Within, each table is looked at once, so that all figures of a page are of the same observations.

    What this context commits itself is seen at once, and so are files that have gone.
    """
    if _moment.get() is not None:
        yield
        return
    token = _moment.set(_Moment())
    try:
        yield
    finally:
        _moment.reset(token)


_opened: dict[str, DeltaTable] = {}
_seen: dict[str, Snapshot] = {}
_looked: dict[str, float] = {}  # when, by a clock that does not jump


def snapshot(table: Table) -> Snapshot:
    """The table as it is now, following the log from what was last seen."""
    moment = _moment.get()
    if moment is None:
        return _newest(table)
    held = moment.seen.get(table.log)
    if held is None:
        held = moment.seen[table.log] = _newest(table)
    return held


def _newest(table: Table) -> Snapshot:
    seen = _seen.get(table.log)
    if seen is not None and not _may_have_moved(table, seen):
        return seen
    opened = _opened.get(table.log)
    if opened is None:
        opened = _opened[table.log] = table.open()
    opened.update_incremental()
    version = opened.version()
    if seen is None or seen.version != version:
        marks = {name: opened.transaction_version(name) for name in (POSITION, REFLECTS)}
        known = {name: int(value) for name, value in marks.items() if value is not None}
        seen = _seen[table.log] = Snapshot(version, tuple(parts_of(opened)), known)
        # What was erased elsewhere must not stay in this machine's mirror either.
        if table.log == table.uri:  # files of a table built beside it are wanted as well
            table.place.forget(part.path for part in seen.parts)
    _looked[table.log] = time.monotonic()
    return seen


def _may_have_moved(table: Table, seen: Snapshot) -> bool:
    """Whether there may be a newer version: pages ask a hundred times."""
    if table.place.is_local:  # the file of the next commit tells
        return table.log_place.has(_log(seen.version + 1))
    return time.monotonic() - _looked.get(table.log, 0.0) > STALE


def look_again(table: Table) -> None:
    """Forget what was seen of a table: its files are gone, so it was made anew or erased from."""
    for kept in (_seen, _opened, _looked):
        kept.pop(table.log, None)
    _move_on(table)


def _move_on(table: Table) -> None:
    moment = _moment.get()
    if moment is not None:
        moment.seen.pop(table.log, None)


def _log(version: int) -> str:
    return f"_delta_log/{version:020}.json"


def parts_of(opened: DeltaTable) -> list[Part]:
    """The files of the table as it was opened."""
    added = pa.table(opened.get_add_actions(flatten=True))
    if not added.num_rows:
        return []
    names = opened.metadata().partition_columns
    rows: list[dict[str, Any]] = added.to_pylist()
    return [
        Part(
            row["path"],
            {name: row[f"partition.{name}"] for name in names},
            row.get("num_records") or 0,
            row["size_bytes"],
            _known_bounds(row, "signal"),
            _known_bounds(row, "day"),
        )
        for row in rows
    ]


def _known_bounds(row: Mapping[str, Any], name: str) -> Any:
    least, most = row.get(f"min.{name}"), row.get(f"max.{name}")
    return None if least is None or most is None else (least, most)


def _bounds(rows: pa.Table, name: str) -> Any:
    if name not in rows.column_names or not rows.num_rows:
        return None
    found = pc.min_max(rows.column(name))
    return found["min"].as_py(), found["max"].as_py()


def _statistics(part: Part) -> str:
    """What the log says about a file: nothing that could tell of a customer."""
    bounds = {"signal": part.signals, "day": part.days and tuple(d.isoformat() for d in part.days)}
    known = {name: bound for name, bound in bounds.items() if bound}
    return json.dumps(
        {
            "numRecords": part.rows,
            "minValues": {name: bound[0] for name, bound in known.items()},
            "maxValues": {name: bound[1] for name, bound in known.items()},
        }
    )


def _file_name() -> str:
    return f"{uuid.uuid4().hex}.parquet"
