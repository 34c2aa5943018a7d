"""Net sentiment of one's own brand beside each competitor and the industry, aspect by aspect.

Channels differ in temper (who telephones has a reason to), so brands are compared within the
sources both are heard on, and shown at one mix of those sources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peakend.methods.comparison import (
    difference_from_equal_mean,
    equal_mean,
    holm,
    standardised_net,
    stratified_net_difference,
)
from peakend.methods.estimate import Comparison, Estimate
from peakend.warehouse.cells import CellRow, Slice, read_cells

LEAST = 30  # opinions of a brand on an aspect, in sources it shares with the other
OWN = ""  # the code under which one's own brands stand together

Net = tuple[float, float, float]  # positives, neutrals, negatives
Counts = Mapping[str, Net]  # by source


@dataclass(frozen=True)
class Gap:
    """A difference and whether it stands: ``adjusted`` is Holm's p-value over every one looked at."""

    difference: Comparison
    adjusted: float
    settled: bool

    @property
    def verdict(self) -> int:
        """Ahead (1) or behind (-1) beyond noise, 0 within it."""
        if not self.settled or not self.difference.value:
            return 0
        return 1 if self.difference.value > 0 else -1


@dataclass(frozen=True)
class AspectLeague:
    """One aspect: each brand's net sentiment at one mix of sources, the industry, and the gaps.

    ``industry`` is the mean of all brands in which each counts once, one's own among them.
    ``gaps`` are own less competitor, within sources.
    """

    aspect: str
    own: Estimate
    rivals: Mapping[str, Estimate]
    industry: Estimate
    gaps: Mapping[str, Gap]
    to_industry: Gap | None
    sources: tuple[str, ...]


def league(own: Slice, rivals: Mapping[str, Slice], *, level: float = 0.05) -> list[AspectLeague]:
    """Every aspect on which one's own brand and a competitor are both heard enough.

    Args:
        own: the observations of one's own.
        rivals: those of each competitor, by its code.
    """
    mine = _by_aspect(own)
    theirs = {brand: _by_aspect(slice) for brand, slice in rivals.items()}
    found = [
        one
        for aspect in sorted(mine)
        if (one := _aspect(aspect, mine[aspect], {b: t.get(aspect, {}) for b, t in theirs.items()}))
    ]
    return _settled(found, level)


@dataclass(frozen=True)
class _Found:
    aspect: str
    own: Estimate
    rivals: dict[str, Estimate]
    industry: Estimate
    differences: dict[str, Comparison]
    to_industry: Comparison
    sources: tuple[str, ...]


def _by_aspect(slice: Slice) -> dict[str, dict[str, Net]]:
    counts: dict[str, dict[str, Net]] = {}
    for row in read_cells(slice, by=("code", "source"), families=("opinion",)):
        aspect, source = row.key
        counts.setdefault(aspect, {})[source] = _net(row)
    return counts


def _net(row: CellRow) -> Net:
    return float(row.positives), float(row.neutrals), float(row.negatives)


def _aspect(aspect: str, own: Counts, rivals: Mapping[str, Counts]) -> _Found | None:
    comparable = {brand: counts for brand, counts in rivals.items() if _enough(own, counts)}
    if not comparable:
        return None
    # One mix for everybody: the sources that one's own brand shares with somebody.
    shared = sorted(
        source for source in own if any(source in counts for counts in comparable.values())
    )
    weights = {
        source: sum(
            sum(counts[source]) for counts in (own, *comparable.values()) if source in counts
        )
        for source in shared
    }
    standing = {brand: _standing(counts, weights) for brand, counts in comparable.items()}
    ours = _standing(own, weights)
    return _Found(
        aspect,
        ours,
        standing,
        equal_mean([ours, *standing.values()]),
        {
            brand: stratified_net_difference(
                [(own[source], counts[source]) for source in shared if source in counts]
            )
            for brand, counts in comparable.items()
        },
        difference_from_equal_mean(ours, list(standing.values())),
        tuple(shared),
    )


def _enough(own: Counts, other: Counts) -> bool:
    common = [source for source in own if source in other]
    return all(sum(sum(side[source]) for source in common) >= LEAST for side in (own, other))


def _standing(counts: Counts, weights: Mapping[str, float]) -> Estimate:
    return standardised_net([(counts[s], weight) for s, weight in weights.items() if s in counts])


def _settled(found: Sequence[_Found], level: float) -> list[AspectLeague]:
    """The gaps with the error rate held over all of them; competitors and industry apart."""
    pairs = [(one, brand) for one in found for brand in one.differences]
    against = holm([one.differences[brand].p_value for one, brand in pairs], level=level)
    gaps: dict[str, dict[str, Gap]] = {one.aspect: {} for one in found}
    for (one, brand), p, stands in zip(pairs, against.adjusted, against.rejected, strict=True):
        gaps[one.aspect][brand] = Gap(one.differences[brand], 1.0 if p is None else p, stands)
    industry = holm([one.to_industry.p_value for one in found], level=level)
    return [
        AspectLeague(
            one.aspect,
            one.own,
            one.rivals,
            one.industry,
            gaps[one.aspect],
            # Beside one competitor alone the industry says nothing new.
            Gap(one.to_industry, 1.0 if p is None else p, stands) if len(one.rivals) > 1 else None,
            one.sources,
        )
        for one, p, stands in zip(found, industry.adjusted, industry.rejected, strict=True)
    ]
