"""What a respondent answered on a scale beside their words: 'NPS 2' in a list, and as a filter."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from peakend.loop.row_keys import PER_SIGNAL
from peakend.metrics.questions import title_of_question
from peakend.questionnaire import Question, Score, infer_questionnaire, score_answers
from peakend.surveys.models import Response, Survey
from peakend.surveys.queries import answered, asking, questionnaire_of
from peakend.voices.models import Voice

RATING = "rating"  # the stars of a platform: given with the voice itself, not beside it


def beside_answer(code: str, score: int | None) -> Q:
    """The condition on a voice that its customer answered ``code`` with it: with ``score``, or with any.

    The sources come first: they leave few of many voices whose responses are looked at.
    """
    asked = asking(code)
    response = answered(asked, score).filter(pk=OuterRef("pk") - OuterRef("pk") % PER_SIGNAL)
    found = Q(_of(asked), Exists(response))
    if code == RATING:
        found |= Q(rating__isnull=False) if score is None else _rated(score)
    return found


def _rated(score: int) -> Q:
    # As the warehouse rounds a rating into its histogram.
    return Q(rating__gte=score - 0.5, rating__lt=score + 0.5)


def have_words(code: str) -> bool:
    """Whether any answer to the question can have words beside it: some surveys ask for none."""
    found = _of(asking(code))
    if code == RATING:
        found |= Q(rating__isnull=False)
    return Voice.objects.filter(found).exists()


def scores_beside(voices: Sequence[Voice]) -> dict[int, str]:
    """What was answered on a scale beside each open answer, by voice; others have no entry."""
    keys = {voice.pk: voice.pk - voice.pk % PER_SIGNAL for voice in voices if voice.rating is None}
    if not keys:
        return {}
    rows = Response.objects.filter(pk__in=set(keys.values())).select_related("survey")
    responses = {row.pk: row for row in rows.order_by("pk")}
    found = {}
    for voice in voices:
        response = responses.get(keys.get(voice.pk, -1))
        score = _score(response, voice.attributes.get("question", "")) if response else None
        if score:
            found[voice.pk] = f"{title_of_question(score.code)} {score.value}"
    return found


def _score(response: Response, asked: str) -> Score | None:
    """The score that the open question was asked after, else the first there is."""
    questionnaire = questionnaire_of(response.survey)
    if not questionnaire.questions:
        questionnaire = infer_questionnaire(response.answers)
    scores = score_answers(questionnaire, response.answers)
    question = questionnaire.question(asked)
    before = questionnaire.question(question.after) if question and question.after else None
    meant = (one for one in scores if before and one.code == before.metric)
    return next(meant, scores[0] if scores else None)


def _of(asked: Sequence[tuple[Survey, Question]]) -> Q:
    return Q(source__in={survey.source_id for survey, _question in asked})
