"""The page of cross-tabs: a real table that says its letters in words, and a safe file."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from peakend.jobs.models import Job
from peakend.jobs.runs import work_on
from peakend.metrics.services import Settings, set_metric
from peakend.organization.choices import Role, UnitKind
from peakend.surveys.models import Response
from peakend.voices.models import Source
from tests.builders import a_response_signal, a_unit, a_user, a_voice_signal, hear, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def root(home):
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    return a_unit(code="group", kind=UnitKind.GROUP)


@pytest.fixture
def lead(root) -> Client:
    return signed_in(a_user(Role.CX_LEAD, root))


def answered(scores: list[int], why: str = "", **more) -> None:
    time = (timezone.now() - timedelta(days=3)).isoformat()
    words = {"why": why} if why else {}
    hear(*[a_response_signal({"csat": score, **words}, time=time, **more) for score in scores])


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


def links(shown: str) -> dict[tuple[str, str], str]:
    """Where each cell leads, by row and what its label says of the column."""
    found = {}
    for row in re.findall(r'<tr[^>]*><th scope="row">(.*?)</th>(.*?)</tr>', shown, re.DOTALL):
        for cell in re.findall(r"<td.*?</td>", row[1], re.DOTALL)[1:]:
            label = re.search(r'title="[^"]*? · ([^":]*): ', cell)
            href = re.search(r'href="([^"]*)"', cell)
            found[row[0], label[1] if label else ""] = unescape(href[1]) if href else ""
    return found


def scores_read(client: Client, url: str) -> list[int]:
    """The scores beside the words that an address shows."""
    lines = client.get(url).context["lines"]
    keys = [line.voice.pk - line.voice.pk % 16 for line in lines]
    return [Response.objects.get(pk=key).answers["csat"] for key in keys]


def test_an_answer_leads_to_the_words_beside_it_of_its_column_and_the_pages_filter(root, lead):
    east = a_unit(code="east", kind=UnitKind.STORE, parent=root)
    time = (timezone.now() - timedelta(days=3)).isoformat()
    hear(
        *[
            a_response_signal(
                {"csat": score, **({"why": f"等位 {n}"} if n % 10 == 0 else {})},
                time=time, channel=channel, unit=unit,
            )
            for channel in ("web", "app")
            for unit in ("east", "")
            for score in (5, 2)
            for n in range(30)
        ]
    )  # fmt: skip
    found = links(page(lead, unit=east.pk))
    for score in (5, 2):
        url = found[f"Answer {score}", "App"]
        lines = lead.get(url).context["lines"]
        assert scores_read(lead, url) == [score] * 3
        assert {line.voice.channel for line in lines} == {"app"}
        assert {line.voice.unit_id for line in lines} == {east.pk}
    assert found["Answer 3", "App"] == ""  # nobody answered so
    [mean] = [
        url for (row, at), url in found.items() if not row.startswith("Answer") and at == "App"
    ]
    assert sorted(scores_read(lead, mean)) == [2, 2, 2, 5, 5, 5]
    said = lead.get(found["Answer 2", "App"]).content.decode()
    assert "3 voices match" in said
    assert re.search(r"Answer\W.*?2", said)
    owner = signed_in(
        a_user(Role.UNIT_OWNER, a_unit(code="west", kind=UnitKind.STORE, parent=root))
    )
    assert owner.get(found["Answer 2", "App"]).context["lines"] == []


def test_answers_that_nobody_was_asked_a_reason_for_have_no_links_and_the_page_says_so(lead):
    answered([5] * 40 + [3] * 40, channel="web")
    shown = page(lead)
    assert "No answer to this question has words beside it" in shown
    assert set(links(shown).values()) == {""}


def test_stars_lead_to_the_voices_that_gave_them(lead):
    time = (timezone.now() - timedelta(days=3)).isoformat()
    hear(*[
        a_voice_signal("味道不错", time=time, channel="dianping", rating=stars, scale=(1, 5))
        for stars in [5] * 30 + [1] * 10
    ])  # fmt: skip
    shown = page(lead, rows="answers:rating")
    [url] = [url for (row, _at), url in links(shown).items() if row == "Answer 1"]
    lines = lead.get(url).context["lines"]
    assert [line.voice.rating for line in lines] == [1.0] * 10


def test_a_month_leads_to_no_more_than_lies_in_the_pages_period(lead):
    answered([5, 3] * 30, why="味道很好")
    day = timezone.localdate() - timedelta(days=3)
    shown = page(lead, by="month", period="custom", since=day, until=day)
    addresses = [url for url in links(shown).values() if url]
    assert addresses
    assert all(f"since={day}" in url and f"until={day}" in url for url in addresses)


def test_questions_closed_to_the_role_do_not_narrow_the_voices(root):
    answered([5] * 30 + [3] * 2, why="味道很好")
    viewer = signed_in(a_user(Role.VIEWER, root))
    address = reverse("voices:index") + "?answer=csat:3&sort=newest"
    assert len(viewer.get(address).context["lines"]) == 2
    for code in ("csat", "csat_top_two"):
        set_metric(code, Settings(roles=[Role.CX_LEAD]), by=None)
    assert len(viewer.get(address).context["lines"]) > 2


def test_a_table_asks_no_more_however_many_cells_lead_to_words(lead, django_assert_max_num_queries):
    answered([5, 3] * 30, channel="web", why="味道很好")
    page(lead)
    with CaptureQueriesContext(connection) as asked:
        page(lead)
    few = len(asked)
    for channel in ("app", "phone", "shop", "mail"):
        answered([5, 4, 3, 2, 1] * 12, channel=channel, why="味道很好")
    page(lead)
    with django_assert_max_num_queries(few):
        page(lead)
