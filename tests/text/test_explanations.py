"""Words that say why are given to the judgement they explain, and wordings of one thing meet."""

import pytest

from peakend.text.collection import Construction, Judged, Wordings, explanations

pytestmark = pytest.mark.pure


def judged(text: str, *opinions: tuple[str, int, str]) -> list[Judged]:
    return [
        Judged(aspect, polarity, text.index(words), text.index(words) + len(words))
        for aspect, polarity, words in opinions
    ]


@pytest.mark.parametrize(
    ("text", "opinion", "words", "construction"),
    [
        ("等了半天，因为只开了一半的桌子。", ("wait_time", -1, "等了半天"), "只开了一半的桌子", Construction.BECAUSE),
        ("因为后厨缺人，上菜太慢。", ("serving_speed", -1, "上菜太慢"), "后厨缺人", Construction.BECAUSE),
        ("上菜太慢了。可能是因为人手不够吧", ("serving_speed", -1, "上菜太慢"), "人手不够吧", Construction.BECAUSE),
        ("骑手一次带了五单，导致饭都凉了", ("packaging", -1, "凉了"), "骑手一次带了五单", Construction.RESULT),
        ("明明有空桌，还是等了很久", ("wait_time", -1, "等了很久"), "明明有空桌", Construction.CONTRAST),
        ("味道很好，因为都是现点现做", ("taste", 1, "味道很好"), "现点现做", Construction.BECAUSE),
        ("We waited an hour because half the tables were closed.", ("wait_time", -1, "waited an hour"),
         "half the tables were closed", Construction.BECAUSE),
        ("Although we had booked, we waited an hour.", ("wait_time", -1, "waited an hour"),
         "Although we had booked", Construction.CONTRAST),
    ],
)  # fmt: skip
def test_words_that_say_why_explain_the_judgement_beside_them(text, opinion, words, construction):
    [one] = explanations(text, judged(text, opinion))
    assert (text[one.start : one.end], one.construction) == (words, construction)


@pytest.mark.parametrize(
    ("text", "opinions"),
    [
        # The reason stands in another sentence, far from the judgement.
        ("等了半天。菜很好吃。老板说因为装修所以涨价", [("wait_time", -1, "等了半天")]),
        # A judgement is no reason of itself.
        ("因为上菜太慢", [("serving_speed", -1, "上菜太慢")]),
        # Neutral mentions and praise for nothing in particular are explained by nothing.
        ("来吃饭，因为住得近", [("distance", 0, "来吃饭")]),
        ("很满意，因为住得很近", [("overall", 1, "很满意")]),
        # What pleased is no result of what should have kept it from happening.
        ("说好半小时，味道不错", [("taste", 1, "味道不错")]),
        ("吃得明明白白，等了很久", [("wait_time", -1, "等了很久")]),
    ],
)
def test_words_far_away_or_about_nothing_explain_nothing(text, opinions):
    assert explanations(text, judged(text, *opinions)) == []


def test_a_reason_in_the_middle_explains_what_stood_before_it():
    text = "服务员热情，因为店长看着，可惜等了很久"
    opinions = judged(text, ("attitude", 1, "热情"), ("wait_time", -1, "等了很久"))
    [one] = explanations(text, opinions)
    assert opinions[one.place].aspect == "attitude"


def test_a_reason_names_the_aspect_its_own_words_are_about():
    text = "饭都凉了，因为配送太慢"
    [one] = explanations(
        text, judged(text, ("packaging", -1, "凉了"), ("delivery_time", -1, "配送太慢"))
    )
    assert one.about == "delivery_time"


def test_wordings_of_one_thing_meet_and_others_do_not():
    wordings = Wordings()
    wordings.add(1, "后厨人手不够")
    wordings.add(2, "有空桌")
    wordings.add(3, "half the tables were closed")
    assert wordings.find("后厨缺人手") == 1
    assert wordings.find("the kitchen was understaffed") is None
    assert wordings.find("没有空桌") is None  # the contrary
    assert wordings.find("只有空桌") == 2
    assert wordings.find("only half the tables were open and closed") == 3
    assert wordings.find("换了师傅") is None
    assert wordings.find("") is None


def test_long_texts_are_read_for_reasons_in_linear_time():
    text = "因为人少，等了很久，明明有空桌。" * 20_000
    assert explanations(text, [Judged("wait_time", -1, 6, 10)])
