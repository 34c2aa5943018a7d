"""The inbox keeps what it acknowledged, once, in order."""

import os
import uuid
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from peakend.inbox.signals import Voice, decode, encode, key_of
from peakend.inbox.store import Inbox, PostgresInbox, SqliteInbox

SERVER = os.environ.get(
    "PEAKEND_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def inbox(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "sqlite":
        yield SqliteInbox(tmp_path / "inbox.sqlite3")
        return
    name = f"inbox_{uuid.uuid4().hex[:12]}"
    try:
        server = psycopg.connect(SERVER, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server answers at PEAKEND_TEST_DATABASE_URL")
    server.execute(f"CREATE DATABASE {name}")
    yield PostgresInbox(f"{SERVER.rsplit('/', 1)[0]}/{name}")
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


def test_an_empty_inbox_says_so(inbox: Inbox) -> None:
    assert inbox.last() == 0
    assert inbox.read(after=0, limit=10) == []


def test_signals_come_back_in_order_with_gap_free_positions(inbox: Inbox) -> None:
    receipt = inbox.append((f"k{n}", f"{n}".encode()) for n in range(12_001))
    assert (receipt.accepted, receipt.duplicates) == (12_001, 0)
    rows = inbox.read(after=5_000, limit=3)
    assert rows == [(5_001, b"5000"), (5_002, b"5001"), (5_003, b"5002")]
    assert inbox.last() == 12_001


def test_a_known_key_counts_once_and_takes_no_position(inbox: Inbox) -> None:
    inbox.append([("a", b"1"), ("b", b"2")])
    receipt = inbox.append([("a", b"changed"), ("b", b"2"), ("c", b"3"), ("c", b"3")])
    assert (receipt.accepted, receipt.duplicates) == (1, 3)
    assert inbox.read(after=0, limit=10) == [(1, b"1"), (2, b"2"), (3, b"3")]


def test_parallel_writers_lose_nothing_and_leave_no_gap(inbox: Inbox) -> None:
    writers = [
        Thread(target=lambda w=w: inbox.append((f"{w}-{n}", b"x") for n in range(300)))
        for w in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    positions = [position for position, _ in inbox.read(after=0, limit=10_000)]
    assert positions == list(range(1, 1_201))


def test_equal_content_without_an_id_counts_by_its_ordinal() -> None:
    voice = Voice(source="s", text="好评", time="2026-01-01T00:00:00+08:00")
    assert key_of(voice, 0) != key_of(voice, 1)
    assert key_of(voice, 1) == key_of(decode(encode(voice)), 1)


def test_what_is_forgotten_leaves_a_position_and_is_known_again(inbox: Inbox) -> None:
    inbox.append([("a", b"1"), ("b", b"words of somebody"), ("c", b"3")])
    inbox.forget([2])
    inbox.forget([2])

    assert inbox.read(after=0, limit=10) == [(1, b"1"), (2, b""), (3, b"3")]
    receipt = inbox.append([("b", b"words of somebody"), ("d", b"4")])
    assert (receipt.accepted, receipt.duplicates) == (1, 1)
    assert inbox.last() == 4


def test_a_scrubbed_file_holds_no_byte_of_what_was_forgotten(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.sqlite3")
    inbox.append((f"key-{n}", f"words-{n} ".encode() * 900) for n in range(60))
    inbox.forget(range(10, 50))
    inbox.scrub()

    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"words-20 " not in held
    assert b"key-20" not in held
    assert b"words-55 " in held
    assert inbox.append([("key-20", b"again")]).duplicates == 1
