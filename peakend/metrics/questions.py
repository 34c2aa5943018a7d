"""What a survey's questions are called, so that their scores can be named as they were asked."""

from django.utils.translation import get_language

from peakend.metrics.definitions import Definition
from peakend.questionnaire import parse_definition
from peakend.questionnaire.definition import in_language
from peakend.surveys.models import Survey


def name_of(metric: Definition) -> str:
    """The metric's name in the reader's language; a question's score is called as its survey calls it."""
    prefix, _colon, code = metric.code.partition(":")
    if prefix == "score":
        return question_titles().get(code, code)
    return str(metric.name)


def question_titles() -> dict[str, str]:
    """Short titles of scored questions by code, in the reader's language; the newest survey's wording."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    titles: dict[str, str] = {}
    for survey in Survey.objects.order_by("created_at", "pk"):
        for question in parse_definition(survey.definition).questions:
            if question.scored:
                titles[question.code] = in_language(question.name or question.text, language)
    return titles
