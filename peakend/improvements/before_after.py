"""The pilots before and after their start, beside the other units: who is compared, and the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from peakend.improvements.metric_moments import moments_by
from peakend.improvements.models import Initiative
from peakend.methods.comparison import (
    difference_in_differences,
    difference_in_differences_by_cluster,
    welch,
)
from peakend.methods.estimate import Comparison, Reason, incomparable
from peakend.methods.moments import Moments, sum_moments
from peakend.metrics.definitions import Definition
from peakend.organization.choices import UnitKind
from peakend.organization.models import Unit
from peakend.warehouse.cells import Slice

_LEAST_A_CLUSTER = 3  # answers before and after, below which a unit's change says nothing
_CLUSTERS_FOR_SANDWICH = 20  # a side; fewer are compared unit by unit

Pair = tuple[Moments, Moments]


@dataclass(frozen=True)
class Groups:
    """The units where it is tried and those it is compared with."""

    pilots: frozenset[int]
    controls: frozenset[int]


def groups_of(initiative: Initiative) -> Groups:
    """The pilots with everything below them, and the stores that are not among them."""
    below: set[int] = set()
    for pilot in initiative.pilots.order_by("pk"):
        rows = Unit.objects.filter(path__startswith=pilot.path).order_by("pk")
        below.update(rows.values_list("pk", flat=True))
    others = Unit.objects.filter(kind=UnitKind.STORE, is_active=True).exclude(pk__in=below)
    return Groups(frozenset(below), frozenset(others.values_list("pk", flat=True)))


def start_of(initiative: Initiative) -> date:
    """The first day that counts as before."""
    return initiative.starts_on - timedelta(weeks=initiative.baseline_weeks)


def end_of(initiative: Initiative, as_of: date) -> date:
    """The first day that no longer counts."""
    last = min(as_of, initiative.ends_on) if initiative.ends_on else as_of
    return max(last + timedelta(days=1), initiative.starts_on)


def pairs_of(
    definition: Definition, aspect: str, initiative: Initiative, groups: Groups, as_of: date
) -> tuple[list[Pair], list[Pair]]:
    """Every pilot's and every control's answers before the start and since."""
    return pairs_around(
        definition,
        aspect,
        groups,
        start_of(initiative),
        initiative.starts_on,
        end_of(initiative, as_of),
    )


def pairs_around(
    definition: Definition, aspect: str, groups: Groups, since: date, turn: date, until: date
) -> tuple[list[Pair], list[Pair]]:
    """The same around any day."""
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


def compare(pilots: Sequence[Pair], controls: Sequence[Pair]) -> Comparison:
    """The pilots' change less the controls' change, as well as the units allow.

    With two units a side the units are what is compared, because answers of one store resemble
    each other; with a single unit only its answers can be; without others, before with after.
    """
    pilots, controls = compared(pilots, controls)
    if _by_unit(pilots, controls):
        many = min(len(pilots), len(controls)) >= _CLUSTERS_FOR_SANDWICH
        return difference_in_differences_by_cluster(
            pilots, controls, form="sandwich" if many else "collapsed"
        )
    before, after = totals_of(pilots)
    if not before.n or not after.n:
        return incomparable("welch_t", Reason.NO_DATA, n=before.n + after.n)
    if controls and all(total.n for total in totals_of(controls)):
        other_before, other_after = totals_of(controls)
        return difference_in_differences(before, after, other_before, other_after)
    return welch(after, before)


def compared(
    pilots: Sequence[Pair], controls: Sequence[Pair]
) -> tuple[Sequence[Pair], Sequence[Pair]]:
    """The units the comparison rests on: those with answers enough where two a side have them, else all."""
    solid = [[pair for pair in side if _solid(pair)] for side in (pilots, controls)]
    return (solid[0], solid[1]) if _by_unit(*solid) else (pilots, controls)


def _by_unit(pilots: Sequence[Pair], controls: Sequence[Pair]) -> bool:
    """Whether both sides have units enough to be compared unit by unit."""
    return min(len(pilots), len(controls)) >= 2 and all(_solid(one) for one in (*pilots, *controls))


def _solid(pair: Pair) -> bool:
    return min(pair[0].n, pair[1].n) >= _LEAST_A_CLUSTER


def totals_of(pairs: Sequence[Pair]) -> Pair:
    """A group's answers before and after, whatever the unit."""
    return sum_moments(pair[0] for pair in pairs), sum_moments(pair[1] for pair in pairs)
