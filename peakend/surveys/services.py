"""Writes to surveys and their responses."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from peakend.offerings.models import Brand
from peakend.organization.models import User
from peakend.questionnaire import (
    Questionnaire,
    Score,
    Spoken,
    infer_questionnaire,
    parse_definition,
    score_answers,
    texts_of,
)
from peakend.surveys.models import Response, Survey
from peakend.voices.models import Source


@dataclass(frozen=True, slots=True)
class NewResponse:
    """One response as it came, with whatever its sender's codes were resolved to."""

    id: int
    survey: str
    occurred_at: datetime
    answers: Mapping[str, Any]
    external_id: str = ""
    customer_id: int | None = None
    unit_id: int | None = None
    brand_id: int | None = None
    channel: str = ""
    product: str = ""
    segment: str = ""
    language: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """What a response says: its scores to measure and its words to understand."""

    id: int
    survey_id: int
    source_id: int
    brand_id: int | None
    scores: tuple[Score, ...]
    texts: tuple[Spoken, ...]


@transaction.atomic
def create_survey(
    *,
    slug: str,
    title: str,
    definition: Mapping[str, Any],
    title_en: str = "",
    taxonomy: str = "retail",
    brand: Brand | None = None,
    created_by: User | None = None,
) -> Survey:
    """Open a survey at its own address, and the source its open answers belong to.

    Raises:
        DefinitionError: the questions cannot be asked.
    """
    parse_definition(definition)
    source, _created = Source.objects.get_or_create(
        code=f"survey-{slug}"[:64],
        defaults={
            "name": title,
            "name_en": title_en,
            "channel": "survey",
            "taxonomy": taxonomy,
        },
    )
    return Survey.objects.create(
        slug=slug,
        title=title,
        title_en=title_en,
        definition=dict(definition),
        source=source,
        brand=brand,
        created_by=created_by,
    )


def close_survey(survey: Survey) -> None:
    """Take no more answers; what was answered stays."""
    survey.is_active = False
    survey.save(update_fields=["is_active"])


def reopen_survey(survey: Survey) -> None:
    """Take answers again."""
    survey.is_active = True
    survey.save(update_fields=["is_active"])


def record_responses(batch: Sequence[NewResponse]) -> list[RecordedResponse]:
    """Keep a batch of responses, each once, and read their scores and words.

    A survey nobody designed here is made on the way, so that answers brought along from
    elsewhere are measured too. Runs inside the drainer's transaction; no query per row.
    """
    surveys = _surveys_of(batch)
    read = {slug: _questionnaire_of(survey) for slug, survey in surveys.items()}
    _insert(batch, surveys)
    recorded = []
    for response in batch:
        survey = surveys[response.survey]
        questionnaire = read[response.survey] or infer_questionnaire(response.answers)
        recorded.append(
            RecordedResponse(
                id=response.id,
                survey_id=survey.pk,
                source_id=survey.source_id,
                brand_id=response.brand_id or survey.brand_id,
                scores=score_answers(questionnaire, response.answers),
                texts=texts_of(questionnaire, response.answers),
            )
        )
    return recorded


def _surveys_of(batch: Iterable[NewResponse]) -> dict[str, Survey]:
    slugs = sorted({response.survey for response in batch})
    found = {survey.slug: survey for survey in Survey.objects.filter(slug__in=slugs).order_by("pk")}
    for slug in slugs:
        if slug not in found:
            found[slug] = create_survey(slug=slug, title=slug, definition={"questions": []})
    return found


def _questionnaire_of(survey: Survey) -> Questionnaire | None:
    questionnaire = parse_definition(survey.definition)
    return questionnaire if questionnaire.questions else None


_COLUMNS = (
    "id", "survey_id", "external_id", "occurred_at", "answers", "customer_id", "unit_id",
    "brand_id", "channel", "product", "segment", "language", "attributes",
)  # fmt: skip


def _insert(batch: Iterable[NewResponse], surveys: Mapping[str, Survey]) -> None:
    as_stored = connection.ops.adapt_datetimefield_value
    rows = [
        (
            each.id,
            surveys[each.survey].pk,
            each.external_id[:200],
            as_stored(each.occurred_at),
            json.dumps(dict(each.answers), ensure_ascii=False),
            each.customer_id,
            each.unit_id,
            each.brand_id or surveys[each.survey].brand_id,
            each.channel[:32],
            each.product[:120],
            each.segment[:64],
            each.language[:8],
            json.dumps(dict(each.attributes), ensure_ascii=False),
        )
        for each in batch
    ]
    # One statement over plain tuples: building a model per row costs ten times as much.
    columns = ", ".join(_COLUMNS)
    places = ", ".join(["%s"] * len(_COLUMNS))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {Response._meta.db_table} ({columns}) VALUES ({places})"
            " ON CONFLICT DO NOTHING",
            rows,
        )
