"""The ranking of pain or delight points as its table draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from peakend.metrics.pain_points import Point, ranked_points
from peakend.opinions.queries import aspect_title, group_title
from peakend.organization.access import Scope
from peakend.reasons.queries import Why, reasons_of
from peakend.warehouse.cells import read_cells
from peakend.web.filters import ViewFilter
from peakend.web.shell import figures, numbers
from peakend.web.shell.quotes import prefixed

WEEKS = 12
LEAST_OF_A_WEEK = 5  # voices below which a week is a gap in the trend
LIMIT = 15


@dataclass(frozen=True)
class Row:
    """One pain or delight point with its figures in words and the reason given most often."""

    place: int
    point: Point
    title: str
    group: str
    share: str
    interval: str
    change: figures.ChangeView | None
    trend: tuple[float | None, ...]
    trend_tone: str
    why: Why

    @property
    def code(self) -> str:
        return self.point.aspect

    @property
    def reason(self) -> str:
        """What is given as the reason most often; empty where too few say why."""
        return self.why.reasons[0].words if self.why.reasons else ""


def ranking(view: ViewFilter, polarity: int) -> list[Row]:
    """The points of one side, largest impact first."""
    points = ranked_points(view.slice, view.compare_slice, polarity=polarity, limit=LIMIT)
    codes = [point.aspect for point in points]
    whys = reasons_of(codes, polarity, prefixed(view.voices(), "voice"), Scope(view.scope_units))
    trends = _weekly(view, codes, polarity)
    return [
        _row(place, point, whys[point.aspect], trends.get(point.aspect, ()))
        for place, point in enumerate(points, 1)
    ]


def _row(place: int, point: Point, why: Why, trend: tuple[float | None, ...]) -> Row:
    share = point.share
    change = figures.change_view(point.change, share.metric) if share.enough else None
    interval = ""
    if share.enough and share.low is not None and share.high is not None:
        scale = figures.display_of(share.metric).scale
        interval = numbers.between(scale * share.low, scale * share.high)
    return Row(
        place=place,
        point=point,
        title=aspect_title(point.aspect),
        group=group_title(point.aspect),
        share=figures.written(share.value, share.metric) if share.enough else "",
        interval=interval,
        change=change,
        trend=trend,
        trend_tone=change.tone if change and change.tone != "noise" else "",
        why=why,
    )


def _weekly(
    view: ViewFilter, codes: Sequence[str], polarity: int
) -> dict[str, tuple[float | None, ...]]:
    """The share that complains (or net sentiment) of each aspect in each of the last weeks."""
    past = view.history(WEEKS)
    first = past.since or view.as_of
    places: dict[date, int] = {first + timedelta(weeks=step): step for step in range(WEEKS)}
    series: dict[str, list[float | None]] = {}
    for row in read_cells(past, ("code", "week"), ("opinion",)):
        code, monday = row.key
        if code not in codes or monday not in places or row.signals < LEAST_OF_A_WEEK:
            continue
        value = row.negative_signals / row.signals
        if polarity > 0:
            value = (row.positives - row.negatives) / row.n
        series.setdefault(code, [None] * WEEKS)[places[monday]] = value
    return {code: tuple(line) for code, line in series.items()}
