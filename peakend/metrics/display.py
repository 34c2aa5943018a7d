"""How a metric is written: decimals, unit, and the factor between what is stored and what is shown."""

from dataclasses import dataclass, replace

from peakend.metrics.definition import MINUTES, Definition

KEPT = "\u00a0"  # a space that keeps a number and its unit on one line


@dataclass(frozen=True)
class Display:
    """How a metric is written."""

    decimals: int = 0
    change_decimals: int = 0
    scale: float = 1.0  # shares are stored 0..1 and shown times a hundred
    unit: str = ""  # behind the value
    of: str = ""  # "/ 5"
    is_signed: bool = False
    is_minutes: bool = False  # a length of time: over an hour it is told in hours and minutes
    better: int = 1  # 1 larger is better, -1 smaller, 0 neither


DISPLAYS = {
    "score": Display(2, 2),
    "points": Display(0, 1, 100, is_signed=True),
    "percent": Display(1, 1, 100, "%"),
    "count": Display(),
    "amount": Display(1, 1),
    "per_hundred": Display(1, 1, 100),
    "index": Display(1, 1, 100, of="/ 100"),
}


def display_of(metric: Definition) -> Display:
    """How the metric is written, from its definition."""
    shown = DISPLAYS.get(metric.display, DISPLAYS["score"])
    unit, of = shown.unit, shown.of
    if metric.display == "amount" and metric.unit:
        unit = f"{KEPT}{metric.unit}"
    if metric.display == "score" and metric.scale:
        of = f"/ {metric.scale[1]:g}"
    return replace(
        shown,
        unit=unit,
        of=of,
        better=metric.better,
        is_minutes=metric.display == "amount" and metric.unit == MINUTES,
    )


def said(value: float, metric: Definition) -> str:
    """A value in words for titles and messages, with a true minus."""
    shown = display_of(metric)
    text = f"{abs(value * shown.scale):,.{shown.decimals}f}"
    sign = "+" if shown.is_signed else ""
    if value < 0 and float(text.replace(",", "")):
        sign = "\u2212"
    return f"{sign}{text}{shown.unit}"
