"""Did it work: the pilots' change against the other units' change, and what could mislead."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scipy import stats

from peakend.improvements.choices import Finding, VerdictValue
from peakend.improvements.measures import moments_by
from peakend.improvements.models import Initiative
from peakend.improvements.verdicts import Verdict, judge
from peakend.methods.comparison import (
    difference_in_differences,
    difference_in_differences_by_cluster,
    welch,
)
from peakend.methods.estimate import Comparison, Reason, incomparable
from peakend.methods.moments import Moments, sum_moments
from peakend.metrics.definitions import Definition, definition_of
from peakend.organization.choices import UnitKind
from peakend.organization.models import Unit
from peakend.warehouse.cells import Slice, read_cells

_LEAST_A_CLUSTER = 3  # answers before and after, below which a unit's change says nothing
_CLUSTERS_FOR_SANDWICH = 20  # a side; fewer are compared unit by unit
_PLACEBO_WEEKS = 4
_SIMILAR = 0.1  # standardised difference below which two groups count as alike

Pair = tuple[Moments, Moments]


@dataclass(frozen=True)
class Side:
    """One group before and after: means in the metric's unit, answers, and units that count."""

    before: float | None
    after: float | None
    n_before: float
    n_after: float
    units: int


@dataclass(frozen=True)
class Check:
    """One thing that has to hold for the verdict to mean what it says; ``figures`` say why."""

    code: str
    finding: Finding
    figures: Mapping[str, float | int | str | None]


@dataclass(frozen=True)
class Guard:
    """A metric that must not suffer: its change, and the worst change allowed (both signed)."""

    metric: Definition
    aspect: str
    finding: Finding
    value: float | None
    low: float | None
    high: float | None
    limit: float
    n: float


@dataclass(frozen=True)
class WeekPoint:
    """One week of one group."""

    monday: date
    value: float
    n: float
    margin: float | None


@dataclass(frozen=True)
class Report:
    """Everything the page of an initiative says."""

    verdict: Verdict
    pilot: Side
    control: Side
    checks: tuple[Check, ...]
    guards: tuple[Guard, ...]
    pilot_weeks: tuple[WeekPoint, ...]
    control_weeks: tuple[WeekPoint, ...]
    is_final: bool


@dataclass(frozen=True)
class _Groups:
    pilots: frozenset[int]
    controls: frozenset[int]


def verify(initiative: Initiative, as_of: date) -> Verdict:
    """The verdict as of a day (its answers included)."""
    return _verdict(initiative, _groups(initiative), as_of)


def effect_of(initiative: Initiative, as_of: date) -> Comparison:
    """The comparison the verdict rests on, in the metric's unit and signed as the metric is."""
    definition = definition_of(initiative.metric)
    groups = _groups(initiative)
    return compare(*_pairs(definition, initiative.aspect, initiative, groups, as_of))


def report(initiative: Initiative, as_of: date) -> Report:
    """The verdict with everything that supports or weakens it."""
    groups = _groups(initiative)
    definition = definition_of(initiative.metric)
    verdict = _verdict(initiative, groups, as_of)
    pilots, controls = _pairs(definition, initiative.aspect, initiative, groups, as_of)
    weeks = _weeks(definition, initiative, groups, as_of)
    return Report(
        verdict=verdict,
        pilot=_side(pilots),
        control=_side(controls),
        checks=_checks(definition, initiative, groups, verdict, weeks, as_of),
        guards=_guards(initiative, groups, as_of),
        pilot_weeks=_points(weeks[0]),
        control_weeks=_points(weeks[1]),
        is_final=initiative.ends_on is not None and as_of >= initiative.ends_on,
    )


def _verdict(initiative: Initiative, groups: _Groups, as_of: date) -> Verdict:
    definition = definition_of(initiative.metric)
    pilots, controls = _pairs(definition, initiative.aspect, initiative, groups, as_of)
    after = sum(pair[1].n for pair in pilots)
    weeks = max(1.0, ((_end(initiative, as_of) - initiative.starts_on).days) / 7)
    verdict = judge(
        compare(pilots, controls),
        direction=initiative.direction,
        target=initiative.target,
        n_after=after,
        weekly=after / weeks,
        as_of=as_of,
    )
    broken = any(guard.finding == Finding.FAILED for guard in _guards(initiative, groups, as_of))
    if broken and verdict.verdict != VerdictValue.HARMFUL:
        # What it gains is paid for elsewhere.
        return Verdict(
            **{**verdict.__dict__, "verdict": VerdictValue.HARMFUL, "reason": "guardrail"}
        )
    return verdict


