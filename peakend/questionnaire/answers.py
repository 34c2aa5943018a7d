"""Check what a respondent answered, question by question."""

from collections.abc import Mapping
from dataclasses import dataclass

from peakend.questionnaire.definition import Questionnaire
from peakend.questionnaire.errors import AnswerError, Fault
from peakend.questionnaire.types import Answer


@dataclass(frozen=True, slots=True)
class Checked:
    """The answers that can be taken, and what is wrong with the others."""

    answers: Mapping[str, Answer]
    errors: tuple[AnswerError, ...]


def check_answers(questionnaire: Questionnaire, raw: Mapping[str, object]) -> Checked:
    """Read every answer by its question's type. None and '' mean 'not answered'."""
    answers: dict[str, Answer] = {}
    errors: list[AnswerError] = []
    for question in questionnaire.questions:
        given = raw.get(question.code)
        if given is None or (isinstance(given, str) and not given.strip()):
            if question.required:
                errors.append(AnswerError(question.code, Fault.MISSING))
            continue
        read = question.type.read(question, given)
        if isinstance(read, Fault):
            errors.append(AnswerError(question.code, read))
        elif read != "":
            answers[question.code] = read
    known = {question.code for question in questionnaire.questions}
    errors += [AnswerError(code, Fault.UNKNOWN_QUESTION) for code in raw if code not in known]
    return Checked(answers, tuple(errors))
