"""Chat logs as platforms export them: who speaks is guessed, and rows become turns."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from peakend.conversations.models import Conversation, Turn
from peakend.inbox.signals import Turn as TurnSignal
from peakend.inbox.signals import decode
from peakend.jobs.runs import work_on
from peakend.loop.signals_drained import drain
from peakend.text import taxonomy_names
from peakend.voices.errors import ImportRefused
from peakend.voices.guesses.columns import correct, dump_reading, guess_reading, load_reading
from peakend.voices.imports import Choices, plan_import, start_import
from peakend.voices.models import Voice
from peakend.voices.readers import open_table
from peakend.voices.rows import Setting
from peakend.voices.speakers import Speakers, guess_speakers
from peakend.voices.turns import maker_of
from tests.voices.files import write

AS_OF = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)

PLATFORM = """会话ID,消息ID,发送者,昵称,客户ID,发送时间,消息内容
S001,1,客户,小王,U17,2026-07-20 10:00:00,请问几点开门？
S001,2,智能客服,小蜜,,2026-07-20 10:00:01,您好，请描述您的问题
S001,3,人工客服,小禾,,2026-07-20 10:01:30,每天十点开门
S001,4,客户,小王,U17,2026-07-20 10:02:00,好的谢谢
S001,5,系统消息,,,2026-07-20 10:30:00,会话已结束
S002,1,客户,小李,U18,2026-07-20 11:00:00,我的外卖漏送了一份
S002,2,人工客服,小苗,,2026-07-20 11:05:00,抱歉，马上为您补送
S002,3,客户,小李,U18,2026-07-20 11:06:00,行
"""
ENGLISH = """conversation_id,sender_type,created_at,message
77,customer,2026-07-20T09:00:00Z,Do you have parking?
77,agent,2026-07-20T09:03:00Z,"Yes, on the second floor"
77,customer,2026-07-20T09:04:00Z,"Great, thanks"
78,customer,2026-07-20T09:10:00Z,My order never arrived
78,bot,2026-07-20T09:10:02Z,Let me look into that
78,customer,2026-07-20T09:12:00Z,Anyone there?
"""
NAMES = "对话编号,说话人,时间,内容\n" + "".join(
    f"{n},{who},2026-07-20 10:0{minute}:00,{what}\n"
    for n in range(8)
    for who, minute, what in (
        (f"访者{n}号甲", 0, "订单到哪了"),
        (("林晓", "陈默")[n % 2], 2, "马上为您查询"),
        (f"访者{n}号甲", 3, "多谢"),
    )
)


def read(path: Path, roles=()):
    guess = correct(guess_reading(open_table(path)), roles)
    maker = maker_of(guess.reading, Setting("chat", AS_OF, ZoneInfo("Asia/Shanghai")))
    made = [maker.make(batch) for batch in open_table(path).batches()]
    return (
        guess,
        [one for batch in made for one in batch.keyed],
        [e for b in made for e in b.errors],
    )


def turns_of(keyed) -> list[TurnSignal]:
    return [decode(payload) for _, payload in keyed]


def test_a_platform_s_export_becomes_turns_with_their_speakers(tmp_path):
    guess, keyed, errors = read(write(tmp_path / "log.csv", PLATFORM))
    roles = {column.name: column.role for column in guess.reading.columns}
    assert roles["会话ID"] == "conversation"
    assert roles["发送者"] == "speaker"
    assert (roles["发送时间"], roles["消息内容"], roles["客户ID"]) == ("time", "text", "customer")
    assert ("conversations", "会话ID") in guess.notes
    turns = turns_of(keyed)
    assert errors == []
    assert [turn.speaker for turn in turns] == [
        "customer", "robot", "staff", "customer", "system", "customer", "staff", "customer",
    ]  # fmt: skip
    # staff are named, customers are recognised by their number and never by name
    assert turns[2].name == "小禾"
    assert turns[2].customer is None
    assert turns[0].customer.ids == {"customer": "U17"}
    assert not any(turn.name for turn in turns if turn.speaker == "customer")
    # messages are numbered anew in each conversation
    assert len({key for key, _ in keyed}) == 8


def test_an_english_export_is_understood_as_well(tmp_path):
    guess, keyed, _errors = read(write(tmp_path / "log.csv", ENGLISH))
    assert guess.reading.is_conversations
    speakers = [turn.speaker for turn in turns_of(keyed)]
    assert speakers == ["customer", "staff", "customer", "customer", "robot", "customer"]
    assert turns_of(keyed)[0].time == "2026-07-20T09:00:00+00:00"


def test_json_lines_are_read_like_a_table(tmp_path):
    rows = [
        {"session": "a", "role": "user", "at_time": "2026-07-20 10:00", "content": "退款多久到账呢？"},
        {"session": "a", "role": "agent", "at_time": "2026-07-20 10:02", "content": "三个工作日内到账"},
        {"session": "b", "role": "user", "at_time": "2026-07-20 11:00", "content": "会员积分怎么兑换呢"},
        {"session": "b", "role": "agent", "at_time": "2026-07-20 11:01", "content": "在小程序里兑换"},
    ]  # fmt: skip
    path = write(tmp_path / "log.jsonl", "\n".join(json.dumps(row) for row in rows))
    guess, keyed, _errors = read(path)
    assert guess.reading.is_conversations
    assert [turn.speaker for turn in turns_of(keyed)] == ["customer", "staff"] * 2


def test_where_only_names_stand_staff_are_those_who_come_back(tmp_path):
    guess, keyed, _errors = read(write(tmp_path / "log.csv", NAMES))
    assert guess.reading.speakers.staff == {"林晓", "陈默"}
    assert [turn.speaker for turn in turns_of(keyed)][:3] == ["customer", "staff", "customer"]
    assert turns_of(keyed)[1].name == "林晓"
    # and a remembered reading knows them still
    assert load_reading(dump_reading(guess.reading)).speakers == guess.reading.speakers


def test_a_log_exported_again_with_more_turns_brings_only_what_is_new(tmp_path):
    first = {key for key, _ in read(write(tmp_path / "a.csv", PLATFORM))[1]}
    more = PLATFORM + "S002,4,客户,小李,U18,2026-07-20 11:20:00,还没到呢\n"
    again = {key for key, _ in read(write(tmp_path / "b.csv", more))[1]}
    assert len(again - first) == 1
    assert first <= again


def test_rows_that_do_not_say_who_or_where_are_named(tmp_path):
    broken = (
        PLATFORM
        + "S003,1,,小王,U17,2026-07-20 10:00:00,你好\n,1,客户,小王,U17,2026-07-20 10:00:00,你好\n"
    )
    _guess, keyed, errors = read(write(tmp_path / "log.csv", broken))
    assert len(keyed) == 8
    assert [(error.row, error.column, error.code) for error in errors] == [
        (10, "发送者", "no_speaker"),
        (11, "会话ID", "no_conversation"),
    ]


def test_a_file_of_reviews_with_a_session_is_no_chat_log(tmp_path):
    rows = "".join(f"s{n % 5},味道不错{n},2026-07-{n + 1:02}\n" for n in range(20))
    guess, keyed, _errors = read(write(tmp_path / "r.csv", "session,评论,时间\n" + rows))
    assert not guess.reading.is_conversations
    assert len(keyed) == 20
    assert decode(keyed[0][1]).attributes == {"session": "s0"}


@pytest.mark.django_db
def test_half_a_chat_log_is_refused_with_what_is_missing(home, tmp_path):
    path = write(tmp_path / "r.csv", "评论,时间,编组\n" + "好吃,2026-07-01,a\n" * 4)
    with pytest.raises(ImportRefused) as refused:
        plan_import(path, Choices(roles=(("conversation", "编组"),)), taxonomy_names())
    assert refused.value.code == "half_a_conversation"
    assert refused.value.details == {"missing": "speaker"}


@pytest.mark.django_db
def test_an_imported_log_is_read_and_importing_it_again_adds_nothing(home, tmp_path):
    path = write(tmp_path / "log.csv", PLATFORM)
    for _ in range(2):
        plan = plan_import(path, Choices(source="chat", taxonomy="restaurant"), taxonomy_names())
        job = work_on(start_import(plan, queued=False).pk)
        assert job is not None
        assert job.error == {}
        drain()
    assert (Conversation.objects.count(), Turn.objects.count()) == (2, 8)
    assert Conversation.objects.get(external_id="S001").first_reply == 90
    assert Voice.objects.count() == 2
    assert Conversation.objects.get(external_id="S002").customer is not None


@pytest.mark.parametrize(
    ("cell", "speaker"),
    [("客户-张三", "customer"), ("在线客服01", "staff"), ("智能客服", "robot"), ("System", "system"),
     ("Support agent 7", "staff"), ("end user", "customer"), ("Chatbot", "robot"), ("卖家", "staff"),
     ("Captain Ahab", "staff")],
)  # fmt: skip
def test_words_for_speakers_are_known(cell, speaker):
    assert Speakers().of(cell) == speaker


def test_where_only_staff_are_named_everybody_else_is_a_customer():
    guessed = guess_speakers(["1", "1", "2", "2"], ["客服小禾", "王女士", "客服小禾", "赵先生"])
    assert guessed.of("钱先生") == "customer"
    assert guessed.of("客服小苗") == "staff"
