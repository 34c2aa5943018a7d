"""Staff open surveys, see how they stand and get their codes."""

import pytest
from django.test import Client

from peakend.organization.choices import Role
from peakend.questionnaire.presets import nps_survey
from peakend.surveys.models import Survey
from peakend.surveys.services import create_survey
from tests.builders import a_unit, a_user

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
