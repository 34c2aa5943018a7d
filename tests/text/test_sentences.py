"""Written sentences, by construction: what each must be found to say, and which are still misread."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

import peakend.text as text
from peakend.text.collection import cause_spans
from peakend.text.lexicon import _read, general_lexicon

HERE = Path(__file__).parent
SIGNS = {"+": "positive", "-": "negative", "0": "neutral"}
DOCUMENT = {1: "positive", -1: "negative", 0: "neutral"}


def groups_of(name):
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


GROUPS = groups_of("sentences.yaml")
KNOWN_WRONG = groups_of("known_wrong.yaml")


def cases(groups):
    return [
        pytest.param(
            group["taxonomy"], *row[:2], row[2] if len(row) > 2 else {}, id=f"{label}-{row[0]}"
        )
        for group in groups
        for label in (group["construction"],)
        for row in group["sentences"]
    ]


def unmet(taxonomy, sentence, expected, words):
    """What a reader would say of a sentence and the kernel does not."""
    analyzer = text.for_taxonomy(taxonomy)
    (analysis,) = analyzer.analyze([sentence])
    (polarity,) = analyzer.analyze_columns([sentence]).polarity.tolist()
    opinions = {opinion.aspect: opinion for opinion in analysis.opinions}
    found = {aspect: opinion.polarity for aspect, opinion in opinions.items()}
    found["text"] = DOCUMENT[polarity]
    feelings = {"emotion": analysis.emotions, "intent": analysis.intents}
    missing = []
    for expectation in expected.split():
        what, sign = expectation.split("=")
        if what in feelings:
            met = not feelings[what] if sign == "none" else sign in feelings[what]
        else:
            met = found.get(what) == SIGNS[sign]
        if not met:
            missing.append(f"{expectation}, found {feelings.get(what, found)}")
    for what, rests_on in words.items():
        if what == "cause":
            spans = [sentence[start:end] for start, end in cause_spans(sentence)]
            met = rests_on in spans
        else:
            opinion = opinions.get(what)
            spans = [sentence[opinion.start : opinion.end]] if opinion else []
            met = any(rests_on in span for span in spans)
        if not met:
            missing.append(f"{what} rests on {rests_on!r}, found {spans}")
    return missing


@pytest.mark.parametrize(("taxonomy", "sentence", "expected", "words"), cases(GROUPS))
def test_a_sentence_says_what_a_reader_would_say(taxonomy, sentence, expected, words):
    assert not unmet(taxonomy, sentence, expected, words)


@pytest.mark.parametrize(("taxonomy", "sentence", "expected", "words"), cases(KNOWN_WRONG))
def test_a_sentence_known_to_be_misread_is_still_misread(taxonomy, sentence, expected, words):
    """Whoever mends one moves it to `sentences.yaml`."""
    assert unmet(taxonomy, sentence, expected, words)


def test_a_misread_sentence_says_why():
    assert all(group["why"] for group in KNOWN_WRONG)


def test_no_sentence_stands_twice():
    counts = Counter(
        sentence.strip("。.！!？? ").lower()
        for group in [*GROUPS, *KNOWN_WRONG]
        for sentence, *_ in group["sentences"]
    )
    assert [sentence for sentence, n in counts.items() if n > 1] == []


def test_both_languages_every_construction_and_every_industry_are_there():
    sentences = Counter()
    for group in GROUPS:
        sentences[group["language"]] += len(group["sentences"])
    assert sentences["zh"] >= 310
    assert sentences["en"] >= 160
    assert {group["taxonomy"] for group in GROUPS} == set(text.taxonomy_names())
    constructions = {
        language: {group["construction"] for group in GROUPS if group["language"] == language}
        for language in ("zh", "en")
    }
    both = {
        "plain", "negation", "double_negation", "contrast", "comparison", "rhetorical_question",
        "irony", "wish", "emoji", "degree", "cause", "emotion", "no_judgement", "idiom",
        "reported_speech", *(f"intent_{intent}" for intent in text.INTENTS),
    }  # fmt: skip
    assert constructions["en"] >= both
    assert constructions["zh"] >= {
        *both, "implicit", "traditional_characters", "mixed_language", "then_and_now",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_emotion_and_intent_is_said_in_both_languages(language):
    said = Counter(
        expectation
        for group in GROUPS
        if group["language"] == language
        for _, expected, *_ in group["sentences"]
        for expectation in expected.split()
    )
    for emotion in text.EMOTIONS:
        assert said[f"emotion={emotion}"] >= 2, emotion
    for intent in text.INTENTS:
        assert said[f"intent={intent}"] >= 3, intent


def test_evidence_lies_in_the_text_and_is_short():
    lengths = []
    for group in GROUPS:
        analyzer = text.for_taxonomy(group["taxonomy"])
        for sentence, *_ in group["sentences"]:
            for opinion in analyzer.analyze([sentence])[0].opinions:
                assert 0 <= opinion.start < opinion.end <= len(sentence)
                if group["language"] == "zh":
                    lengths.append(opinion.end - opinion.start)
    assert sorted(lengths)[len(lengths) // 2] <= 12


def test_a_word_for_a_feeling_hides_no_judgement():
    """The longest match counts: 'would be great' without a value would hide 'great'."""
    entries = general_lexicon()
    judging = {pattern for pattern, entry in entries.items() if abs(entry.polarity) >= 2}
    neutral = {pattern for role, _, pattern in _read() if role == "neutral"}
    hiding = [
        (pattern, inside)
        for pattern, entry in entries.items()
        if (entry.emotions or entry.intents) and not entry.polarity and not entry.roles
        if pattern not in neutral
        for inside in judging
        if inside != pattern and _part_of(inside, pattern)
    ]
    assert hiding == []


def _part_of(inside, pattern):
    if pattern.isascii():
        return f" {inside} " in f" {pattern} "
    return len(inside) > 1 and inside in pattern
