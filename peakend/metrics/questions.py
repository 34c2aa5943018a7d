"""What surveys ask, by the code their scores are observed under: titles and scales."""

from dataclasses import dataclass

from django.utils.translation import get_language

from peakend.metrics.catalogue import CATALOGUE
from peakend.metrics.definition import Definition
from peakend.questionnaire import parse_definition
from peakend.questionnaire.definition import Question, Words, in_language
from peakend.surveys.models import Survey

# What was expected of a part is asked under the part's code with this ending (SERVQUAL).
EXPECTED = "_expected"
DEFAULT_SCALE = (1.0, 5.0)
STANDARD = ("nps", "csat", "ces")  # questions that are known by a metric's name


@dataclass(frozen=True)
class Scored:
    """One scored question: its observations' code, its words and its scale."""

    code: str
    words: Words
    scale: tuple[float, float]

    @property
    def title(self) -> str:
        """The question's short title in the reader's language."""
        language = "en" if (get_language() or "").startswith("en") else "zh"
        return in_language(self.words, language) or self.code


def name_of(metric: Definition) -> str:
    """The metric's name in the reader's language; a question's score is called as its survey calls it."""
    prefix, _colon, code = metric.code.partition(":")
    if prefix == "score" and str(metric.name) == code:
        return title_of_question(code)
    return str(metric.name)


def scored_questions() -> dict[str, Scored]:
    """Every scored question by code; the newest survey's wording."""
    found: dict[str, Scored] = {}
    for survey in Survey.objects.order_by("created_at", "pk"):
        for question in parse_definition(survey.definition).questions:
            if question.type.scale is not None:
                found[question.metric] = _scored(question)
    return found


def title_of_question(code: str) -> str:
    """One question's short title, its code where no survey asks it; standard ones by their metric."""
    if code in STANDARD:
        return str(CATALOGUE[code].name)
    found = scored_questions().get(code)
    return found.title if found else code


def scale_of(code: str) -> tuple[float, float]:
    """The lowest and highest answer; 1 to 5 where no survey of ours asks it."""
    found = scored_questions().get(code)
    return found.scale if found else DEFAULT_SCALE


def _scored(question: Question) -> Scored:
    low, high = question.type.scale or (1, 5)
    return Scored(question.metric, question.name or question.text, (float(low), float(high)))
