"""Writes to the metric registry: own metrics, what is set about any, the parts of an index."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from django.db import transaction

from peakend.metrics import registry
from peakend.metrics.catalogue import CATALOGUE
from peakend.metrics.choices import Display, Level, Period
from peakend.metrics.definition import Definition
from peakend.metrics.errors import (
    CodeTaken,
    InUse,
    InvalidCode,
    InvalidFormula,
    NotAPart,
    NoWholeness,
    UnknownMetric,
)
from peakend.metrics.models import Metric, MetricPart
from peakend.metrics.own import kind_of, read_formula
from peakend.organization.models import Unit, User

_CODE = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
# Addresses of pages that stand beside those of metrics.
RESERVED = {"new", "preview", "annotations", "export"}


@dataclass(frozen=True)
class Settings:
    """What a company decides about a metric, its own or a shipped one."""

    standard: float | None = None
    target: float | None = None
    target_on: date | None = None
    owner: Unit | None = None
    channels: Sequence[str] = ()
    period: str = Period.WEEK
    minimum_n: int | None = None
    roles: Sequence[str] = ()


@dataclass(frozen=True)
class MetricDraft:
    """An own metric as somebody wants it, before it is checked."""

    code: str
    name: str
    kind: str
    parameters: Mapping[str, Any]
    name_en: str = ""
    definition: str = ""
    definition_en: str = ""
    level: str = Level.RESULT
    better: int = 1
    display: str = Display.SCORE
    unit: str = ""
    unit_en: str = ""
    scale: tuple[float, float] | None = None
    settings: Settings = field(default_factory=Settings)
    parts: Sequence[tuple[str, float]] = ()  # of an index: code and weight


def drafted(draft: MetricDraft) -> Definition:
    """The definition a draft would become, for a preview; nothing is kept.

    Raises:
        InvalidCode, UnknownFormula, InvalidFormula, NotAPart
    """
    return registry.defined(_filled(Metric(code=draft.code), draft), _parts_of(draft))


@transaction.atomic
def save_metric(draft: MetricDraft, *, by: User | None, metric: Metric | None = None) -> Metric:
    """Define a metric of the company's own, or change one.

    Raises:
        InvalidCode, CodeTaken, UnknownFormula, InvalidFormula, NotAPart, NoWholeness
    """
    drafted(draft)
    row = metric or Metric(code=draft.code, created_by=by)
    if metric is None and (
        draft.code in CATALOGUE or Metric.objects.filter(code=draft.code).exists()
    ):
        raise CodeTaken(draft.code)
    _filled(row, draft).save()
    registry.forget()
    if draft.kind == "index":
        set_parts(row.code, draft.parts, by=by)
    return row


def set_metric(code: str, settings: Settings, *, by: User | None = None) -> Metric:
    """Set what a company decides about any metric.

    Raises:
        UnknownMetric
    """
    registry.definition_of(code)
    row = Metric.objects.filter(code=code).order_by("pk").first()
    row = row or Metric(code=code, created_by=by)
    _settle(row, settings)
    row.save()
    registry.forget()
    return row


@transaction.atomic
def remove_metric(row: Metric) -> None:
    """Take an own metric out of use; its definition stays, so that old links can say what it was.

    Raises:
        InUse: an index is computed from it.
    """
    wholes = MetricPart.objects.filter(part=row.code).order_by("pk").values_list("whole", flat=True)
    if wholes:
        raise InUse(wholes[0])
    row.is_active = False
    row.save(update_fields=["is_active", "updated_at"])
    registry.forget()


@transaction.atomic
def set_parts(
    whole: str,
    parts: Sequence[tuple[str, float]],
    *,
    by: User | None,
    segment: str = "",
    taken_on: date | None = None,
    origin: Mapping[str, Any] | None = None,
) -> None:
    """Put these parts with their weights in the place of the index's (of one segment's).

    Raises:
        UnknownMetric, NotAPart, NoWholeness, InvalidFormula
    """
    if not registry.definition_of(whole).is_index:
        raise NotAPart(whole)
    _check_parts(parts)
    for code, _weight in parts:
        if whole in _made_of(code):
            raise NoWholeness(code)
    MetricPart.objects.filter(whole=whole, segment=segment).delete()
    MetricPart.objects.bulk_create(
        MetricPart(
            whole=whole, part=code, segment=segment, weight=weight, position=position,
            taken_on=taken_on, origin=dict(origin or {}), set_by=by,
        )
        for position, (code, weight) in enumerate(parts)
    )  # fmt: skip
    registry.forget()


def _check_parts(parts: Sequence[tuple[str, float]]) -> None:
    if not parts or len({code for code, _weight in parts}) < len(parts):
        raise InvalidFormula("parts")
    if any(weight < 0 for _code, weight in parts) or sum(weight for _code, weight in parts) <= 0:
        raise InvalidFormula("weights")
    for code, _weight in parts:
        if not registry.definition_of(code).can_be_part:
            raise NotAPart(code)


def _made_of(code: str) -> set[str]:
    """The metric and everything it is computed from, at any depth."""
    found, open_codes = set(), [code]
    while open_codes:
        one = open_codes.pop()
        if one in found:
            continue
        found.add(one)
        try:
            open_codes += [part.code for part in registry.definition_of(one).parts]
        except UnknownMetric:
            continue
    return found


def _parts_of(draft: MetricDraft) -> Sequence[tuple[str, float]]:
    if draft.kind != "index":
        return ()
    _check_parts(draft.parts)
    return draft.parts


def _filled(row: Metric, draft: MetricDraft) -> Metric:
    if not _CODE.match(draft.code) or draft.code in RESERVED:
        raise InvalidCode(draft.code)
    given = read_formula(draft.kind, draft.parameters)
    kind_of(draft.kind).build(given)
    if draft.scale is not None and not draft.scale[0] < draft.scale[1]:
        raise InvalidFormula("scale")
    row.formula = {"kind": draft.kind, "parameters": msgspec.to_builtins(given)}
    row.name, row.name_en = draft.name, draft.name_en
    row.definition, row.definition_en = draft.definition, draft.definition_en
    row.level, row.better, row.display = draft.level, draft.better, draft.display
    row.unit_word, row.unit_word_en = draft.unit, draft.unit_en
    row.scale_low, row.scale_high = draft.scale or (None, None)
    row.is_active = True
    _settle(row, draft.settings)
    return row


def _settle(row: Metric, settings: Settings) -> None:
    row.standard, row.target = settings.standard, settings.target
    row.target_on, row.owner = settings.target_on, settings.owner
    row.channels, row.roles = list(settings.channels), list(settings.roles)
    row.period, row.minimum_n = settings.period, settings.minimum_n
