"""A reading as a reader sees it: the value, its change in words, how sure, how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from peakend.web.shell import marks, numbers


@dataclass(frozen=True)
class Display:
    """How a metric is written."""

    title: str
    decimals: int = 0
    scale: float = 1.0  # shares are stored 0..1 and shown times a hundred
    unit: str = ""  # behind the value
    of: str = ""  # "/ 5"
    is_signed: bool = False
    better: int = 1  # 1 larger is better, -1 smaller, 0 neither


@dataclass(frozen=True)
class ChangeView:
    """A change ready to draw. tone: good, bad or noise."""

    text: str
    tone: str
    word: str
    icon: str
    strip: SafeString


@dataclass(frozen=True)
class FigureView:
    """A figure ready to draw; ``value`` is empty when there are too few answers."""

    metric: str
    title: str
    value: str
    unit: str
    of: str
    n: str
    interval: str
    change: ChangeView | None
    reason: str
    needed: int
    progress: float


def display_of(metric: str, aspect: str = "") -> Display:
    """How the metric is written, from its definition."""
    from peakend.web.metrics.display import (
        display_of as of,
    )  # the metrics room knows its definitions

    return of(metric, aspect)


def figure_view(reading: Any, title: str = "") -> FigureView:
    """A Reading of the metrics room as a figure."""
    shown = display_of(reading.metric, getattr(reading, "aspect", ""))
    write = numbers.signed if shown.is_signed else numbers.number
    known = reading.value is not None
    value = write(reading.value * shown.scale, shown.decimals) if known else ""
    interval = ""
    if known and reading.low is not None and reading.high is not None:
        low, high = reading.low * shown.scale, reading.high * shown.scale
        interval = numbers.between(low, high, shown.decimals)
    needed = int(getattr(reading, "needed", 0) or 0)
    return FigureView(
        metric=reading.metric,
        title=title or shown.title,
        value=value,
        unit=shown.unit,
        of=shown.of,
        n=numbers.number(reading.n),
        interval=interval,
        change=change_view(reading.change, reading.metric) if reading.change and known else None,
        reason=reading.reason or "",
        needed=needed,
        progress=reading.n / needed if needed else 0.0,
    )


def change_view(change: Any, metric: str = "", decimals: int | None = None) -> ChangeView | None:
    """A Change of the metrics room in words, or nothing."""
    if change is None or change.value is None:
        return None
    shown = display_of(metric) if metric else Display("")
    places = shown.decimals if decimals is None else decimals
    value, low, high = (shown.scale * part for part in (change.value, change.low, change.high))
    better = shown.better * value
    if change.noise or better == 0:
        tone, word = "noise", _("within noise") if change.noise else ""
    elif better > 0:
        tone, word = "good", _("better")
    else:
        tone, word = "bad", _("worse")
    icon = "equal" if change.noise else "arrow-up-right" if value > 0 else "arrow-down-right"
    text = numbers.plus_minus(value, (high - low) / 2, places)
    strip = marks.strip(value, low, high, tone, flipped=shown.better < 0, label=f"{text} {word}")
    return ChangeView(text, tone, word, icon, strip)
