"""Telling figures: a closed period's is kept as it was told, and again whenever it reads differently."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from peakend.metrics.brands import own_brands
from peakend.metrics.catalogue import CATALOGUE
from peakend.metrics.definition import Definition
from peakend.metrics.display import display_of
from peakend.metrics.models import PublishedFigure
from peakend.metrics.periods import first_shown, next_start, start_of
from peakend.metrics.queries import Reading, readings_of
from peakend.metrics.registry import all_metrics, definition_of, read_once
from peakend.organization.models import Unit
from peakend.warehouse.cells import Slice, read_cells

BATCH = 1_000
Units = frozenset[int] | None


@dataclass(frozen=True)
class Since:
    """What may have changed a figure: what arrived or was corrected after it was told."""

    definition: Definition
    since: date
    until: date  # the day after the last
    units: Units
    position: int
    computed_at: datetime


@dataclass(frozen=True)
class Change:
    """How many answers came late, and how many voices were corrected."""

    late: int = 0
    corrected: int = 0


Because = Callable[[Since], Change]


@dataclass(frozen=True)
class Publication:
    """How many figures were told for the first time, and how many anew."""

    told: int
    revised: int


@dataclass(frozen=True)
class _Series:
    """One metric at one place: its figures by period, and the units they are about."""

    definition: Definition
    aspect: str
    unit: int | None
    units: Units
    figures: Mapping[date, Reading]


@read_once()
def publish(as_of: datetime, position: int, because: Because) -> Publication:
    """Tell every closed period's figure that has not been told, or now reads differently.

    Doing it again tells nothing new. ``position`` is how far the figures have heard; ``because``
    says what came in between where one has changed.
    """
    today = timezone.localdate(as_of)
    told = revised = 0
    rows: list[PublishedFigure] = []
    for series in _every_series(today):
        last = _last_told(series, today)
        for start in sorted({*series.figures, *last}):
            row = _row(series, start, last.get(start), because)
            if row is not None:
                row.computed_at, row.position = as_of, position
                rows.append(row)
                told += row.revision == 0
                revised += row.revision > 0
    # Somebody else may have told the same meanwhile: whoever was first stands.
    PublishedFigure.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return Publication(told, revised)


def _row(
    series: _Series, start: date, before: PublishedFigure | None, because: Because
) -> PublishedFigure | None:
    reading = series.figures.get(start)
    now = reading if reading is not None and reading.enough else None
    if before is None and now is None:
        return None
    value = now.value if now is not None else None
    if before is not None and _written(before.value, series) == _written(value, series):
        return None
    definition = series.definition
    row = PublishedFigure(
        metric=definition.code,
        aspect=series.aspect,
        period=definition.period,
        starts_on=start,
        unit_id=series.unit,
        value=value,
        low=now.low if now is not None else None,
        high=now.high if now is not None else None,
        n=reading.n if reading is not None else 0,
    )
    if before is not None:
        until = next_start(definition.period, start)
        change = because(
            Since(definition, start, until, series.units, before.position, before.computed_at)
        )
        row.revision = before.revision + 1
        row.late, row.corrected = change.late, change.corrected
    return row


def _written(value: float | None, series: _Series) -> float | None:
    """The figure as a page writes it: a change nobody can read is none."""
    shown = display_of(series.definition)
    return None if value is None else round(value * shown.scale, shown.decimals)


def _last_told(series: _Series, today: date) -> dict[date, PublishedFigure]:
    period = series.definition.period
    rows = PublishedFigure.objects.filter(
        metric=series.definition.code,
        aspect=series.aspect,
        period=period,
        unit=series.unit,
        starts_on__gte=first_shown(period, today),
    )
    return {row.starts_on: row for row in rows.order_by("revision")}


def _every_series(today: date) -> Iterator[_Series]:
    """Every metric by place: the company and the units; of aspects the company alone."""
    company = Slice(brands=own_brands())
    units = list(Unit.objects.order_by("path").values_list("pk", "path"))
    inner = {
        pk: below
        for pk, path in units
        if len(below := frozenset(other for other, at in units if at.startswith(path))) > 1
    }
    for definition, aspect in _measured(company):
        yield _series(definition, aspect, None, None, company, today)
        if aspect:
            continue
        for unit, below in inner.items():
            yield _series(definition, "", unit, below, company, today)
        yield from _leaves(definition, company, today, set(inner))


def _measured(company: Slice) -> Iterator[tuple[Definition, str]]:
    known = {one.observation for one in CATALOGUE.values()}
    asked = sorted(row.key[0] for row in read_cells(company, ("code",), ("score",)))
    heard = sorted(row.key[0] for row in read_cells(company, ("code",), ("opinion",)))
    questions = [definition_of(f"score:{code}") for code in asked if code not in known]
    for definition in (*all_metrics(), *questions):
        for aspect in heard if definition.of_aspect else ("",):
            yield definition, aspect


def _series(
    definition: Definition, aspect: str, unit: int | None, units: Units, company: Slice, today: date
) -> _Series:
    period = definition.period
    slice = _closed(definition, company, units, today)
    found = readings_of(definition, slice, (period,), aspect=aspect)
    return _Series(definition, aspect, unit, units, {one.key[0]: one for one in found})


def _leaves(
    definition: Definition, company: Slice, today: date, inner: set[int]
) -> Iterator[_Series]:
    """The units without units below them, all in one question."""
    found: dict[int, dict[date, Reading]] = {}
    slice = _closed(definition, company, None, today)
    for one in readings_of(definition, slice, ("unit", definition.period)):
        unit, start = one.key
        if unit is not None and unit not in inner:
            found.setdefault(unit, {})[start] = one
    for unit, figures in sorted(found.items()):
        yield _Series(definition, "", unit, frozenset({unit}), figures)


def _closed(definition: Definition, company: Slice, units: Units, today: date) -> Slice:
    """From the oldest period a history shows to the end of the newest that is over."""
    since = first_shown(definition.period, today)
    return replace(company, since=since, until=start_of(definition.period, today), units=units)
