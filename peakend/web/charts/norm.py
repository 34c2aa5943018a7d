"""One result on its norm: every finished test a dot, the cuts upright, the new one with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peakend.web.charts import Option

ROWS = 5  # heights that dots of nearly the same value take turns at
OWN = 6  # the height of the new result: above the dots, its name below the words of the cuts


@dataclass(frozen=True)
class Dot:
    """One earlier result."""

    value: float
    tip: str
    url: str = ""


def norm_strip(
    norm: Sequence[Dot],
    value: float,
    interval: tuple[float, float],
    name: str,
    cuts: Sequence[tuple[float, str]],
    axis: str,
    tone: str,
    tip: str,
) -> Option:
    """Dots along one axis; right is larger."""
    known = [*(dot.value for dot in norm), value, *interval, *(cut for cut, _ in cuts)]
    low, high = min(known), max(known)
    room = (high - low or 1.0) * 0.08
    # Words at the right edge grow to the left, so that a narrow page does not cut them.
    side = (
        "right"
        if value > low + 0.6 * (high - low)
        else "left"
        if value < low + 0.3 * (high - low)
        else "center"
    )
    ranked = sorted(norm, key=lambda dot: dot.value)
    return {
        "grid": {"left": 16, "right": 16, "top": 40, "bottom": 30},
        "tooltip": {"trigger": "item"},
        "xAxis": {
            "type": "value",
            "min": round(low - room, 3),
            "max": round(high + room, 3),
            "axisLine": {"lineStyle": {"color": "@line-strong"}},
            "axisTick": {"show": False},
            "splitLine": {"show": False},
            "axisLabel": {
                "color": "@ink3", "fontSize": 12, "formatter": axis,
                "showMinLabel": False, "showMaxLabel": False,
            },
        },
        "yAxis": {"type": "value", "show": False, "min": 0, "max": 10},
        "series": [
            {
                "type": "scatter",
                "symbolSize": 9,
                "cursor": "pointer",
                "itemStyle": {"color": "@mute", "opacity": 0.75},
                "data": [
                    {
                        "value": [round(dot.value, 4), 1.2 + 0.7 * (place % ROWS)],
                        "tip": dot.tip,
                        "url": dot.url,
                    }
                    for place, dot in enumerate(ranked)
                ],
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "data": [
                        {
                            "xAxis": round(cut, 4),
                            "lineStyle": {"color": "@ink3", "width": 1, "type": "dashed"},
                            "label": {
                                "formatter": label, "position": "end", "color": "@ink3",
                                "fontSize": 12, "distance": 4,
                            },
                        }
                        for cut, label in cuts
                    ],
                },
            },
            {
                "type": "scatter",
                "symbol": "diamond",
                "symbolSize": 18,
                "itemStyle": {"color": f"@{tone}"},
                "z": 5,
                "data": [
                    {
                        "value": [round(value, 4), OWN],
                        "tip": tip,
                        "label": {
                            "show": True, "formatter": name, "position": "top", "align": side, "distance": 8,
                            "color": f"@{tone}", "fontWeight": 700, "fontSize": 13,
                        },
                    }
                ],
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "label": {"show": False},
                    "data": [
                        [
                            {
                                "coord": [round(interval[0], 4), OWN],
                                "lineStyle": {"color": f"@{tone}", "width": 2, "type": "solid"},
                            },
                            {"coord": [round(interval[1], 4), OWN]},
                        ]
                    ],
                },
            },
        ],
    }  # fmt: skip
