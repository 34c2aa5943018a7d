"""Lines over time: a reading with its interval, a share with its control limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peakend.web.charts import Option
from peakend.web.charts.band import interval_band

LABEL_HEIGHT = 17.0  # pixels between two labels at the right edge
LABEL_SHARE = LABEL_HEIGHT / 180  # of the axis, in a chart of ordinary height


@dataclass(frozen=True)
class Point:
    """One period: its label, the value with interval, the words of its tooltip, where a click leads."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    tip: str = ""
    url: str = ""
    is_revised: bool = False  # it reads differently from what was told first: drawn as a diamond


@dataclass(frozen=True)
class Event:
    """Something that happened in a period, drawn as an upright line with its words on top."""

    label: str  # of the period
    title: str


@dataclass(frozen=True)
class Rule:
    """A level to hold the line against: a standard, a target."""

    value: float
    label: str


def interval_trend(
    points: Sequence[Point],
    end_label: str = "",
    axis: str = "#number",
    rules: Sequence[Rule] = (),
    events: Sequence[Event] = (),
) -> Option:
    """A line with its 95 % interval as a band; the newest point carries its value."""
    right = 124 if rules else 96 if end_label else 16
    option = _frame([point.label for point in points], axis, right=right)
    line = _line(points, end_label)
    marks = [*_levels(points, rules), *_uprights(events, [point.label for point in points])]
    if marks:
        line["markLine"] = {"silent": True, "symbol": "none", "data": marks}
    if events:
        option["grid"]["top"] = 34
    option["series"] = [
        *interval_band([point.low for point in points], [point.high for point in points], "@band"),
        line,
    ]
    return option


def control_chart(
    points: Sequence[Point],
    center: float,
    center_label: str,
    limit_label: str,
    end_label: str,
    outside: Sequence[int] = (),
    step: bool = True,
    axis: str = "#percent",
    events: Sequence[Event] = (),
) -> Option:
    """A line against control limits that step with n (each point's ``low`` and ``high``)."""
    option = _frame([point.label for point in points], axis, right=124)
    newest, limit = (
        _last([point.value for point in points]),
        _last([point.high for point in points]),
    )
    if axis == "#percent" and any((p.high or p.value or 0) > 80 for p in points):
        option["yAxis"]["max"] = 100  # a share has nothing above it
    # Labels at the right edge keep a line's height from each other; the newest value stays in place.
    known = [value for p in points for value in (p.value, p.high, p.low) if value is not None]
    line_height = (max(known) - min([0.0, *known])) * LABEL_SHARE if known else 0.0
    taken = [newest] if newest is not None else []
    labels = [_rule(center, center_label, "@ink3", shift=_shift(center, taken, line_height))]
    if limit is not None:
        shift = _shift(limit, taken, line_height)
        labels.append(_rule(limit, limit_label, "@ink3", hidden=True, shift=shift))
    line = _line(points, end_label, outside)
    line["markLine"] = {
        "silent": True,
        "symbol": "none",
        "data": [
            *(label for label in labels if label["yAxis"] is not None),
            *_uprights(events, [point.label for point in points]),
        ],
    }
    if events:
        option["grid"]["top"] = 34
    band = interval_band([p.low for p in points], [p.high for p in points], "@limits")
    for series in band:
        if step:
            series["step"] = "middle"
    option["series"] = [*band, line]
    return option


def _levels(points: Sequence[Point], rules: Sequence[Rule]) -> list[Option]:
    """The rules with their labels at the right edge, apart from the newest value's."""
    values = [p.value for p in points]
    known = [value for p in points for value in (p.value, p.high, p.low) if value is not None]
    known += [rule.value for rule in rules]
    line_height = (max(known) - min(known)) * LABEL_SHARE if known else 0.0
    newest = _last(values)
    taken = [newest] if newest is not None else []
    drawn = []
    for rule in rules:
        mark = _rule(rule.value, rule.label, "@ink3", shift=_shift(rule.value, taken, line_height))
        mark["lineStyle"] = {"color": "@accent", "width": 1, "type": "dashed"}
        drawn.append(mark)
    return drawn


def _uprights(events: Sequence[Event], periods: Sequence[str]) -> list[Option]:
    """Upright lines; their words take turns at two heights, so that neighbours stay readable."""

    def side(event: Event) -> str:
        # Near an edge the words lean inwards, so that a narrow chart does not cut them.
        place = periods.index(event.label) / max(1, len(periods) - 1)
        return "left" if place < 0.3 else "right" if place > 0.7 else "center"

    return [
        {
            "xAxis": event.label,
            "lineStyle": {"color": "@mute", "width": 1, "type": "solid"},
            "label": {
                "formatter": event.title if len(event.title) <= 16 else event.title[:15] + "…",
                "position": "end",
                "distance": 4 if place % 2 == 0 else 18,
                "align": side(event) if event.label in periods else "center",
                "color": "@ink2",
                "fontSize": 12,
            },
        }
        for place, event in enumerate(events)
    ]


def _last(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)


def _shift(value: float, taken: list[float], line_height: float) -> float:
    """By how many pixels a label moves away from those already placed; ``taken`` gets its place."""
    place = value
    for other in sorted(taken, key=lambda one: abs(one - value)):
        if line_height and abs(place - other) < line_height:
            place = other + line_height if value >= other else other - line_height
    taken.append(place)
    return round(-(place - value) / line_height * LABEL_HEIGHT, 1) if line_height else 0.0


def _rule(
    value: float | None, label: str, colour: str, hidden: bool = False, shift: float = 0.0
) -> Option:
    return {
        "yAxis": value,
        "lineStyle": {"color": colour, "width": 0 if hidden else 1, "type": "solid"},
        "label": {
            "formatter": label,
            "position": "end",
            "offset": [0, shift],
            "color": "@ink3",
            "fontSize": 12,
        },
    }


def _frame(labels: Sequence[str], axis: str, right: int) -> Option:
    return {
        "grid": {"left": 44, "right": right, "top": 16, "bottom": 28},
        "tooltip": {"trigger": "axis", "axisPointer": {"lineStyle": {"color": "@line-strong"}}},
        "xAxis": {
            "type": "category",
            "data": list(labels),
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
    }


def _line(points: Sequence[Point], end_label: str, outside: Sequence[int] = ()) -> Option:
    data: list[Option] = []
    newest = max((i for i, point in enumerate(points) if point.value is not None), default=-1)
    for place, point in enumerate(points):
        item: Option = {
            "value": None if point.value is None else round(point.value, 4),
            "tip": point.tip,
            "url": point.url,
        }
        if point.is_revised:
            item |= {"symbol": "diamond", "symbolSize": 10}
        if place in outside:
            item |= {"symbolSize": 9, "itemStyle": {"color": "@bad"}}
        if place == newest and end_label:
            item |= {
                "symbolSize": 9,
                "label": {
                    "show": True,
                    "position": "right",
                    "distance": 8,
                    "formatter": end_label,
                    "color": "@bad" if place in outside else "@accent",
                    "fontWeight": 700,
                    "fontSize": 12,
                    "lineHeight": 16,
                },
            }
        data.append(item)
    return {
        "type": "line",
        "data": data,
        "symbol": "circle",
        "symbolSize": 5,
        "connectNulls": False,
        "clip": False,
        "lineStyle": {"color": "@accent", "width": 2},
        "itemStyle": {"color": "@accent"},
        "cursor": "pointer",
        "z": 3,
    }
