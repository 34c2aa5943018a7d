"""Where a theme is heard: its share of the voices of each unit, segment and channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from peakend.methods.scores import top_box
from peakend.themes.models import Theme
from peakend.themes.queries import mentions_by
from peakend.warehouse.cells import read_cells
from peakend.web.filters import ViewFilter
from peakend.web.shell import names, numbers
from peakend.web.themes.counts import slice_of, within

MOST = 6
LEAST = 20  # voices of a place below which its share is not told


@dataclass(frozen=True)
class Place:
    """One unit, segment or channel: its share with interval, and where its voices are read."""

    title: str
    mentions: int
    voices: int
    share: float
    interval: str
    query: str


@dataclass(frozen=True)
class Dimension:
    """One way to tell voices apart, with the places where the theme is heard most."""

    title: Any
    places: tuple[Place, ...]
    top: float


_DIMENSIONS: tuple[tuple[str, Any, Callable[[], Callable[[Any], str]]], ...] = (
    ("unit", pgettext_lazy("organisation", "Unit"), lambda: _unit_title),
    ("segment", _("Segment"), lambda: names.segment_title),
    ("channel", _("Channel"), lambda: names.channel_title),
)


def places_of(theme: Theme, view: ViewFilter, every: int) -> list[Dimension]:
    """The dimensions in which the theme is heard at more than one place."""
    found = []
    for field, title, titles in _DIMENSIONS:
        mentions = mentions_by(theme, within(view), field)
        rows = read_cells(slice_of(view, theme.taxonomy), (field,), ("voice",))
        heard = {row.key[0]: max(1, round(row.signals / every)) for row in rows}
        title_of = titles()
        places = [
            _place(title_of(value), count, heard[value], view.query_string(**{field: value}))
            for value, count in mentions.items()
            if value not in (None, "") and heard.get(value, 0) >= LEAST
        ]
        places.sort(key=lambda place: (-place.share, place.title))
        if len(places) > 1:
            found.append(Dimension(title, tuple(places[:MOST]), places[0].share))
    return found


def _place(title: str, mentions: int, voices: int, query: str) -> Place:
    share = top_box(min(mentions, voices), voices)
    low, high = 100 * (share.low or 0), 100 * (share.high or 0)
    return Place(
        title, mentions, voices, share.value or 0.0, numbers.between(low, high, 1) + "%", query
    )


def _unit_title(value: Any) -> str:
    return names.unit_titles(frozenset({int(value)})).get(int(value), "")
