"""Drawing and redrawing journeys."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import get_language

from peakend.journeys.errors import JourneyError
from peakend.journeys.fields import FIELDS
from peakend.journeys.models import Journey, Stage, Touchpoint
from peakend.journeys.vocabulary import Vocabulary, spelled
from peakend.organization.models import Unit


@dataclass(frozen=True)
class TouchpointPlan:
    """A touchpoint to be drawn: its name and whatever else of its fields is known."""

    name: str
    name_en: str = ""
    unit: Unit | None = None
    codes: tuple[str, ...] = ()
    minutes: Decimal = Decimal(1)
    details: dict[str, Any] = field(default_factory=dict)  # further columns of Touchpoint


@dataclass(frozen=True)
class StagePlan:
    """A stage to be drawn, with its touchpoints in order."""

    name: str
    name_en: str = ""
    touchpoints: tuple[TouchpointPlan, ...] = ()


@transaction.atomic
def draw_journey(
    *,
    name: str,
    name_en: str = "",
    code: str = "",
    unit: Unit | None = None,
    stages: Sequence[StagePlan] = (),
) -> Journey:
    """Draw a whole journey at once; without stages it gets the three every sale has."""
    if not name.strip():
        raise JourneyError("name_missing")
    journey = Journey.objects.create(
        code=_free_code(code or name_en or name), name=name.strip(), name_en=name_en, unit=unit
    )
    for plan in stages or _EMPTY_STAGES:
        stage = add_stage(journey, name=plan.name, name_en=plan.name_en)
        for position, touchpoint in enumerate(plan.touchpoints):
            Touchpoint.objects.create(
                stage=stage,
                position=position,
                name=touchpoint.name,
                name_en=touchpoint.name_en,
                unit=touchpoint.unit,
                codes=list(touchpoint.codes),
                minutes=touchpoint.minutes,
                **touchpoint.details,
            )
    return journey


_EMPTY_STAGES = (
    StagePlan("售前", "Before"),
    StagePlan("售中", "During"),
    StagePlan("售后", "After"),
)


def _free_code(wanted: str) -> str:
    """A code made from the name that no other journey has."""
    stem = slugify(wanted)[:48] or "journey"
    code, number = stem, 1
    # "new" is the address of the page that draws one.
    while code == "new" or Journey.objects.filter(code=code).exists():
        number += 1
        code = f"{stem}-{number}"
    return code


def rename_journey(journey: Journey, name: str) -> None:
    """Give the journey another name in the reader's language."""
    _rename(journey, name)


def rename_stage(stage: Stage, name: str) -> None:
    """Give the stage another name in the reader's language."""
    _rename(stage, name)


def _rename(row: Journey | Stage, name: str) -> None:
    name = name.replace("\x00", "").strip()
    if not name:
        raise JourneyError("name_missing")
    if len(name) > 120:
        raise JourneyError("too_long", limit=120)
    column = _column("name")
    setattr(row, column, name)
    row.save(update_fields=[column])


@transaction.atomic
def add_stage(journey: Journey, *, name: str, name_en: str = "") -> Stage:
    """Add a stage at the end."""
    if not name.strip():
        raise JourneyError("name_missing")
    return Stage.objects.create(
        journey=journey, name=name.strip(), name_en=name_en, position=journey.stages.count()
    )


@transaction.atomic
def remove_stage(stage: Stage) -> None:
    """Take an empty stage away; one that still holds touchpoints stays."""
    if stage.touchpoints.exists():
        raise JourneyError("stage_not_empty")
    journey = stage.journey
    stage.delete()
    _renumber(list(journey.stages.order_by("position", "pk")))


@transaction.atomic
def move_stage(stage: Stage, position: int) -> None:
    """Put the stage at another place of its journey."""
    others = list(stage.journey.stages.exclude(pk=stage.pk).order_by("position", "pk"))
    others.insert(max(0, min(position, len(others))), stage)
    _renumber(others)


@transaction.atomic
def add_touchpoint(stage: Stage, *, name: str, name_en: str = "") -> Touchpoint:
    """Add a touchpoint at the end of the stage."""
    values = FIELDS["name"].read(name)
    return Touchpoint.objects.create(
        stage=stage, name=values["name"], name_en=name_en, position=stage.touchpoints.count()
    )


@transaction.atomic
def edit_touchpoint(
    touchpoint: Touchpoint, name: str, typed: str, vocabulary: Vocabulary | None = None
) -> None:
    """Change one cell of the map; words go to the reader's language.

    With a ``vocabulary``, names stand for their codes and what it does not know is refused: a
    code nobody observes would leave the touchpoint deaf.

    Raises:
        JourneyError: there is no such cell, or what was typed cannot stand in it.
    """
    if name not in FIELDS:
        raise JourneyError("unknown_field", field=name)
    cell = FIELDS[name]
    values = cell.read(spelled(name, typed, vocabulary) if vocabulary else typed)
    values = {
        _column(column) if column in cell.bilingual else column: value
        for column, value in values.items()
    }
    for column, value in values.items():
        setattr(touchpoint, column, value)
    touchpoint.save(update_fields=list(values))


def _column(name: str) -> str:
    """Which column holds the words of the reader's language."""
    return f"{name}_en" if (get_language() or "").startswith("en") else name


@transaction.atomic
def move_touchpoint(touchpoint: Touchpoint, stage: Stage, position: int) -> None:
    """Put the touchpoint at a place of a stage of the same journey."""
    left = touchpoint.stage
    if left.journey_id != stage.journey_id:
        raise JourneyError("other_journey")
    others = list(stage.touchpoints.exclude(pk=touchpoint.pk).order_by("position", "pk"))
    touchpoint.stage = stage
    touchpoint.save(update_fields=["stage"])
    others.insert(max(0, min(position, len(others))), touchpoint)
    _renumber(others)
    if left != stage:
        _renumber(list(left.touchpoints.order_by("position", "pk")))


@transaction.atomic
def shift_touchpoint(touchpoint: Touchpoint, steps: int) -> None:
    """Move the touchpoint one place left (-1) or right (+1), over the border of a stage if need be."""
    stages = list(touchpoint.stage.journey.stages.order_by("position", "pk"))
    at = stages.index(touchpoint.stage)
    mates = list(touchpoint.stage.touchpoints.order_by("position", "pk"))
    place = mates.index(touchpoint) + (1 if steps > 0 else -1)
    if 0 <= place < len(mates):
        move_touchpoint(touchpoint, touchpoint.stage, place)
    elif place < 0 and at > 0:
        move_touchpoint(touchpoint, stages[at - 1], stages[at - 1].touchpoints.count())
    elif place > 0 and at < len(stages) - 1:
        move_touchpoint(touchpoint, stages[at + 1], 0)


@transaction.atomic
def remove_touchpoint(touchpoint: Touchpoint) -> None:
    """Take a touchpoint off the map; what customers said about it stays."""
    stage = touchpoint.stage
    touchpoint.delete()
    _renumber(list(stage.touchpoints.order_by("position", "pk")))


def remove_journey(journey: Journey) -> None:
    """Take the whole map away; what customers said stays."""
    journey.delete()


def _renumber(rows: Sequence[Any]) -> None:
    """Give stages or touchpoints the positions of their order."""
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])


# The path of connected customers (Kotler, Kartajaya and Setiawan, Marketing 4.0).
FIVE_A = (
    StagePlan("认知", "Aware"),
    StagePlan("吸引", "Appeal"),
    StagePlan("询问", "Ask"),
    StagePlan("行动", "Act"),
    StagePlan("拥护", "Advocate"),
)
