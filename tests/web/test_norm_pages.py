"""The norm library's page: winner or not, depositing, what cannot be read."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from peakend.metrics.models import NormStudy
from peakend.metrics.norms import FigureDraft, StudyDraft, deposit
from peakend.metrics.services import Settings, set_metric
from peakend.organization.choices import Role, UnitKind
from peakend.surveys.services import close_survey, create_survey
from tests.builders import a_response_signal, a_unit, a_user, hear, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(home):
    return a_unit(code="group", kind=UnitKind.GROUP)


@pytest.fixture
def lead(root) -> Client:
    return signed_in(a_user(Role.CX_LEAD, root))


def a_study(name: str, value: float, day: int, metric: str = "csat_top_two") -> NormStudy:
    draft = StudyDraft(name, "Tea", date(2025, 1, day), "East", "online")
    return deposit(draft, [FigureDraft(metric, value, 0.02, 300)], by=None)


def page(client: Client, **query) -> str:
    answer = client.get(reverse("norms:index"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_newest_test_is_placed_in_the_headline(lead):
    for number in range(8):
        a_study(f"Old {number}", 0.40 + 0.03 * number, 1 + number)
    a_study("Oolong", 0.70, 28)
    told = page(lead)
    assert "Oolong is a winner on Satisfied share" in told
    assert "held against 8 results of the same category, market, method" in told


def test_an_older_one_can_be_asked_for(lead):
    for number in range(8):
        a_study(f"Old {number}", 0.40 + 0.03 * number, 1 + number)
    told = page(lead, study=NormStudy.objects.get(name="Old 0").pk)
    assert "Old 0 stays below the norm" in told


def test_fewer_than_five_make_no_norm_and_that_is_said(lead):
    a_study("Old", 0.4, 1)
    a_study("Oolong", 0.7, 28)
    assert "has no norm to stand on yet" in page(lead)


def test_an_empty_library_says_what_it_is_for(lead):
    assert "No test has deposited its figures yet" in page(lead)


def test_a_finished_survey_is_offered_and_deposited(lead):
    questions = [{"code": "csat", "type": "csat", "text": {"zh": "满意吗", "en": "?"}}]
    survey = create_survey(slug="tea-test", title="新茶", definition={"questions": questions})
    hear(*[a_response_signal({"csat": 4 + n % 2}, survey="tea-test") for n in range(60)])
    close_survey(survey)
    assert "新茶" in page(lead)
    form = {"d-name": "新茶", "d-category": "茶", "d-kind": "test", "d-finished_on": "2026-07-01"}

    answer = lead.post(reverse("norms:deposit", args=["tea-test"]), form)

    study = NormStudy.objects.get()
    assert answer.url == f"{reverse('norms:index')}?study={study.pk}"
    assert {one.metric for one in study.figures.all()} == {"csat", "csat_top_two"}


def test_a_line_that_cannot_be_read_is_named(lead):
    table = "name,category,market,method,finished_on,metric,value,n,standard_error\nTea,T,,,2025-01-01,joy,3,50,1\n"
    answer = lead.post(reverse("norms:add"), {"table": table}, follow=True)
    assert "Line 2 cannot be read: metric. Nothing was added." in answer.content.decode()


def test_figures_closed_to_a_role_are_not_shown(root, lead):
    a_study("Oolong", 0.7, 28)
    set_metric("csat_top_two", Settings(roles=[Role.CX_LEAD]))
    assert "70.0%" in page(lead)
    assert "70.0%" not in page(signed_in(a_user(Role.VIEWER, root)))


def test_a_store_may_read_norms_but_not_write_them(root):
    store = a_unit(root, code="s1")
    analyst = signed_in(a_user(Role.ANALYST, store))
    a_study("Oolong", 0.7, 28)
    assert "Add earlier tests" not in page(analyst)
    assert analyst.post(reverse("norms:add"), {"table": "x"}).status_code == 403
