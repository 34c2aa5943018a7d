"""An open answer of a survey is read beside the score that was given with it."""

import pytest
from django.test import Client

from peakend.organization.choices import Role, UnitKind
from peakend.surveys.services import create_survey
from peakend.voices.models import Source, Voice
from tests.builders import a_response_signal, a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(home) -> Client:
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    signed_in = Client(headers={"accept-language": "en"})
    signed_in.force_login(a_user(Role.CX_LEAD, a_unit(kind=UnitKind.GROUP)))
    return signed_in


def test_each_open_answer_shows_the_score_it_was_asked_after(client):
    words = {"zh": "？"}
    questions = [
        {"code": "nps", "type": "nps", "text": words},
        {"code": "csat", "type": "csat", "text": words},
        {"code": "why", "type": "text", "text": words, "after": "nps"},
        {"code": "better", "type": "text", "text": words, "after": "csat"},
    ]
    create_survey(slug="visit", title="回访", definition={"questions": questions})
    answers = {"nps": 2, "csat": 3, "why": "等位太久了", "better": "多开一个窗口"}
    hear(a_response_signal(answers, survey="visit"))

    lines = client.get("/voices/?period=all").context["lines"]

    assert {line.voice.text: line.score for line in lines} == {
        "等位太久了": "NPS 2",
        "多开一个窗口": "CSAT 3",
    }


def test_answers_brought_along_show_their_score_and_reviews_keep_their_own(client):
    hear(
        a_response_signal({"nps": 2, "reason": "等位太久了"}),
        a_voice_signal("味道很好", rating=4),
        a_voice_signal("没打分的评论"),
    )

    page = client.get("/voices/?period=all").content.decode()

    assert "NPS 2" in page
    assert "4 / 5" in page
    assert page.count("not rated") == 1
    answer = Voice.objects.get(text="等位太久了")
    assert "NPS 2" in client.get(f"/voices/{answer.pk}/").content.decode()
