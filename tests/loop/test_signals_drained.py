"""What arrives is applied once, whatever happens in between."""

import pytest

from peakend.customers.models import Customer
from peakend.events.models import Event
from peakend.inbox import open_inbox
from peakend.inbox.signals import CustomerUpdate, Who, encode, key_of
from peakend.loop import signals_drained
from peakend.loop.signals_drained import drain, drained_position
from peakend.loop.warehouse_rebuilt import rebuild
from peakend.offerings.models import Brand
from peakend.opinions.models import Opinion
from peakend.surveys.models import Response
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import Slice, read_cells
from peakend.warehouse.facts import count_facts, held_position
from tests.builders import a_response_signal, a_unit, a_voice_signal, an_event_signal, hear

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")


def test_a_voice_becomes_opinions_with_their_words_and_observations() -> None:
    store = a_unit(code="store-17")
    text = "等位等了快两个小时，菜倒是很好吃"
    report = hear(a_voice_signal(text, unit="store-17", rating=2, scale=(1, 5)))

    assert (report.signals, report.voices) == (1, 1)
    voice = Voice.objects.get()
    assert (voice.text, voice.unit, voice.rating, voice.channel) == (text, store, 2.0, "reviews")
    assert voice.language == "zh"
    waiting = Opinion.objects.get(aspect="wait_time")
    assert waiting.polarity == -1
    assert "两个小时" in text[waiting.start : waiting.end]
    (rating,) = read_cells(Slice(), ("unit", "day"), ("score",), ("rating",))
    assert rating.key[0] == store.pk
    assert str(rating.key[1]) == "2026-07-25"
    assert rating.histogram[2] == 1


def test_a_response_becomes_scores_and_its_reason_a_voice() -> None:
    hear(
        a_response_signal(
            {"nps": 9, "csat": 2, "reason": "服务员态度很差"}, customer=Who({"member": "M1"})
        )
    )

    response = Response.objects.get()
    assert response.customer == Customer.objects.get()
    voice = Voice.objects.get()
    assert voice.text == "服务员态度很差"
    assert voice.customer == response.customer
    scores = {row.key[0]: row for row in read_cells(Slice(), ("code",), ("score",))}
    assert scores["nps"].positives == 1
    assert scores["csat"].negatives == 1


def test_an_event_is_kept_and_measured() -> None:
    hear(an_event_signal("purchase", 86.5, customer=Who({"member": "M1"})))
    assert Event.objects.get().customer == Customer.objects.get()
    (cell,) = read_cells(Slice(), ("code",), ("event",))
    assert (cell.key, cell.n, cell.wx) == (("purchase",), 1, 86.5)


def test_the_segment_is_the_one_the_customer_was_in_at_the_time() -> None:
    def seen(segment: str, day: str) -> CustomerUpdate:
        return CustomerUpdate(
            "crm", f"{day}T08:00:00+08:00", Who({"member": "M1"}, "", {"segment": segment})
        )

    hear(seen("new", "2026-01-01"), seen("member", "2026-06-01"))
    hear(
        a_voice_signal(time="2026-03-01T10:00:00+08:00", customer=Who({"member": "M1"})),
        a_voice_signal(time="2026-07-01T10:00:00+08:00", customer=Who({"member": "M1"})),
    )
    assert list(Voice.objects.order_by("id").values_list("segment", flat=True)) == ["new", "member"]


def test_the_day_is_that_of_the_companys_clock() -> None:
    hear(a_voice_signal(time="2026-07-25T17:30:00+00:00"))  # half past one, 26 July, in Shanghai
    (cell,) = read_cells(Slice(), ("day",), ("voice",))
    assert str(cell.key[0]) == "2026-07-26"


def test_a_second_delivery_changes_nothing() -> None:
    signals = [a_voice_signal(), a_response_signal({"nps": 3}), an_event_signal("visit")]
    hear(*signals)
    before = (Voice.objects.count(), Opinion.objects.count(), count_facts())
    assert hear(*signals).signals == 0
    assert (Voice.objects.count(), Opinion.objects.count(), count_facts()) == before


def test_a_drain_that_dies_between_batches_goes_on_where_it_stopped(monkeypatch) -> None:
    signals = [a_voice_signal(f"第 {n} 次来，味道很好") for n in range(7)]
    open_inbox().append((key_of(s), encode(s)) for s in signals)
    monkeypatch.setattr(signals_drained, "BATCH", 3)
    applied = signals_drained._apply

    def dies_in_the_second(rows):
        if rows[0][0] > 3:
            raise KeyboardInterrupt
        return applied(rows)

    monkeypatch.setattr(signals_drained, "_apply", dies_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert (drained_position(), Voice.objects.count(), held_position()) == (3, 3, 0)

    monkeypatch.setattr(signals_drained, "_apply", applied)
    drain()
    assert (drained_position(), Voice.objects.count(), held_position()) == (7, 7, 7)
    assert sum(row.n for row in read_cells(Slice(), (), ("voice",))) == 7


def test_a_rebuilt_warehouse_is_the_same_warehouse() -> None:
    a_unit(code="s1")
    hear(
        *[
            a_voice_signal(unit="s1", rating=1 + n % 5, scale=(1, 5), brand="heye")
            for n in range(20)
        ],
        a_response_signal({"nps": 10, "csat": 4, "reason": "上菜快，好吃"}),
        an_event_signal("purchase", 12.5),
    )
    by = ("day", "family", "code", "unit", "channel", "brand", "source")
    before = (count_facts(), read_cells(Slice(), by))
    rebuild()
    assert (count_facts(), read_cells(Slice(), by)) == before


def test_an_unreadable_signal_does_not_hold_up_the_others() -> None:
    open_inbox().append([("odd", b'{"kind":"from-the-future"}')])
    report = hear(a_voice_signal())
    assert report.signals == 2
    assert Voice.objects.count() == 1


def test_brands_that_nobody_knew_are_made_and_the_first_is_ours() -> None:
    hear(a_voice_signal(brand="禾野"))
    hear(a_voice_signal(brand="青稞里"))
    assert dict(Brand.objects.values_list("name", "is_own")) == {"禾野": True, "青稞里": False}
