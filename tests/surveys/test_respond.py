"""A respondent's way: one question a step, without JavaScript, kept before it is thanked for."""

import re
import time
from html import unescape

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from peakend.inbox import open_inbox
from peakend.inbox.signals import Response, decode
from peakend.loop.signals_drained import drain
from peakend.questionnaire.presets import nps_survey
from peakend.surveys.models import Survey
from peakend.surveys.services import close_survey, create_survey
from peakend.voices.models import Voice
from peakend.web.respond import throttle, ticket
from tests.builders import a_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(home) -> Survey:
    call_command("createcachetable", verbosity=0)
    cache.clear()
    return create_survey(
        slug="visit",
        title="到店回访",
        title_en="After your visit",
        definition=nps_survey("禾野", "Heye"),
        taxonomy="restaurant",
    )


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields a browser would send."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in found}


def kept() -> list[Response]:
    """The responses that are durably in the inbox."""
    signals = [decode(payload) for _position, payload in open_inbox().read(0, 100)]
    return [signal for signal in signals if isinstance(signal, Response)]


def answer(client: Client, score: int, reason: str, **query: str):
    """Walk the two steps as a thumb would, sending what the pages carry."""
    first = client.get("/s/visit", query)
    second = client.get("/s/visit", {**fields_of(first.content.decode()), "nps": score})
    form = {**fields_of(second.content.decode()), "reason": reason}
    return form, client.post("/s/visit", form)


def test_the_first_step_asks_eleven_steps_without_any_script(client, survey):
    page = client.get("/s/visit", HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    assert [int(value) for value in re.findall(r'name="nps" value="(\d+)"', page)] == [*range(11)]
    assert "您有多愿意把禾野推荐给朋友或家人？" in page
    assert "<script" not in page
    assert "style=" not in page


def test_the_reason_is_asked_in_words_that_follow_the_score(client, survey):
    for score, words in (
        (2, "最让您失望的是什么？"),
        (8, "我们差在哪里？"),
        (10, "最让您满意的是什么？"),
    ):
        page = client.get("/s/visit", {"nps": score, "step": 2, "lang": "zh"}).content.decode()
        assert words in page


def test_the_page_speaks_the_language_of_the_browser_or_the_one_asked_for(client, survey):
    english = client.get("/s/visit", HTTP_ACCEPT_LANGUAGE="en-GB,en").content.decode()
    assert "How likely are you to recommend Heye" in english
    assert 'lang="en"' in english
    chinese = client.get("/s/visit?lang=zh", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "完全不愿意" in chinese


def test_an_answer_is_in_the_inbox_before_the_thanks(client, survey):
    # given a respondent at a store
    unit = a_unit(code="store-7")
    # when both steps are answered
    _form, response = answer(client, 2, "等了一个小时", u=unit.code, lang="zh", via="qr")
    # then the signal is durable, with where it came from
    assert response.status_code == 303
    (signal,) = kept()
    assert signal.answers == {"nps": 2, "reason": "等了一个小时"}
    assert (signal.survey, signal.unit, signal.channel) == ("visit", "store-7", "qr")
    # and the thanks answers the low score
    assert "对不起" in client.get(response["Location"]).content.decode()


def test_an_answer_becomes_a_score_and_a_voice(client, survey):
    unit = a_unit(code="store-7")
    answer(client, 2, "等位等了一个小时", u=unit.code)
    drain()
    voice = Voice.objects.get()
    assert (voice.text, voice.unit_id, voice.source.code) == (
        "等位等了一个小时",
        unit.pk,
        "survey-visit",
    )
    assert survey.responses.get().answers["nps"] == 2


def test_the_same_form_sent_twice_is_one_response(client, survey):
    form, _response = answer(client, 9, "好吃")
    again = client.post("/s/visit", form)
    assert again.status_code == 303
    assert len(kept()) == 1


def test_two_respondents_who_say_the_same_are_two(client, survey):
    answer(client, 9, "好吃")
    answer(client, 9, "好吃")
    assert len(kept()) == 2


def test_a_required_answer_cannot_be_jumped_over(client, survey):
    page = client.get("/s/visit", {"step": 2, "lang": "zh"}).content.decode()
    assert 'name="nps"' in page
    issued = ticket.issue("visit", time.time())
    response = client.post("/s/visit", {"ticket": issued, "reason": "没有分", "lang": "zh"})
    assert response.status_code == 422
    assert "请选择" in response.content.decode() or "Please choose" in response.content.decode()
    assert kept() == []


@pytest.mark.parametrize("score", ["11", "-1", "9.5", "abc", "９００", "\x00"])
def test_an_answer_off_the_scale_is_asked_again(client, survey, score):
    issued = ticket.issue("visit", time.time())
    response = client.post("/s/visit", {"ticket": issued, "nps": score})
    assert response.status_code == 422
    assert kept() == []


@pytest.mark.parametrize("carried", ["", "nonsense", "other", "old"])
def test_a_ticket_that_is_not_this_surveys_sends_nothing_and_keeps_the_words(
    client, survey, carried
):
    text = {
        "other": ticket.issue("another", time.time()),
        "old": ticket.issue("visit", time.time() - ticket.LONGEST - 60),
    }.get(carried, carried)
    response = client.post(
        "/s/visit", {"ticket": text, "nps": "3", "step": "2", "reason": "写了很久"}
    )
    assert response.status_code == 422
    assert "写了很久" in response.content.decode()
    assert kept() == []


def test_a_machine_that_fills_the_trap_is_thanked_and_forgotten(client, survey):
    issued = ticket.issue("visit", time.time())
    response = client.post("/s/visit", {"ticket": issued, "nps": "0", "website": "http://spam"})
    assert response.status_code == 303
    assert kept() == []


def test_another_sites_form_is_refused(survey):
    strict = Client(enforce_csrf_checks=True)
    issued = ticket.issue("visit", time.time())
    assert strict.post("/s/visit", {"ticket": issued, "nps": "0"}).status_code == 403


def test_one_address_cannot_flood_a_survey(client, survey, monkeypatch):
    monkeypatch.setattr(throttle, "MOST", 2)
    codes = [answer(client, 5, f"第{number}次")[1].status_code for number in range(3)]
    assert codes == [303, 303, 429]
    assert len(kept()) == 2


def test_a_closed_or_unknown_survey_is_not_found(client, survey):
    close_survey(survey)
    assert client.get("/s/visit").status_code == 404
    assert client.get("/s/nobody").status_code == 404


def test_an_unknown_unit_is_left_out_rather_than_refused(client, survey):
    _form, response = answer(client, 7, "", u="no-such-store")
    assert response.status_code == 303
    assert kept()[0].unit == ""
    assert kept()[0].answers == {"nps": 7}
