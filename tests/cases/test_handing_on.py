"""Somebody hands a cause on, and a voice is taken up: one case, told and measured like any other."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from peakend.cases import opening
from peakend.cases.models import Case, Entry, Evidence
from peakend.cases.opening import Effect, open_for_causes
from peakend.loop.case_handed_on import hand_on
from peakend.loop.voice_taken_up import take_up
from peakend.messages.models import Notice
from peakend.organization.choices import Role
from tests.builders import a_unit, a_user
from tests.cases.rows import NOW, a_cause, a_voice

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return a_unit()


@pytest.fixture
def lead(store):
    return a_user(Role.CX_LEAD, store)


def test_who_answers_for_the_unit_hears_of_it_once_and_it_is_reported(store, lead):
    owner = a_user(Role.UNIT_OWNER, store)
    cause = a_cause(a_voice(unit=store))

    first = hand_on(cause, by=lead, as_of=NOW, title="排队太久")
    again = hand_on(cause, by=lead, as_of=NOW + timedelta(minutes=1), title="排队太久")

    case = Case.objects.get()
    assert (first.effect, again) == (Effect.OPENED, None)
    assert (case.title, case.owner) == ("排队太久", owner)
    assert Notice.objects.filter(user=owner).count() == 1
    assert not Entry.objects.filter(reported=False).exists()


def test_two_who_hand_on_at_once_get_one_case(store, lead, monkeypatch):
    cause = a_cause(a_voice(unit=store))
    hand_on(cause, by=lead, as_of=NOW)
    late = replace(a_cause(a_voice(unit=store)), key=cause.key)
    real, tries = opening._Desk._place, []

    def unseen_at_first(desk, cause, fresh, last):
        tries.append(last)
        return real(desk, cause, fresh, None if len(tries) == 1 else last)

    monkeypatch.setattr(opening._Desk, "_place", unseen_at_first)
    with pytest.raises(IntegrityError):
        open_for_causes([late], rule=None, as_of=NOW)
    tries.clear()
    joined = hand_on(late, by=lead, as_of=NOW)

    assert (joined.effect, Case.objects.count()) == (Effect.JOINED, 1)


def test_a_voice_in_an_open_case_is_not_taken_up_again(store, lead):
    voice = a_voice(unit=store)
    hand_on(replace(a_cause(voice), key="conversation:1"), by=lead, as_of=NOW)

    assert take_up(voice, lead, timezone.now()) is None
    assert Evidence.objects.get().voice == voice


def test_a_voice_of_nobody_s_case_becomes_one(store, lead):
    voice = a_voice(unit=store)
    outcome = take_up(voice, lead, timezone.now())
    assert (outcome.effect, Case.objects.get().unit) == (Effect.OPENED, store)
