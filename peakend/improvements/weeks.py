"""Pilots and others week by week."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from peakend.improvements.before_after import Groups, end_of, start_of
from peakend.improvements.metric_moments import moments_by
from peakend.improvements.models import Initiative
from peakend.methods.moments import Moments, sum_moments
from peakend.metrics.definitions import Definition
from peakend.warehouse.cells import Slice

Weeks = tuple[dict[date, Moments], dict[date, Moments]]


@dataclass(frozen=True)
class WeekPoint:
    """One week of one group."""

    monday: date
    value: float
    n: float
    margin: float | None


def weekly_moments(
    definition: Definition, initiative: Initiative, groups: Groups, as_of: date
) -> Weeks:
    """The metric's moments by week, of the pilots and of the others."""
    units = groups.pilots | groups.controls
    slice = Slice(start_of(initiative), end_of(initiative, as_of), units)
    found = moments_by(definition, initiative.aspect, slice, ("week", "unit"))
    sides: tuple[dict[date, list[Moments]], ...] = (defaultdict(list), defaultdict(list))
    for (monday, unit), moments in found.items():
        sides[0 if unit in groups.pilots else 1][monday].append(moments)  # type: ignore[index]
    pilot, control = (
        {monday: sum_moments(parts) for monday, parts in sorted(side.items())} for side in sides
    )
    return pilot, control


def week_points(weeks: Mapping[date, Moments]) -> tuple[WeekPoint, ...]:
    """The weeks as points with their margin; a week without answers is left out."""
    points = []
    for monday, moments in weeks.items():
        if moments.mean is None:
            continue
        variance = moments.variance
        margin = 1.96 * (variance / moments.effective_n) ** 0.5 if variance is not None else None
        points.append(WeekPoint(monday, moments.mean, moments.n, margin))
    return tuple(points)
