"""The emotion curve of a journey: one line a segment over the columns of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from peakend.web.charts import Option

LEFT = 104  # width of the column of lane names below, so that the curve stands over its columns


@dataclass(frozen=True)
class Track:
    """One segment's curve. ``marks`` are ready labels by place: peak, pit and end, merged."""

    name: str
    values: Sequence[float | None]
    lows: Sequence[float | None]
    highs: Sequence[float | None]
    tips: Sequence[str]
    urls: Sequence[str]
    marks: dict[int, str] = field(default_factory=dict)
    end: int | None = None


_STYLES = (
    {"color": "@accent", "band": "@band", "type": "solid", "width": 2},
    {"color": "@ink2", "band": "@limits", "type": [5, 3], "width": 1.5},
    {"color": "@good", "band": "@good-soft", "type": [1, 3], "width": 2},
)


def journey_curve(
    labels: Sequence[str],
    tracks: Sequence[Track],
    selected: int | None,
    neutral: str,
    *,
    named: bool = False,
) -> Option:
    """Curves with bands of their intervals, from −100 to +100 around the neutral point.

    ``named`` prints the labels below the curve; else it stands over lanes that name its columns.
    """
    bound = _bound(tracks)
    series: list[Option] = []
    if selected is not None:
        series += _column(len(labels), selected, bound)
    for index, track in enumerate(tracks):
        style = _STYLES[index % len(_STYLES)]
        series += _band(track, style, f"band-{index}")
    for index, track in enumerate(tracks):
        others = [other for other in tracks if other is not track]
        series.append(_line(track, _STYLES[index % len(_STYLES)], others))
    series[-1]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": "@mute", "type": "solid", "width": 1},
        "label": {"show": False},
        "data": [{"yAxis": 0, "name": neutral}],
    }
    return {
        "grid": {"left": 46, "right": 8, "top": 26, "bottom": 40}
        if named
        else {"left": LEFT, "right": 0, "top": 26, "bottom": 14},
        "tooltip": {"trigger": "item"},
        "xAxis": {
            "type": "category",
            "data": list(labels),
            "boundaryGap": True,
            "show": named,
            "axisTick": {"show": False},
            "axisLine": {"show": False},
            "axisLabel": {
                "color": "@ink3",
                "fontSize": 12,
                "interval": 0,
                "hideOverlap": True,
                "width": 84,
                "overflow": "break",
            },
        },
        "yAxis": {
            "type": "value",
            "min": -bound,
            "max": bound,
            "interval": bound / 2,
            "axisLabel": {"color": "@ink3", "fontSize": 12, "formatter": "#signed"},
            "splitLine": {"lineStyle": {"color": "@line"}},
        },
        "series": series,
    }


def _bound(tracks: Sequence[Track]) -> int:
    """The smallest of a few round bounds that leaves room for every label."""
    reach = max(
        (abs(value) for track in tracks for value in track.values if value is not None), default=0
    )
    return next((bound for bound in (40, 60, 80, 100) if reach <= bound * 0.85), 120)


def _column(columns: int, selected: int, bound: int) -> list[Option]:
    """The tinted column that runs on through the lanes below."""
    return [
        {
            "type": "bar",
            "data": [edge if place == selected else None for place in range(columns)],
            "barWidth": "100%",
            "barGap": "-100%",
            "silent": True,
            "itemStyle": {"color": "@accent-soft"},
            "tooltip": {"show": False},
            "z": 0,
        }
        for edge in (bound, -bound)
    ]


def _band(track: Track, style: Option, stack: str) -> list[Option]:
    """Two stacked lines with the area between them filled; across zero they must stack 'all'."""
    floors: list[float | None] = []
    spans: list[float | None] = []
    for low, high in zip(track.lows, track.highs, strict=True):
        known = low is not None and high is not None
        floors.append(round(low, 2) if known else None)  # type: ignore[arg-type]
        spans.append(round(high - low, 2) if known else None)  # type: ignore[operator]
    shared: Option = {
        "type": "line",
        "stack": stack,
        "stackStrategy": "all",
        "symbol": "none",
        "smooth": 0.35,
        "smoothMonotone": "x",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "tooltip": {"show": False},
        "z": 1,
    }
    return [
        {**shared, "data": floors},
        {**shared, "data": spans, "areaStyle": {"color": style["band"], "opacity": 0.8}},
    ]


def _line(track: Track, style: Option, others: Sequence[Track]) -> Option:
    data: list[Option] = []
    for place, value in enumerate(track.values):
        item: Option = {
            "value": None if value is None else round(value, 2),
            "tip": track.tips[place],
            "url": track.urls[place],
        }
        if place in track.marks and value is not None:
            hollow = place == track.end
            item |= {
                "symbolSize": 11,
                "itemStyle": {
                    "color": "@card" if hollow else style["color"],
                    "borderColor": style["color"] if hollow else "@card",
                    "borderWidth": 2,
                },
                "label": {
                    "show": True,
                    "formatter": track.marks[place],
                    "position": _side(place, value, others),
                    "distance": 8,
                    "color": style["color"],
                    "fontWeight": 700,
                    "fontSize": 12,
                },
            }
        data.append(item)
    return {
        "name": track.name,
        "type": "line",
        "data": data,
        "symbol": "circle",
        "symbolSize": 5,
        "smooth": 0.35,
        "smoothMonotone": "x",
        "connectNulls": True,
        "clip": False,
        "lineStyle": {"color": style["color"], "width": style["width"], "type": style["type"]},
        "itemStyle": {"color": style["color"]},
        "cursor": "pointer",
        "z": 3,
    }


def _side(place: int, value: float, others: Sequence[Track]) -> str:
    """Above or below its dot, away from the nearest other curve; a pit alone below, a peak above."""
    near = [other.values[place] for other in others if other.values[place] is not None]
    if near:
        closest = min(near, key=lambda one: abs((one or 0.0) - value))
        return "bottom" if (closest or 0.0) > value else "top"
    return "top" if value >= 0 else "bottom"
