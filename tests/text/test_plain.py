"""The arrays and the plain Python decide alike, whatever they read."""

import os
import random
from pathlib import Path

import pytest
import yaml

import peakend.text as text
from peakend.text.plain.cold_start import PlainAnalyzer
from peakend.text.plain.trained import PlainTrainedAnalyzer
from tests.text.test_any_input import STRANGE

SENTENCES = [
    sentence
    for group in yaml.safe_load(
        (Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8")
    )
    for sentence, *_ in group["sentences"]
]
JOINTS = [
    "，",
    "。",
    "但是",
    " ",
    "",
    "！",
    "？",
    "\n",
    ", but ",
    ". ",
    "，不过",
    "...",
    "😡",
    "’s ",
]


def decisions(analysis):
    """What is decided, without what is only measured."""
    return (
        analysis.language,
        (analysis.sentiment > 0) - (analysis.sentiment < 0),
        [(o.aspect, o.polarity, o.start, o.end) for o in analysis.opinions],
        analysis.emotions,
        analysis.intents,
    )


def composed(count, seed):
    """Texts from pieces of the written sentences, joined in all ways."""
    rng = random.Random(seed)
    return [
        "".join(
            piece[rng.randrange(len(piece)) // 2 :] + rng.choice(JOINTS)
            for piece in rng.choices(SENTENCES, k=rng.randrange(1, 9))
        )
        for _ in range(count)
    ]


def noise(count, seed):
    """Texts of any characters."""
    rng = random.Random(seed)
    kinds = (
        lambda: rng.randrange(0x110000),
        lambda: rng.randrange(0x4E00, 0x9FA6),
        lambda: rng.randrange(128),
        lambda: ord(rng.choice(" '’.，不好é")),
    )
    return [
        "".join(chr(rng.choice(kinds)()) for _ in range(rng.randrange(80))) for _ in range(count)
    ]


def assert_alike(analyzer, texts):
    trained = isinstance(analyzer, text.TrainedAnalyzer)
    plain = PlainTrainedAnalyzer(analyzer) if trained else PlainAnalyzer(analyzer)
    together = analyzer.analyze(["", *texts, "。" * 300])[
        1:-1
    ]  # never few enough to be read plainly
    alone = [plain.analyze(one) for one in texts]
    differing = [
        one
        for one, a, b in zip(texts, together, alone, strict=True)
        if decisions(a) != decisions(b)
    ]
    assert not differing, f"{len(differing)} of {len(texts)}: {differing[:3]}"
    for a, b in zip(together, alone, strict=True):
        assert a.sentiment == pytest.approx(b.sentiment, abs=2e-4)
        assert [o.confidence for o in a.opinions] == pytest.approx(
            [o.confidence for o in b.opinions], abs=2e-3
        )
        assert [o.strength for o in a.opinions] == pytest.approx(
            [o.strength for o in b.opinions], abs=2e-3
        )


@pytest.mark.parametrize("name", ["restaurant", "retail", "car", "health"])
def test_arrays_and_plain_python_decide_alike(name):
    analyzer = text.for_taxonomy(name)
    assert_alike(analyzer, [*SENTENCES, *STRANGE, *composed(400, 1), *noise(300, 2)])


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.skipif(
    not os.environ.get("PEAKEND_DATA"), reason="PEAKEND_DATA names no folder of real reviews"
)
@pytest.mark.parametrize(
    ("name", "file", "column"),
    [
        ("retail", "shopping_reviews_zh/shopping_reviews.csv", "review"),
        ("restaurant", "takeaway_reviews_zh/waimai_10k.csv", "review"),
        ("health", "patient_survey_en/v6framework_230831.csv", "FFT answer"),
    ],
)
def test_arrays_and_plain_python_decide_alike_on_real_texts(name, file, column):
    from tests.text.test_real_reviews import rows_of

    texts = [row[column] or "" for row in rows_of(file)][::4]
    assert_alike(text.for_taxonomy(name), texts)


def test_a_trained_model_decides_alike_in_arrays_and_in_plain_python():
    rng = random.Random(5)
    words = {"服务": ["服务员", "态度"], "味道": ["味道", "好吃"], "price": ["价格", "cheap"]}
    texts = composed(500, 3)
    labels = [
        {
            aspect: rng.choice(["positive", "neutral", "negative"])
            for aspect, named in words.items()
            if any(word in one for word in named)
        }
        for one in texts
    ]
    analyzer = text.OpinionModel(seed=1).fit(texts, labels).analyzer_
    assert_alike(analyzer, [*SENTENCES, *STRANGE, *composed(300, 4), *noise(200, 5)])