def compare(pilots: Sequence[Pair], controls: Sequence[Pair]) -> Comparison:
    """The pilots' change less the controls' change, as well as the units allow.

    With two units a side the units are what is compared, because answers of one store resemble
    each other; with a single unit only its answers can be; without others, before with after.
    """
    solid = [[pair for pair in side if _solid(pair)] for side in (pilots, controls)]
    if min(len(solid[0]), len(solid[1])) >= 2:
        many = min(len(solid[0]), len(solid[1])) >= _CLUSTERS_FOR_SANDWICH
        return difference_in_differences_by_cluster(
            solid[0], solid[1], form="sandwich" if many else "collapsed"
        )
    before, after = _totals(pilots)
    if not before.n or not after.n:
        return incomparable("welch_t", Reason.NO_DATA, n=before.n + after.n)
    if controls and all(total.n for total in _totals(controls)):
        other_before, other_after = _totals(controls)
        return difference_in_differences(before, after, other_before, other_after)
    return welch(after, before)


def _solid(pair: Pair) -> bool:
    return min(pair[0].n, pair[1].n) >= _LEAST_A_CLUSTER


def _totals(pairs: Sequence[Pair]) -> Pair:
    return sum_moments(pair[0] for pair in pairs), sum_moments(pair[1] for pair in pairs)


def _groups(initiative: Initiative) -> _Groups:
    """The pilots with everything below them, and the stores that are not among them."""
    below: set[int] = set()
    for pilot in initiative.pilots.order_by("pk"):
        rows = Unit.objects.filter(path__startswith=pilot.path).order_by("pk")
        below.update(rows.values_list("pk", flat=True))
    others = Unit.objects.filter(kind=UnitKind.STORE, is_active=True).exclude(pk__in=below)
    return _Groups(frozenset(below), frozenset(others.values_list("pk", flat=True)))


def _end(initiative: Initiative, as_of: date) -> date:
    """The first day that no longer counts."""
    last = min(as_of, initiative.ends_on) if initiative.ends_on else as_of
    return max(last + timedelta(days=1), initiative.starts_on)


def _start(initiative: Initiative) -> date:
    return initiative.starts_on - timedelta(weeks=initiative.baseline_weeks)


def _pairs(
    definition: Definition, aspect: str, initiative: Initiative, groups: _Groups, as_of: date
) -> tuple[list[Pair], list[Pair]]:
    return _pairs_around(
        definition,
        aspect,
        groups,
        _start(initiative),
        initiative.starts_on,
        _end(initiative, as_of),
    )


def _pairs_around(
    definition: Definition, aspect: str, groups: _Groups, since: date, turn: date, until: date
) -> tuple[list[Pair], list[Pair]]:
    units = groups.pilots | groups.controls
    nothing = Moments(0, 0.0, 0.0)
    before = moments_by(definition, aspect, Slice(since, turn, units), ("unit",))
    after = moments_by(definition, aspect, Slice(turn, until, units), ("unit",))

    def pairs(group: frozenset[int]) -> list[Pair]:
        keys = [(unit,) for unit in sorted(group)]
        return [
            (before.get(key, nothing), after.get(key, nothing))
            for key in keys
            if key in before or key in after
        ]

    return pairs(groups.pilots), pairs(groups.controls)


def _side(pairs: Sequence[Pair]) -> Side:
    before, after = _totals(pairs)
    return Side(before.mean, after.mean, before.n, after.n, len(pairs))


def _guards(initiative: Initiative, groups: _Groups, as_of: date) -> tuple[Guard, ...]:
    return tuple(_guard(entry, initiative, groups, as_of) for entry in initiative.guardrails)


def _guard(entry: Mapping[str, Any], initiative: Initiative, groups: _Groups, as_of: date) -> Guard:
    definition, aspect = definition_of(entry["metric"]), entry.get("aspect", "")
    pilots, controls = _pairs(definition, aspect, initiative, groups, as_of)
    effect = compare(pilots, controls)
    worse = -(definition.better or 1)
    limit = float(entry["limit"])
    finding = Finding.UNKNOWN
    if effect.low is not None and effect.high is not None:
        low, high = sorted((effect.low * worse, effect.high * worse))
        if low > limit:
            finding = Finding.FAILED
        elif high <= limit:
            finding = Finding.PASSED
        else:
            finding = Finding.WATCH
    return Guard(
        metric=definition,
        aspect=aspect,
        finding=finding,
        value=effect.value,
        low=effect.low,
        high=effect.high,
        limit=limit * worse,
        n=sum(pair[1].n for pair in pilots),
    )


