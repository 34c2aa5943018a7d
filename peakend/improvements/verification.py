"""Did it work: an initiative's verdict, with everything that supports or weakens it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from peakend.improvements.before_after import (
    Groups,
    Pair,
    compare,
    compared,
    end_of,
    groups_of,
    pairs_of,
    totals_of,
)
from peakend.improvements.checks import Check, checks_of
from peakend.improvements.choices import Finding, VerdictValue
from peakend.improvements.guardrails import Guard, guards_of
from peakend.improvements.models import Initiative
from peakend.improvements.verdicts import Verdict, judge
from peakend.improvements.weeks import WeekPoint, week_points, weekly_moments
from peakend.methods.estimate import Comparison
from peakend.metrics.definitions import definition_of


@dataclass(frozen=True)
class Side:
    """One group before and after: means in the metric's unit, answers, and units that count."""

    before: float | None
    after: float | None
    n_before: float
    n_after: float
    units: int


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


def verify(initiative: Initiative, as_of: date) -> Verdict:
    """The verdict as of a day (its answers included)."""
    return _verdict(initiative, groups_of(initiative), as_of)


def effect_of(initiative: Initiative, as_of: date) -> Comparison:
    """The comparison the verdict rests on, in the metric's unit and signed as the metric is."""
    definition = definition_of(initiative.metric)
    groups = groups_of(initiative)
    return compare(*pairs_of(definition, initiative.aspect, initiative, groups, as_of))


def report(initiative: Initiative, as_of: date) -> Report:
    """The verdict with everything that supports or weakens it."""
    groups = groups_of(initiative)
    definition = definition_of(initiative.metric)
    verdict = _verdict(initiative, groups, as_of)
    pilots, controls = compared(*pairs_of(definition, initiative.aspect, initiative, groups, as_of))
    weeks = weekly_moments(definition, initiative, groups, as_of)
    return Report(
        verdict=verdict,
        pilot=_side(pilots),
        control=_side(controls),
        checks=checks_of(
            definition, initiative, groups, (len(pilots), len(controls)), verdict, weeks, as_of
        ),
        guards=guards_of(initiative, groups, as_of),
        pilot_weeks=week_points(weeks[0]),
        control_weeks=week_points(weeks[1]),
        is_final=initiative.ends_on is not None and as_of >= initiative.ends_on,
    )


def _verdict(initiative: Initiative, groups: Groups, as_of: date) -> Verdict:
    definition = definition_of(initiative.metric)
    pilots, controls = pairs_of(definition, initiative.aspect, initiative, groups, as_of)
    after = sum(pair[1].n for pair in pilots)
    weeks = max(1.0, ((end_of(initiative, as_of) - initiative.starts_on).days) / 7)
    verdict = judge(
        compare(pilots, controls),
        direction=initiative.direction,
        target=initiative.target,
        n_after=after,
        weekly=after / weeks,
        as_of=as_of,
    )
    broken = any(guard.finding == Finding.FAILED for guard in guards_of(initiative, groups, as_of))
    if broken and verdict.verdict != VerdictValue.HARMFUL:
        # What it gains is paid for elsewhere.
        return Verdict(
            **{**verdict.__dict__, "verdict": VerdictValue.HARMFUL, "reason": "guardrail"}
        )
    return verdict


def _side(pairs: Sequence[Pair]) -> Side:
    before, after = totals_of(pairs)
    return Side(before.mean, after.mean, before.n, after.n, len(pairs))
