"""People correct a reading: at once, for good, with their name, and reversibly."""

import json
from datetime import UTC, date, datetime

import pytest
from auditlog.models import LogEntry

from peakend.jobs.runs import work_on
from peakend.loop.opinions_corrected import carry_corrections
from peakend.loop.voices_reread import start_rereading
from peakend.loop.warehouse_rebuilt import rebuild
from peakend.opinions import corrections
from peakend.opinions.choices import Deed, Origin
from peakend.opinions.corrections import Hand
from peakend.opinions.errors import CorrectionRefused
from peakend.opinions.models import Correction, Opinion, Uncarried
from peakend.organization.models import User
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import CellRow, Slice, read_cells
from tests.builders import a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db

TEXT = "等位等了快两个小时，菜倒是很好吃"


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")


@pytest.fixture
def voice() -> Voice:
    hear(a_voice_signal(TEXT), a_voice_signal("环境很好，就是有点吵"))
    return Voice.objects.get(text=TEXT)


@pytest.fixture
def hand() -> Hand:
    return Hand(a_user(username="ana"), datetime(2026, 8, 1, 9, tzinfo=UTC))


def waiting(voice: Voice) -> Opinion:
    return Opinion.objects.get(voice=voice, aspect="wait_time")


def cells() -> dict[str, CellRow]:
    return {row.key[0]: row for row in read_cells(Slice(), ("code",), ("opinion",))}


def test_another_aspect_is_kept_with_author_time_what_was_and_what_is(voice, hand):
    opinion = waiting(voice)
    kept = corrections.change_aspect(opinion.pk, "serving_speed", hand)

    opinion.refresh_from_db()
    assert (opinion.aspect, opinion.origin) == ("serving_speed", Origin.SET)
    assert (kept.author, kept.made_at, kept.deed) == (hand.author, hand.at, Deed.ASPECT)
    assert kept.before["aspect"] == "wait_time"
    assert kept.after["aspect"] == "serving_speed"


def test_a_correction_is_in_the_audit_log(voice, hand):
    kept = corrections.change_polarity(waiting(voice).pk, 1, hand)
    entry = LogEntry.objects.get_for_object(kept).get()
    assert entry.action == LogEntry.Action.CREATE
    assert "polarity" in json.dumps(entry.changes)


def test_figures_follow_a_correction_and_are_those_of_a_rebuilt_warehouse(voice, hand):
    before = cells()
    assert before["wait_time"].negatives == 1
    corrections.change_aspect(waiting(voice).pk, "serving_speed", hand)
    taste = Opinion.objects.get(voice=voice, aspect="taste")
    corrections.change_polarity(taste.pk, -1, hand)

    assert carry_corrections() == 1

    after = cells()
    assert "wait_time" not in after
    assert after["serving_speed"].negatives == 1
    assert after["taste"].negatives == 1
    assert after["noise"] == before["noise"]
    rebuild()
    assert cells() == after
    assert carry_corrections() == 0


def test_only_the_month_of_the_voice_is_computed_anew(hand, monkeypatch):
    hear(
        a_voice_signal(TEXT, time="2026-05-02T12:00:00+08:00"),
        a_voice_signal("等位太久了", time="2026-06-02T12:00:00+08:00"),
    )
    recomputed: list[list[str]] = []
    from peakend.warehouse import rollups

    real = rollups._recompute
    monkeypatch.setattr(
        rollups,
        "_recompute",
        lambda chosen, facts, cells, held, months, marks: (
            recomputed.append(sorted(months)),
            real(chosen, facts, cells, held, months, marks),
        ),
    )
    june = Voice.objects.get(occurred_at__month=6)
    corrections.remove(waiting(june).pk, hand)
    carry_corrections()
    assert recomputed == [["2026-06"]]
    rows = read_cells(Slice(), ("month",), ("opinion",), ("wait_time",))
    assert [row.key[0] for row in rows] == [date(2026, 5, 1)]


def test_not_an_opinion_at_all_takes_it_away_and_undoing_brings_it_back_as_it_was(voice, hand):
    opinion = waiting(voice)
    state = corrections.state_of(opinion)
    kept = corrections.remove(opinion.pk, hand)
    assert not Opinion.objects.filter(pk=opinion.pk).exists()

    corrections.undo(kept, hand)

    assert corrections.state_of(waiting(voice)) == state
    carry_corrections()
    assert cells()["wait_time"].negatives == 1
    assert [c.deed for c in Correction.objects.order_by("pk")] == [Deed.REMOVED, Deed.UNDONE]


def test_a_missed_opinion_is_added_with_its_words(voice, hand):
    start = TEXT.index("两个小时")
    corrections.add(voice, "price_level", -1, start, start + 4, hand)
    added = Opinion.objects.get(voice=voice, aspect="price_level")
    assert TEXT[added.start : added.end] == "两个小时"
    assert (added.confidence, added.origin) == (1.0, Origin.SET)
    carry_corrections()
    assert cells()["price_level"].negatives == 1


