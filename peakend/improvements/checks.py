"""What could mislead a verdict: six things that have to hold for it to mean what it says."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from peakend.improvements.before_after import (
    Groups,
    compare,
    end_of,
    groups_of,
    pairs_around,
    start_of,
)
from peakend.improvements.choices import Finding
from peakend.improvements.models import Initiative
from peakend.improvements.verdicts import Verdict
from peakend.improvements.weeks import Weeks
from peakend.methods.quantiles import t_value
from peakend.metrics.brands import of_own_brands
from peakend.metrics.definitions import Definition
from peakend.warehouse.cells import Slice, read_cells

_PLACEBO_WEEKS = 4
_SIMILAR = 0.1  # standardised difference below which two groups count as alike


@dataclass(frozen=True)
class Check:
    """One thing that has to hold for the verdict to mean what it says; ``figures`` say why."""

    code: str
    finding: Finding
    figures: Mapping[str, float | int | str | None]


def checks_of(
    definition: Definition,
    initiative: Initiative,
    groups: Groups,
    compared: tuple[int, int],
    verdict: Verdict,
    weeks: Weeks,
    as_of: date,
) -> tuple[Check, ...]:
    """Every check, in the order people read them; ``compared`` are the pilots and controls that count."""
    return (
        _parallel(initiative, weeks),
        _enough(verdict),
        _placebo(definition, initiative, groups),
        _alike(initiative, groups, as_of),
        _units(groups, *compared),
        _alone(initiative, groups, as_of),
    )


def _parallel(initiative: Initiative, weeks: Weeks) -> Check:
    """Did both groups move alike before the start: slope of their weekly difference."""
    pilot, control = weeks
    gaps = []
    for number, (monday, moments) in enumerate(sorted(pilot.items())):
        other = control.get(monday)
        if monday >= initiative.starts_on or other is None:
            continue
        if moments.mean is not None and other.mean is not None:
            gaps.append((number, moments.mean - other.mean))
    if len(gaps) < 4:
        return Check("parallel", Finding.UNKNOWN, {"weeks": len(gaps)})
    slope, standard_error = _slope(gaps)
    margin = t_value(0.95, len(gaps) - 2) * standard_error
    holds = abs(slope) <= margin
    return Check(
        "parallel",
        Finding.PASSED if holds else Finding.WATCH,
        {"value": slope, "margin": margin, "weeks": len(gaps)},
    )


def _slope(points: list[tuple[int, float]]) -> tuple[float, float]:
    """The least-squares slope and its standard error."""
    x, y = np.array(points, dtype=float).T
    x, y = x - x.mean(), y - y.mean()
    slope = float(x @ y / (x @ x))
    rest = y - slope * x
    return slope, math.sqrt(float(rest @ rest) / (len(points) - 2) / float(x @ x))


def _enough(verdict: Verdict) -> Check:
    if verdict.needed_n is not None:
        return Check("enough", Finding.FAILED, {"n": verdict.n, "needed": verdict.needed_n})
    known = verdict.value is not None and verdict.low is not None
    finding = Finding.PASSED if known else Finding.UNKNOWN
    return Check("enough", finding, {"n": verdict.n, "needed": None})


def _placebo(definition: Definition, initiative: Initiative, groups: Groups) -> Check:
    """A start that never was, four weeks early, must show nothing."""
    turn = initiative.starts_on - timedelta(weeks=_PLACEBO_WEEKS)
    pilots, controls = pairs_around(
        definition, initiative.aspect, groups, start_of(initiative), turn, initiative.starts_on
    )
    effect = compare(pilots, controls)
    if effect.value is None or effect.low is None or effect.high is None:
        return Check("placebo", Finding.UNKNOWN, {})
    margin = (effect.high - effect.low) / 2
    return Check(
        "placebo",
        Finding.WATCH if effect.excludes(0.0) else Finding.PASSED,
        {"value": effect.value, "margin": margin},
    )


def _alike(initiative: Initiative, groups: Groups, as_of: date) -> Check:
    """Do the pilots serve the same sort of customers before and after: largest shift of a segment."""
    shares = [
        _segment_shares(groups.pilots, since, until)
        for since, until in (
            (start_of(initiative), initiative.starts_on),
            (initiative.starts_on, end_of(initiative, as_of)),
        )
    ]
    if not all(shares):
        return Check("alike", Finding.UNKNOWN, {})
    largest = 0.0
    for segment in shares[0].keys() | shares[1].keys():
        first, second = shares[0].get(segment, 0.0), shares[1].get(segment, 0.0)
        spread = ((first * (1 - first) + second * (1 - second)) / 2) ** 0.5
        if spread:
            largest = max(largest, abs(first - second) / spread)
    finding = Finding.PASSED if largest < _SIMILAR else Finding.WATCH
    return Check("alike", finding, {"value": largest, "limit": _SIMILAR})


def _segment_shares(units: frozenset[int], since: date, until: date) -> dict[str, float]:
    rows = read_cells(of_own_brands(Slice(since, until, units)), ("segment",), ("voice",))
    total = sum(row.signals for row in rows)
    return {str(row.key[0]): row.signals / total for row in rows} if total else {}


def _units(groups: Groups, pilots: int, controls: int) -> Check:
    """How many units the verdict rests on; ``left`` are the other stores with too few answers."""
    few = min(pilots, controls)
    finding = Finding.PASSED if few >= 2 else Finding.WATCH if few == 1 else Finding.FAILED
    left = len(groups.controls) - controls
    return Check("units", finding, {"pilots": pilots, "controls": controls, "left": left})


def _alone(initiative: Initiative, groups: Groups, as_of: date) -> Check:
    """Is anything else being tried meanwhile: at the pilots, or where they are compared with."""
    others = (
        Initiative.objects.filter(starts_on__lte=as_of, starts_on__gte=start_of(initiative))
        .exclude(pk=initiative.pk)
        .exclude(state="stopped")
    )
    touched = [groups_of(other).pilots for other in others.order_by("pk")]
    figures = {
        "others": sum(bool(units & groups.pilots) for units in touched),
        "elsewhere": sum(bool(units & groups.controls) for units in touched),
    }
    return Check("alone", Finding.WATCH if any(figures.values()) else Finding.PASSED, figures)
