"""The page of cross-tabs: a real table that says its letters in words, and a safe file."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peakend.jobs.models import Job
from peakend.jobs.runs import work_on
from peakend.metrics.services import Settings, set_metric
from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source
from tests.builders import a_response_signal, a_unit, a_user, hear, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def root(home):
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    return a_unit(code="group", kind=UnitKind.GROUP)


@pytest.fixture
def lead(root) -> Client:
    return signed_in(a_user(Role.CX_LEAD, root))


def answered(scores: list[int], **more) -> None:
    time = (timezone.now() - timedelta(days=3)).isoformat()
    hear(*[a_response_signal({"csat": score}, time=time, **more) for score in scores])


def page(client: Client, **query) -> str:
    answer = client.get(reverse("crosstabs:index"), {"rows": "answers:csat", **query})
    assert answer.status_code == 200
    return answer.content.decode()


def test_cells_have_headings_and_letters_are_said_in_words(lead):
    answered([5] * 80 + [3] * 20, channel="web")
    answered([5] * 40 + [3] * 40, channel="=app")
    shown = page(lead)
    assert '<th scope="row">Answer 5</th>' in shown
    assert shown.count('<th scope="col"') == 4
    assert "higher than =app" in shown
    assert "n = 180" in shown
    assert "adjusted by Holm" in shown

    answer = lead.get(reverse("crosstabs:export"), {"rows": "answers:csat"})
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    five = next(one for one in lines if (one["Row"], one["Letter"]) == ("Answer 5", "A"))
    assert (five["Value"], five["n"], five["Higher than"]) == ("80.0", "100", "B")
    assert "'=app" in {one["Column"] for one in lines}


def test_another_unit_is_not_in_the_table(root):
    for code, n in (("east", 40), ("west", 50)):
        a_unit(code=code, kind=UnitKind.STORE, parent=root)
        answered([5, 3] * (n // 2), unit=code)
    east = root.children.get(code="east")
    shown = page(signed_in(a_user(Role.UNIT_OWNER, east)), by="unit")
    assert "n = 40" in shown
    assert "n = 50" not in shown
    assert "n = 90" not in shown


def test_questions_closed_to_the_role_are_not_offered(root):
    answered([5, 3] * 30)
    viewer = signed_in(a_user(Role.VIEWER, root))
    assert "answers:csat" in page(viewer)
    for code in ("csat", "csat_top_two"):
        set_metric(code, Settings(roles=[Role.CX_LEAD]), by=None)
    assert "answers:csat" not in page(viewer)


def test_an_address_that_makes_no_sense_shows_the_metrics(lead):
    answered([5, 3] * 30)
    assert "Metrics side by side" in page(lead, rows="answers:nobody", by="rm")
    assert "Too few answers" in page(lead, rows="topics", by="brand")


def test_a_table_that_takes_long_is_read_in_the_background_and_then_shown(lead, monkeypatch):
    answered([5, 3] * 30, channel="web")
    monkeypatch.setattr("peakend.metrics.long_questions.MOST_AT_ONCE", -1)
    assert "has to be read from the answers themselves" in page(lead)
    for _again in range(2):
        lead.post(reverse("crosstabs:start") + "?rows=answers:csat")
    job = Job.objects.get(kind="metrics.crosstab")
    if job.is_open:
        work_on(job.pk, beat=False)
    shown = page(lead)
    assert "computed at" in shown
    assert "n = 60" in shown


def test_a_table_that_could_not_be_read_says_so_and_can_be_read_once_more(lead, monkeypatch):
    answered([5, 3] * 30, channel="web")
    monkeypatch.setattr("peakend.metrics.long_questions.MOST_AT_ONCE", -1)
    lead.post(reverse("crosstabs:start") + "?rows=answers:csat")
    Job.objects.update(state=Job.State.FAILED, done=3, finished_at=timezone.now())
    shown = page(lead)
    assert "Reading the answers failed" in shown
    assert "after 3 months" in shown
    assert "Read once more" in shown
    lead.post(reverse("crosstabs:start") + "?rows=answers:csat")
    for job in Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING]):
        work_on(job.pk, beat=False)
    assert "Reading the answers failed" not in page(lead)
    assert "n = 60" in page(lead)
