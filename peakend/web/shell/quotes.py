"""The customers' own words behind a figure: a few verbatims that stand for the many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import get_language

from peakend.opinions.models import Opinion
from peakend.voices.models import Voice
from peakend.web.filters import ViewFilter

CANDIDATES = 200  # newest opinions among which the clearest is looked for
# Words in a language that is not the reader's stand back where others say the same.
OTHER = {"zh": ("en",), "en": ("zh",)}
READABLE = range(12, 121)  # characters of a verbatim that reads at a glance


@dataclass(frozen=True)
class Quote:
    """One verbatim with the evidence of one aspect."""

    voice: Voice
    spans: tuple[Opinion, ...]
    time: datetime


def quote_for(
    view: ViewFilter, aspect: str, polarity: int, unit: int | None = None
) -> Quote | None:
    """The clearest recent verbatim on an aspect: strong, sure, and short enough to read."""
    found = opinions_on(view, aspect, polarity)
    if unit is not None:
        found = found.filter(voice__unit=unit)
    newest = (
        found.annotate(length=Length("voice__text"))
        .order_by("-voice_id")
        .values_list(
            "voice_id", "strength", "confidence", "start", "end", "voice__language", "length",
            named=True,
        )[:CANDIDATES]
    )  # fmt: skip
    reader = (get_language() or "")[:2]
    best = max(newest, key=lambda opinion: _clarity(opinion, reader), default=None)
    if best is None:
        return None
    voice = Voice.objects.select_related("source", "unit").get(pk=best.voice_id)
    spans = found.filter(voice=voice).order_by("start", "-end")
    return Quote(voice, tuple(spans), voice.occurred_at)


def opinions_on(view: ViewFilter, aspect: str, polarity: int | None = None) -> QuerySet[Opinion]:
    """The opinions on an aspect within the page's slice."""
    found = Opinion.objects.filter(prefixed(view.voices(), "voice"), aspect=aspect)
    return found if polarity is None else found.filter(polarity=polarity)


def prefixed(condition: Q, path: str) -> Q:
    """The condition on a related row instead of the row itself."""
    moved = Q()
    moved.connector, moved.negated = condition.connector, condition.negated
    for child in condition.children:
        if isinstance(child, Q):
            moved.children.append(prefixed(child, path))
        elif isinstance(child, tuple):
            moved.children.append((f"{path}__{child[0]}", child[1]))
    return moved


def _clarity(opinion: Any, reader: str) -> tuple[float, int]:
    own = 0.3 if opinion.voice__language in OTHER.get(reader, ()) else 1.0
    length = opinion.length
    readable = 1.0 if length in READABLE else 0.5 if length < 240 else 0.2
    # Evidence of a few characters says what is meant only in its sentence.
    told = min(opinion.end - opinion.start, 12) / 12
    return (
        own * opinion.strength * opinion.confidence * readable * (0.5 + told / 2),
        opinion.voice_id,
    )


def spans_of(voices: Sequence[Voice]) -> dict[int, list[Opinion]]:
    """Every opinion of the voices, by voice."""
    found: dict[int, list[Opinion]] = {voice.pk: [] for voice in voices}
    for opinion in Opinion.objects.filter(voice__in=list(found)).order_by(
        "voice_id", "start", "-end"
    ):
        found[opinion.voice_id].append(opinion)
    return found
