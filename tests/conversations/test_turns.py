"""Turns arrive in any order and any number of times; their conversations are read once, rightly."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from peakend.collect.signals import Sender, accept
from peakend.conversations.models import Conversation, Turn
from peakend.events.models import Event
from peakend.inbox import open_inbox
from peakend.inbox.signals import Turn as TurnSignal
from peakend.inbox.signals import Who, encode, key_of
from peakend.loop.conversations_ended import send_ended
from peakend.loop.signals_drained import drain
from peakend.opinions.models import Opinion
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import Slice, read_cells
from tests.builders import a_unit, hear

pytestmark = pytest.mark.django_db

START = datetime(2026, 7, 20, 2, tzinfo=UTC)
TALK = (
    ("customer", 0, "我的外卖送达太慢了，等了一个多小时"),
    ("robot", 1, "您好，正在为您转接人工客服"),
    ("staff", 40, "非常抱歉，骑手路上耽误了，马上给您补一张券"),
    ("customer", 70, "好的谢谢，处理得真快"),
    ("staff", 90, "不客气"),
    ("customer", 200, "对了，发票怎么开？"),
)


def turns(number: str = "c-1", talk=TALK, source: str = "chat", **changes: object) -> list:
    return [
        TurnSignal(
            source=source, conversation=number, speaker=speaker, text=text,
            time=(START + timedelta(seconds=at)).isoformat(), id=str(place),
            name="小禾" if speaker == "staff" else "", **changes,
        )
        for place, (speaker, at, text) in enumerate(talk)
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def _chat(home) -> None:
    Source.objects.create(code="chat", name="在线客服", channel="wechat", taxonomy="restaurant")


def test_a_conversation_is_read_turn_by_turn():
    hear(*turns())
    conversation = Conversation.objects.get()
    assert (conversation.first_reply, conversation.median_reply) == (40, 30)
    assert (conversation.questions, conversation.unanswered) == (1, 1)
    assert conversation.turns_count == 6
    assert conversation.ended_at == START + timedelta(seconds=200)
    first, robot, sorry, thanks, _welcome, invoice = Turn.objects.order_by("at")
    assert first.mood < 0 < thanks.mood
    # the robot's line is no reply where a person answered
    assert robot.wait is None
    assert sorry.wait == 40
    assert sorry.gain == pytest.approx(thanks.mood - first.mood, abs=1e-3)
    assert (invoice.is_question, invoice.is_unanswered, invoice.topic) == (True, True, "q_invoice")
    # a plain question reproaches nobody
    assert invoice.mood == 0
    assert sorry.name == "小禾"


def test_turns_in_any_order_and_any_number_of_deliveries_read_the_same():
    told = turns()
    hear(*told)
    once = (
        list(Conversation.objects.values()),
        list(Turn.objects.order_by("at").values("text", "mood", "wait", "gain")),
    )
    for table in (Turn, Conversation):
        table.objects.all().delete()
    # one by one, from the last to the first, each twice: duplicates never reach the drain
    receipt = open_inbox().append([(key_of(one), encode(one)) for one in told[::-1]])
    assert receipt.duplicates == len(told)
    Source.objects.create(code="again", name="x", taxonomy="restaurant")
    for one in turns(source="again")[::-1]:
        hear(one)
    again = Conversation.objects.get()
    assert again.first_reply == once[0][0]["first_reply"]
    assert list(Turn.objects.order_by("at").values("text", "mood", "wait", "gain")) == once[1]


def test_turns_of_two_conversations_may_have_the_same_numbers():
    hear(*turns("c-1"), *turns("c-2"))
    assert Conversation.objects.count() == 2
    assert Turn.objects.count() == 12


def test_what_the_customer_said_is_heard_as_one_voice_with_evidence_in_its_turns():
    east = a_unit(code="east")
    report = hear(*turns(unit="east", customer=Who(ids={"member": "M1"})))
    voice = Voice.objects.get()
    assert report.voices == 1
    assert voice.text == "\n".join(text for who, _, text in TALK if who == "customer")
    assert (voice.unit, voice.channel, voice.source.code) == (east, "wechat", "chat")
    assert voice.customer is not None
    assert voice.customer == Conversation.objects.get().customer
    # each customer's turn knows where it stands in the voice
    for turn in Turn.objects.filter(speaker="customer"):
        assert voice.text[turn.start : turn.start + len(turn.text)] == turn.text
    assert not Turn.objects.exclude(speaker="customer").filter(voice__isnull=False).exists()
    # and it is measured like any other
    assert Opinion.objects.filter(voice=voice, aspect="delivery_time", polarity=-1).exists()
    (cells,) = read_cells(Slice(sources=("chat",)), (), ("voice",))
    assert cells.signals == 1
    event = Event.objects.get(kind="chat_first_reply")
    assert float(event.value) == pytest.approx(40 / 60, abs=0.01)
    assert event.unit == east


def test_nobody_is_heard_while_they_still_talk_and_whoever_comes_back_is_heard_again():
    now = timezone.now()
    talk = (("customer", 0, "上菜太慢了"), ("staff", 60, "马上催"))
    fresh = [
        TurnSignal(
            "chat",
            "c-9",
            who,
            text,
            (now - timedelta(minutes=10) + timedelta(seconds=at)).isoformat(),
            id=str(at),
        )
        for who, at, text in talk
    ]
    hear(*fresh)
    assert not Voice.objects.exists()
    assert send_ended(now + timedelta(minutes=29)) == 1
    drain()
    assert Voice.objects.get().text == "上菜太慢了"
    back = TurnSignal(
        "chat",
        "c-9",
        "customer",
        "还是没上，太差了",
        (now - timedelta(minutes=1)).isoformat(),
        id="x",
    )
    hear(back)
    assert send_ended(now + timedelta(minutes=60)) == 1
    assert send_ended(now + timedelta(minutes=61)) == 1  # not drained yet: sent under the same key
    drain()
    assert sorted(Voice.objects.values_list("text", flat=True)) == [
        "上菜太慢了",
        "还是没上，太差了",
    ]
    assert send_ended(now + timedelta(minutes=90)) == 0


def test_where_only_a_robot_answers_its_replies_are_all_there_is():
    hear(*turns(talk=(("customer", 0, "几点开门？"), ("robot", 2, "我们 10 点开门"))))
    conversation = Conversation.objects.get()
    assert conversation.first_reply == 2
    assert conversation.unanswered == 0


def test_nobody_replied():
    hear(*turns(talk=(("customer", 0, "几点开门？"), ("system", 5, "会话已关闭"))))
    conversation = Conversation.objects.get()
    assert (conversation.first_reply, conversation.median_reply) == (None, None)
    assert conversation.unanswered == 1


def test_a_conversation_without_a_customer_s_word_is_no_voice():
    hear(*turns(talk=(("staff", 0, "您好，在吗"), ("system", 5, "会话已关闭"))))
    assert Conversation.objects.get().drift is None
    assert not Voice.objects.exists()


def test_applying_a_batch_twice_writes_the_same_rows():
    from peakend.loop.models import Position

    hear(*turns())
    before = [
        list(table.objects.order_by("pk").values())
        for table in (Turn, Conversation, Voice, Opinion)
    ]
    Position.objects.update(position=0)
    drain()
    after = [
        list(table.objects.order_by("pk").values())
        for table in (Turn, Conversation, Voice, Opinion)
    ]
    assert before == after


NOW = datetime(2026, 7, 22, tzinfo=UTC)
TURN = {
    "kind": "turn", "source": "chat", "conversation": "c-1", "speaker": "customer",
    "text": "几点开门", "time": "2026-07-20T10:00:00+08:00", "id": "1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"conversation": " "}, "conversation", "empty"),
        ({"conversation": "c" * 201}, "conversation", "too_long"),
        ({"speaker": "boss"}, "speaker", "unknown"),
        ({"text": "  "}, "text", "empty"),
        ({"time": "2026-07-20T10:00:00"}, "time", "no_offset"),
        ({"unit": "nowhere"}, "unit", "unknown"),
        ({"speaker": None}, "speaker", "invalid"),
    ],
)
def test_a_turn_that_cannot_be_taken_is_named_and_the_others_are_taken(change, field, code):
    body = json.dumps([{**TURN, **change}, TURN]).encode()
    taken = accept(body, "feedback", Sender(frozenset()), open_inbox(), NOW)
    assert taken.accepted == 1
    assert [(error.index, error.field, error.code) for error in taken.errors] == [(0, field, code)]


def test_a_part_of_a_conversation_cannot_be_sent_from_outside():
    part = {"kind": "conversation_part", "source": "chat", "conversation": "c-1", "turns": [16],
            "time": "2026-07-20T10:00:00+08:00"}  # fmt: skip
    taken = accept(json.dumps([part]).encode(), "feedback", Sender(frozenset()), open_inbox(), NOW)
    assert taken.accepted == 0
    assert len(taken.errors) == 1


def test_a_half_character_or_nul_in_a_turn_costs_nobody_else():
    body = b'[{"kind":"turn","source":"chat","conversation":"c","speaker":"staff","text":"a\\u0000b","time":"2026-07-20T10:00:00+08:00"}]'
    taken = accept(body, "feedback", Sender(frozenset()), open_inbox(), NOW)
    assert taken.accepted == 1
    drain()
    assert Turn.objects.get().text == "ab"