_Weeks = tuple[dict[date, Moments], dict[date, Moments]]


def _weeks(definition: Definition, initiative: Initiative, groups: _Groups, as_of: date) -> _Weeks:
    units = groups.pilots | groups.controls
    slice = Slice(_start(initiative), _end(initiative, as_of), units)
    found = moments_by(definition, initiative.aspect, slice, ("week", "unit"))
    sides: tuple[dict[date, list[Moments]], ...] = (defaultdict(list), defaultdict(list))
    for (monday, unit), moments in found.items():
        sides[0 if unit in groups.pilots else 1][monday].append(moments)  # type: ignore[index]
    pilot, control = (
        {monday: sum_moments(parts) for monday, parts in sorted(side.items())} for side in sides
    )
    return pilot, control


def _points(weeks: Mapping[date, Moments]) -> tuple[WeekPoint, ...]:
    points = []
    for monday, moments in weeks.items():
        if moments.mean is None:
            continue
        variance = moments.variance
        margin = 1.96 * (variance / moments.effective_n) ** 0.5 if variance is not None else None
        points.append(WeekPoint(monday, moments.mean, moments.n, margin))
    return tuple(points)


def _checks(
    definition: Definition,
    initiative: Initiative,
    groups: _Groups,
    verdict: Verdict,
    weeks: _Weeks,
    as_of: date,
) -> tuple[Check, ...]:
    return (
        _parallel(initiative, weeks),
        _enough(verdict),
        _placebo(definition, initiative, groups),
        _alike(initiative, groups, as_of),
        _units(groups),
        _alone(initiative, groups, as_of),
    )


def _parallel(initiative: Initiative, weeks: _Weeks) -> Check:
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
    line = stats.linregress([x for x, _ in gaps], [y for _, y in gaps])
    margin = float(stats.t.ppf(0.975, len(gaps) - 2) * line.stderr)
    holds = abs(float(line.slope)) <= margin
    return Check(
        "parallel",
        Finding.PASSED if holds else Finding.WATCH,
        {"value": float(line.slope), "margin": margin, "weeks": len(gaps)},
    )


def _enough(verdict: Verdict) -> Check:
    if verdict.needed_n is not None:
        return Check("enough", Finding.FAILED, {"n": verdict.n, "needed": verdict.needed_n})
    known = verdict.value is not None and verdict.low is not None
    finding = Finding.PASSED if known else Finding.UNKNOWN
    return Check("enough", finding, {"n": verdict.n, "needed": None})


def _placebo(definition: Definition, initiative: Initiative, groups: _Groups) -> Check:
    """A start that never was, four weeks early, must show nothing."""
    turn = initiative.starts_on - timedelta(weeks=_PLACEBO_WEEKS)
    pilots, controls = _pairs_around(
        definition, initiative.aspect, groups, _start(initiative), turn, initiative.starts_on
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


def _alike(initiative: Initiative, groups: _Groups, as_of: date) -> Check:
    """Do the pilots serve the same sort of customers before and after: largest shift of a segment."""
    shares = [
        _segment_shares(groups.pilots, since, until)
        for since, until in (
            (_start(initiative), initiative.starts_on),
            (initiative.starts_on, _end(initiative, as_of)),
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
    rows = read_cells(Slice(since, until, units), ("segment",), ("voice",))
    total = sum(row.signals for row in rows)
    return {str(row.key[0]): row.signals / total for row in rows} if total else {}


def _units(groups: _Groups) -> Check:
    few = min(len(groups.pilots), len(groups.controls))
    finding = Finding.PASSED if few >= 2 else Finding.WATCH if few == 1 else Finding.FAILED
    return Check("units", finding, {"pilots": len(groups.pilots), "controls": len(groups.controls)})


def _alone(initiative: Initiative, groups: _Groups, as_of: date) -> Check:
    """Is anything else being tried at the pilots meanwhile."""
    others = (
        Initiative.objects.filter(
            pilots__in=groups.pilots, starts_on__lte=as_of, starts_on__gte=_start(initiative)
        )
        .exclude(pk=initiative.pk)
        .exclude(state="stopped")
        .distinct()
        .count()
    )
    return Check("alone", Finding.WATCH if others else Finding.PASSED, {"others": others})
