"""Weeks in which an aspect suddenly went wrong at a unit, looked for everywhere at once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from peakend.methods.comparison import benjamini_hochberg
from peakend.methods.control import p_chart
from peakend.methods.quantiles import hypergeometric_tail
from peakend.warehouse.cells import Slice, read_cells

LEAST_COMPLAINTS = 4  # fewer in a week are no shift, however rare they were before
LEAST_VOICES = 30  # over all weeks; below, a unit has no usual share


@dataclass(frozen=True)
class Shift:
    """One aspect at one unit in the week it left its usual share of complaining voices.

    ``share`` and ``usual`` are shares of the unit's voices; ``limit`` is the week's upper control
    limit; ``adjusted`` the p-value after false-discovery control over every unit, aspect and week.
    """

    unit_id: int
    aspect: str
    week: date
    voices: int
    complaints: int
    share: float
    usual: float
    limit: float
    adjusted: float


def sudden_shifts(slice: Slice, *, level: float = 0.001) -> list[Shift]:
    """Shifts for the worse in the slice, the surest first.

    A week is held against the unit's other weeks by Fisher's exact test, one-sided: given how
    many of its voices complained of the aspect in all, how probable are so many in one week? The
    test needs no normal approximation and no known rate. Every unit, aspect and week is a test,
    Benjamini-Hochberg adjusts them together, and the week must lie beyond the limit of the
    unit's p-chart as well.
    """
    voices = _voices(slice)
    complaints = _complaints(slice)
    tests = sum(len(voices.get(unit, {})) for unit, _aspect in complaints)
    found: list[Shift] = []
    p_values: list[float] = []
    for (unit, aspect), weekly in complaints.items():
        heard = voices.get(unit, {})
        for week, p_value in _suspicious(heard, weekly):
            shift = _shift(unit, aspect, week, heard, weekly)
            if shift is not None:
                found.append(shift)
                p_values.append(p_value)
    # What was not suspicious was looked at too: it counts among the tests, as far from a find.
    adjusted = benjamini_hochberg(p_values + [1.0] * max(0, tests - len(p_values)), level=level)
    sure = [
        _with(shift, p)
        for shift, p, stands in zip(found, adjusted.adjusted, adjusted.rejected, strict=False)
        if stands and p is not None
    ]
    return sorted(sure, key=lambda shift: (shift.adjusted, -shift.complaints, shift.week))


def _voices(slice: Slice) -> Mapping[int, dict[date, int]]:
    weeks: dict[int, dict[date, int]] = defaultdict(dict)
    for row in read_cells(slice, by=("week", "unit"), families=("voice",)):
        week, unit = row.key
        if unit is not None:
            weeks[unit][week] = row.n
    return weeks


def _complaints(slice: Slice) -> Mapping[tuple[int, str], dict[date, int]]:
    weeks: dict[tuple[int, str], dict[date, int]] = defaultdict(dict)
    for row in read_cells(slice, by=("week", "unit", "code"), families=("opinion",)):
        week, unit, aspect = row.key
        if unit is not None and row.negative_signals:
            weeks[unit, aspect][week] = row.negative_signals
    return weeks


def _suspicious(heard: dict[date, int], weekly: dict[date, int]) -> list[tuple[date, float]]:
    """Weeks with enough complaints to be worth a test, and the test's p-value."""
    total, complaining = sum(heard.values()), sum(weekly.values())
    weeks = [week for week, count in weekly.items() if count >= LEAST_COMPLAINTS]
    if total < LEAST_VOICES or not weeks:
        return []
    sizes = (max(heard.get(week, 0), weekly[week]) for week in weeks)
    return [
        (week, hypergeometric_tail(weekly[week], total, complaining, size))
        for week, size in zip(weeks, sizes, strict=True)
    ]


def _shift(
    unit: int, aspect: str, week: date, heard: dict[date, int], weekly: dict[date, int]
) -> Shift | None:
    """The week against its control limit, or None within it."""
    size, count = max(heard.get(week, 0), weekly[week]), weekly[week]
    others = sum(heard.values()) - size
    if others <= 0:
        return None
    usual = (sum(weekly.values()) - count) / others
    # One complaint more keeps a spotless past from making every first complaint an alarm.
    center = min(1.0, (usual * others + 1) / (others + 1))
    limit = p_chart([count], [size], center=center).high[0]
    if limit is None or count / size <= limit:
        return None
    return Shift(unit, aspect, week, size, count, count / size, usual, limit, 1.0)


def _with(shift: Shift, adjusted: float) -> Shift:
    return Shift(
        shift.unit_id, shift.aspect, shift.week, shift.voices, shift.complaints, shift.share,
        shift.usual, shift.limit, adjusted,
    )  # fmt: skip
