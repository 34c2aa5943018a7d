"""Which readings wait for a person, in which order, and how often readings stand."""

from datetime import UTC, datetime, timedelta

import pytest

from peakend.opinions import corrections, review
from peakend.opinions.choices import Origin, Via
from peakend.opinions.corrections import Hand
from peakend.opinions.models import Opinion, ReviewRule
from peakend.organization.access import Scope
from peakend.voices.models import Source, Voice
from tests.builders import a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db

AT = datetime(2026, 8, 1, 9, tzinfo=UTC)
ALL = Scope(None)
SAID = [
    "等位太久了", "服务员态度很差", "味道很好", "上菜很慢", "环境很吵", "价格太贵", "停车不方便",
    "分量很足", "装修漂亮", "卫生一般",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")


@pytest.fixture
def hand() -> Hand:
    return Hand(a_user(username="ana"), AT, Via.UNSURE)


def heard(count: int = 40) -> None:
    hear(*(a_voice_signal(f"{SAID[i % 10]}，第{i}次来") for i in range(count)))


def unsure(keep: int) -> None:
    """Only ``keep`` opinions are unsure, each more than the one before."""
    Opinion.objects.update(confidence=0.9)
    for number, opinion in enumerate(Opinion.objects.order_by("pk")[:keep]):
        opinion.confidence = 0.39 - number / 1000
        opinion.save()


def test_what_is_less_sure_than_chosen_waits_until_somebody_looks(hand):
    heard()
    unsure(12)
    assert review.waiting(ALL).opinions == 12
    review.set_threshold(0.2)
    assert review.waiting(ALL).opinions == 0
    review.set_threshold(0.4)
    first = review.waiting_opinions(ALL).first()
    corrections.confirm(first.pk, hand)
    assert review.waiting(ALL).opinions == 11
    with pytest.raises(ValueError, match=r"0\.33"):
        review.set_threshold(0.33)
    assert ReviewRule.objects.count() == 1


def test_the_queue_spreads_over_the_aspects_and_takes_the_most_unsure_of_each_first():
    heard()
    Opinion.objects.update(confidence=0.1)
    half = Opinion.objects.filter(aspect="taste").order_by("pk").last()
    Opinion.objects.filter(pk=half.pk).update(confidence=0.39)  # nearest to one half
    picked = [one.voice for one in review.next_texts(ALL) if one.via == Via.UNSURE]
    aspects = [
        set(Opinion.objects.filter(voice=v).values_list("aspect", flat=True)) for v in picked
    ]
    assert len(set().union(*aspects[:6])) >= 6
    assert half.voice_id in picked[:10]
    assert len(picked) == len(set(picked))


def test_one_text_in_five_is_drawn_by_chance_and_stays_until_it_is_decided():
    heard(100)
    unsure(30)
    ways = [one.via for one in review.next_texts(ALL)]
    assert ways.count(Via.CHANCE) == len(ways) // review.CHANCE_EVERY
    assert review.next_texts(ALL) == review.next_texts(ALL)


def test_the_round_goes_on_with_the_others_when_a_text_is_decided(hand):
    heard(100)
    unsure(30)
    before = [one.voice for one in review.next_texts(ALL)]
    corrections.confirm_text(Voice.objects.get(pk=before[0]), hand)
    after = [one.voice for one in review.next_texts(ALL)]
    assert before[0] not in after
    assert len(set(before[1:]) & set(after)) >= 15


def test_a_unit_reviews_its_own_voices():
    east, west = a_unit(code="east"), a_unit(code="west")
    hear(a_voice_signal("等位太久", unit="east"), a_voice_signal("味道很好", unit="west"))
    Opinion.objects.update(confidence=0.1)
    (picked,) = review.next_texts(Scope(frozenset({west.pk})))
    assert Voice.objects.get(pk=picked.voice).unit == west
    assert review.waiting(Scope(frozenset({east.pk}))).opinions == 1
    assert review.next_texts(Scope(frozenset())) == []


def test_agreement_is_told_apart_for_chance_and_doubt_with_n_and_interval(hand):
    heard()
    voices = list(Voice.objects.order_by("pk"))
    for number, voice in enumerate(voices[:20]):
        by = Hand(hand.author, AT + timedelta(minutes=number), Via.CHANCE)
        if number < 4:
            for opinion in Opinion.objects.filter(voice=voice).order_by("pk")[:1]:
                corrections.remove(opinion.pk, by)
        if number == 4:
            corrections.add(voice, "discount", 1, 0, 2, by)
        corrections.confirm_text(voice, by)
    corrections.confirm_text(voices[30], hand)

    chance, doubt = review.agreement(ALL)

    assert (chance.via, chance.texts.n, chance.enough) == (Via.CHANCE, 20, True)
    assert chance.texts.value == 15 / 20
    assert chance.texts.low < 0.75 < chance.texts.high
    assert chance.missed == 1
    assert chance.opinions.n - (chance.opinions.value * chance.opinions.n) == pytest.approx(4)
    assert (doubt.texts.n, doubt.enough) == (1, False)


def test_what_was_taken_back_does_not_count_for_agreement(hand):
    heard(10)
    kept = corrections.confirm_text(Voice.objects.order_by("pk").first(), hand)
    assert review.progress(ALL, AT) == review.Progress(today=1, ever=1)
    corrections.undo(kept, hand)
    assert review.progress(ALL, AT) == review.Progress(today=0, ever=0)
    assert [one.texts.n for one in review.agreement(ALL)] == [0, 0]


def test_shares_below_each_threshold_are_told(hand):
    heard()
    unsure(4)
    shares = dict(review.shares_below(ALL))
    assert shares[0.2] == 0
    assert shares[0.4] == 4 / Opinion.objects.filter(origin=Origin.READ).count()
