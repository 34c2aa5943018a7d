"""Written sentences, by construction: what each must be found to say."""

from pathlib import Path

import pytest
import yaml

import peakend.text as text

GROUPS = yaml.safe_load((Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8"))
SIGNS = {"+": "positive", "-": "negative", "0": "neutral"}
CASES = [
    pytest.param(group["taxonomy"], sentence, expected, id=f"{group['construction']}-{sentence}")
    for group in GROUPS
    for sentence, expected in group["sentences"]
]


@pytest.mark.parametrize(("taxonomy", "sentence", "expected"), CASES)
def test_a_sentence_says_what_a_reader_would_say(taxonomy, sentence, expected):
    analyzer = text.for_taxonomy(taxonomy)
    (analysis,) = analyzer.analyze([sentence])
    (polarity,) = analyzer.analyze_columns([sentence]).polarity.tolist()
    found = {opinion.aspect: opinion.polarity for opinion in analysis.opinions}
    found["text"] = {1: "positive", -1: "negative", 0: "neutral"}[polarity]
    for expectation in expected.split():
        aspect, sign = expectation.split("=")
        assert found.get(aspect) == SIGNS[sign], found


def test_both_languages_and_every_construction_are_there():
    sentences = {"zh": 0, "en": 0}
    for group in GROUPS:
        sentences[group["language"]] += len(group["sentences"])
    assert sentences["zh"] >= 200
    assert sentences["en"] >= 75
    assert {group["construction"] for group in GROUPS} >= {
        "plain", "negation", "double_negation", "contrast", "comparison", "rhetorical_question",
        "irony", "wish", "emoji",
    }  # fmt: skip


def test_evidence_lies_in_the_text_and_is_short():
    lengths = []
    for group in GROUPS:
        analyzer = text.for_taxonomy(group["taxonomy"])
        for sentence, _ in group["sentences"]:
            for opinion in analyzer.analyze([sentence])[0].opinions:
                assert 0 <= opinion.start < opinion.end <= len(sentence)
                if group["language"] == "zh":
                    lengths.append(opinion.end - opinion.start)
    assert sorted(lengths)[len(lengths) // 2] <= 12
