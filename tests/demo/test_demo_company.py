"""The demo company is believable, complete, and the product finds its stories by itself."""

import json
import os
import random
import subprocess
import sys
from datetime import date

import pytest
from django.core.management import call_command

from peakend.conversations.models import Conversation
from peakend.demo.build import AnotherDemoError, NotADemoError, build, listen, prove
from peakend.demo.cast import STORES
from peakend.demo.chats import A_WEEK, OPEN_WEEKS
from peakend.demo.counts import count_everything
from peakend.demo.stories import Key
from peakend.inbox import open_inbox
from peakend.inbox.signals import Voice as VoiceSignal
from peakend.inbox.signals import encode, key_of
from peakend.loop.experience_reviewed import KEYS, Finding, review
from peakend.opinions.queries import aspect_title
from peakend.organization.models import Unit, User
from peakend.voices.models import Voice
from tests.builders import a_unit

TODAY = date(2026, 11, 22)
SEEDS = range(1, 11)


def found_with(seed: int, *omit: Key) -> dict[str, Finding]:
    """The findings, by key, of a demo of this seed; no finding rests on cases, so none are raised."""
    plan = listen(seed, frozenset(omit), TODAY)
    prove(plan)
    return {finding.key: finding for finding in review(plan.until)}


def halves(seed: int) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """The stories in two halves, other ones for each seed."""
    keys = [*Key]
    random.Random(seed).shuffle(keys)
    return tuple(keys[:3]), tuple(keys[3:])


@pytest.fixture
def fresh(home, monkeypatch):
    """An empty installation. The language is the company's."""
    monkeypatch.setenv("PEAKEND_DEMO", "1")
    call_command("createcachetable", verbosity=0)
    return home


@pytest.mark.slow
def test_the_demo_is_whole_its_stories_are_found_where_they_were_planted_and_a_second_run_adds_nothing(
    fresh, client
):
    # when the demo is built
    plan = build(1, frozenset(), TODAY)
    found = {finding.key: finding for finding in review(plan.until)}
    counts = count_everything()
    # then it has the size that was promised
    chats = OPEN_WEEKS * A_WEEK  # each is heard as one voice
    assert counts["voices"] == 20_000 + chats
    assert Conversation.objects.count() == chats
    assert counts["responses"] == 6_240  # after visits, after purchases, one product test
    assert counts["customers"] == 3_000
    assert counts["stores"] == 40
    assert counts["events"] > 5_000
    assert counts["cases"] > 10
    assert Voice.objects.values("channel").distinct().count() >= 6
    # and every story is found
    assert {key for key, finding in found.items() if finding.found} == set(KEYS)
    # and at the very place where it was planted
    assert plan.waiting
    assert plan.drink
    assert plan.competitor
    store = Unit.objects.get(code=STORES[plan.waiting.store].code)
    assert f"unit={store.pk}" in found["sudden_shift"].page
    assert f"since={plan.waiting.monday}" in found["sudden_shift"].page
    assert store.name in found["sudden_shift"].headline
    drunk = {Unit.objects.get(code=STORES[index].code).pk for index in plan.drink.stores}
    assert all(f"unit={unit}" in found["hidden_driver"].page for unit in drunk)
    assert found["hidden_driver"].others == len(drunk) - 1
    assert aspect_title(plan.competitor.aspect) in found["competitor_better"].headline
    assert f"brand={plan.competitor.brand}" in found["competitor_better"].page
    # and each leads to a page that opens
    client.force_login(User.objects.get(username="lead"))
    for finding in found.values():
        assert client.get(finding.page).status_code == 200, finding.page
    # when the same folder is built again, even on a later day
    again = build(1, frozenset(), date(2026, 12, 24))
    # then nothing is added
    assert again == plan
    assert count_everything() == counts
    # and a folder is never given another year on top
    with pytest.raises(AnotherDemoError):
        build(2, frozenset(), TODAY)


# Every key is tried with and without for every seed, among changing companions: whole years find
# all six, and each half of the stories is left out once.
@pytest.mark.slow
@pytest.mark.seeds
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_seed_all_stories_are_found(fresh, seed):
    found = found_with(seed)
    assert {key for key, finding in found.items() if finding.found} == set(KEYS)


@pytest.mark.slow
@pytest.mark.seeds
@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_seed_a_story_left_out_is_not_found_and_the_others_are(fresh, seed, half):
    omitted = halves(seed)[half]
    found = found_with(seed, *omitted)
    assert {key for key, finding in found.items() if not finding.found} == set(omitted)


@pytest.mark.slow
def test_where_nothing_happened_nothing_is_found(fresh):
    found = found_with(11, *Key)
    assert [finding.headline for finding in found.values() if finding.found] == []


def test_the_keys_of_the_stories_are_those_of_the_review():
    assert {key.value for key in Key} == set(KEYS)


@pytest.mark.django_db
def test_a_company_s_own_folder_is_not_filled_with_a_demo(fresh):
    signal = VoiceSignal(source="own", text="好吃", time="2026-07-25T18:30:00+08:00")
    open_inbox().append([(key_of(signal), encode(signal))])
    with pytest.raises(NotADemoError):
        build(1, frozenset(), TODAY)


@pytest.mark.django_db
def test_a_company_that_has_only_been_founded_is_left_alone(fresh):
    a_unit(kind="group")
    with pytest.raises(NotADemoError):
        build(1, frozenset(), TODAY)


@pytest.mark.slow
def test_the_command_prints_one_json_object_and_ends(tmp_path):
    command = [
        sys.executable, "-m", "peakend.cli", "demo", "--data", str(tmp_path / "demo"),
        "--no-serve", "--json", "--seed", "3",
    ]  # fmt: skip
    # The run's own settings and database are not the demo's.
    theirs = ("PEAKEND_", "DJANGO_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    printed = json.loads(done.stdout)
    assert set(printed) == {"counts", "stories", "seconds"}
    assert [story["key"] for story in printed["stories"]] == list(KEYS)
    assert all(story["found"] and story["figure"] and story["page"] for story in printed["stories"])
    assert printed["seconds"] > 0
