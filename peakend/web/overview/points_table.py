"""Pain and delight points as their tables draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import ngettext

from peakend.metrics.pain_points import Point
from peakend.opinions.queries import aspect_title
from peakend.web.overview.queries import ToldPoint
from peakend.web.shell import names, numbers
from peakend.web.shell.quotes import Quote


@dataclass(frozen=True)
class TableRow:
    """A pain or delight point as its table draws it."""

    point: Point
    title: str
    place: str
    change: str
    tone: str
    share: float
    unit: int | None
    quote: Quote | None
    heard: str


def table_rows(points: Sequence[ToldPoint], tone: str) -> list[TableRow]:
    """The ranking in the reader's language."""
    units = names.unit_titles()
    sources = names.source_titles()
    return [_row(told, tone, units, sources) for told in points]


def _row(told: ToldPoint, tone: str, units: dict[int, str], sources: dict[str, str]) -> TableRow:
    change = told.point.change
    grew = change is not None and not change.noise and change.value > 0
    place = ""
    if told.unit is not None:
        place = units.get(told.unit, "")
    elif told.units > 1:
        place = ngettext("{n} store", "{n} stores", told.units).format(n=told.units)
    heard = ""
    if told.quote:
        voice = told.quote.voice
        day = names.day_title(timezone.localtime(voice.occurred_at).date())
        heard = f"{sources.get(voice.source.code, voice.source.code)} {day}"
    moved = ""
    if change is not None and change.margin is not None:
        moved = numbers.plus_minus(100 * change.value, 100 * change.margin, 0)
    return TableRow(
        point=told.point,
        title=aspect_title(told.point.aspect),
        place=place,
        change=moved,
        tone=tone if grew else "",
        share=told.share,
        unit=told.unit,
        quote=told.quote,
        heard=heard,
    )
