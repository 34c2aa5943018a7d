"""What a cold start learns without labels: words lent by shipped taxonomies, words of judgement."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import peakend.text as text
from peakend.text.taxonomy import Aspect, Taxonomy
from peakend.text.training.opinion_words import LEAST, SURE

ROOM = ("keywords", "hints", "positive", "negative")


def taxonomy_of(**keywords):
    """A taxonomy with nothing but names and a few keywords."""
    aspects = []
    for name, words in keywords.items():
        both = {"zh": name, "en": name}
        aspects.append(Aspect(name, "all", both, both, both, tuple(words.split()), "", both))
    return Taxonomy("own", 1, {"zh": "自家", "en": "Own"}, tuple(aspects))


CARS = taxonomy_of(
    动力="动力", 价格="价格", 内饰="内饰", 配置="配置", 安全性="安全", 外观="外观", 操控="操控",
    油耗="油耗", 空间="空间", 舒适性="舒适",
)  # fmt: skip


def found(analyzer, body):
    (one,) = analyzer.analyze([body])
    return {o.aspect: o.polarity for o in one.opinions}


@pytest.mark.parametrize(
    ("body", "aspect", "polarity"),
    [
        ("百公里要十二个油，真费油。", "油耗", "negative"),
        ("提速很快，推背感十足。", "动力", "positive"),
        ("后备箱能放下两个箱子吗？", "空间", "neutral"),
        ("方向盘很轻，指向精准。", "操控", "positive"),
        ("胎噪太大了。", "舒适性", "negative"),
        ("保养贵得吓人。", "价格", "negative"),
    ],
)
def test_one_word_an_aspect_borrows_what_the_industry_says(body, aspect, polarity):
    assert found(text.for_taxonomy(CARS), body).get(aspect) is None
    assert found(text.ColdStart(CARS).fit([]).analyzer_, body)[aspect] == polarity


def test_an_aspect_that_is_well_described_borrows_nothing():
    shipped = text.load_taxonomy("restaurant")
    model = text.ColdStart(shipped).fit([])
    assert model.lent_ == ()
    assert model.taxonomy_ == shipped


def test_no_word_is_lent_that_the_taxonomy_gives_to_another_aspect():
    own = taxonomy_of(外观="外观 大灯", 配置="配置 导航", 灯光="尾灯")
    model = text.ColdStart(own).fit([])
    assert "大灯" in model.taxonomy_.aspect("外观").keywords
    assert "尾灯" not in model.taxonomy_.aspect("外观").keywords


def test_what_nobody_shipped_knows_borrows_nothing():
    model = text.ColdStart(taxonomy_of(琴声="琴键 音色", 踏板="踏板")).fit([])
    assert model.lent_ == ()


PIANOS = taxonomy_of(音色="音色", 触感="触键")


def test_a_word_of_judgement_means_what_it_stands_beside():
    model = text.ColdStart(PIANOS).fit(["音色很饱满。"] * 9 + ["触键很舒服。"] * 3)
    assert [(one.word, one.aspect, one.beside, one.of) for one in model.words_] == [
        ("饱满", "音色", 9, 9)
    ]
    assert found(text.for_taxonomy(PIANOS), "非常饱满") == {}
    assert found(model.analyzer_, "非常饱满") == {"音色": "positive"}


def test_a_word_that_judges_this_and_that_is_not_learned():
    model = text.ColdStart(PIANOS).fit(["音色很饱满。"] * 5 + ["触键很饱满。"] * 5)
    assert model.words_ == ()


def test_a_keyword_beside_it_decides_against_a_learned_word():
    model = text.ColdStart(PIANOS).fit(["音色很饱满。"] * 20)
    assert found(model.analyzer_, "触键饱满") == {"触感": "positive"}


def test_where_people_tell_and_ask_a_mention_is_neutral_whatever_stands_around_it():
    chat = ["我的油耗是八个", "空间和老款一样", "动力参数在手册第三页", "求一套内饰的照片"]
    forum = text.ColdStart(CARS).fit(chat * 40)
    assert forum.told_ == 1.0
    assert text.ColdStart(CARS).fit(["油耗很低", "空间很大"] * 80).told_ == 0.0
    assert text.ColdStart(CARS).fit(chat).told_ is None
    body = "好开心，今天终于提车了，太喜欢了！内饰是黑色的。"
    assert found(text.ColdStart(CARS).fit([]).analyzer_, body)["内饰"] == "positive"
    assert found(forum.analyzer_, body)["内饰"] == "neutral"
    assert found(forum.analyzer_, "内饰很好") == {"内饰": "positive"}


def test_judgements_without_an_aspect_go_to_the_one_called_overall():
    own = taxonomy_of(整体="", 价格="价格")
    assert found(text.for_taxonomy(own), "很满意") == {"整体": "positive"}


def test_a_saved_cold_start_reads_alike_and_its_card_tells_what_was_added(tmp_path):
    model = text.ColdStart(PIANOS).fit(["音色很饱满。"] * 9)
    text.save(model.analyzer_, tmp_path)
    again = text.load(tmp_path)
    bodies = ["非常饱满", "触键不好", "今天下雨"]
    assert again.analyze(bodies) == model.analyzer_.analyze(bodies)
    card = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert card["learned"]["texts"] == 9
    assert card["learned"]["learned"][0]["word"] == "饱满"


def test_labels_may_call_an_aspect_as_the_taxonomy_does_or_not_tell_its_parts():
    analyzer = text.for_taxonomy("car")
    bodies = ["胎噪很大", "油耗很低"]
    labels = [{"舒适性": "negative"}, {"油耗": "positive"}]
    assert text.evaluate(analyzer, bodies, labels).pair_f1 == 1.0


PIECES = st.sampled_from(
    ["音色", "触键", "很饱满", "很舒服", "不好", "，", "。", "太贵", "好", "😀"]
)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=30))
def test_learning_only_adds_hints_and_each_stands_on_its_counts(bodies):
    model = text.ColdStart(PIANOS).fit(bodies)
    assert model.words_ == text.ColdStart(PIANOS).fit(bodies[::-1]).words_
    for one in model.words_:
        assert one.of >= LEAST
        assert SURE <= one.low <= one.beside / one.of <= 1
    for before, after in zip(PIANOS.aspects, model.taxonomy_.aspects, strict=True):
        assert all(
            getattr(before, role) == getattr(after, role) for role in ROOM if role != "hints"
        )
    plain = [model.analyzer_.analyze_plainly(body) for body in bodies]
    for one, other in zip(model.analyzer_.analyze_arrays(bodies), plain, strict=True):
        assert [(o.aspect, o.polarity, o.start, o.end) for o in one.opinions] == [
            (o.aspect, o.polarity, o.start, o.end) for o in other.opinions
        ]
