"""Keeping the tables in good shape: few large files, a short log, nothing on disk that no one reads.

Compaction replaces files by one that holds the same rows, in a commit that tells of no changed day,
so that cells stay as they are, readers keep what they have and a loading drain loses nothing.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from peakend.warehouse import engine, tables
from peakend.warehouse.cuboids import CUBOIDS
from peakend.warehouse.engine import FilesGone
from peakend.warehouse.order import ORDER, in_order
from peakend.warehouse.rollups import days_behind, note_reflected
from peakend.warehouse.tables import POSITION, CommitFailedError, Part, Table

# The application transaction under which a table records when it was compacted last.
COMPACTED = "peakend-compacted"
# Files are brought together up to so many rows: they are in memory while they are sorted.
ROWS_TOGETHER = 500_000
# A file of fewer rows is small; so many small ones of a partition are worth being made one.
SMALL = ROWS_TOGETHER // 2
MOST_SMALL = 8

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Upkeep:
    """What a compaction did to both tables together."""

    files_before: int
    files_after: int
    removed: int  # files that no longer belonged to a table, taken from the disk


@dataclass(frozen=True)
class TableState:
    """One table as its log tells it."""

    place: str
    version: int
    position: int
    rows: int
    files: int
    bytes: int
    compacted_at: datetime | None


def compact(
    least: int = 2,
    progress: Progress | None = None,
    turn: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Upkeep:
    """Bring small files together, shorten the logs and remove what readers can no longer want.

    ``least``: how many small files of a partition are worth the work. Each step is done within
    ``turn``, so that others who write need not wait for all of them.
    """
    both = (tables.observations(), tables.cells())
    groups = [(table, group) for table in both for group in small_files(table, least)]
    before = sum(len(tables.snapshot(table).parts) for table in both)
    for number, (table, group) in enumerate(groups, start=1):
        with turn():
            bring_together(table, group)
        if progress:
            progress(number, len(groups))
    with turn():
        for table in both:
            table.commit(marks={COMPACTED: int(time.time())})
        note_reflected()
        removed = sum(_tidy(table) for table in both)
    after = sum(len(tables.snapshot(table).parts) for table in both)
    return Upkeep(before, after, removed)


def is_worth_while() -> bool:
    """Whether a partition has gathered so many small files that reading it takes longer."""
    both = (tables.observations(), tables.cells())
    return any(next(small_files(table, MOST_SMALL), None) for table in both)


def small_files(table: Table, least: int) -> Iterator[list[Part]]:
    """Small files of one partition, in the order of their signals, as many as go into one."""
    partitions: dict[tuple[str, ...], list[Part]] = defaultdict(list)
    for part in tables.snapshot(table).parts:
        if part.rows < SMALL:
            partitions[tuple(part.partition[name] for name in table.partitions)].append(part)
    for _, parts in sorted(partitions.items()):
        if len(parts) < max(least, 2):
            continue
        group: list[Part] = []
        for part in sorted(parts, key=lambda part: (part.signals or (0, 0), part.path)):
            if group and sum(one.rows for one in group) + part.rows > ROWS_TOGETHER:
                yield from (group,) if len(group) > 1 else ()
                group = []
            group.append(part)
        if len(group) > 1:
            yield group


def bring_all_together(table: Table) -> None:
    """Put few files in the place of many in a table that somebody is making."""
    for group in list(small_files(table, MOST_SMALL)):
        bring_together(table, group)


def bring_together(table: Table, group: Sequence[Part]) -> bool:
    """Put one file in the place of these; not done where one of them was replaced meanwhile."""
    opened = table.open()
    held = {part.path for part in tables.parts_of(opened)}
    if not {part.path for part in group} <= held:
        return False
    try:
        rows = in_order(engine.read(table, group), ORDER)
        table.commit([table.write(rows, **group[0].partition)], group, days=(), at=opened)
    except (CommitFailedError, FilesGone):
        return False  # a correction or an erasure came first: the next round sees what is left
    return True


def forget_the_past() -> int:
    """Remove every file that the tables as they are now do not name; how many.

    Older versions cannot be read afterwards, which is what an erasure owes. Nobody may be writing:
    a file that waits for its commit would go as well.
    """
    return sum(_tidy(table, hours=0) for table in (tables.observations(), tables.cells()))


def states() -> tuple[TableState, TableState]:
    """Facts and cells as their logs tell of them."""
    return _state_of(tables.observations()), _state_of(tables.cells())


def cells_by_rollup() -> dict[str, int]:
    """How many cells each rollup holds."""
    rows = Counter(dict.fromkeys((cuboid.name for cuboid in CUBOIDS), 0))
    for part in tables.snapshot(tables.cells()).parts:
        rows[part.partition["cuboid"]] += part.rows
    return dict(rows)


def cells_reflect_facts() -> bool:
    """Whether cells were computed from the facts as they are."""
    return not days_behind(tables.observations(), tables.cells())


def _state_of(table: Table) -> TableState:
    """What the log says of a table."""
    opened = table.open()
    parts = tables.parts_of(opened)
    compacted = opened.transaction_version(COMPACTED)
    return TableState(
        table.uri,
        opened.version(),
        int(opened.transaction_version(POSITION) or 0),
        sum(part.rows for part in parts),
        len(parts),
        sum(part.size for part in parts),
        None if compacted is None else datetime.fromtimestamp(compacted, UTC),
    )


def _tidy(table: Table, hours: int | None = None) -> int:
    """A checkpoint, so that the log opens fast, and neither old log entries nor old files.

    Without ``hours`` what readers may still hold is kept as long as the table promises.
    """
    opened = table.open()
    opened.create_checkpoint()
    opened.cleanup_metadata()
    gone = opened.vacuum(
        retention_hours=hours, dry_run=False, enforce_retention_duration=hours is None, full=True
    )
    table.place.forget(part.path for part in tables.parts_of(table.open()))
    return len(gone)