def test_other_words_lose_the_blanks_around_them(voice, hand):
    Voice.objects.filter(pk=voice.pk).update(text=" 等位 两个小时 ")
    corrections.change_span(waiting(voice).pk, 0, 9, hand)
    opinion = waiting(voice)
    assert (opinion.start, opinion.end) == (1, 8)


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (lambda o, v, h: corrections.change_aspect(o.pk, "no_such_aspect", h), "unknown_aspect"),
        (lambda o, v, h: corrections.change_aspect(o.pk, "wait_time", h), "already_so"),
        (lambda o, v, h: corrections.change_polarity(o.pk, 2, h), "unknown_polarity"),
        (lambda o, v, h: corrections.change_span(o.pk, 3, 3, h), "no_words"),
        (lambda o, v, h: corrections.change_span(o.pk, 0, 1000, h), "no_words"),
        (lambda o, v, h: corrections.remove(-1, h), "gone"),
        (lambda o, v, h: corrections.add(v, "wait_time", -1, o.start, o.end, h), "already_so"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_no_trace(voice, hand, deed, code):
    with pytest.raises(CorrectionRefused) as refusal:
        deed(waiting(voice), voice, hand)
    assert refusal.value.code == code
    assert not Correction.objects.exists()
    assert not Uncarried.objects.exists()


def test_a_later_reading_does_not_undo_what_people_said(voice, hand):
    corrections.change_aspect(waiting(voice).pk, "serving_speed", hand)
    corrections.remove(Opinion.objects.get(voice=voice, aspect="taste").pk, hand)

    job = work_on(start_rereading("restaurant", queued=False).pk)

    assert job.state == "done", job.error
    assert job.result["voices"] == 2
    assert {o.aspect for o in Opinion.objects.filter(voice=voice)} == {"serving_speed"}


def test_after_undoing_the_voice_is_the_analysers_again(voice, hand):
    kept = corrections.change_polarity(waiting(voice).pk, 1, hand)
    corrections.undo(kept, hand)
    Opinion.objects.filter(voice=voice).update(strength=1.0)  # as an older analyser might have it
    work_on(start_rereading("restaurant", queued=False).pk)
    assert waiting(voice).polarity == -1
    assert waiting(voice).strength > 1.0


def test_a_later_deed_must_be_undone_before_an_earlier_one(voice, hand):
    first = corrections.change_aspect(waiting(voice).pk, "serving_speed", hand)
    second = corrections.change_polarity(first.opinion, 1, hand)
    with pytest.raises(CorrectionRefused) as refusal:
        corrections.undo(first, hand)
    assert refusal.value.code == "changed_since"
    corrections.undo(second, hand)
    corrections.undo(first, hand)
    assert (waiting(voice).polarity, waiting(voice).origin) == (-1, Origin.READ)
    with pytest.raises(CorrectionRefused):
        corrections.undo(first, hand)


def test_a_confirmed_text_keeps_its_reading_and_counts_what_stood(voice, hand):
    corrections.change_polarity(Opinion.objects.get(voice=voice, aspect="taste").pk, 0, hand)
    corrections.add(voice, "queue_calling", -1, 0, 2, hand)
    kept = corrections.confirm_text(voice, hand)
    counts = {name: kept.after[name] for name in ("stood", "changed", "missed")}
    assert counts == {"stood": 1, "changed": 1, "missed": 1}
    # An older analyser's opinion would go; of a confirmed text nothing does.
    before = list(Opinion.objects.filter(voice=voice).order_by("pk").values())
    Opinion.objects.filter(voice=voice, aspect="wait_time").update(aspect="overall")
    work_on(start_rereading("restaurant", queued=False).pk)
    Opinion.objects.filter(voice=voice, aspect="overall").update(aspect="wait_time")
    assert list(Opinion.objects.filter(voice=voice).order_by("pk").values()) == before

    corrections.undo(kept, hand)
    assert waiting(voice).origin == Origin.READ
    assert Opinion.objects.get(voice=voice, aspect="taste").origin == Origin.SET


def test_corrections_stay_when_their_author_leaves(voice, hand):
    kept = corrections.remove(waiting(voice).pk, hand)
    User.objects.get(username="ana").delete()
    kept.refresh_from_db()
    assert kept.author is None


def test_reading_again_is_the_same_twice_and_takes_the_readers_name(voice):
    opinions = list(Opinion.objects.order_by("pk").values())
    held = cells()
    Opinion.objects.update(reader=None)
    job = work_on(start_rereading("restaurant", queued=False).pk)
    assert job.result["changed"] == 0
    assert list(Opinion.objects.order_by("pk").values()) == opinions
    assert cells() == held
    assert Opinion.objects.filter(reader__code=job.result["reader"]).count() == len(opinions)


def test_intents_and_emotions_are_kept_of_each_voice(home):
    from peakend.text import INTENTS

    hear(a_voice_signal("再也不来了，我要投诉你们"))
    voice = Voice.objects.get()
    held = {name for bit, name in enumerate(INTENTS) if voice.intents >> bit & 1}
    assert {"complaint", "leave"} & held
    Voice.objects.update(intents=0)
    work_on(start_rereading("restaurant", queued=False).pk)
    voice.refresh_from_db()
    assert voice.intents
