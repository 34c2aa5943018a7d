"""A reading as a reader sees it: the value, its change in words, how sure, how many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from peakend.metrics.definitions import Definition, definition_of
from peakend.metrics.display import Display
from peakend.metrics.display import display_of as display_of_definition
from peakend.metrics.queries import Change, Reading
from peakend.metrics.questions import name_of
from peakend.opinions.queries import aspect_title
from peakend.web.shell import marks, numbers


@dataclass(frozen=True)
class ChangeView:
    """A change ready to draw. tone: good, bad or noise; ``span`` is value, low and high as written."""

    text: str
    tone: str
    word: str
    icon: str
    span: tuple[float, float, float] | None = None
    is_flipped: bool = False

    @cached_property
    def strip(self) -> SafeString:
        """The change on a strip, drawn where it is asked for: most tables write it in words alone."""
        if self.span is None:
            return SafeString("")
        label = f"{self.text} {self.word}"
        return marks.strip(*self.span, self.tone, flipped=self.is_flipped, label=label)


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


def title_of(metric: Definition, aspect: str = "") -> str:
    """The metric's name in the reader's language, with the aspect it is about."""
    if aspect:
        return _("{aspect}: {metric}").format(aspect=aspect_title(aspect), metric=metric.name)
    return name_of(metric)


def display_of(metric: Definition | str) -> Display:
    """How the metric is written; one may name it by its code."""
    return display_of_definition(definition_of(metric) if isinstance(metric, str) else metric)


def written(value: float | None, metric: Definition | str) -> str:
    """A value of the metric as text, without interval."""
    shown = display_of(metric)
    if value is None:
        return numbers.number(None)
    if _in_hours(shown, value):
        return numbers.minutes(value)
    write = numbers.signed if shown.is_signed else numbers.number
    return write(value * shown.scale, shown.decimals) + shown.unit


def _in_hours(shown: Display, value: float | None) -> bool:
    """Whether the value is a length of time over an hour, which nobody counts in minutes."""
    return shown.is_minutes and value is not None and abs(value) >= 60


def half_width(reading: Any) -> str:
    """Half the interval's width as text, for ``±``."""
    if reading.low is None or reading.high is None:
        return ""
    shown = display_of(reading.metric)
    if _in_hours(shown, reading.value):
        return numbers.minutes((reading.high - reading.low) / 2)
    return numbers.number((reading.high - reading.low) / 2 * shown.scale, shown.decimals)


def figure_view(reading: Reading, title: str = "") -> FigureView:
    """A Reading of the metrics room as a figure."""
    shown = display_of(reading.metric)
    write = numbers.signed if shown.is_signed else numbers.number
    known = reading.enough and reading.value is not None
    value = write(reading.value * shown.scale, shown.decimals) if reading.value is not None else ""
    interval = ""
    if known and reading.low is not None and reading.high is not None:
        low, high = reading.low * shown.scale, reading.high * shown.scale
        interval = numbers.between(low, high, shown.decimals)
    unit = shown.unit
    if _in_hours(shown, reading.value):
        value, unit = numbers.minutes(reading.value), ""
        if interval:
            interval = pgettext("interval", "{low} to {high}").format(
                low=numbers.minutes(reading.low), high=numbers.minutes(reading.high)
            )
    needed = reading.metric.minimum_n
    return FigureView(
        metric=reading.metric.code,
        title=title or title_of(reading.metric, reading.aspect),
        value=value if known else "",
        unit=unit,
        of=shown.of,
        n=numbers.number(reading.n),
        interval=interval,
        change=change_view(reading.change, reading.metric) if known else None,
        reason=reading.reason,
        needed=needed,
        progress=min(1.0, reading.n / needed) if needed else 0.0,
    )


def change_view(
    change: Change | None, metric: Definition | str, decimals: int | None = None
) -> ChangeView | None:
    """A Change of the metrics room in words, or nothing."""
    if change is None:
        return None
    shown = display_of(metric)
    places = shown.change_decimals if decimals is None else decimals
    value = shown.scale * change.value
    if change.low is None or change.high is None:  # a full count has no interval
        icon = "equal" if value == 0 else "arrow-up-right" if value > 0 else "arrow-down-right"
        return ChangeView(numbers.signed(value, places), "noise", "", icon)
    low, high = shown.scale * change.low, shown.scale * change.high
    better = shown.better * value
    if change.noise:
        tone, word = "noise", _("within noise")
    elif better > 0:
        tone, word = "good", _("better")
    elif better < 0:
        tone, word = "bad", _("worse")
    else:
        tone, word = "noise", ""
    icon = "equal" if change.noise else "arrow-up-right" if value > 0 else "arrow-down-right"
    text = numbers.plus_minus(value, (high - low) / 2, places)
    return ChangeView(text, tone, word, icon, (value, low, high), shown.better < 0)
