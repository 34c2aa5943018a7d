"""`peakend warehouse` as people type it."""

import json

import pytest
from click.testing import CliRunner, Result

from peakend.cli import main
from peakend.inbox import open_inbox
from peakend.inbox.signals import encode, key_of
from tests.builders import a_response_signal, hear

pytestmark = pytest.mark.django_db


def typed(*words: str) -> Result:
    ended = CliRunner().invoke(main, ["warehouse", *words], env={"PEAKEND_LANGUAGE": "en"})
    assert ended.exit_code == 0, ended.output
    return ended


@pytest.fixture
def answered(home):
    for _ in range(3):
        hear(a_response_signal({"nps": 9}))


def test_status_tells_what_is_held_and_what_is_waiting(answered):
    told = json.loads(typed("status", "--json").output)
    assert (told["facts"]["rows"], told["facts"]["position"], told["behind"]) == (3, 3, 0)
    assert told["is_current"]
    assert told["rollups"]["unit"] == 1

    late = a_response_signal({"nps": 2})
    open_inbox().append([(key_of(late), encode(late))])

    assert json.loads(typed("status", "--json").output)["behind"] == 1
    assert "1 signals have arrived that are not in the figures yet." in typed("status").output


def test_compact_brings_files_together(answered):
    told = json.loads(typed("compact", "--json").output)
    assert told["files_after"] < told["files_before"]
    assert json.loads(typed("status", "--json").output)["facts"]["files"] == 1


def test_rebuild_loads_every_observation_again(answered):
    assert json.loads(typed("rebuild", "--json").output)["observations"] == 3
    assert json.loads(typed("status", "--json").output)["is_current"]
