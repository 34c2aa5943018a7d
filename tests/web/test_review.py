"""The review page, the training set and its models."""

import json

import pytest
from django.test import Client

from peakend.jobs.models import Job
from peakend.opinions.choices import Via
from peakend.opinions.models import Correction, Opinion, ReviewRule, TextModel
from peakend.opinions.review import next_texts
from peakend.organization.access import Scope
from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source
from tests.builders import a_unit, a_user, a_voice_signal, hear


@pytest.fixture
def heard(home):
    group = a_unit(kind=UnitKind.GROUP, code="group")
    east = a_unit(group, code="east")
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")
    said = ["等位太久了，电话13912345678", "服务员态度很差", "味道很好", "上菜很慢"]
    hear(*(a_voice_signal(f"{said[i % 4]}，第{i}次", unit="east") for i in range(24)))
    Opinion.objects.update(confidence=0.3)
    return group, east


def client_of(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    return client


def test_the_page_opens_the_next_text_with_its_editor_and_masks_it(heard):
    page = client_of(Role.ANALYST, heard[0]).get("/review/")
    assert page.status_code == 200
    first = next_texts(Scope(None))[0]
    assert page.context["current"].pk == first.voice
    text = page.content.decode()
    assert 'data-pk-key="c"' in text
    assert "13912345678" not in text


def test_confirming_counts_as_a_label_and_leads_to_the_next(heard):
    client = client_of(Role.ANALYST, heard[0])
    first, second = next_texts(Scope(None))[:2]
    answer = client.post(
        f"/review/voices/{first.voice}/confirm/", {"via": first.via, "voice": second.voice}
    )
    assert answer.headers["Location"] == f"/review/?voice={second.voice}"
    kept = Correction.objects.get()
    assert (kept.voice_id, kept.deed, kept.via) == (first.voice, "reviewed", first.via)
    assert client.get(answer.headers["Location"]).context["current"].pk == second.voice
    lines = b"".join(client.get("/review/learning/labels/").streaming_content).decode()
    (label,) = [json.loads(line) for line in lines.splitlines()]
    assert label["voice"] == first.voice
    assert label["complete"] is True
    assert label["author"] == kept.author.username


def test_a_correction_on_the_review_page_keeps_how_the_text_was_picked(heard):
    client = client_of(Role.ANALYST, heard[0])
    opinion = Opinion.objects.order_by("pk").first()
    answer = client.post(
        f"/review/voices/{opinion.voice_id}/correct/",
        {"deed": "polarity", "opinion": opinion.pk, "polarity": -opinion.polarity, "via": "chance"},
    )
    assert Correction.objects.get().via == Via.CHANCE
    assert 'name="via" value="chance"' in answer.content.decode()


def test_reviewing_one_aspect_stays_with_it(heard):
    page = client_of(Role.ANALYST, heard[0]).get("/review/?aspect=taste")
    voices = [item.voice for item in page.context["items"]]
    assert voices
    assert set(voices) <= set(
        Opinion.objects.filter(aspect="taste").values_list("voice_id", flat=True)
    )


def test_nothing_to_review_says_so(heard):
    Opinion.objects.update(confidence=0.95)
    Correction.objects.all()
    page = client_of(Role.ANALYST, heard[1]).get("/review/?aspect=taste")
    assert page.context["current"] is None
    assert page.status_code == 200


def test_the_threshold_is_the_whole_companys(heard):
    group, east = heard
    client_of(Role.ANALYST, group).post("/review/learning/rule/", {"below": "0.5"})
    assert ReviewRule.objects.get().below == 0.5
    assert (
        client_of(Role.ANALYST, east).post("/review/learning/rule/", {"below": "0.2"}).status_code
        == 403
    )
    assert (
        client_of(Role.ANALYST, group).post("/review/learning/rule/", {"below": "7"}).status_code
        == 404
    )


def test_training_and_activating_are_jobs_of_whoever_asked(heard, tmp_path):
    client = client_of(Role.ANALYST, heard[0])
    client.post("/review/learning/train/", {"taxonomy": "restaurant"})
    job = Job.objects.get(kind="opinions.train")
    assert job.started_by.role == Role.ANALYST
    model = TextModel.objects.create(
        taxonomy="restaurant", number=1, folder="models/x", texts=60, made_at=job.created_at,
        aspects=["taste"],
        figures={
            "texts": 60, "taxonomy": 0.5, "model": 0.6, "low": 0.01, "high": 0.2,
            "aspects": [
                {"aspect": "taste", "labels": 30, "taxonomy": 0.5, "model": 0.7, "learned": True}
            ],
        },
    )  # fmt: skip
    page = client.get("/review/learning/")
    assert "+10.0" in page.content.decode()
    client.post(f"/review/learning/models/{model.pk}/")
    model.refresh_from_db()
    assert model.is_active
    assert Job.objects.filter(kind="opinions.reread").count() == 1
    client.post(f"/review/learning/models/{model.pk}/", {"off": "1"})
    model.refresh_from_db()
    assert not model.is_active
