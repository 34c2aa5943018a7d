"""Responses are recorded in bulk, each once, with their scores and words."""

from datetime import UTC, datetime

import pytest

from peakend.organization.access import Scope
from peakend.questionnaire import DefinitionError, Score, Spoken
from peakend.questionnaire.presets import csat_survey, nps_survey
from peakend.surveys.models import Response, Survey
from peakend.surveys.queries import standing, standings
from peakend.surveys.services import NewResponse, create_survey, record_responses
from tests.builders import a_unit

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 7, 25, 4, 30, tzinfo=UTC)


def a_response(number: int, survey: str = "visit", **answers: object) -> NewResponse:
    return NewResponse(id=16 * number, survey=survey, occurred_at=NOON, answers=answers)


def test_a_batch_is_kept_with_its_scores_and_words():
    survey = create_survey(slug="visit", title="回访", definition=nps_survey("禾野", "Heye"))
    (recorded,) = record_responses([a_response(1, nps=9, reason="好吃")])
    assert recorded.scores == (Score("nps", 9, 1),)
    assert recorded.texts == (Spoken("reason", "好吃"),)
    assert recorded.source_id == survey.source_id
    row = Response.objects.get()
    assert (row.pk, row.answers, row.occurred_at) == (16, {"nps": 9, "reason": "好吃"}, NOON)


def test_recording_a_batch_twice_changes_nothing():
    create_survey(slug="visit", title="回访", definition=nps_survey("禾野", "Heye"))
    batch = [a_response(number, nps=number % 11) for number in range(1, 40)]
    first = record_responses(batch)
    assert record_responses(batch) == first
    assert Response.objects.count() == 39


def test_a_survey_nobody_designed_is_made_on_the_way():
    (recorded,) = record_responses([a_response(1, "elsewhere", csat=2, speed=4, comment="slow")])
    assert [score.code for score in recorded.scores] == ["csat", "speed"]
    assert Survey.objects.get(slug="elsewhere").source.channel == "survey"


def test_a_batch_costs_the_same_few_queries_whatever_its_size(django_assert_max_num_queries):
    create_survey(slug="visit", title="回访", definition=nps_survey("禾野", "Heye"))
    with django_assert_max_num_queries(4):
        record_responses([a_response(number, nps=5) for number in range(1, 500)])


def test_a_survey_without_askable_questions_is_not_made():
    with pytest.raises(DefinitionError):
        create_survey(slug="x", title="x", definition={"questions": [{"code": "q"}]})
    assert not Survey.objects.exists()


def test_a_standing_counts_within_the_scope_and_carries_its_interval():
    # given answers at two stores: one promotes, the other does not
    create_survey(slug="visit", title="回访", definition=nps_survey("禾野", "Heye"))
    here, there = a_unit(), a_unit()
    record_responses(
        [
            NewResponse(
                id=16 * number,
                survey="visit",
                occurred_at=NOON,
                answers={"nps": score},
                unit_id=unit.pk,
            )
            for number, (score, unit) in enumerate([(10, here)] * 30 + [(0, there)] * 10, 1)
        ]
    )
    # when the owner of one looks, and somebody who sees all
    (mine,), (whole,) = standings(Scope(frozenset({here.pk}))), standings(Scope(None))
    # then each sees their own answers
    assert mine.score is not None
    assert whole.score is not None
    assert (mine.responses, mine.score.value) == (30, 1.0)
    assert (whole.responses, whole.score.value) == (40, 0.5)
    assert whole.score.low is not None
    assert whole.score.low < 0.5 < (whole.score.high or 0)


def test_a_satisfaction_survey_stands_by_its_mean():
    survey = create_survey(slug="buy", title="购物", definition=csat_survey("禾野", "Heye"))
    record_responses([a_response(n, "buy", csat=score) for n, score in enumerate([5, 4, 3, 4], 1)])
    one = standing(survey, Scope(None))
    assert one.score is not None
    assert one.score.value == 4.0
