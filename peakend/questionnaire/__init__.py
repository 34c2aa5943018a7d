"""Survey logic without a framework: question types, checking answers, scoring."""

from peakend.questionnaire.answers import Checked, check_answers
from peakend.questionnaire.definition import Question, Questionnaire, parse_definition
from peakend.questionnaire.errors import AnswerError, DefinitionError, Fault
from peakend.questionnaire.scoring import (
    Score,
    Spoken,
    infer_questionnaire,
    score_answers,
    texts_of,
)

__all__ = [
    "AnswerError",
    "Checked",
    "DefinitionError",
    "Fault",
    "Question",
    "Questionnaire",
    "Score",
    "Spoken",
    "check_answers",
    "infer_questionnaire",
    "parse_definition",
    "score_answers",
    "texts_of",
]
