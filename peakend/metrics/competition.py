"""Own brands against competitors, aspect by aspect, like for like."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from peakend.methods.comparison import holm
from peakend.methods.comparison.stratified import Stratum, stratified_difference
from peakend.methods.estimate import Comparison
from peakend.offerings.models import Brand
from peakend.warehouse.cells import Slice, read_cells

LEAST_MENTIONS = 30  # of the aspect, for each of the two


@dataclass(frozen=True)
class Standing:
    """One aspect of an own brand beside a competitor's.

    ``difference`` is own negative share minus the competitor's, compared within each source both
    are heard on: above zero the competitor is better. ``adjusted`` is Holm's p-value over every
    pair of brands and aspect; ``settled`` says whether the difference stands.
    """

    own: str
    competitor: str
    aspect: str
    own_share: float
    own_n: int
    competitor_share: float
    competitor_n: int
    difference: Comparison
    adjusted: float
    settled: bool

    @property
    def competitor_is_better(self) -> bool:
        """Whether the competitor is better beyond noise."""
        return self.settled and (self.difference.value or 0.0) > 0


Counts = Mapping[tuple[str, str, str], tuple[int, int]]  # brand, aspect, source → negative, all


def standings(slice: Slice, *, level: float = 0.001) -> list[Standing]:
    """Every own brand against every competitor on every aspect both are heard on.

    Channels differ in temper (who telephones has a reason to), so shares are compared within
    sources and never across them. The clearest difference comes first.
    """
    own = list(Brand.objects.filter(is_own=True).order_by("pk").values_list("code", flat=True))
    others = list(Brand.objects.filter(is_own=False).order_by("pk").values_list("code", flat=True))
    if not own or not others:
        return []
    counts, by_aspect = _counts(slice)
    pairs = [
        (mine, theirs, aspect, strata)
        for aspect, sources in sorted(by_aspect.items())
        for mine in own
        for theirs in others
        if (strata := _strata(counts, mine, theirs, aspect, sources))
    ]
    differences = [stratified_difference(strata) for *_pair, strata in pairs]
    adjusted = holm([difference.p_value for difference in differences], level=level)
    found = [
        _standing(pair, difference, p, stands)
        for pair, difference, p, stands in zip(
            pairs, differences, adjusted.adjusted, adjusted.rejected, strict=True
        )
    ]
    return sorted(found, key=lambda one: (one.adjusted, one.aspect, one.competitor))


def _counts(slice: Slice) -> tuple[Counts, Mapping[str, set[str]]]:
    counts: dict[tuple[str, str, str], tuple[int, int]] = {}
    sources: dict[str, set[str]] = defaultdict(set)
    for row in read_cells(slice, by=("brand", "code", "source"), families=("opinion",)):
        brand, aspect, source = row.key
        counts[brand, aspect, source] = (row.negative_signals, row.signals)
        sources[aspect].add(source)
    return counts, sources


def _strata(
    counts: Counts, mine: str, theirs: str, aspect: str, sources: set[str]
) -> list[Stratum]:
    nothing = (0, 0)
    strata = [
        (
            *counts.get((mine, aspect, source), nothing),
            *counts.get((theirs, aspect, source), nothing),
        )
        for source in sorted(sources)
    ]
    common = [stratum for stratum in strata if stratum[1] and stratum[3]]
    enough = all(sum(stratum[side] for stratum in common) >= LEAST_MENTIONS for side in (1, 3))
    return [tuple(map(float, stratum)) for stratum in common] if enough else []  # type: ignore[misc]


def _standing(
    pair: tuple[str, str, str, list[Stratum]],
    difference: Comparison,
    adjusted: float | None,
    stands: bool,
) -> Standing:
    own, competitor, aspect, strata = pair
    negative, n, other_negative, other_n = (
        sum(stratum[place] for stratum in strata) for place in range(4)
    )
    return Standing(
        own=own,
        competitor=competitor,
        aspect=aspect,
        own_share=negative / n,
        own_n=int(n),
        competitor_share=other_negative / other_n,
        competitor_n=int(other_n),
        difference=difference,
        adjusted=1.0 if adjusted is None else adjusted,
        settled=stands,
    )
