"""`peakend warehouse` as people type it."""

import json

import pytest
from click.testing import CliRunner, Result

from peakend.cli import main
from peakend.customers.models import Customer
from peakend.inbox import open_inbox
from peakend.inbox.signals import Who, encode, key_of
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


def test_erasing_takes_an_identity_in_full_and_never_a_part_or_a_name(home):
    for member, name in (("M-1", "陈静"), ("M-12", "M-1234 的朋友")):
        hear(a_response_signal({"nps": 1}, customer=Who({"member": member}, name=name)))
    for half in ("陈静", "M-123"):
        refused = CliRunner().invoke(main, ["warehouse", "erase", half, "--yes"])
        assert refused.exit_code == 1

    typed("erase", "M-1", "--yes")

    assert Customer.objects.get().name == "M-1234 的朋友"


def test_erasing_refuses_a_member_number_that_is_another_customers_number(home):
    hear(a_response_signal({"nps": 1}, customer=Who({"member": "A"})))
    first = Customer.objects.get()
    hear(a_response_signal({"nps": 1}, customer=Who({"member": str(first.pk)})))
    second = Customer.objects.exclude(pk=first.pk).get()

    words = ["warehouse", "erase", str(first.pk), "--yes"]
    refused = CliRunner().invoke(main, words, env={"PEAKEND_LANGUAGE": "en"})

    assert refused.exit_code == 1
    assert f"#{first.pk} or #{second.pk}" in refused.output
    typed("erase", f"#{second.pk}", "--yes")
    assert Customer.objects.get() == first


def test_erasing_asks_whatever_it_prints(home):
    hear(a_response_signal({"nps": 1}, customer=Who({"member": "A"})))
    ended = CliRunner().invoke(main, ["warehouse", "erase", "A", "--json"], input="n\n")
    assert ended.exit_code == 1
    assert Customer.objects.exists()
