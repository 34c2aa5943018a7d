"""Numbers, pictures and words as the shell draws them."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from babel.messages import Message
from django.utils.translation import override

from peakend.web.charts.trends import Point, control_chart, interval_trend
from peakend.web.shell import marks, numbers
from peakend.web.shell.evidence import excerpt, marked
from tools.translations import fault

pytestmark = pytest.mark.pure


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    polarity: int


def test_a_minus_is_a_minus_and_never_zero():
    assert numbers.number(-1234.5, 1) == "−1,234.5"
    assert numbers.number(-0.04, 1) == "0.0"
    assert numbers.signed(3) == "+3"
    assert numbers.signed(0) == "0"
    assert numbers.plus_minus(-14, 5) == "−14\u202f±\u202f5"
    assert numbers.number(None) == "–"


def test_an_interval_across_zero_uses_a_word_instead_of_a_dash():
    with override("en"):
        assert numbers.between(38, 44) == "38–44"
        assert numbers.between(-5, 3) == "−5 to 3"


def test_evidence_is_marked_and_everything_is_escaped():
    text = "<b>等了快两个小时</b>，菜好吃"
    html = marked(text, [Span(3, 10, -1), Span(15, 18, 1)])
    assert '<mark class="pk-evidence pk-neg">等了快两个小时</mark>' in html
    assert '<mark class="pk-evidence pk-pos">菜好吃</mark>' in html
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_overlapping_evidence_marks_every_character_once():
    html = marked("等了很久很久", [Span(0, 4, -1), Span(2, 6, -1), Span(0, 2, 1)])
    plain = html.replace("</mark>", "")
    for tone in ("pk-neg", "pk-pos"):
        plain = plain.replace(f'<mark class="pk-evidence {tone}">', "")
    assert plain == "等了很久很久"


@pytest.mark.parametrize("span", [Span(0, 30, -1), Span(3, 9, -1), Span(6, 20, -1), Span(5, 6, -1)])
def test_personal_data_is_masked_even_where_evidence_cuts_through_it(span: Span):
    html = marked("请回电13912345678谢谢", [span])
    assert "2345678" not in html
    assert "1391234" not in html
    assert "请" in html
    assert "谢谢" in html


def test_an_excerpt_shows_its_evidence_and_keeps_the_spans_in_place():
    text = "第一句话说了很多别的事情，" * 8 + "等了快两个小时。" + "后来又说了很多。" * 8
    start = text.index("等了")
    shown, spans = excerpt(text, [Span(start, start + 7, -1)], 40)
    assert len(shown) < 70
    assert shown[spans[0].start : spans[0].end] == "等了快两个小时"


def test_latin_words_are_not_cut_in_half():
    text = "The duck was fine and the room was very warm and then staff ignored us twice. " * 3
    start = text.index("staff ignored us")
    shown, __ = excerpt(text, [Span(start, start + 16, -1)], 20)
    assert shown.lstrip("…").split()[0] in text.split()


def test_a_strip_turns_a_metric_whose_larger_values_are_worse():
    drawn = marks.strip(5, 2, 8, "bad", flipped=True)
    assert float(drawn.split('cx="')[1].split('"')[0]) < 100  # left is worse


def test_no_picture_carries_a_style_attribute():
    drawn = [
        marks.bar(0.4, "bad"), marks.parts(1, 2, 3), marks.sparkline([1, None, 2, 3]),
        marks.strip(1, 0, 2, target=1.5), marks.diverging(-0.4), marks.axis(60),
        marks.whiskers([("dot", 1, 0, 2), ("diamond", 3, 2, 4), ("square", 0, -9, 9)], 20, "x"),
    ]  # fmt: skip
    assert all("style=" not in picture for picture in drawn)


def test_a_label_that_people_wrote_cannot_break_out_of_a_picture():
    assert "<script>" not in marks.bar(0.5, label='"><script>alert(1)</script>')


def test_a_band_is_the_distance_between_its_edges_also_across_zero():
    points = [Point("7/6", -5, -12, 3), Point("7/13", 2, -4, 9), Point("7/20", None)]
    floor, span, line = interval_trend(points)["series"]
    assert floor["data"] == [-12, -4, None]
    assert span["data"] == [15, 13, None]
    assert floor["stackStrategy"] == "all"
    assert line["data"][2]["value"] is None


def test_labels_at_the_right_edge_keep_apart():
    points = [Point("a", 40, 10, 60), Point("b", 58, 10, 60)]
    option = control_chart(points, 57, "usual", "limit", "58%")
    rules = option["series"][2]["markLine"]["data"]
    shifted = [rule["yAxis"] - rule["label"]["offset"][1] * 60 / 180 for rule in rules]
    assert min(b - a for a, b in pairwise(sorted([58.0, *shifted]))) > 4


def test_a_translation_with_other_placeholders_is_a_fault():
    said = Message("%(n)s voices")
    assert fault(said, Message("%(n)s voices", "%(n)s 条声音")) == ""
    assert fault(said, Message("%(n)s voices", "%(m)s 条声音")) == "other placeholders"
    assert fault(said, Message("%(n)s voices", "")) == "untranslated"
    assert fault(said, None) == "untranslated"
