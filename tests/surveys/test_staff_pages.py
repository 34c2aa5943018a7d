"""Staff open surveys, see how they stand and get their codes."""

import pytest
from django.test import Client

from peakend.organization.choices import Role
from peakend.questionnaire.presets import nps_survey
from peakend.surveys.models import Survey
from peakend.surveys.services import create_survey
from tests.builders import a_response_signal, a_unit, a_user, hear

pytestmark = pytest.mark.django_db


def signed_in(role: str, unit=None) -> Client:
    client = Client()
    client.force_login(a_user(role, unit or a_unit(kind="group")))
    return client


def test_a_new_survey_is_open_at_its_address(home):
    client = signed_in(Role.CX_LEAD)
    form = {
        "kind": "csat", "title": "售后回访", "title_en": "After service", "subject": "禾野售后",
        "subject_en": "Heye service", "slug": "After-Service", "taxonomy": "retail",
    }  # fmt: skip
    response = client.post("/surveys/new/", form)
    assert response.status_code == 302
    assert Survey.objects.get().slug == "after-service"
    assert "禾野售后" in Client().get("/s/after-service?lang=zh").content.decode()


def test_an_address_is_given_once(home):
    create_survey(slug="visit", title="x", definition=nps_survey("x", "x"))
    form = {"kind": "nps", "title": "y", "subject": "y", "slug": "visit", "taxonomy": "retail"}
    response = signed_in(Role.CX_LEAD).post("/surveys/new/", form)
    assert response.status_code == 200
    assert Survey.objects.count() == 1


def test_the_list_and_the_survey_show_link_and_code_without_inline_styles(home):
    root = a_unit(kind="group")
    store = a_unit(root)
    create_survey(slug="visit", title="回访", definition=nps_survey("禾野", "Heye"))
    client = signed_in(Role.ANALYST, root)
    assert "/s/visit" in client.get("/surveys/").content.decode()
    page = client.get("/surveys/visit/", {"u": store.pk}).content.decode()
    assert f"/s/visit?u={store.code}" in page
    assert "<svg" in page
    assert "style=" not in page


def test_the_code_can_be_saved_as_a_drawing(home):
    create_survey(slug="visit", title="回访", definition=nps_survey("禾野", "Heye"))
    response = signed_in(Role.VIEWER).get("/surveys/visit/qr.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<?xml")


def test_who_may_only_read_can_neither_open_nor_close(home):
    create_survey(slug="visit", title="回访", definition=nps_survey("禾野", "Heye"))
    viewer = signed_in(Role.VIEWER)
    assert viewer.get("/surveys/new/").status_code == 403
    assert viewer.post("/surveys/visit/open/", {"open": "0"}).status_code == 403
    assert Survey.objects.get().is_active


def test_a_closed_survey_takes_no_answers_until_it_is_opened_again(home):
    create_survey(slug="visit", title="回访", definition=nps_survey("禾野", "Heye"))
    lead = signed_in(Role.CX_LEAD)
    lead.post("/surveys/visit/open/", {"open": "0"})
    assert Client().get("/s/visit").status_code == 404
    lead.post("/surveys/visit/open/", {"open": "1"})
    assert Client().get("/s/visit").status_code == 200


def test_only_stores_of_ones_own_can_be_chosen(home):
    root = a_unit(kind="group")
    mine, other = a_unit(root), a_unit(root)
    create_survey(slug="visit", title="回访", definition=nps_survey("禾野", "Heye"))
    owner = signed_in(Role.UNIT_OWNER, mine)
    assert owner.get("/surveys/visit/", {"u": other.pk}).status_code == 200
    page = owner.get("/surveys/visit/", {"u": other.pk}).content.decode()
    assert f"u={other.code}" not in page


def test_each_scored_question_shows_its_value_n_interval_period_and_spread(home):
    scales = [("nps", "nps"), ("clean", "rating"), ("asked_late", "rating")]
    questions = [{"code": code, "type": kind, "text": {"zh": code}} for code, kind in scales]
    create_survey(slug="visit", title="回访", definition={"questions": questions})
    root = a_unit(kind="group")
    store, other = a_unit(root, code="s1"), a_unit(root, code="s2")
    late = {"asked_late": 3}
    for unit, nps, count in ((store, 9, 40), (other, 2, 40)):
        answers = [{"nps": nps, "clean": 4, **(late if n < 3 else {})} for n in range(count)]
        hear(*[a_response_signal(one, survey="visit", unit=unit.code) for one in answers])

    whole = signed_in(Role.ANALYST, root).get("/surveys/visit/")
    results = whole.context["results"]
    nps, clean, few = results.questions

    assert (nps.figure.value, nps.figure.n) == ("0", "80")
    assert nps.figure.interval
    assert [(step.value, step.count) for step in nps.steps if step.count != "0"] == [
        (2, "40"), (9, "40"),
    ]  # fmt: skip
    assert [step.value for step in clean.steps] == [1, 2, 3, 4, 5]
    assert clean.figure.value.startswith("4")
    assert (few.figure.value, few.figure.n) == ("", "6")
    assert (results.since, results.until) == ("2026-07-25", "2026-07-25")
    assert "source=survey-visit" in whole.content.decode()

    own = signed_in(Role.UNIT_OWNER, other).get("/surveys/visit/").context["results"]
    assert own.questions[0].figure.n == "40"
