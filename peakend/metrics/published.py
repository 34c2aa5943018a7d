"""What a metric was told to be: a closed period's figure when it was told, and how it changed since."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from peakend.metrics.brands import own_brands
from peakend.metrics.definition import Definition
from peakend.metrics.models import PublishedFigure
from peakend.metrics.periods import last_day
from peakend.organization.models import Unit
from peakend.warehouse.cells import Slice


@dataclass(frozen=True)
class Told:
    """One figure as it was told; ``value`` is None where there were too few answers by then.

    ``late`` answers and ``corrected`` voices came between the figure before and this one.
    """

    value: float | None
    low: float | None
    high: float | None
    n: float
    computed_at: datetime
    position: int
    late: int = 0
    corrected: int = 0


@dataclass(frozen=True)
class ClosedPeriod:
    """What was told about one closed period, the first figure first."""

    period: str
    starts_on: date
    told: tuple[Told, ...]

    @property
    def first(self) -> Told:
        """As it was reported."""
        return self.told[0]

    @property
    def last(self) -> Told:
        """As it stands."""
        return self.told[-1]

    @property
    def is_revised(self) -> bool:
        return len(self.told) > 1

    @property
    def late(self) -> int:
        """Answers of the period that arrived after it was told."""
        return sum(one.late for one in self.told)

    @property
    def corrected(self) -> int:
        """Voices of the period that were read differently after it was told."""
        return sum(one.corrected for one in self.told)

    @property
    def ends_on(self) -> date:
        return last_day(self.period, self.starts_on)

    def as_of(self, moment: datetime) -> Told | None:
        """What was known at a moment; nothing where the period had not been told yet."""
        known = [one for one in self.told if one.computed_at <= moment]
        return known[-1] if known else None


def closed_periods(
    definition: Definition, slice: Slice, aspect: str = ""
) -> Mapping[date, ClosedPeriod]:
    """What was told about a metric within a slice, by the first day of the period.

    Figures are kept for the whole company and for each unit with all below it; of any other cut
    nothing was told.
    """
    rows = _rows(definition, slice, aspect)
    if rows is None:
        return {}
    told: dict[date, list[Told]] = defaultdict(list)
    for row in rows.order_by("starts_on", "revision"):
        told[row.starts_on].append(
            Told(
                row.value, row.low, row.high, row.n, row.computed_at, row.position, row.late,
                row.corrected,
            )
        )  # fmt: skip
    return {
        start: ClosedPeriod(definition.period, start, tuple(figures))
        for start, figures in told.items()
    }


def _rows(definition: Definition, slice: Slice, aspect: str) -> QuerySet[PublishedFigure] | None:
    if slice.channels or slice.segments or slice.products or slice.sources:
        return None
    if slice.brands and set(slice.brands) != set(own_brands()):
        return None
    found = PublishedFigure.objects.filter(
        metric=definition.code, aspect=aspect, period=definition.period
    )
    if slice.since:
        found = found.filter(starts_on__gte=slice.since)
    if slice.until:
        found = found.filter(starts_on__lt=slice.until)
    if slice.units is None:
        return found.filter(unit=None)
    root = _root_of(slice.units)
    return None if root is None else found.filter(unit=root)


def _root_of(units: frozenset[int]) -> Unit | None:
    """The unit of which these are all the units, itself included."""
    top = Unit.objects.filter(pk__in=units).order_by("path").first()
    if top is None:
        return None
    below = Unit.objects.filter(path__startswith=top.path).order_by("pk")
    return top if frozenset(below.values_list("pk", flat=True)) == units else None
