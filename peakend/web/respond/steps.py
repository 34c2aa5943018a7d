"""Where a respondent is: the answers so far travel in the address, the last step sends them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from peakend.questionnaire import AnswerError, Question, Questionnaire, check_answers
from peakend.questionnaire.definition import in_language
from peakend.questionnaire.types import Answer

_OUTCOMES = {-1: "negative", 0: "neutral", 1: "positive"}


@dataclass(frozen=True)
class Step:
    """One question of a respondent's way, with the answers given before."""

    number: int  # from 1
    of: int
    question: Question
    answers: Mapping[str, Answer]
    error: AnswerError | None = None

    @property
    def is_last(self) -> bool:
        return self.number == self.of

    @property
    def progress(self) -> list[bool]:
        """For each step whether it is reached."""
        return [place < self.number for place in range(self.of)]


def find_step(questionnaire: Questionnaire, asked: QueryDict) -> Step:
    """The step the address names, or the first that still lacks a required answer."""
    questions = questionnaire.questions
    answers = check_answers(questionnaire, given(questionnaire, asked)).answers
    wanted = asked.get("step", "1")
    place = (
        min(max(int(wanted), 1), len(questions)) if wanted.isdecimal() and len(wanted) < 4 else 1
    )
    for number, question in enumerate(questions[: place - 1], 1):
        if question.required and question.code not in answers:
            return Step(number, len(questions), question, answers)
    return Step(place, len(questions), questions[place - 1], answers)


def given(questionnaire: Questionnaire, form: QueryDict) -> dict[str, object]:
    """The raw answers among the fields of a form."""
    return {
        question.code: form[question.code]
        for question in questionnaire.questions
        if question.code in form
    }


def step_of_error(
    questionnaire: Questionnaire, answers: Mapping[str, Answer], error: AnswerError
) -> Step:
    """The step at which an answer has to be given again."""
    codes = [question.code for question in questionnaire.questions]
    number = codes.index(error.question) + 1
    return Step(number, len(codes), questionnaire.questions[number - 1], answers, error)


def wording(
    question: Question, questionnaire: Questionnaire, answers: Mapping[str, Answer], language: str
) -> str:
    """The question's words, following the outcome of the question it comes after."""
    outcome = outcome_of(questionnaire, answers, question.after)
    if outcome and (words := question.variants.get(outcome)):
        return in_language(words, language)
    return in_language(question.text, language)


def outcome_of(questionnaire: Questionnaire, answers: Mapping[str, Answer], code: str) -> str:
    """'negative', 'neutral' or 'positive' for an answered score, '' otherwise."""
    question, answer = questionnaire.question(code), answers.get(code)
    if question is None or question.type.polarity is None or not isinstance(answer, int):
        return ""
    return _OUTCOMES[question.type.polarity(answer)]


def first_outcome(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> str:
    """How the first score turned out: what the thank-you answers to."""
    for question in questionnaire.questions:
        if question.scored:
            return outcome_of(questionnaire, answers, question.code)
    return ""
