"""Two keepers of the inbox with one behaviour: an SQLite file and a PostgreSQL table.

Append-only, but for what is forgotten on demand: of that a position without content stays, and a
keyed hash that knows the signal again and tells nothing of it. A signal is acknowledged after its commit has reached the disk; the key makes
a repeated delivery count once. Positions are gap-free and follow the order of commits, so
that a reader who has seen position *p* has seen everything up to *p*.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import psycopg

from peakend.inbox.forgotten import digest_of, scrub_sqlite

Keyed = tuple[str, bytes]
BATCH = 5_000
# What the key of a forgotten signal begins with; its position makes it unique.
FORGOTTEN = "~forgotten:"


@dataclass(frozen=True)
class Receipt:
    """What became of an appended batch."""

    accepted: int
    duplicates: int


class Inbox(Protocol):
    """Where signals wait, for ever in the order they came."""

    def append(self, signals: Iterable[Keyed]) -> Receipt:
        """Keep signals durably, those with a known key not again. Returns after the fsync."""
        ...

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Up to ``limit`` (position, payload) pairs behind position ``after``, in order."""
        ...

    def last(self) -> int:
        """The newest position; 0 when nothing has come yet."""
        ...

    def forget(self, positions: Iterable[int]) -> None:
        """Empty these signals; whoever sends one of them again is told that it is known."""
        ...

    def scrub(self) -> None:
        """Leave nothing of what was forgotten in the free space of the store's files.

        Writers wait as long as it takes.
        """
        ...


