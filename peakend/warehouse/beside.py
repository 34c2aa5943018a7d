"""Tables that are built beside those that pages read, and take their place when they are whole.

Only their logs lie apart. Their files are written where the tables' own files are and belong to
nobody else until one commit of each table exchanges all files, so that nothing is moved, readers
follow the same log, and a killed build goes on from what its own log holds.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from peakend.warehouse import tables
from peakend.warehouse.engine import FilesGone
from peakend.warehouse.tables import BESIDE, POSITION, REFLECTS, Table, look_again, parts_of

# What work on the tables may end in when somebody drops them meanwhile.
DROPPED = (DeltaError, FilesGone, OSError, pa.ArrowException)


@contextmanager
def building() -> Iterator[None]:
    """Within this, facts and cells are the tables that are being built."""
    before = BESIDE.set(True)
    try:
        yield
    finally:
        BESIDE.reset(before)


def is_under_way() -> bool:
    """Whether tables are being built, or were left behind by a killed process."""
    with building():
        return tables.observations().log_place.has("_delta_log/00000000000000000000.json")


def drop() -> None:
    """Forget what has been built. Its files belong to nobody then; vacuum removes them."""
    with building():
        for table in (tables.observations(), tables.cells()):
            table.log_place.drop()
            look_again(table)


def exchange() -> None:
    """Put the built tables in the place of the others; nobody may be writing to either.

    Whoever is killed between the two commits and goes on finds files that both tables hold.
    """
    with building():
        facts, cells = tables.observations().open(), tables.cells().open()
    position = int(facts.transaction_version(POSITION) or 0)
    _take_over(tables.observations(), facts, {POSITION: position})
    reflects = tables.observations().open().version()
    _take_over(tables.cells(), cells, {POSITION: position, REFLECTS: reflects})
    drop()


def _take_over(table: Table, built: DeltaTable, marks: Mapping[str, int]) -> None:
    """Let the table hold the files of the built one, and no others."""
    opened = table.open()
    old, new = parts_of(opened), parts_of(built)
    held, built_paths = {part.path for part in old}, {part.path for part in new}
    table.commit(
        [part for part in new if part.path not in held],
        [part for part in old if part.path not in built_paths],
        marks=marks,
        days=None,
        at=opened,
    )
