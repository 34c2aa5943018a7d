"""The Delta tables: created, appended exactly once, read as files, dropped."""

from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import TableNotFoundError

from peakend.config.env import read_environment
from peakend.warehouse.schema import CELLS, OBSERVATIONS

# The application transaction under which a table records the inbox position it holds.
POSITION = "peakend-position"


class Table:
    """One Delta table with the position of the last signal it reflects."""

    def __init__(self, uri: str, schema: pa.Schema) -> None:
        self.uri = uri
        self.schema = schema
        self.name = uri.rsplit("/", 1)[-1]

    def open(self) -> DeltaTable:
        """The table, created empty on first use."""
        try:
            return DeltaTable(self.uri)
        except TableNotFoundError:
            if "://" not in self.uri:
                Path(self.uri).mkdir(parents=True, exist_ok=True)
            return DeltaTable.create(
                self.uri,
                schema=self.schema,
                partition_by=["month"],
                mode="ignore",
                configuration={
                    # Readers may still hold files a week old; vacuum keeps to it.
                    "delta.deletedFileRetentionDuration": "interval 7 days",
                    "delta.checkpointInterval": "50",
                },
            )

    def position(self) -> int:
        """The inbox position up to which the table reflects every signal; 0 at first."""
        return int(self.open().transaction_version(POSITION) or 0)

    def append(self, rows: pa.Table, position: int) -> None:
        """Add rows and record the position in the same commit."""
        write_deltalake(self.open(), rows, mode="append", commit_properties=_reaching(position))

    def replace_months(self, months: list[str], rows: pa.Table, position: int) -> None:
        """Put ``rows`` in the place of everything in ``months``, in one commit."""
        listed = ", ".join(f"'{month}'" for month in months)
        write_deltalake(
            self.open(),
            rows,
            mode="overwrite",
            predicate=f"month IN ({listed})",
            commit_properties=_reaching(position),
        )

    def clear(self) -> None:
        """Begin again: no rows, today's schema, position 0, in one commit.

        The log goes on, so that readers in other processes follow without noticing.
        """
        write_deltalake(
            self.open(),
            self.schema.empty_table(),
            mode="overwrite",
            schema_mode="overwrite",
            commit_properties=_reaching(0),
        )


def observations() -> Table:
    """The facts: one narrow row per answered question, voice, opinion and event."""
    return Table(f"{read_environment().warehouse}/observations", OBSERVATIONS)


def cells() -> Table:
    """The rollup that pages read."""
    return Table(f"{read_environment().warehouse}/cells", CELLS)


@lru_cache(maxsize=8)
def _opened(uri: str) -> DeltaTable:
    return DeltaTable(uri)


def snapshot(table: Table) -> tuple[int, list[str]]:
    """The table's version and its files, following the log from what was last seen."""
    table.open()
    opened = _opened(table.uri)
    opened.update_incremental()
    return opened.version(), opened.file_uris()


def _reaching(position: int) -> CommitProperties:
    return CommitProperties(app_transactions=[Transaction(app_id=POSITION, version=position)])