class SqliteInbox:
    """The inbox as a file of its own, so that no import ever holds up a respondent."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as connection:
            # Not AUTOINCREMENT: it would leave a gap for each ignored key. Nothing is ever
            # deleted here, so the largest position plus one is always new.
            connection.execute(
                "CREATE TABLE IF NOT EXISTS inbox ("
                " position INTEGER PRIMARY KEY,"
                " key TEXT NOT NULL UNIQUE, payload BLOB NOT NULL)"
            )

    def append(self, signals: Iterable[Keyed]) -> Receipt:
        accepted = seen = 0
        stream = iter(signals)
        with self._connect() as connection:
            while batch := list(islice(stream, BATCH)):
                # One writer at a time: positions follow commits, and an ignored key takes none.
                connection.execute("BEGIN IMMEDIATE")
                before = connection.total_changes
                connection.executemany(
                    "INSERT OR IGNORE INTO inbox (key, payload) VALUES (?, ?)",
                    _unforgotten(batch, self._forgotten(connection, batch)),
                )
                accepted += connection.total_changes - before
                seen += len(batch)
                connection.execute("COMMIT")
        return Receipt(accepted, seen - accepted)

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        with self._connect() as connection:
            return connection.execute(
                "SELECT position, payload FROM inbox WHERE position > ? ORDER BY position LIMIT ?",
                (after, limit),
            ).fetchall()

    def last(self) -> int:
        with self._connect() as connection:
            return int(
                connection.execute("SELECT coalesce(max(position), 0) FROM inbox").fetchone()[0]
            )

    def forget(self, positions: Iterable[int]) -> None:
        with self._connect() as connection:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS forgotten (digest TEXT PRIMARY KEY) WITHOUT ROWID"
            )
            connection.execute("BEGIN IMMEDIATE")
            for position in positions:
                found = connection.execute(
                    "SELECT key FROM inbox WHERE position = ? AND payload <> x''", (position,)
                ).fetchone()
                if found is None:
                    continue
                connection.execute(
                    "INSERT OR IGNORE INTO forgotten VALUES (?)", (digest_of(found[0]),)
                )
                connection.execute(
                    "UPDATE inbox SET key = ?, payload = x'' WHERE position = ?",
                    (f"{FORGOTTEN}{position}", position),
                )
            connection.execute("COMMIT")

    def scrub(self) -> None:
        scrub_sqlite(self.path)

    def _forgotten(self, connection: sqlite3.Connection, batch: Sequence[Keyed]) -> set[str]:
        """The digests of those in the batch that were forgotten; no work where none ever was."""
        known = "SELECT 1 FROM sqlite_master WHERE name = 'forgotten'"
        if connection.execute(known).fetchone() is None:
            return set()
        found: set[str] = set()
        for start in range(0, len(batch), 500):
            digests = [digest_of(key) for key, _ in batch[start : start + 500]]
            marks = ",".join("?" * len(digests))
            rows = connection.execute(
                f"SELECT digest FROM forgotten WHERE digest IN ({marks})", digests
            )
            found.update(row[0] for row in rows)
        return found

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=60, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            yield connection
        finally:
            connection.close()


class PostgresInbox:
    """The inbox as a table of the company's PostgreSQL.

    Sequence numbers commit out of order, so a row gets its position from the one reader
    that holds the advisory lock, after its commit can be seen.
    """

    LOCK = 0x7065616B  # 'peak'

    def __init__(self, url: str) -> None:
        self.url = url
        with self._connect() as connection:
            if not connection.execute("SELECT 1 WHERE to_regclass('inbox') IS NOT NULL").fetchone():
                # Two processes may start at once; the lock lets one of them create the table.
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (self.LOCK,))
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS inbox ("
                    " id BIGSERIAL PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
                    " payload BYTEA NOT NULL, position BIGINT UNIQUE)"
                )
                connection.execute(
                    "CREATE INDEX IF NOT EXISTS inbox_waiting ON inbox (id) WHERE position IS NULL"
                )

    def append(self, signals: Iterable[Keyed]) -> Receipt:
        accepted = seen = 0
        stream = iter(signals)
        with self._connect() as connection:
            while batch := list(islice(stream, BATCH)):
                with connection.transaction(), connection.cursor() as cursor:
                    # Durable whatever the server's default is: the answer promises it.
                    cursor.execute("SET LOCAL synchronous_commit = on")
                    cursor.execute(
                        "CREATE TEMP TABLE arriving (n SERIAL, key TEXT, payload BYTEA) ON COMMIT DROP"
                    )
                    arriving = _unforgotten(batch, self._forgotten(connection, batch))
                    with cursor.copy("COPY arriving (key, payload) FROM STDIN") as copy:
                        for row in arriving:
                            copy.write_row(row)
                    cursor.execute(
                        "INSERT INTO inbox (key, payload) SELECT key, payload FROM arriving ORDER BY n"
                        " ON CONFLICT (key) DO NOTHING"
                    )
                    accepted += cursor.rowcount
                    seen += len(batch)
        return Receipt(accepted, seen - accepted)

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        with self._connect() as connection:
            self._number(connection)
            rows = connection.execute(
                "SELECT position, payload FROM inbox WHERE position > %s ORDER BY position LIMIT %s",
                (after, limit),
            ).fetchall()
            return [(int(position), bytes(payload)) for position, payload in rows]

    def last(self) -> int:
        with self._connect() as connection:
            self._number(connection)
            row = connection.execute("SELECT coalesce(max(position), 0) FROM inbox").fetchone()
            return int(row[0]) if row else 0

    def forget(self, positions: Iterable[int]) -> None:
        wanted = list(positions)
        with self._connect() as connection, connection.transaction():
            self._number(connection)
            connection.execute(
                "CREATE TABLE IF NOT EXISTS inbox_forgotten (digest TEXT PRIMARY KEY)"
            )
            keys = connection.execute(
                "SELECT key FROM inbox WHERE position = ANY(%s) AND payload <> ''::bytea", [wanted]
            ).fetchall()
            connection.execute(
                "INSERT INTO inbox_forgotten SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
                [[digest_of(str(row[0])) for row in keys]],
            )
            connection.execute(
                "UPDATE inbox SET key = %s || position, payload = ''::bytea"
                " WHERE position = ANY(%s)",
                [FORGOTTEN, wanted],
            )

    def scrub(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM inbox")

    def _forgotten(
        self, connection: "psycopg.Connection[tuple[int, bytes]]", batch: Sequence[Keyed]
    ) -> set[str]:
        known = connection.execute(
            "SELECT 1 WHERE to_regclass('inbox_forgotten') IS NOT NULL"
        ).fetchone()
        if known is None:
            return set()
        rows = connection.execute(
            "SELECT digest FROM inbox_forgotten WHERE digest = ANY(%s)",
            [[digest_of(key) for key, _ in batch]],
        ).fetchall()
        return {str(row[0]) for row in rows}

    def _number(self, connection: "psycopg.Connection[tuple[int, bytes]]") -> None:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (self.LOCK,))
            connection.execute(
                "UPDATE inbox SET position = numbered.position FROM ("
                " SELECT id, (SELECT coalesce(max(position), 0) FROM inbox)"
                "   + row_number() OVER (ORDER BY id) AS position"
                " FROM inbox WHERE position IS NULL) AS numbered"
                " WHERE inbox.id = numbered.id"
            )

    @contextmanager
    def _connect(self) -> Iterator["psycopg.Connection[tuple[int, bytes]]"]:
        with psycopg.connect(self.url) as connection:
            yield connection


def _unforgotten(batch: Sequence[Keyed], forgotten: set[str]) -> Iterable[Keyed]:
    """The signals that nobody asked to forget."""
    if not forgotten:
        return batch
    return (one for one in batch if digest_of(one[0]) not in forgotten)
