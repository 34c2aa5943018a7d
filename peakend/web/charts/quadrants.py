"""Importance against performance: points with both intervals, parted by two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peakend.web.charts import Option


@dataclass(frozen=True)
class Spot:
    """One driver: where it lies, how sure both are, and how urgent it is.

    ``tone`` is ``bad`` for what to act on first; a hollow point is not ``certain`` of its side.
    """

    name: str
    x: float
    x_low: float | None
    x_high: float | None
    y: float
    y_low: float | None
    y_high: float | None
    tone: str
    certain: bool
    tip: str
    url: str = ""


def quadrants(
    spots: Sequence[Spot],
    lines: tuple[float, float],
    axes: tuple[str, str],
    corners: tuple[str, str, str, str],
) -> Option:
    """Right is better, up is more important; ``corners`` name the quarters from the top left, row by row."""
    xs = [value for s in spots for value in (s.x, s.x_low, s.x_high) if value is not None]
    ys = [value for s in spots for value in (s.y, s.y_low, s.y_high) if value is not None]
    left, right = _padded([*xs, lines[0]])
    bottom, top = _padded([*ys, lines[1]])
    bottom = max(0.0, bottom)
    return {
        "grid": {"left": 52, "right": 24, "top": 28, "bottom": 44},
        "tooltip": {"trigger": "item"},
        "xAxis": _axis(axes[0], left, right, "middle", 28),
        "yAxis": _axis(axes[1], bottom, top, "end", 12),
        "series": [
            _corners(corners, left, right, bottom, top),
            _points(spots, lines),
        ],
    }


def _padded(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low or 1.0) * 0.14
    return round(low - room, 3), round(high + room, 3)


def _axis(name: str, low: float, high: float, place: str, gap: int) -> Option:
    return {
        "type": "value",
        "name": name,
        "nameLocation": place,
        "nameGap": gap,
        "nameTextStyle": {"color": "@ink3", "fontSize": 12, "align": "center" if place == "middle" else "left"},
        "min": low,
        "max": high,
        "splitNumber": 4,
        "axisLine": {"lineStyle": {"color": "@line-strong"}},
        "axisTick": {"show": False},
        "axisLabel": {"color": "@ink3", "fontSize": 12, "showMinLabel": False, "showMaxLabel": False},
        "splitLine": {"show": False},
    }  # fmt: skip


def _corners(
    names: tuple[str, str, str, str], left: float, right: float, bottom: float, top: float
) -> Option:
    places = (
        (left, top, "right"),
        (right, top, "left"),
        (left, bottom, "right"),
        (right, bottom, "left"),
    )
    return {
        "type": "scatter",
        "silent": True,
        "symbolSize": 0.1,
        "tooltip": {"show": False},
        "data": [
            {
                "value": [x, y],
                "label": {
                    "show": True,
                    "formatter": name,
                    "position": side,
                    "offset": [0, 12 if y == top else -12],
                    "color": "@ink3",
                    "fontSize": 12,
                },
            }
            for name, (x, y, side) in zip(names, places, strict=True)
        ],
    }


def _points(spots: Sequence[Spot], lines: tuple[float, float]) -> Option:
    intervals = []
    for spot in spots:
        colour = {"color": f"@{spot.tone}", "width": 1.5, "type": "solid", "opacity": 0.55}
        if spot.x_low is not None and spot.x_high is not None:
            intervals.append(_segment((spot.x_low, spot.y), (spot.x_high, spot.y), colour))
        if spot.y_low is not None and spot.y_high is not None:
            intervals.append(_segment((spot.x, spot.y_low), (spot.x, spot.y_high), colour))
    rule = {"color": "@line-strong", "width": 1, "type": "solid"}
    return {
        "type": "scatter",
        "cursor": "pointer",
        "symbolSize": 13,
        "data": [
            {
                "value": [round(spot.x, 4), round(spot.y, 4)],
                "name": spot.name,
                "tip": spot.tip,
                "url": spot.url,
                "itemStyle": {
                    "color": f"@{spot.tone}" if spot.certain else "@card",
                    "borderColor": f"@{spot.tone}",
                    "borderWidth": 2,
                },
                "label": {
                    "show": True,
                    "formatter": spot.name,
                    "position": [15, -9],
                    "color": "@ink",
                    "fontSize": 13,
                    "fontWeight": 700 if spot.tone == "bad" else 400,
                },
            }
            for spot in spots
        ],
        "markLine": {
            "silent": True,
            "symbol": "none",
            "label": {"show": False},
            "data": [
                {"xAxis": round(lines[0], 4), "lineStyle": rule},
                {"yAxis": round(lines[1], 4), "lineStyle": rule},
                *intervals,
            ],
        },
    }


def _segment(one: tuple[float, float], other: tuple[float, float], style: Option) -> list[Option]:
    return [
        {"coord": [round(one[0], 4), round(one[1], 4)], "lineStyle": style},
        {"coord": [round(other[0], 4), round(other[1], 4)]},
    ]
