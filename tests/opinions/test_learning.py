"""Corrections become a training set, a model of the company's own, and a better reading."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from peakend.cli.text import text as text_commands
from peakend.jobs.runs import work_on
from peakend.jobs.services import start_job
from peakend.loop.voices_reread import start_rereading
from peakend.opinions import corrections
from peakend.opinions.corrections import Hand
from peakend.opinions.errors import ModelRefused
from peakend.opinions.labels import training_set
from peakend.opinions.models import Opinion, TextModel
from peakend.opinions.readers import reader_of
from peakend.opinions.text_models import KIND, NEEDED, activate, deactivate
from peakend.organization.access import Scope
from peakend.voices.models import Source, Voice
from tests.builders import a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db

AT = datetime(2026, 8, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")


@pytest.fixture
def hand() -> Hand:
    return Hand(a_user(username="ana"), AT)


def house_words(count: int) -> list[str]:
    """Sentences in a company's own words, which no taxonomy knows: 'the little bear' is its robot."""
    places = [
        "今天",
        "昨天",
        "周末",
        "中午",
        "晚上",
        "上次",
        "这回",
        "生日那天",
        "下雨天",
        "节假日",
    ]
    said = [
        ("小熊又卡在门口了", -1),
        ("小熊转来转去不送菜", -1),
        ("小熊送得真准", 1),
        ("小熊特别可爱孩子喜欢", 1),
    ]
    return [
        f"{places[i % 10]}{'和朋友' if i % 3 else '带家人'}来的，{said[i % 4][0]}，第{i}桌"
        for i in range(count)
    ]


def corrected(hand: Hand, count: int) -> None:
    """Voices whose missed opinion on the robot (here: proactive care) people added."""
    hear(*(a_voice_signal(words) for words in house_words(count)))
    for number, voice in enumerate(Voice.objects.order_by("pk")):
        if number % 5 == 4:
            corrections.confirm_text(voice, hand)  # nothing to find in it: counterexamples
            continue
        for opinion in Opinion.objects.filter(voice=voice, aspect="proactive_care"):
            corrections.remove(opinion.pk, hand)
        start = voice.text.index("小熊")
        corrections.add(
            voice, "proactive_care", -1 if number % 4 < 2 else 1, start, len(voice.text), hand
        )


def test_a_label_is_the_text_as_people_left_it_with_its_authors(hand):
    store = a_unit(code="east")
    hear(
        a_voice_signal("等位太久，电话13912345678", unit="east"),
        a_voice_signal("味道很好"),
    )
    voice = Voice.objects.get(unit=store)
    opinion = Opinion.objects.get(voice=voice, aspect="wait_time")
    corrections.change_aspect(opinion.pk, "serving_speed", hand)
    other = Hand(a_user(username="ben"), AT + timedelta(hours=1))
    corrections.confirm_text(voice, other)

    (label,) = training_set(Scope(None))

    assert label.labels["serving_speed"] == "negative"
    assert "wait_time" not in label.labels
    assert label.authors == ("ana", "ben")
    assert (label.at, label.complete) == (other.at, True)
    assert "13912345678" not in label.text
    assert list(training_set(Scope(frozenset()))) == []
    assert list(training_set(Scope(frozenset({store.pk})), "hotel")) == []


def test_what_was_taken_back_is_no_label(hand):
    hear(a_voice_signal("等位太久"))
    opinion = Opinion.objects.get(aspect="wait_time")
    corrections.undo(corrections.remove(opinion.pk, hand), hand)
    assert list(training_set(Scope(None))) == []


def test_the_command_writes_what_the_training_command_reads(hand, tmp_path, monkeypatch):
    monkeypatch.setattr("peakend.config.start.prepare_database", lambda: None)
    corrected(hand, 80)
    file, folder = tmp_path / "labels.jsonl", tmp_path / "model"
    runner = CliRunner()
    written = runner.invoke(text_commands, ["labels", "--output", str(file)])
    assert written.exit_code == 0, written.output
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert len(lines) == 80
    assert {line["author"] for line in lines} == {"ana"}
    trained = runner.invoke(
        text_commands, ["train", "--labels", str(file), "--output", str(folder)]
    )
    assert trained.exit_code == 0, trained.output
    assert (folder / "model.json").exists()


def test_too_few_labels_train_nothing(hand):
    corrected(hand, 10)
    job = work_on(start_job(KIND, {"taxonomy": "restaurant"}, queued=False).pk)
    assert job.state == "failed"
    assert job.error == {"code": "too_few_labels", "details": {"texts": 10, "needed": NEEDED}}
    assert not TextModel.objects.exists()


@pytest.mark.slow
def test_a_model_learns_the_companys_words_reads_after_activation_and_names_itself(hand):
    corrected(hand, 160)
    job = work_on(
        start_job(KIND, {"taxonomy": "restaurant"}, started_by=hand.author, queued=False).pk
    )
    assert job.state == "done", job.error
    model = TextModel.objects.get()
    assert "proactive_care" in model.aspects
    assert model.author == hand.author
    assert model.figures["model"] > model.figures["taxonomy"]
    assert model.figures["low"] > 0

    before = reader_of("restaurant").code
    hear(a_voice_signal("今天来的，小熊又卡在门口了"))
    fresh = Voice.objects.order_by("-pk").first()
    assert not Opinion.objects.filter(voice=fresh, aspect="proactive_care").exists()

    activate(model)
    job = work_on(start_rereading("restaurant", queued=False).pk)

    assert job.state == "done", job.error
    found = Opinion.objects.get(voice=fresh, aspect="proactive_care")
    assert found.polarity == -1
    assert found.reader.code == f"{before}+model1"
    assert found.reader.model == model
    # What the taxonomy reads, it goes on reading beside the model.
    hear(a_voice_signal("等位太久，小熊又卡在门口了"))
    (alone,) = reader_of("restaurant").analyzer.analyze(["等位太久，小熊又卡在门口了"])
    assert {"wait_time", "proactive_care"} <= {o.aspect for o in alone.opinions}
    newest = Voice.objects.order_by("-pk").first()
    assert {"wait_time", "proactive_care"} <= {
        o.aspect for o in Opinion.objects.filter(voice=newest)
    }

    deactivate("restaurant")
    assert reader_of("restaurant").code == before


def test_a_model_that_reads_nothing_better_is_not_activated(hand):
    model = TextModel.objects.create(
        taxonomy="restaurant", number=1, folder="models/x", checksum="", texts=60, made_at=AT
    )
    with pytest.raises(ModelRefused) as refusal:
        activate(model)
    assert refusal.value.code == "nothing_learned"
