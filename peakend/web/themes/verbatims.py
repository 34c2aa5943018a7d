"""The voices that mention a theme: the clearest as a quote, all of them a page at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language

from peakend.themes.models import Mention, Theme
from peakend.themes.queries import mentions_of
from peakend.web.filters import ViewFilter
from peakend.web.shell import names
from peakend.web.shell.evidence import Moved
from peakend.web.shell.quotes import OTHER, READABLE
from peakend.web.themes.counts import within

CANDIDATES = 1_500  # newest mentions of all themes among which the clearest are looked for
SIZE = 20
LONG = 260


@dataclass(frozen=True)
class Line:
    """One verbatim as a list draws it, the theme's words marked."""

    mention: Mention
    spans: tuple[Moved, ...]
    where: str
    source: str
    day: str
    segment: str
    rating: str
    is_long: bool


def quotes_of(themes: Collection[Theme], view: ViewFilter) -> dict[int, Line]:
    """The clearest recent verbatim of each theme."""
    rows = (
        mentions_of(themes, within(view))
        .select_related("voice__source", "voice__unit", "voice__brand")
        .order_by("-voice_id")[:CANDIDATES]
    )
    reader = (get_language() or "")[:2]
    best: dict[int, tuple[float, Mention]] = {}
    for mention in rows:
        clarity = _clarity(mention, reader)
        if mention.theme_id not in best or clarity > best[mention.theme_id][0]:
            best[mention.theme_id] = (clarity, mention)
    sources = names.source_titles()
    return {theme: _line(mention, sources) for theme, (_clear, mention) in best.items()}


def page_of(theme: Theme, view: ViewFilter, after: str) -> tuple[list[Line], str]:
    """Twenty voices before the key ``after``, newest first, and the key of the next page."""
    rows = mentions_of([theme], within(view)).select_related(
        "voice__source", "voice__unit", "voice__brand"
    )
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(voice_id__lt=int(after))
    found = list(rows.order_by("-voice_id")[: SIZE + 1])
    sources = names.source_titles()
    lines = [_line(mention, sources) for mention in found[:SIZE]]
    return lines, str(found[SIZE - 1].voice_id) if len(found) > SIZE else ""


def _clarity(mention: Mention, reader: str) -> float:
    voice = mention.voice
    own = 0.3 if voice.language in OTHER.get(reader, ()) else 1.0
    length = len(voice.text)
    readable = 1.0 if length in READABLE else 0.5 if length < 240 else 0.2
    # Who says little else speaks of the theme.
    return own * readable * (0.5 + (mention.end - mention.start) / max(length, 1))


def _line(mention: Mention, sources: dict[str, str]) -> Line:
    voice = mention.voice
    source = sources.get(voice.source.code, voice.source.code)
    place = voice.unit or voice.brand
    return Line(
        mention=mention,
        spans=(Moved(mention.start, mention.end, 0),),
        where=place.title if place else source,
        source=source if place else "",
        day=names.day_title(timezone.localtime(voice.occurred_at).date()),
        segment=names.segment_title(voice.segment) if voice.segment else "",
        rating="" if voice.rating is None else f"{voice.rating:g}",
        is_long=len(voice.text) > LONG,
    )
