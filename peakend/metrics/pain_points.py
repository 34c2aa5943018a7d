"""The ranking of pain and delight points: what to mend first, what to make more of."""

import math
from dataclasses import dataclass

from peakend.metrics.many_changes import readings_together
from peakend.metrics.queries import Change, Reading, from_cells
from peakend.metrics.registry import read_once
from peakend.warehouse.cells import CellRow, Slice, read_cells

# Praise and blame for nothing in particular name no lever.
NO_LEVER = ("overall",)


@dataclass(frozen=True)
class Point:
    """One aspect with how many voices it weighs on, how hard, and where it is going.

    ``voices`` counts the voices that speak of it with this polarity, ``severity`` is the mean
    strength of those opinions (1..5), ``impact`` runs to 100 for the first of the ranking.
    """

    aspect: str
    polarity: int
    voices: int
    severity: float
    share: Reading  # negative share, or for delight points net sentiment
    change: Change | None
    impact: float
    unit: int | None = None

    @property
    def impact_share(self) -> float:
        """The impact as a share of the largest."""
        return self.impact / 100


@read_once()
def ranked_points(
    slice: Slice,
    compare: Slice | None = None,
    *,
    polarity: int = -1,
    limit: int = 10,
    by_unit: bool = False,
) -> list[Point]:
    """Aspects by impact = volume × severity × change, largest first.

    The change enters as 1 + its size in the bad direction (for delight: the good one) measured in
    widths of its own interval, cut to 0..2; within noise it counts as no change. So a new pain
    outranks an old one of the same size, and noise moves nobody. What is noise is judged over all
    the aspects together (see :mod:`peakend.metrics.many_changes`).
    """
    by = ("code", "unit") if by_unit else ("code",)
    before = {row.key: row for row in read_cells(compare, by, ("opinion",))} if compare else {}
    metric = "negative_share" if polarity < 0 else "net_sentiment"
    rows = [
        row
        for row in read_cells(slice, by, ("opinion",))
        if row.key[0] not in NO_LEVER and _volume(row, polarity)
    ]
    shares = readings_together(
        [
            from_cells(metric, row, slice, aspect=row.key[0], other=before.get(row.key))
            for row in rows
        ]
    )
    points = [_point(row, share, polarity) for row, share in zip(rows, shares, strict=True)]
    top = max((point.impact for point in points), default=0.0) or 1.0
    points.sort(key=lambda point: (-point.impact, point.aspect, point.unit or 0))
    return [
        Point(**{**vars(point), "impact": 100 * point.impact / top}) for point in points[:limit]
    ]


def _point(row: CellRow, share: Reading, polarity: int) -> Point:
    volume = _volume(row, polarity)
    opinions = row.negatives if polarity < 0 else row.positives
    strength = row.strength_negative if polarity < 0 else row.strength_positive
    severity = strength / opinions if opinions else 0.0
    return Point(
        aspect=row.key[0],
        polarity=polarity,
        voices=volume,
        severity=severity,
        share=share,
        change=share.change,
        impact=volume * severity * _urgency(share.change),
        unit=row.key[1] if len(row.key) > 1 else None,
    )


def _volume(row: CellRow, polarity: int) -> int:
    # A voice that blames and praises the same aspect counts as blame.
    return row.negative_signals if polarity < 0 else row.signals - row.negative_signals


def _urgency(change: Change | None) -> float:
    if change is None or change.noise or not change.margin:
        return 1.0
    # Both metrics grow in the direction that matters: more blame, or more net praise.
    widths = change.value / (2 * change.margin)
    return 1.0 + min(max(widths, -0.5), 2.0) if math.isfinite(widths) else 1.0
