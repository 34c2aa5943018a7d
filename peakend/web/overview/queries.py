"""What happened in the period: the headline, the figures, the points, the notable series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from peakend.methods.control import ControlChart, p_chart
from peakend.metrics.pain_points import Point, ranked_points
from peakend.metrics.queries import Reading, reading
from peakend.metrics.sudden_shifts import Shift, sudden_shifts
from peakend.warehouse.cells import Slice, read_cells
from peakend.web.filters import ViewFilter
from peakend.web.shell.quotes import Quote, quote_for

FIGURES = ("nps", "csat", "rating", "sentiment", "negative_voices")
WITHOUT_ANSWERS = 1  # figures shown empty, to say what could be asked
WEEKS = 26
YEAR = 52
SHOWN = 5
# Many units times many aspects are compared: a change makes the headline only beyond twice its
# margin (about four standard errors), where chance alone brings one in ten thousand.
NOTABLE_MARGINS = 2.0
DOMINANT = 0.5  # share of a pain's voices from which one unit is named


@dataclass(frozen=True)
class ToldPoint:
    """A pain or delight point with where it is and a customer's words."""

    point: Point
    units: int
    unit: int | None  # the one unit that most of it comes from
    quote: Quote | None

    @property
    def share(self) -> float:
        """The impact as a share of the largest."""
        return self.point.impact / 100


@dataclass(frozen=True)
class WeekShare:
    """One week of a share of complaints: of how many voices, and how many complain."""

    monday: date
    voices: int
    negatives: int
    company: float | None

    @property
    def share(self) -> float | None:
        return self.negatives / self.voices if self.voices else None


@dataclass(frozen=True)
class NotableSeries:
    """The weekly negative share of one aspect (at one unit) with its control limits."""

    aspect: str
    unit: int | None
    weeks: tuple[WeekShare, ...]
    chart: ControlChart
    company: float | None
    of_all: bool


def figures(view: ViewFilter) -> list[Reading]:
    """The five figures of the company, with their change."""
    found = [reading(code, view.slice, compare=view.compare_slice) for code in FIGURES]
    empty = [one for one in found if not one.n][:WITHOUT_ANSWERS]
    return [one for one in found if one.n] + empty


def notable_shift(view: ViewFilter) -> Shift | None:
    """The unit, aspect and week of the period that went wrong beyond chance; the surest."""
    shifts = sudden_shifts(view.history(YEAR))
    return next((one for one in shifts if view.since is None or one.week >= view.since), None)


def notable_point(view: ViewFilter) -> Point | None:
    """The aspect at a unit, else in the whole, whose worsening is beyond any doubt; by impact."""
    if view.compare_slice is None:
        return None
    for by_unit in (True, False):
        points = ranked_points(view.slice, view.compare_slice, by_unit=by_unit, limit=4_000)
        worse = [point for point in points if _is_notable(point)]
        if worse:
            return worse[0]
    return None


def _is_notable(point: Point) -> bool:
    change = point.change
    if change is None or change.noise or not change.margin or change.value <= 0:
        return False
    return change.value >= NOTABLE_MARGINS * change.margin


def told_points(view: ViewFilter, polarity: int, limit: int = SHOWN) -> list[ToldPoint]:
    """The ranking with the units it comes from and the words of customers."""
    points = ranked_points(view.slice, view.compare_slice, polarity=polarity, limit=limit)
    spread = _spread(view.slice, polarity)
    told = []
    for point in points:
        units = spread.get(point.aspect, {})
        first = max(units, key=lambda unit: (units[unit], -unit), default=None)
        dominant = (
            first if first and units[first] >= DOMINANT * point.voices and len(units) > 1 else None
        )
        quote = quote_for(view, point.aspect, polarity, dominant)
        told.append(ToldPoint(point, len(units), dominant, quote))
    return told


def _spread(slice: Slice, polarity: int) -> dict[str, dict[int, int]]:
    """For each aspect how many voices each unit gives it."""
    found: dict[str, dict[int, int]] = {}
    for row in read_cells(slice, ("code", "unit"), ("opinion",)):
        code, unit = row.key
        voices = row.negative_signals if polarity < 0 else row.signals - row.negative_signals
        if unit is not None and voices:
            found.setdefault(code, {})[unit] = voices
    return found


def notable_series(
    view: ViewFilter, aspect: str, unit: int | None, *, of_all: bool = False
) -> NotableSeries:
    """The last half year of an aspect's share of complaints, by week, with control limits.

    The share is of the voices that speak of the aspect or, with ``of_all``, of all voices: where
    few speak of it in a usual week, that they suddenly do is the news. The limits come from the weeks before the period shown, so that what is judged does not
    stretch its own yardstick.
    """
    past = view.history(WEEKS)
    everywhere = {row.key[0]: row for row in read_cells(past, ("week",), ("opinion",), (aspect,))}
    here, there = everywhere, past
    if unit is not None:
        there = replace(past, units=frozenset({unit}))
        here = {row.key[0]: row for row in read_cells(there, ("week",), ("opinion",), (aspect,))}
    heard = here
    if of_all:
        heard = {row.key[0]: row for row in read_cells(there, ("week",), ("voice",))}
    weeks = []
    first = past.since or view.as_of
    for step in range(WEEKS):
        monday = first + timedelta(weeks=step)
        row, all_of = here.get(monday), everywhere.get(monday)
        weeks.append(
            WeekShare(
                monday,
                heard[monday].signals if monday in heard else 0,
                row.negative_signals if row else 0,
                all_of.negative_signals / all_of.signals if all_of and all_of.signals else None,
            )
        )
    while len(weeks) > 1 and weeks[0].voices == 0:
        weeks.pop(0)
    before = sum(1 for week in weeks if view.since and week.monday + timedelta(days=6) < view.since)
    chart = p_chart(
        [week.negatives for week in weeks],
        [week.voices for week in weeks],
        baseline=before if before >= 8 else None,
    )
    mentions = sum(row.signals for row in everywhere.values())
    company = (
        sum(row.negative_signals for row in everywhere.values()) / mentions if mentions else None
    )
    return NotableSeries(aspect, unit, tuple(weeks), chart, company, of_all)
