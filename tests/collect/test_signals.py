"""Batches are checked item by item without any framework; the inbox decides what is new."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peakend.collect.signals import BadBatch, Sender, accept
from peakend.inbox import SqliteInbox

AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
SENDER = Sender(known_units=frozenset({"store-1"}))


def a_voice(**fields) -> dict:
    return {
        "kind": "voice",
        "source": "app",
        "text": "好吃",
        "time": "2026-07-25T18:30:00Z",
        **fields,
    }


def send(inbox: SqliteInbox, *items: dict, key: str = "", sender: Sender = SENDER):
    return accept(json.dumps(items).encode(), "feedback", sender, inbox, AS_OF, key)


@pytest.fixture
def inbox(tmp_path: Path) -> SqliteInbox:
    return SqliteInbox(tmp_path / "inbox.sqlite3")


def test_equal_items_of_one_batch_both_count_and_a_repeated_batch_does_not(inbox):
    first = send(inbox, a_voice(), a_voice())
    again = send(inbox, a_voice(), a_voice())

    assert (first.accepted, again.accepted, again.duplicates) == (2, 0, 2)


def test_an_id_is_stronger_than_an_idempotency_key(inbox):
    send(inbox, a_voice(id="1"), key="a")

    assert send(inbox, a_voice(id="1"), key="b").duplicates == 1


def test_whoever_may_write_for_some_units_must_name_one(inbox):
    sender = Sender(frozenset({"store-1", "store-2"}), units=frozenset({"store-1"}))

    taken = send(inbox, a_voice(unit="store-1"), a_voice(unit="store-2"), a_voice(), sender=sender)

    assert taken.accepted == 1
    assert [error.code for error in taken.errors] == ["outside_scope", "outside_scope"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"nonsense", "not_json"),
        (b"3", "not_a_list"),
        (b'{"other": []}', "not_a_list"),
        (json.dumps([{}] * 1001).encode(), "too_many"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_whole(inbox, body, code):
    with pytest.raises(BadBatch) as caught:
        accept(body, "feedback", SENDER, inbox, AS_OF)

    assert caught.value.code == code
    assert inbox.last() == 0
