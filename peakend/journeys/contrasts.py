"""Two segments on one journey: the same peak, another pit."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from peakend.journeys.experience import Lived, gap_between, lived
from peakend.journeys.models import Touchpoint
from peakend.methods.comparison import holm
from peakend.methods.estimate import Comparison
from peakend.warehouse.cells import Slice


@dataclass(frozen=True)
class OtherPit:
    """Segments that share the peak of a journey and differ in its pit.

    Places count the touchpoints. ``at_first`` is the first segment less the second at the first's
    pit, ``at_second`` the same at the second's: below and above zero where each suffers most at
    its own. ``adjusted`` is Holm's p-value of the weaker of the two.
    """

    first: Lived
    second: Lived
    peak: int
    first_pit: int
    second_pit: int
    at_first: Comparison
    at_second: Comparison
    adjusted: float


def other_pits(
    touchpoints: Sequence[Touchpoint], slice: Slice, *, level: float = 0.001
) -> list[OtherPit]:
    """Pairs of segments with the same peak and different pits, both beyond noise."""
    pairs = [
        (one, other)
        for one, other in combinations(lived(touchpoints, slice), 2)
        if _same_peak_other_pit(one, other)
    ]
    gaps = [_gaps(one, other) for one, other in pairs]
    adjusted = holm([gap.p_value for both in gaps for gap in both], level=level).adjusted
    found = []
    for number, ((one, other), (at_first, at_second)) in enumerate(zip(pairs, gaps, strict=True)):
        weaker = max(1.0 if p is None else p for p in adjusted[2 * number : 2 * number + 2])
        suffers = (at_first.value or 0.0) < 0 < (at_second.value or 0.0)
        if weaker <= level and suffers:
            found.append(
                OtherPit(
                    one, other, _place(one.curve.peak), _place(one.curve.pit),
                    _place(other.curve.pit), at_first, at_second, weaker,
                )
            )  # fmt: skip
    return found


def _same_peak_other_pit(one: Lived, other: Lived) -> bool:
    marks = (one.curve.peak, one.curve.pit, other.curve.peak, other.curve.pit)
    return (
        None not in marks
        and one.curve.peak == other.curve.peak
        and one.curve.pit != other.curve.pit
    )


def _gaps(one: Lived, other: Lived) -> tuple[Comparison, Comparison]:
    return (
        gap_between(one, other, _place(one.curve.pit)),
        gap_between(one, other, _place(other.curve.pit)),
    )


def _place(mark: int | None) -> int:
    assert mark is not None
    return mark
