"""Answers are checked by their question's type, and each fault names its question."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peakend.questionnaire import (
    AnswerError,
    DefinitionError,
    Fault,
    Score,
    Spoken,
    check_answers,
    infer_questionnaire,
    parse_definition,
    score_answers,
    texts_of,
)
from peakend.questionnaire.presets import csat_survey, nps_survey
from peakend.questionnaire.types import LONGEST_TEXT, TYPES

VISIT = parse_definition(
    {
        "questions": [
            {"code": "nps", "type": "nps", "required": True, "text": {"zh": "推荐？"}},
            {"code": "csat", "type": "csat", "text": {"zh": "满意？"}},
            {"code": "environment", "type": "rating", "text": {"zh": "环境"}},
            {"code": "effort", "type": "ces", "text": {"zh": "轻松？"}},
            {
                "code": "party",
                "type": "choice",
                "text": {"zh": "和谁来"},
                "options": [
                    {"code": "family", "text": {"zh": "家人"}},
                    {"code": "alone", "text": {"zh": "自己"}},
                ],
            },
            {"code": "reason", "type": "text", "after": "nps", "text": {"zh": "原因"}},
        ]
    }
)


def test_answers_from_a_form_are_read_as_numbers_and_words():
    # given what a browser sends
    raw = {"nps": "9", "csat": " 5 ", "environment": "3", "party": "alone", "reason": " 很好 "}
    # when it is checked
    checked = check_answers(VISIT, raw)
    # then nothing is wrong and the values have their types
    assert checked.errors == ()
    assert checked.answers == {
        "nps": 9, "csat": 5, "environment": 3, "party": "alone", "reason": "很好",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "given_answer", "fault"),
    [
        ("nps", "", Fault.MISSING),
        ("nps", "   ", Fault.MISSING),
        ("nps", "11", Fault.NOT_ON_SCALE),
        ("nps", "-1", Fault.NOT_ON_SCALE),
        ("nps", "9.5", Fault.NOT_ON_SCALE),
        ("nps", "nan", Fault.NOT_ON_SCALE),
        ("nps", float("inf"), Fault.NOT_ON_SCALE),
        ("nps", True, Fault.NOT_A_NUMBER),
        ("nps", "九", Fault.NOT_ON_SCALE),
        ("nps", ["9"], Fault.NOT_A_NUMBER),
        ("csat", "0", Fault.NOT_ON_SCALE),
        ("csat", "6", Fault.NOT_ON_SCALE),
        ("effort", 8, Fault.NOT_ON_SCALE),
        ("party", "friends", Fault.NOT_AN_OPTION),
        ("party", 1, Fault.NOT_AN_OPTION),
        ("reason", 5, Fault.NOT_TEXT),
        ("reason", "长" * (LONGEST_TEXT + 1), Fault.TOO_LONG),
        ("colour", "red", Fault.UNKNOWN_QUESTION),
    ],
)
def test_a_wrong_answer_is_named_and_the_right_ones_stay(code, given_answer, fault):
    if given_answer == "九":  # no number at all, in whatever script
        fault = Fault.NOT_A_NUMBER
    raw = {"nps": 8, "csat": 4, **{code: given_answer}}
    checked = check_answers(VISIT, raw)
    assert checked.errors == (AnswerError(code, fault),)
    assert code not in checked.answers
    assert checked.answers["csat" if code != "csat" else "nps"] in (4, 8)


def test_words_lose_only_what_no_database_keeps():
    checked = check_answers(VISIT, {"nps": 1, "reason": "太\x00慢\ud800了\n真的😡"})
    assert checked.answers["reason"] == "太慢了\n真的😡"


def test_words_of_nothing_but_unstorable_characters_are_no_answer():
    assert "reason" not in check_answers(VISIT, {"nps": 1, "reason": "\x00\ud800"}).answers


def test_scores_carry_the_code_they_are_measured_by_and_their_judgement():
    answers = {"nps": 6, "csat": 3, "environment": 5, "effort": 5, "party": "alone"}
    assert score_answers(VISIT, answers) == (
        Score("nps", 6, -1),
        Score("csat", 3, 0),
        Score("environment", 5, 1),
        Score("ces", 5, 1),
    )


@pytest.mark.parametrize(
    ("kind", "judgements"),
    [
        ("nps", [-1] * 7 + [0, 0, 1, 1]),
        ("csat", [-1, -1, 0, 1, 1]),
        ("rating", [-1, -1, 0, 1, 1]),
        ("ces", [-1, -1, -1, 0, 1, 1, 1]),
    ],
)
def test_every_step_of_a_scale_is_judged(kind, judgements):
    judge = TYPES[kind].polarity
    assert judge is not None
    assert [judge(step) for step in TYPES[kind].steps] == judgements


def test_scores_off_their_scale_are_not_measured():
    assert score_answers(VISIT, {"nps": 99, "csat": True, "environment": "5"}) == ()


def test_open_answers_are_handed_on_as_spoken():
    assert texts_of(VISIT, {"nps": 3, "reason": "等了一小时"}) == (Spoken("reason", "等了一小时"),)


def test_answers_from_elsewhere_tell_what_was_asked():
    # given answers to a survey that was never designed here
    answers = {"nps": 10, "csat": 2, "speed": 4, "comment": "ok", "visits": 17, "vip": True}
    # when the questions are inferred
    questionnaire = infer_questionnaire(answers)
    # then scores and words are measured; what is neither stays unmeasured
    assert [score.code for score in score_answers(questionnaire, answers)] == [
        "nps",
        "csat",
        "speed",
    ]
    assert texts_of(questionnaire, answers) == (Spoken("comment", "ok"),)


@pytest.mark.parametrize(
    ("definition", "place"),
    [
        ({}, "questions"),
        ({"questions": ["nps"]}, "question 1"),
        ({"questions": [{"code": "NPS!", "type": "nps", "text": {"zh": "?"}}]}, "question 1"),
        ({"questions": [{"code": "a", "type": "slider", "text": {"zh": "?"}}]}, "a"),
        ({"questions": [{"code": "a", "type": "nps", "text": {}}]}, "a"),
        ({"questions": [{"code": "a", "type": "nps", "text": "?"}]}, "a"),
        ({"questions": [{"code": "a", "type": "choice", "text": {"zh": "?"}, "options": []}]}, "a"),
        ({"questions": [{"code": "a", "type": "text", "text": {"zh": "?"}, "after": "b"}]}, "a"),
        ({"questions": [{"code": "a", "type": "nps", "text": {"zh": "?"}}] * 2}, "a"),
    ],
)
def test_a_questionnaire_that_cannot_be_asked_says_where(definition, place):
    with pytest.raises(DefinitionError) as error:
        parse_definition(definition)
    assert error.value.place == place


@pytest.mark.parametrize("preset", [nps_survey, csat_survey])
def test_ready_questionnaires_can_be_asked_in_both_languages(preset):
    questionnaire = parse_definition(preset("禾野", "Heye"))
    scored, reason = questionnaire.questions
    assert scored.required
    assert scored.scored
    assert reason.after == scored.code
    for question in questionnaire.questions:
        assert set(question.text) == {"zh", "en"}
    assert set(reason.variants) == {"negative", "neutral", "positive"}


# The first example waits for the table of Unicode to be built.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["nps", "csat", "environment", "effort", "party", "reason", "else"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    )
)
def test_no_answer_whatever_breaks_the_check(raw):
    checked = check_answers(VISIT, raw)
    # every answer is either taken or named, never both
    assert not set(checked.answers) & {error.question for error in checked.errors}
    assert check_answers(VISIT, checked.answers).answers == checked.answers
