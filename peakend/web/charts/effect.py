"""Pilot against control, week by week, with the day it began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peakend.web.charts import Option
from peakend.web.charts.band import interval_band


@dataclass(frozen=True)
class Week:
    """One week: its label and both groups' values, None where nobody answered."""

    label: str
    pilot: float | None
    low: float | None
    high: float | None
    control: float | None
    tip: str


def pilot_and_control(
    weeks: Sequence[Week],
    start: str,
    start_label: str,
    names: tuple[str, str],
    means: tuple[float | None, float | None],
    axis: str = "#number",
    bounds: tuple[float, float] | None = None,
) -> Option:
    """Both groups as lines, the pilots' interval as a band, their means before and after as rules.

    ``bounds`` are where the scale ends: intervals are cut there, not drawn beyond what can be.
    """
    labels = [week.label for week in weeks]
    at = labels.index(start) if start in labels else None
    lows = [_cut(week.low, bounds) for week in weeks]
    highs = [_cut(week.high, bounds) for week in weeks]
    option: dict[str, Any] = {
        "grid": {"left": 44, "right": 84, "top": 30, "bottom": 28},
        "tooltip": {"trigger": "axis", "axisPointer": {"lineStyle": {"color": "@line-strong"}}},
        "xAxis": {
            "type": "category",
            "data": labels,
            "boundaryGap": False,
            "axisLine": {"lineStyle": {"color": "@line-strong"}, "onZero": False},
            "axisTick": {"show": False},
            "axisLabel": {"color": "@ink3", "fontSize": 12, "hideOverlap": True},
        },
        "yAxis": {
            "type": "value",
            "scale": True,
            "splitNumber": 4,
            "axisLabel": {"color": "@ink3", "fontSize": 12, "formatter": axis},
            "splitLine": {"lineStyle": {"color": "@line"}},
        },
        "series": [
            *interval_band(lows, highs, "@band"),
            _line(names[1], [week.control for week in weeks], "@ink3", [], 1.5, 4),
            _pilots(weeks, names[0]),
            *_mean_lines(len(weeks), at, means),
        ],
    }
    if bounds == (0, 100):
        option["yAxis"] |= {"min": 0, "max": 100, "scale": False, "interval": 25}
    if at is not None:
        option["series"][3]["markLine"] = {
            "silent": True,
            "symbol": "none",
            "data": [
                {
                    "xAxis": start,
                    "lineStyle": {"color": "@ink", "type": "solid", "width": 1},
                    "label": {"formatter": start_label, "color": "@ink", "fontSize": 12},
                }
            ],
        }
    return option


def _cut(value: float | None, bounds: tuple[float, float] | None) -> float | None:
    if value is None or bounds is None:
        return value
    return min(max(value, bounds[0]), bounds[1])


def _pilots(weeks: Sequence[Week], name: str) -> Option:
    return _line(
        name, [week.pilot for week in weeks], "@accent", [week.tip for week in weeks], 2, 6
    )


def _line(
    name: str,
    values: Sequence[float | None],
    colour: str,
    tips: Sequence[str],
    width: float,
    size: int,
) -> Option:
    return {
        "name": name,
        "type": "line",
        "data": [
            {"value": value, **({"tip": tips[place]} if tips else {})}
            for place, value in enumerate(values)
        ],
        "symbol": "circle",
        "symbolSize": size,
        "connectNulls": True,
        "lineStyle": {"color": colour, "width": width},
        "itemStyle": {"color": colour},
        "endLabel": {"show": True, "formatter": name, "color": colour, "fontSize": 12},
        "labelLayout": {"moveOverlap": "shiftY"},
        "z": 3,
    }


def _mean_lines(
    count: int, at: int | None, means: tuple[float | None, float | None]
) -> list[Option]:
    if at is None:
        return []
    spans = ((0, at, means[0]), (at, count, means[1]))
    return [
        {
            "type": "line",
            "data": [mean if first <= place < last else None for place in range(count)],
            "symbol": "none",
            "silent": True,
            "lineStyle": {"color": "@accent", "width": 1, "type": [5, 3]},
            "tooltip": {"show": False},
            "z": 2,
        }
        for first, last, mean in spans
        if mean is not None
    ]
