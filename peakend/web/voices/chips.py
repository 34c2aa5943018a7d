"""The opinions of a voice as small labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from peakend.opinions.choices import Origin
from peakend.opinions.models import Opinion
from peakend.opinions.queries import aspect_title

POLARITIES = {-1: gettext_lazy("negative"), 0: gettext_lazy("neutral"), 1: gettext_lazy("positive")}
TONES = {-1: "bad", 0: "", 1: "good"}
STRONG = 4.0


@dataclass(frozen=True)
class Chip:
    """One opinion in words; ``waits`` when its reading is too unsure to stand without a person."""

    aspect: str
    title: str
    polarity: str
    tone: str
    is_strong: bool
    waits: bool = False
    by_person: bool = False
    sign: int = 0

    @property
    def query(self) -> dict[str, str]:
        """The voices that say the same of the same, as parameters of an address."""
        return {"aspect": self.aspect, "polarity": str(self.sign)}


def waits_for_person(opinion: Opinion, below: float) -> bool:
    """Whether an opinion is less sure than the company lets stand, and nobody has looked at it."""
    return opinion.origin == Origin.READ and opinion.confidence < below


def chips_of(spans: Sequence[Opinion], below: float) -> tuple[Chip, ...]:
    """The opinions, one an aspect and polarity: what hurts first, then what pleases."""
    chips: dict[tuple[str, int], Chip] = {}
    for opinion in spans:
        known = chips.get((opinion.aspect, opinion.polarity))
        strong = opinion.strength >= STRONG or (known is not None and known.is_strong)
        chips[opinion.aspect, opinion.polarity] = Chip(
            opinion.aspect,
            aspect_title(opinion.aspect),
            str(POLARITIES[opinion.polarity]),
            TONES[opinion.polarity],
            strong and opinion.polarity != 0,
            waits_for_person(opinion, below) or (known is not None and known.waits),
            opinion.origin != Origin.READ or (known is not None and known.by_person),
            opinion.polarity,
        )
    # The order of the text within each.
    return tuple(sorted(chips.values(), key=lambda chip: ("bad", "good", "").index(chip.tone)))
