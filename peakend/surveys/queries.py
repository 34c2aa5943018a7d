"""Reads of surveys: the open one at an address, and how each is doing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.fields.json import KeyTransform

from peakend.methods.estimate import Estimate
from peakend.methods.moments import Moments
from peakend.methods.scores import mean_score, nps
from peakend.organization.access import Scope
from peakend.questionnaire import (
    Question,
    Questionnaire,
    infer_questionnaire,
    parse_definition,
)
from peakend.surveys.models import Response, Survey


@dataclass(frozen=True)
class SurveyStanding:
    """One survey with how many answered it and what its first scored question says."""

    survey: Survey
    responses: int
    last_at: datetime | None
    question: Question | None
    score: Estimate | None


def open_survey(slug: str) -> Survey | None:
    """The survey that takes answers at this address."""
    return (
        Survey.objects.select_related("brand", "source")
        .filter(slug=slug, is_active=True)
        .order_by("pk")
        .first()
    )


def questionnaire_of(survey: Survey) -> Questionnaire:
    """The survey's questions, parsed."""
    return parse_definition(survey.definition)


def asking(code: str) -> list[tuple[Survey, Question]]:
    """The surveys that ask what is scored under ``code``, each with its question.

    A survey that nobody designed here may ask anything: it is asked what its answers say.
    """
    inferred = infer_questionnaire({code: 1}).questions
    return [
        (survey, question)
        for survey in Survey.objects.order_by("pk")
        for question in questionnaire_of(survey).questions or inferred
        if question.scored and question.metric == code
    ]


def answered(asked: Sequence[tuple[Survey, Question]], score: int | None) -> QuerySet[Response]:
    """The responses that answer these questions with ``score``, or with any on their scale."""
    found, given = Response.objects.order_by(), Q(pk__in=[])
    for place, (survey, question) in enumerate(asked):
        steps = [step for step in question.type.steps if score in (None, step)]
        found = found.alias(**{f"answer_{place}": KeyTransform(question.code, "answers")})
        given |= Q(survey=survey, **{f"answer_{place}__in": steps})
    return found.filter(given)


def standings(scope: Scope) -> list[SurveyStanding]:
    """Every survey, newest first, counted over the responses within the scope."""
    responses = scope.filter(Response.objects.all())
    counted = {
        row["survey"]: row
        for row in responses.values("survey")
        .annotate(count=Count("pk"), last=Max("occurred_at"))
        .order_by("survey")
    }
    surveys = Survey.objects.select_related("brand").order_by("-created_at", "-pk")
    return [_standing(survey, responses, counted.get(survey.pk)) for survey in surveys]


def standing(survey: Survey, scope: Scope) -> SurveyStanding:
    """One survey, counted over the responses within the scope."""
    responses = scope.filter(Response.objects.filter(survey=survey))
    return _standing(
        survey, responses, responses.aggregate(count=Count("pk"), last=Max("occurred_at"))
    )


def _standing(
    survey: Survey, responses: QuerySet[Response], counted: Mapping[str, Any] | None
) -> SurveyStanding:
    row = counted or {"count": 0, "last": None}
    question = next((each for each in questionnaire_of(survey).questions if each.scored), None)
    score = _score(question, responses.filter(survey=survey)) if question else None
    return SurveyStanding(survey, row["count"], row["last"], question, score)


def _score(question: Question, responses: QuerySet[Response]) -> Estimate:
    """NPS for a recommendation question, the mean for any other scale."""
    counts: Counter[int] = Counter()
    answered = (
        responses.annotate(answer=KeyTransform(question.code, "answers"))
        .values_list("answer")
        .annotate(count=Count("pk"))
        .order_by("answer")
    )
    for answer, count in answered:
        if isinstance(answer, int) and answer in question.type.steps:
            counts[answer] += count
    if question.type.code == "nps":
        promoters = sum(counts[step] for step in (9, 10))
        passives = sum(counts[step] for step in (7, 8))
        return nps(promoters, passives, counts.total() - promoters - passives)
    return mean_score(
        Moments.from_histogram({float(step): count for step, count in counts.items()})
    )
