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
        ("服务态度差，叫了三次没人理", ("attitude", -1, "服务态度差"), "叫了三次没人理", Construction.GROUND),
        ("肉全是肥的，真难吃", ("taste", -1, "真难吃"), "肉全是肥的", Construction.GROUND),
        ("等了一个小时，菜都凉了", ("packaging", -1, "菜都凉了"), "等了一个小时", Construction.OUTCOME),
        ("就一个服务员，上菜太慢了", ("serving_speed", -1, "上菜太慢"), "就一个服务员", Construction.OUTCOME),
        ("上菜太慢，估计后厨是新来的", ("serving_speed", -1, "上菜太慢"), "后厨是新来的", Construction.SUPPOSED),
        ("这份凉皮太油", ("taste", -1, "凉皮太油"), "太油", Construction.NAMED),
        ("The service was terrible, nobody came for twenty minutes.",
         ("attitude", -1, "service was terrible"), "nobody came for twenty minutes", Construction.GROUND),
        ("We waited almost an hour, the soup was cold.", ("taste", -1, "soup was cold"),
         "We waited almost an hour", Construction.OUTCOME),
        ("The rice was undercooked.", ("taste", -1, "rice was undercooked"), "undercooked",
         Construction.NAMED),
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
        # One more complaint, another time, praise and plans explain no blame.
        ("味道一般，面也很咸", [("taste", -1, "味道一般")]),
        ("上次等了一个小时，这次菜凉了", [("packaging", -1, "菜凉了")]),
        ("味道差，环境不错", [("taste", -1, "味道差")]),
        ("上菜太慢，估计不会再来了", [("serving_speed", -1, "上菜太慢")]),
        ("上菜慢得要命", [("serving_speed", -1, "上菜慢得要命")]),
        ("不太咸，我口重", [("taste", -1, "不太咸")]),
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


@pytest.mark.parametrize(
    "wordings",
    [
        ("送餐太慢", "等了两个多小时", "晚了40分钟", "waited an hour"),
        ("都凉了", "冰凉的", "没有余温", "stone cold"),
        ("没熟", "夹生", "undercooked"),
        ("太咸", "咸得要死", "齁咸"),
        ("没人理", "爱搭不理", "nobody came"),
        ("太淡", "偏淡", "没味道"),
        ("太甜", "偏甜", "超甜"),
    ],
)
def test_ways_to_say_one_thing_that_share_no_word_are_one_reason(wordings):
    shelf = Wordings()
    shelf.add(1, wordings[0])
    assert [shelf.find(one) for one in wordings[1:]] == [1] * (len(wordings) - 1)


def test_a_fact_and_its_contrary_are_two_reasons():
    shelf = Wordings()
    shelf.add(1, "太咸")
    assert shelf.find("太淡") is None
    assert shelf.find("没放盐") is None


def test_long_texts_are_read_for_reasons_in_linear_time():
    text = "因为人少，等了很久，明明有空桌。" * 20_000
    assert explanations(text, [Judged("wait_time", -1, 6, 10)])
    text = "太慢了，估计等了等了等了没没没没人理，难吃太太太太" * 20_000
    assert explanations(text, judged(text, ("wait_time", -1, "太慢了"))) is not None
