"""The score that a respondent gave beside their words, as a list writes it: 'NPS 2'."""

from __future__ import annotations

from collections.abc import Sequence

from peakend.loop.row_keys import PER_SIGNAL
from peakend.metrics.questions import title_of_question
from peakend.questionnaire import Score, infer_questionnaire, score_answers
from peakend.surveys.models import Response
from peakend.surveys.queries import questionnaire_of
from peakend.voices.models import Voice


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
