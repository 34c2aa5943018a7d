"""Whatever is typed, pasted or broken on the way: never an exception, never superlinear."""

import random
import time

import numpy as np
import pytest

import peakend.text as text
from peakend.text.collection import Judged, explanations

STRANGE = [
    "",
    " ",
    "\n\n\t",
    "\x00",
    "\ud800",
    "a\udfffb",
    "\u202e服务很差\u202c",
    "\u200b\u200b",
    "👍" * 1000,
    "👨‍👩‍👧‍👦🇨🇳️",
    "。。。！！！",
    "''''",
    "'",
    "n't",
    "\U0010ffff",
    "ＡＢＣ１２３",
    "العربية ممتاز",
    "とても美味しい",
    "1" * 500,
    "好" * 5000,
    "不" * 5000,
    "a" * 5000,
    "a'b" * 2000,
    "，" * 5000,
]


@pytest.fixture(scope="module", params=["restaurant", "retail", "health"])
def analyzer(request):
    return text.for_taxonomy(request.param)


@pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
def test_strange_texts_are_read(analyzer, strange):
    (analysis,) = analyzer.analyze([strange])
    assert -1 <= analysis.sentiment <= 1
    for opinion in analysis.opinions:
        assert 0 <= opinion.start < opinion.end <= len(strange)
        assert 0 <= opinion.confidence <= 1
        assert 1 <= opinion.strength <= 5
    text.mask(strange)
    # Blamed wherever the text stands: reasons are looked for in all of it.
    half = len(strange) // 2
    blamed = [Judged("taste", -1, 0, half), Judged("wait_time", -1, half, len(strange))]
    for one in explanations(strange, blamed):
        assert 0 <= one.start < one.end <= len(strange)


def test_random_unicode_is_read(analyzer):
    rng = random.Random(7)
    texts = [
        "".join(
            chr(
                rng.choice(
                    (rng.randrange(0x110000), rng.randrange(0x4E00, 0x9FA6), rng.randrange(128))
                )
            )
            for _ in range(rng.randrange(200))
        )
        for _ in range(500)
    ]
    columns = analyzer.analyze_columns(texts)
    assert len(columns) == 500
    lengths = np.array([len(t) for t in texts])
    assert (columns.end <= lengths[columns.text]).all()
    assert (columns.start < columns.end).all()
    for one in texts:
        text.find_personal_data(one)


def test_a_text_means_the_same_alone_and_in_company(analyzer):
    texts = ["服务很差，味道不错。", "", "The staff were rude.", "等了一个小时😡", "好吃！", "\x00"]
    together = analyzer.analyze(texts)
    for one, beside in zip(texts, together, strict=True):
        (alone,) = analyzer.analyze([one])
        assert [(o.aspect, o.polarity, o.start, o.end) for o in alone.opinions] == [
            (o.aspect, o.polarity, o.start, o.end) for o in beside.opinions
        ]
        assert [o.confidence for o in alone.opinions] == pytest.approx(
            [o.confidence for o in beside.opinions], abs=0.002
        )
        assert alone.sentiment == pytest.approx(beside.sentiment, abs=1e-3)


def test_no_texts_give_no_results(analyzer):
    assert analyzer.analyze([]) == []
    assert len(analyzer.analyze_columns([])) == 0


@pytest.mark.parametrize(
    "unit", ["服务员态度很差，等了一个小时。", "👍", "a", "1", "不", "x@", "it's "]
)
def test_time_grows_no_faster_than_length(unit):
    analyzer = text.for_taxonomy("restaurant")

    def seconds(length):
        body = unit * (length // len(unit))
        started = time.process_time()
        analyzer.analyze([body])
        return time.process_time() - started

    seconds(1000)
    small = max(seconds(30_000), 0.01)
    assert seconds(300_000) < 30 * small


@pytest.mark.slow
def test_ten_megabytes_and_a_hundred_thousand_emoji_are_read():
    analyzer = text.for_taxonomy("restaurant")
    started = time.process_time()
    analyzer.analyze(["服务员态度很差，菜不好吃。" * 260_000, "😡" * 100_000])
    assert time.process_time() - started < 30
