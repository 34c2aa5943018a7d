"""What a collection says as a whole."""

from datetime import UTC, datetime, timedelta

import pytest

import peakend.text as text
from peakend.text import collection
from peakend.text.conversations import Turn, read_conversation, script_candidates

DULL = [
    f"今天点了{dish}，味道不错，服务也好，下次再来{i}"
    for i in range(60)
    for dish in ("牛肉面", "炒饭")
]
STRAWS = [
    "纸吸管泡烂了，喝到一半没法喝",
    "换成纸吸管以后一股纸味",
    "能不能不要用纸吸管",
    "纸吸管太软，泡烂了",
    "纸吸管真的难受，泡两分钟就烂",
] * 3


def test_keyness_names_what_one_group_says_and_the_other_does_not():
    rows = collection.keyness(STRAWS + DULL[:20], DULL[20:], top=5)
    assert "纸吸管" in [row.phrase for row in rows]
    first = rows[0]
    assert first.low < first.log_odds < first.high
    assert first.low > 0


def test_a_phrase_that_the_larger_group_never_says_marks_the_smaller_one():
    few = [f"{dull}，桂花乌龙换掉了" for dull in DULL[:8]]
    rows = collection.keyness(DULL[:60] + few, DULL * 40, top=3)
    assert any("桂花" in row.phrase for row in rows)
    assert rows[0].z > 3.5


def test_a_theme_nobody_defined_is_found_with_its_own_words():
    taxonomy = text.load_taxonomy("restaurant")
    themes = collection.emerging_themes(DULL[:60] + STRAWS, DULL[60:] * 3, taxonomy)
    assert "纸吸管" in themes[0].phrases
    assert themes[0].now == len(STRAWS)
    assert themes[0].before == 0
    assert all("吸管" in quote for quote in themes[0].quotes)


def test_nothing_rises_where_nothing_changed():
    assert collection.emerging_themes(DULL[:60], DULL[60:]) == []


def test_a_theme_is_named_by_what_was_said_whole_and_not_by_pieces_of_it():
    codes = [f"{dull[:-1]}，点单要先关注公众号，还要授权手机号" for dull in DULL[90:110]]
    themes = collection.emerging_themes(DULL[:60] + codes, DULL[60:] * 3)
    assert themes[0].phrases == ("点单要先关注公众号", "还要授权手机号")
    assert themes[0].now == len(codes)


def test_how_long_it_took_names_no_theme_and_is_not_cut_in_the_middle():
    longs = ("一", "两", "三", "半", "3")
    ends = ("，菜都凉了", "还是错的", "，汤洒了", "才到")
    waits = [f"等了{long}个多小时才吃上{n}" for n, long in enumerate(longs * 4)]
    waits += [f"送了{long}个多小时{end}" for long in longs for end in ends]
    themes = collection.emerging_themes(DULL[:60] + waits, DULL[60:] * 3)
    phrases = {phrase for theme in themes for phrase in theme.phrases}
    assert phrases == {"菜都凉了", "还是错的", "汤洒了"}


def test_topics_said_in_different_texts_are_different_themes_though_others_stand_between():
    both = ["纸吸管泡烂了，还要授权手机号"] * 2
    codes = ["点单非要授权手机号", "不授权手机号就不让点单"] * 8
    themes = collection.emerging_themes(DULL[:60] + STRAWS + both + codes, DULL[60:] * 3)
    with_straws = [theme for theme in themes if any("吸管" in one for one in theme.phrases)]
    assert with_straws
    assert not any("授权手机" in one for theme in with_straws for one in theme.phrases)


@pytest.mark.parametrize(
    ("pieces", "texts", "wholes"),
    [
        (["先关注公", "关注公众", "注公众号"], ["要先关注公众号"] * 3, ["要先关注公众号"]),
        (["need to verify", "verify my identity"], ["need to verify my identity", "i need to verify my identity"],
         ["need to verify my identity"]),
        # A word said everywhere is not swallowed by one saying of it.
        (["牛奶", "爱喝牛奶"], ["牛奶"] * 9 + ["爱喝牛奶"], ["牛奶"]),
        # Latin words are parts as words, not as letters.
        (["art", "start early"], ["art"] * 2 + ["start early"] * 2, ["art", "start early"]),
        (["粘毛"], ["粘毛"], ["粘毛"]),
    ],
)  # fmt: skip
def test_pieces_are_joined_into_what_the_texts_say(pieces, texts, wholes):
    assert collection.whole_phrases(pieces, texts) == wholes


def test_near_duplicates_are_grouped_and_others_left():
    texts = [
        "这家店的服务员态度很差，等了一个小时才上菜",
        "这家店的服务员态度很差，等了一个小时才上菜！",
        "环境优雅，菜品精致，适合约会",
        "物流很快，包装完好",
    ]
    assert collection.near_duplicates(texts) == [(0, 1)]


def test_similar_texts_come_first():
    texts = ["物流很快", "苹果烂了好几个，客服不管", "屏幕漏光"]
    assert collection.similar_texts("苹果烂了", texts)[0][0] == 1


def test_quotes_are_clear_different_and_masked():
    texts = [
        "服务员态度很差，打13812345678投诉",
        "服务员态度很差，打13812345678投诉！",
        "前台冷漠，没人理人",
    ]
    analyzer = text.for_taxonomy("restaurant")
    columns = analyzer.analyze_columns(texts)
    aspect = analyzer.aspects.index("waiters_attitude")
    quotes = collection.representative_quotes(texts, columns, aspect, -1)
    assert len(quotes) == 2
    assert not any("13812345678" in quote.text for quote in quotes)


def test_causes_join_a_pain_to_what_stands_beside_it():
    texts = ["上菜太慢，因为人手不足，服务员态度差"] * 5 + ["味道很好"] * 20
    analyzer = text.for_taxonomy("restaurant")
    found = collection.causes(texts, analyzer.analyze_columns(texts), analyzer.taxonomy)
    named = {cause.cause for cause in found if cause.pain == "serving_speed"}
    assert "waiters_attitude" in named
    assert any("人手不足" in cause for cause in named)
    assert all(cause.owner for cause in found)


def test_texts_worth_labelling_differ():
    texts = [*DULL[:20], *STRAWS]
    columns = text.for_taxonomy("restaurant").analyze_columns(texts)
    chosen = collection.worth_labelling(texts, columns, 8)
    assert len(chosen) == 8
    assert len({texts[row] for row in chosen}) == 8


@pytest.fixture
def chat():
    start = datetime(2026, 5, 1, 9, tzinfo=UTC)
    said = [
        (True, 0, "我的快递太慢了，还没收到，气死了"),
        (False, 40, "非常抱歉，马上为您催促，今天送到"),
        (True, 60, "好的谢谢，太好了"),
        (False, 90, "不客气"),
        (True, 200, "发票什么时候开？"),
    ]
    return [Turn(who, start + timedelta(seconds=at), body) for who, at, body in said]


def test_a_conversation_tells_reply_times_questions_and_drift(chat):
    reading = read_conversation(chat, text.for_taxonomy("retail"))
    assert reading.first_reply == 40
    assert reading.median_reply == 35
    assert reading.questions == 1
    assert reading.unanswered == ("发票什么时候开？",)
    assert "logistics" in reading.topics
    assert reading.drift > 0
    assert reading.resolved is False


def test_replies_that_turned_the_mood_are_script_candidates(chat):
    (script, *_) = script_candidates([chat], text.for_taxonomy("retail"))
    assert script.text.startswith("非常抱歉")
    assert script.topic == "logistics"
