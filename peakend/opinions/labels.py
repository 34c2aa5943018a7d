"""The training set: what people said of the readings, text by text, with who said it.

A text that somebody corrected is a label as a whole: what stands there now is what they let stand. A
text that somebody confirmed as a whole is marked ``complete``.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peakend.opinions.choices import Deed
from peakend.opinions.models import Correction, Opinion
from peakend.organization.access import Scope
from peakend.text import mask
from peakend.voices.models import Voice

STEP = 500
POLARITY_NAMES = {-1: "negative", 0: "neutral", 1: "positive"}


@dataclass(frozen=True)
class Label:
    """One text (personal data masked) with the polarity of each aspect it speaks of."""

    voice: int
    text: str
    labels: Mapping[str, str]
    authors: tuple[str, ...]
    at: datetime
    complete: bool
    taxonomy: str = field(default="", compare=False)

    def as_line(self) -> dict[str, Any]:
        """What ``peakend text train`` reads; it passes over what it does not know."""
        return {
            "text": self.text,
            "labels": dict(self.labels),
            "author": ", ".join(self.authors),
            "time": self.at.isoformat(timespec="seconds"),
            "complete": self.complete,
            "voice": self.voice,
        }


def training_set(scope: Scope, taxonomy: str = "") -> Iterator[Label]:
    """Every label within a scope, of one taxonomy's voices or of all, in the order of voices."""
    spoken = (
        Correction.objects.filter(undone_by__isnull=True)
        .exclude(deed=Deed.UNDONE)
        .order_by("voice")
    )
    voices = scope.filter(Voice.objects.filter(pk__in=spoken.values("voice")))
    if taxonomy:
        voices = voices.filter(source__taxonomy=taxonomy)
    after = 0
    while True:
        part = list(voices.filter(pk__gt=after).select_related("source").order_by("pk")[:STEP])
        if not part:
            return
        after = part[-1].pk
        yield from _labels(part)


def _labels(voices: Sequence[Voice]) -> Iterator[Label]:
    ids = [voice.pk for voice in voices]
    opinions: dict[int, list[Opinion]] = defaultdict(list)
    for opinion in Opinion.objects.filter(voice__in=ids).order_by("pk"):
        opinions[opinion.voice_id].append(opinion)
    log: dict[int, list[Correction]] = defaultdict(list)
    rows = Correction.objects.filter(voice__in=ids, undone_by__isnull=True)
    for one in rows.exclude(deed=Deed.UNDONE).select_related("author").order_by("pk"):
        log[one.voice_id].append(one)
    for voice in voices:
        deeds = log[voice.pk]
        authors = dict.fromkeys(one.author.username if one.author else "" for one in deeds)
        yield Label(
            voice=voice.pk,
            text=mask(voice.text),
            labels=_polarities(opinions[voice.pk]),
            authors=tuple(name for name in authors if name),
            at=deeds[-1].made_at,
            complete=any(one.deed == Deed.REVIEWED for one in deeds),
            taxonomy=voice.source.taxonomy,
        )


def _polarities(opinions: Sequence[Opinion]) -> dict[str, str]:
    """One polarity an aspect: where a text praises and blames the same, the stronger side counts."""
    sums: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for opinion in opinions:
        sums[opinion.aspect][opinion.polarity] += opinion.strength
    return {
        aspect: POLARITY_NAMES[max(sides, key=lambda sign: (sides[sign], -sign))]
        for aspect, sides in sums.items()
    }
