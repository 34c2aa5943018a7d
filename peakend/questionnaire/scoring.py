"""From answers to what is measured: scores by code, and the respondent's own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from peakend.questionnaire.definition import Question, Questionnaire
from peakend.questionnaire.types import TYPES


@dataclass(frozen=True, slots=True)
class Score:
    """One scored answer: the observation's code, the value on its own scale, and its judgement."""

    code: str
    value: int
    polarity: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """Free words answered to one question."""

    question: str
    text: str


def score_answers(questionnaire: Questionnaire, answers: Mapping[str, object]) -> tuple[Score, ...]:
    """The scored answers in the order of the questions; answers off their scale are left out."""
    scores = []
    for question in questionnaire.questions:
        value = answers.get(question.code)
        judge, scale = question.type.polarity, question.type.scale
        if judge is None or scale is None or isinstance(value, bool) or not isinstance(value, int):
            continue
        if scale[0] <= value <= scale[1]:
            scores.append(Score(question.metric, value, judge(value)))
    return tuple(scores)


def texts_of(questionnaire: Questionnaire, answers: Mapping[str, object]) -> tuple[Spoken, ...]:
    """The open answers in the order of the questions."""
    return tuple(
        Spoken(question.code, text)
        for question in questionnaire.questions
        if question.type.code == "text"
        and isinstance(text := answers.get(question.code), str)
        and text
    )


def infer_questionnaire(answers: Mapping[str, object]) -> Questionnaire:
    """The questions that answers from elsewhere must have had.

    A file or another system may deliver answers to a survey that was never designed here.
    'nps', 'csat' and 'ces' mean what they say, whole numbers from 1 to 5 are ratings, words
    are open answers; what is none of these stays with the response, unmeasured.
    """
    questions = []
    for code, answer in answers.items():
        if code in ("nps", "csat", "ces"):
            kind = TYPES[code]
        elif isinstance(answer, str):
            kind = TYPES["text"]
        elif isinstance(answer, int) and not isinstance(answer, bool) and 1 <= answer <= 5:
            kind = TYPES["rating"]
        else:
            continue
        questions.append(Question(code, kind, {"": code}, metric=kind.metric or code))
    return Questionnaire(tuple(questions))
