"""How a value and the difference of two are computed from sums over observations."""

from collections.abc import Callable
from dataclasses import dataclass

from peakend.methods.comparison import welch
from peakend.methods.estimate import Estimate, Reason, incomparable, unknown
from peakend.methods.moments import Moments
from peakend.methods.scores import (
    event_rate,
    mean_score,
    net_share,
    nps,
    nps_difference,
    proportion_difference,
    rate_difference,
    top_box,
)
from peakend.warehouse.cells import CellRow

Base = CellRow | None


@dataclass(frozen=True)
class Formula:
    """From sums to an estimate, and from two sums to their difference.

    ``estimate(row, base)`` and ``difference(row, base, other, other_base)`` take the sums of the
    metric's own observations and, for shares and rates, those of what they are held against.
    ``moments(row, base)`` gives the same as answers that have a mean (shares as 0 and 1, net
    scores as −1, 0 and 1), so that improvements can be judged by it; counts and rates have none.
    """

    estimate: Callable[[CellRow, Base], Estimate]
    difference: Callable[[CellRow, Base, CellRow, Base], Estimate]
    moments: Callable[[CellRow, Base], Moments] | None = None


def net_of(parts: Callable[[CellRow], tuple[int, int, int]], *, is_nps: bool = False) -> Formula:
    """Share of one kind of answer minus share of another; ``parts`` are for, neither, against."""
    estimate_of = nps if is_nps else net_share

    def estimate(row: CellRow, base: Base) -> Estimate:
        return estimate_of(*parts(row))

    def difference(row: CellRow, base: Base, other: CellRow, other_base: Base) -> Estimate:
        return nps_difference(parts(row), parts(other))

    def moments(row: CellRow, base: Base) -> Moments:
        promoters, passives, detractors = parts(row)
        return Moments(
            promoters + passives + detractors, promoters - detractors, promoters + detractors
        )

    return Formula(estimate, difference, moments)


def share_of(
    part: Callable[[CellRow, Base], int],
    whole: Callable[[CellRow, Base], int] = lambda row, _: row.n,
) -> Formula:
    """One kind of answer among all."""

    def estimate(row: CellRow, base: Base) -> Estimate:
        return top_box(part(row, base), whole(row, base))

    def difference(row: CellRow, base: Base, other: CellRow, other_base: Base) -> Estimate:
        return proportion_difference(
            part(row, base), whole(row, base), part(other, other_base), whole(other, other_base)
        )

    def moments(row: CellRow, base: Base) -> Moments:
        hits = part(row, base)
        return Moments(whole(row, base), hits, hits)

    return Formula(estimate, difference, moments)


def rate_of(events: Callable[[CellRow], int]) -> Formula:
    """Events per occasion; the base counts the occasions."""

    def sides(row: CellRow, base: Base) -> tuple[int, int]:
        return events(row), base.signals if base else 0

    def estimate(row: CellRow, base: Base) -> Estimate:
        return event_rate(*sides(row, base))

    def difference(row: CellRow, base: Base, other: CellRow, other_base: Base) -> Estimate:
        return rate_difference(sides(row, base), sides(other, other_base))

    return Formula(estimate, difference)


def between(low: int, high: int) -> Callable[[CellRow], int]:
    """How many answers lie on the scale from ``low`` to ``high``, both included."""
    return lambda row: sum(row.histogram[max(0, low) : high + 1])


def _held_against(row: CellRow, base: Base) -> int:
    # What is counted cannot be more than what it is counted among, even when it came a day later.
    return max(base.signals if base else 0, row.signals)


def _moments(row: CellRow, base: Base) -> Moments:
    return Moments(row.n, row.wx, row.wx2, row.w, row.w2)


def _mean(row: CellRow, base: Base) -> Estimate:
    return mean_score(_moments(row, base))


def _mean_difference(row: CellRow, base: Base, other: CellRow, other_base: Base) -> Estimate:
    return welch(_moments(row, base), _moments(other, other_base))


def _count(row: CellRow, base: Base) -> Estimate:
    return Estimate(float(row.signals), None, None, row.signals, "count")


def _count_difference(row: CellRow, base: Base, other: CellRow, other_base: Base) -> Estimate:
    return Estimate(float(row.signals - other.signals), None, None, row.signals, "count")


def _judged(row: CellRow) -> tuple[int, int, int]:
    return row.positives, row.neutrals, row.negatives


NET = net_of(_judged)
NPS = net_of(_judged, is_nps=True)
MEAN = Formula(_mean, _mean_difference, _moments)
COUNT = Formula(_count, _count_difference)
POSITIVE = share_of(lambda row, _: row.positives)
NEGATIVE = share_of(lambda row, _: row.negatives)
NEGATIVE_OF_ALL = share_of(lambda row, _: row.negative_signals, lambda row, _: row.signals)
MENTIONED = share_of(lambda row, _: row.signals, _held_against)
SPARED = share_of(lambda row, base: _held_against(row, base) - row.signals, _held_against)
RATE = rate_of(lambda row: row.signals)
NEGATIVE_RATE = rate_of(lambda row: row.negative_signals)
# An index is computed from its parts' readings, never from rows of its own.
INDEX = Formula(
    lambda row, base: unknown("weighted_index", Reason.NO_DATA),
    lambda row, base, other, other_base: incomparable("weighted_index", Reason.NO_DATA),
)
