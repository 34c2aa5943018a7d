"""Correcting a reading on the page it stands on."""

import pytest
from django.test import Client

from peakend.loop.opinions_corrected import carry_corrections
from peakend.opinions.models import Correction, Opinion
from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import Slice, read_cells
from peakend.web.review.placed import placed
from tests.builders import a_unit, a_user, a_voice_signal, hear

TEXT = "等位等了快两个小时，菜倒是很好吃，我的电话13912345678"


@pytest.fixture
def stores(home):
    group = a_unit(kind=UnitKind.GROUP, code="group")
    return group, a_unit(group, code="east"), a_unit(group, code="west")


@pytest.fixture
def voice(stores) -> Voice:
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")
    hear(a_voice_signal(TEXT, unit="east"))
    return Voice.objects.get()


def client_of(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    return client


def waiting(voice: Voice) -> Opinion:
    return Opinion.objects.get(voice=voice, aspect="wait_time")


def test_one_deed_changes_the_opinion_and_answers_with_the_new_reading(voice, stores):
    client = client_of(Role.ANALYST, stores[0])
    answer = client.post(
        f"/review/voices/{voice.pk}/correct/",
        {"deed": "polarity", "opinion": waiting(voice).pk, "polarity": "1"},
    )
    assert answer.status_code == 200
    assert waiting(voice).polarity == 1
    page = answer.content.decode()
    assert 'pk-pos pk-active" data-pk-opinion' in page
    kept = Correction.objects.get()
    assert kept.author.role == Role.ANALYST
    assert f"/undo/{kept.pk}/" in page
    carry_corrections()
    (row,) = read_cells(Slice(), ("code",), ("opinion",), ("wait_time",))
    assert row.positives == 1


def test_taking_back_is_one_more_deed(voice, stores):
    client = client_of(Role.CX_LEAD, stores[0])
    client.post(
        f"/review/voices/{voice.pk}/correct/", {"deed": "removed", "opinion": waiting(voice).pk}
    )
    assert not Opinion.objects.filter(aspect="wait_time").exists()
    kept = Correction.objects.get()
    answer = client.post(f"/review/voices/{voice.pk}/undo/{kept.pk}/")
    assert answer.status_code == 200
    assert waiting(voice).polarity == -1
    again = client.post(f"/review/voices/{voice.pk}/undo/{kept.pk}/")
    assert 'role="alert"' in again.content.decode()


def test_words_chosen_in_the_text_become_a_missed_opinion(voice, stores):
    client = client_of(Role.ANALYST, stores[0])
    start = TEXT.index("菜倒是")
    answer = client.post(
        f"/review/voices/{voice.pk}/correct/",
        {"deed": "added", "aspect": "portion", "polarity": "-1", "start": start, "end": start + 3},
    )
    assert answer.status_code == 200
    added = Opinion.objects.get(aspect="portion")
    assert TEXT[added.start : added.end] == "菜倒是"


@pytest.mark.parametrize(
    "data",
    [
        {"deed": "polarity", "opinion": "1", "polarity": "1"},
        {"deed": "polarity", "polarity": "many"},
        {"deed": "added", "aspect": "portion", "polarity": "1", "start": "x", "end": "3"},
        {"deed": "added", "aspect": "no_such", "polarity": "1", "start": "0", "end": "3"},
        {"deed": "removed", "opinion": "99999999999999999999999"},
    ],
)
def test_what_makes_no_sense_is_said_in_words_and_changes_nothing(voice, stores, data):
    before = list(Opinion.objects.order_by("pk").values())
    answer = client_of(Role.ANALYST, stores[0]).post(f"/review/voices/{voice.pk}/correct/", data)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert list(Opinion.objects.order_by("pk").values()) == before


def test_an_opinion_of_another_voice_is_out_of_reach(voice, stores):
    hear(a_voice_signal("等位太久", unit="west"))
    other = Opinion.objects.exclude(voice=voice).order_by("pk").first()
    client_of(Role.ANALYST, stores[1]).post(
        f"/review/voices/{voice.pk}/correct/", {"deed": "removed", "opinion": other.pk}
    )
    assert Opinion.objects.filter(pk=other.pk).exists()


def test_who_may_not_correct_sees_no_way_to(voice, stores):
    client = client_of(Role.VIEWER, stores[0])
    page = client.get("/voices/?period=all").content.decode()
    assert "data-pk-reading" not in page
    assert client.get(f"/review/voices/{voice.pk}/").status_code == 403
    page = client_of(Role.ANALYST, stores[0]).get("/voices/?period=all").content.decode()
    assert f'data-pk-reading="/review/voices/{voice.pk}/"' in page


def test_a_chip_of_a_fragment_keeps_the_filter_of_its_page(voice, stores):
    answer = client_of(Role.ANALYST, stores[0]).get(
        f"/review/voices/{voice.pk}/?close=1",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/voices/?period=12m&aspect=noise&unit=2",
        },
    )
    assert "/voices/?period=12m&amp;unit=2&amp;aspect=wait_time" in answer.content.decode()


def test_every_piece_knows_its_place_and_personal_data_is_one(voice):
    opinions = list(Opinion.objects.order_by("start"))
    html = str(placed(TEXT, opinions))
    phone = TEXT.index("139")
    assert f'<span data-pk-at="{phone}" data-pk-to="{phone + 11}">139******78</span>' in html
    assert "13912345678" not in html


def test_the_active_opinion_keeps_all_its_words(voice):
    first = waiting(voice)
    long = Opinion(pk=first.pk + 40, start=0, end=len(TEXT), polarity=1, voice=voice)
    html = str(placed(TEXT, [first, long], active=first.pk))
    words = TEXT[first.start : first.end]
    assert f'data-pk-opinion="{first.pk}"><span data-pk-at="{first.start}"' in html
    assert f">{words}</span></mark>" in html
