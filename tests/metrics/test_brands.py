"""What competitors' customers say is kept beside one's own, and never told as one's own figure."""

import json
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from django.test import Client

from peakend.alerts.queries import preview
from peakend.cli import main
from peakend.metrics.models import MetricPart
from peakend.metrics.norms import figures_of
from peakend.metrics.queries import reading, readings, readings_by_aspect
from peakend.offerings.models import Brand
from peakend.organization.choices import Role, UnitKind
from peakend.organization.tokens import issue_token
from peakend.surveys.services import create_survey
from peakend.voices.models import Source
from peakend.warehouse.cells import Slice
from tests.builders import a_response_signal, a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db
JULY = Slice(since=date(2026, 7, 1), until=date(2026, 8, 1))
BAD, GOOD = "等位两个小时，太久了，服务员态度很差", "味道很好，服务热情，下次还来"


@pytest.fixture(autouse=True)
def _market(home):
    """Everybody complains of us; a competitor is praised three times as often."""
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    Brand.objects.create(code="own", name="禾野", is_own=True)
    Brand.objects.create(code="rival", name="江南灶", is_own=False)
    hear(
        *(a_voice_signal(BAD, brand="own") for _ in range(30)),
        *(a_voice_signal(BAD) for _ in range(10)),
        *(a_voice_signal(GOOD, brand="rival") for _ in range(120)),
    )


def test_without_a_brand_a_figure_is_of_ones_own_and_of_what_has_none():
    assert reading("sentiment", JULY).n == 40
    assert reading("sentiment", JULY).value == -1
    assert {one.n for one in readings("sentiment", JULY, ("week",))} == {40}


def test_a_change_an_aspect_and_an_index_are_of_ones_own_too():
    MetricPart.objects.filter(whole="experience_index").delete()
    MetricPart.objects.create(whole="experience_index", part="sentiment", weight=1)

    assert reading("sentiment", JULY, compare=JULY).change.value == 0
    aspects = {one.aspect: one.n for one in readings_by_aspect("mention_share", JULY)}
    assert aspects["wait_time"] == 40
    assert "taste" not in aspects
    assert reading("experience_index", JULY).value == 0


def test_a_brand_that_is_named_or_told_apart_is_told():
    rival = Slice(JULY.since, JULY.until, brands=("rival",))

    assert reading("sentiment", rival).n == 120
    apart = {one.key: one.n for one in readings("sentiment", JULY, ("brand",))}
    assert apart[("own",)] == 30
    assert apart[("rival",)] == 120


def test_the_command_line_and_programs_are_told_ones_own():
    told = CliRunner().invoke(
        main,
        [
            "metrics",
            "show",
            "sentiment",
            "--since",
            "2026-07-01",
            "--until",
            "2026-07-31",
            "--json",
        ],
        env={"PEAKEND_LANGUAGE": "en"},
    )
    owner = a_user(Role.CX_LEAD, a_unit(code="group", kind=UnitKind.GROUP))
    _token, secret = issue_token(owner=owner, name="t", permissions=("metrics.read",))

    answer = Client().get(
        "/api/v1/metrics/sentiment", headers={"Authorization": f"Bearer {secret}"}
    )

    assert [one["n"] for one in json.loads(told.output)["readings"]] == [40]
    assert [one["n"] for one in answer.json()] == [40]


def test_a_rule_that_watches_the_company_is_not_calmed_by_praise_of_a_competitor():
    rule = {"metric": "sentiment", "line": 0, "place": "company", "least_answers": 20}

    found = preview("metric_beyond_line", rule, datetime(2026, 7, 27, tzinfo=UTC))

    assert found.cases == 1


def test_a_test_of_a_competitors_product_is_told_as_a_test():
    questions = [{"code": "csat", "type": "csat", "text": {"zh": "满意", "en": "Satisfied"}}]
    survey = create_survey(slug="blind", title="盲测", definition={"questions": questions})
    hear(
        *(
            a_response_signal({"csat": 4 + number % 2}, survey="blind", brand="rival")
            for number in range(40)
        )
    )

    assert {one.n for one in figures_of(survey)} == {40}
