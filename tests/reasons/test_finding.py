"""Reasons that customers give are found in new voices, brought together and counted."""

from datetime import UTC, datetime

import pytest
from django.db.models import Q

from peakend.loop.reasons_found import find_reasons
from peakend.opinions.models import Opinion
from peakend.organization.access import Scope
from peakend.reasons.models import Explained, Reason
from peakend.reasons.queries import judged_beside, reasons_of
from peakend.voices.models import Source, Voice
from tests.builders import a_voice_signal, hear

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 7, 26, 4, tzinfo=UTC)
SHORT_OF_STAFF = ("后厨人手不够", "后厨缺人手", "后厨人手不足")


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


def complain(*reasons: str) -> None:
    hear(*(a_voice_signal(f"上菜太慢，因为{reason}") for reason in reasons))


def why(**changes: object):
    return reasons_of(["serving_speed"], -1, Q(**changes), Scope(None))["serving_speed"]


def test_wordings_of_one_reason_are_counted_together_and_single_ones_are_not_shown():
    # given three ways to say one thing, and another reason that one customer gives
    complain(*SHORT_OF_STAFF, "外卖单太多")
    # when
    assert find_reasons(NOON) == 4
    # then
    found = why()
    assert found.voices == 4
    [one] = found.reasons
    assert one.voices == 3
    assert one.reason.words in SHORT_OF_STAFF
    voice = Voice.objects.order_by("pk").first()
    place = Explained.objects.get(voice=voice)
    assert voice.text[place.start : place.end] == SHORT_OF_STAFF[0]


def test_looking_again_reads_only_what_is_new():
    complain(*SHORT_OF_STAFF)
    find_reasons(NOON)
    assert find_reasons(NOON) == 0
    complain("后厨人手不够")
    assert find_reasons(NOON) == 1
    assert [one.voices for one in why().reasons] == [4]


def test_reading_everything_anew_ends_the_same_and_reasons_keep_their_keys():
    complain(*SHORT_OF_STAFF)
    find_reasons(NOON)
    before = list(Reason.objects.values())
    find_reasons(NOON, anew=True)
    assert list(Reason.objects.values()) == before
    assert Explained.objects.count() == 3


def test_an_opinion_that_somebody_corrected_is_explained_no_more():
    complain(*SHORT_OF_STAFF, "后厨人手不够")
    find_reasons(NOON)
    Opinion.objects.filter(voice=Voice.objects.order_by("pk").first()).update(polarity=1)
    assert [one.voices for one in why().reasons] == [3]


def test_reasons_are_counted_within_the_condition_and_forgotten_with_their_voices():
    complain(*SHORT_OF_STAFF)
    find_reasons(NOON)
    assert why(voice__unit__in=[0]).reasons == ()
    Voice.objects.all().delete()
    find_reasons(NOON)
    assert not Reason.objects.exists()


def test_personal_data_in_a_reason_is_masked():
    complain("打13812345678没人接")
    find_reasons(NOON)
    assert "13812345678" not in str(list(Reason.objects.values()))


def test_what_the_same_voices_complain_of_is_counted_by_voice():
    hear(*(a_voice_signal("上菜太慢，服务员态度很差") for _ in range(3)))
    complain("外卖单太多")
    looked, beside = judged_beside("serving_speed", -1, Q())
    assert looked == 4
    assert beside["waiters_attitude"] == 3
