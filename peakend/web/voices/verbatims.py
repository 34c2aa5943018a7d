"""Verbatims a page at a time, by key: the next page begins after the last row of this one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from peakend.opinions.models import Opinion
from peakend.reasons.queries import gives_reason
from peakend.text import EMOTIONS, INTENTS
from peakend.themes.queries import mentions_theme
from peakend.voices.models import Voice
from peakend.web.filters import ViewFilter
from peakend.web.shell.quotes import spans_of
from peakend.web.voices.answers import beside_answer

SORTS = ("representative", "newest", "strongest")
SIZE = 20
COUNTED = 10_000
CANDIDATES = 400  # newest voices among which the representative ones are looked for
EASY_LENGTH = (15, 140)  # characters that read at a glance


@dataclass(frozen=True)
class Page:
    """Verbatims with their opinions, and the key of the next page ('' on the last)."""

    voices: tuple[Voice, ...]
    spans: dict[int, list[Opinion]]
    after: str


def matching(view: ViewFilter) -> QuerySet[Voice]:
    """Every verbatim of the page's filter, search and aspect."""
    found = Voice.objects.filter(view.voices())
    for name, order, column in (
        (view.intent, INTENTS, "intents"),
        (view.emotion, EMOTIONS, "emotions"),
    ):
        if name:
            bit = F(column).bitand(1 << order.index(name))
            found = found.annotate(**{f"has_{column}": bit}).filter(**{f"has_{column}__gt": 0})
    if view.theme:
        found = found.filter(mentions_theme(int(view.theme)))
    if view.cause:
        found = found.filter(gives_reason(int(view.cause)))
    if view.answer:
        found = found.filter(beside_answer(*view.answered))
    if view.q:
        found = found.filter(text__icontains=view.q)
    if view.aspect:
        found = found.filter(Exists(_opinions(view)))
    elif view.polarity:
        found = found.filter(polarity=int(view.polarity))
    return found.select_related("source", "unit", "brand")


def how_many(view: ViewFilter) -> tuple[int, bool]:
    """How many verbatims match, counted up to a limit, and whether there are more."""
    count = matching(view).select_related(None).order_by()[: COUNTED + 1].count()
    return min(count, COUNTED), count > COUNTED


def page_of(view: ViewFilter, sort: str, after: str) -> Page:
    """The page that follows the key ``after``; a key nobody gave is the beginning."""
    readers = {"newest": _newest, "strongest": _strongest, "representative": _representative}
    voices, key = readers[sort](view, after)
    return Page(tuple(voices), spans_of(voices), key)


def _opinions(view: ViewFilter) -> QuerySet[Opinion]:
    found = Opinion.objects.filter(voice=OuterRef("pk"), aspect=view.aspect)
    return found.filter(polarity=int(view.polarity)) if view.polarity else found


def _newest(view: ViewFilter, after: str) -> tuple[list[Voice], str]:
    found = matching(view).order_by("-occurred_at", "-id")
    key = _numbers(after, 2)
    at = _time_of(key[0]) if key else None
    if key and at:
        found = found.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, id__lt=key[1]))
    return _cut(list(found[: SIZE + 1]), lambda voice: f"{_micros(voice)}~{voice.pk}")


def _strongest(view: ViewFilter, after: str) -> tuple[list[Voice], str]:
    """By the strength of the opinion on the aspect; without an aspect of the strongest opinion."""
    opinions = Opinion.objects.filter(voice=OuterRef("pk"))
    if view.aspect:
        opinions = opinions.filter(aspect=view.aspect)
    opinions = (
        opinions.filter(polarity=int(view.polarity))
        if view.polarity
        else opinions.exclude(polarity=0)
    )
    strongest = opinions.order_by("-strength").values("strength")[:1]
    found = (
        matching(view).annotate(force=Coalesce(Subquery(strongest), 0.0)).order_by("-force", "-id")
    )
    if key := _numbers(after, 2):
        force = key[0] / 1_000_000
        # Strengths are stored as floats: a millionth around the key is the key.
        found = found.filter(
            Q(force__lt=force - 1e-6) | Q(force__range=(force - 1e-6, force + 1e-6), id__lt=key[1])
        )
    return _cut(
        list(found[: SIZE + 1]), lambda voice: f"{round(voice.force * 1_000_000)}~{voice.pk}"
    )


def _representative(view: ViewFilter, after: str) -> tuple[list[Voice], str]:
    """The voices that say what most say: nearest to the mean of aspects and polarities, easy to read."""
    candidates = list(matching(view).order_by("-occurred_at", "-id")[:CANDIDATES])
    weights = typicality(candidates, spans_of(candidates), view.aspect)
    ranked = sorted(candidates, key=lambda voice: (-weights[voice.pk], -voice.pk))
    if key := _numbers(after, 2):
        ranked = [voice for voice in ranked if (-weights[voice.pk], -voice.pk) > (-key[0], -key[1])]
    return _cut(ranked[: SIZE + 1], lambda voice: f"{weights[voice.pk]}~{voice.pk}")


def typicality(
    voices: Sequence[Voice], spans: dict[int, list[Opinion]], aspect: str = ""
) -> dict[int, int]:
    """How typical each voice is, in millionths.

    Cosine between its opinions (aspect × polarity, counted) and the sum of everybody's, times a
    factor for texts that are too short or too long to read at a glance; a voice that speaks of
    the chosen aspect in a few words among many others counts less.
    """
    profiles = {
        voice.pk: Counter((o.aspect, o.polarity) for o in spans.get(voice.pk, ()))
        for voice in voices
    }
    everybody: Counter[tuple[str, int]] = Counter()
    for profile in profiles.values():
        everybody.update(profile)
    size = math.sqrt(sum(count * count for count in everybody.values())) or 1.0
    found = {}
    for voice in voices:
        profile = profiles[voice.pk]
        own = math.sqrt(sum(count * count for count in profile.values())) or 1.0
        alike = sum(count * everybody[key] for key, count in profile.items()) / (own * size)
        if aspect and profile:
            alike *= (
                sum(n for key, n in profile.items() if key[0] == aspect) / profile.total() + 0.5
            )
        low, high = EASY_LENGTH
        length = len(voice.text)
        easy = 1.0 if low <= length <= high else 0.6 if length < low else max(0.3, high / length)
        found[voice.pk] = round(1_000_000 * alike * easy)
    return found


def _cut(voices: list[Voice], key_of) -> tuple[list[Voice], str]:  # type: ignore[no-untyped-def]
    if len(voices) <= SIZE:
        return voices, ""
    shown = voices[:SIZE]
    return shown, key_of(shown[-1])


def _micros(voice: Voice) -> int:
    at = voice.occurred_at.astimezone(UTC)
    return int(at.replace(microsecond=0).timestamp()) * 1_000_000 + at.microsecond


def _time_of(micros: int) -> datetime | None:
    """The time a key names; whole seconds and the rest apart, which a float would not hold."""
    try:
        return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(
            microsecond=micros % 1_000_000
        )
    except (ValueError, OverflowError, OSError):  # beyond the calendar
        return None


def _numbers(key: str, count: int) -> list[int] | None:
    parts = key.split("~")
    if len(parts) != count or not all(
        part.removeprefix("-").isdecimal() and len(part) < 19 for part in parts
    ):
        return None
    return [int(part) for part in parts]
