"""Readings that wait for a person: which text next, how many wait, and how often readings stand.

Unsure readings teach most, so they come first, spread over the aspects. What people say of them says
nothing of the others; therefore one text in five is drawn by chance from all, and the agreement
that speaks for every reading comes from those alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from peakend.methods.estimate import Estimate
from peakend.methods.scores import top_box
from peakend.opinions.choices import Deed, Origin, Via
from peakend.opinions.models import Correction, Opinion, ReviewRule
from peakend.opinions.queries import review_below
from peakend.organization.access import Scope
from peakend.text import Columns
from peakend.voices.models import Voice

CANDIDATES = 2_000  # newest unsure opinions among which the next texts are chosen
ROUND = 20  # texts offered at once
CHANCE_EVERY = 5  # one text in so many is drawn by chance
COUNTED = 10_000  # waiting opinions are counted exactly up to here
LEAST_TEXTS = 10  # texts below which no agreement is told
STEPS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)  # thresholds to choose from


@dataclass(frozen=True)
class Picked:
    """A text to look at, and why."""

    voice: int
    via: str


@dataclass(frozen=True)
class Waiting:
    """How many opinions wait; ``is_more`` when there are more than are counted."""

    opinions: int
    is_more: bool
    newest: int  # how many of the newest were told apart by aspect
    by_aspect: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Agreement:
    """How often readings stood: of texts wholly, of opinions each; missed ones beside."""

    via: str
    texts: Estimate
    opinions: Estimate
    missed: int

    @property
    def enough(self) -> bool:
        """Whether there are enough texts to tell a share."""
        return self.texts.n >= LEAST_TEXTS


@dataclass(frozen=True)
class Progress:
    """How many texts were confirmed as a whole: today, and ever."""

    today: int
    ever: int


def waiting_opinions(scope: Scope, aspect: str = "") -> QuerySet[Opinion]:
    """The opinions below the company's confidence that nobody has looked at, newest first."""
    found = Opinion.objects.filter(origin=Origin.READ, confidence__lt=review_below())
    if aspect:
        found = found.filter(aspect=aspect)
    return scope.filter(found, "voice__unit").order_by("-voice_id", "id")


def waiting(scope: Scope) -> Waiting:
    """How many opinions wait, and about what."""
    found = waiting_opinions(scope)
    count = found.order_by()[: COUNTED + 1].count()
    newest = list(found[:CANDIDATES].values_list("aspect", flat=True))
    aspects: dict[str, int] = {}
    for aspect in newest:
        aspects[aspect] = aspects.get(aspect, 0) + 1
    ordered = sorted(aspects.items(), key=lambda item: (-item[1], item[0]))
    return Waiting(min(count, COUNTED), count > COUNTED, len(newest), tuple(ordered))


def next_texts(scope: Scope, aspect: str = "", size: int = ROUND) -> list[Picked]:
    """The texts to look at next, the most telling first; the same until somebody decides one."""
    candidates = list(
        waiting_opinions(scope, aspect).values_list("voice_id", "aspect", "confidence")[:CANDIDATES]
    )
    unsure = _most_telling(candidates, size)
    picked = [Picked(voice, Via.UNSURE) for voice in unsure]
    if aspect:  # whoever works on one aspect is not led away from it
        return picked
    done = Correction.objects.filter(deed=Deed.REVIEWED).count()
    for place in range(size):
        if (done + place) % CHANCE_EVERY == CHANCE_EVERY - 1:
            drawn = drawn_by_chance(scope, done + place)
            if drawn is not None:
                picked = [one for one in picked if one.voice != drawn]
                picked.insert(min(place, len(picked)), Picked(drawn, Via.CHANCE))
    return picked[:size]


def drawn_by_chance(scope: Scope, seed: int) -> int | None:
    """A text drawn from all within the scope that nobody has confirmed, the same for one seed."""
    voices = scope.filter(Voice.objects.all())
    edges = voices.aggregate(first=Min("pk"), last=Max("pk"))
    if edges["first"] is None:
        return None
    rng = np.random.default_rng(seed)
    reviewed = Correction.objects.filter(deed=Deed.REVIEWED, undone_by__isnull=True)
    for _ in range(8):
        at = int(rng.integers(edges["first"], edges["last"] + 1))
        found: Voice | None = voices.filter(pk__gte=at).only("pk", "text").order_by("pk").first()
        if found and found.text.strip() and not reviewed.filter(voice=found.pk).exists():
            return int(found.pk)
    return None


def agreement(scope: Scope) -> list[Agreement]:
    """How often readings stood in texts that people confirmed: drawn by chance, and unsure ones."""
    reviewed = scope.filter(
        Correction.objects.filter(deed=Deed.REVIEWED, undone_by__isnull=True), "voice__unit"
    )
    # Of a text that was confirmed twice the first time counts: it judged the machine's reading.
    first: dict[int, Correction] = {}
    for one in reviewed.order_by("pk"):
        first.setdefault(one.voice_id, one)
    kinds = ((Via.CHANCE, (Via.CHANCE,)), (Via.UNSURE, (Via.UNSURE,)))
    return [
        _agreement(kind, [one.after or {} for one in first.values() if one.via in ways])
        for kind, ways in kinds
    ]


def progress(scope: Scope, as_of: datetime) -> Progress:
    """How many texts were confirmed within the scope."""
    reviewed = scope.filter(
        Correction.objects.filter(deed=Deed.REVIEWED, undone_by__isnull=True), "voice__unit"
    )
    today: date = timezone.localdate(as_of)
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    new = reviewed.filter(made_at__gte=midnight, made_at__lt=midnight + timedelta(days=1))
    return Progress(new.count(), reviewed.count())


def shares_below(scope: Scope) -> list[tuple[float, float]]:
    """For each threshold the share of the newest machine-read opinions that would wait."""
    newest = scope.filter(Opinion.objects.filter(origin=Origin.READ), "voice__unit")
    sure = np.array(
        newest.order_by("-id").values_list("confidence", flat=True)[:CANDIDATES], np.float64
    )
    if not sure.size:
        return []
    return [(step, float((sure < step).mean())) for step in STEPS]


def set_threshold(below: float) -> None:
    """Choose below which confidence opinions wait.

    Raises:
        ValueError: it is none of the steps.
    """
    if below not in STEPS:
        raise ValueError(below)
    rule = ReviewRule.objects.order_by("pk").first() or ReviewRule()
    rule.below = below
    rule.save()


def _most_telling(candidates: Sequence[tuple[int, str, float]], size: int) -> list[int]:
    """Voices by how unsure they are, spread over the aspects; near-identical texts once."""
    from peakend.text.collection import worth_labelling  # brings what other pages do without

    voices = list(dict.fromkeys(voice for voice, _, _ in candidates))
    if not voices:
        return []
    texts = dict(Voice.objects.filter(pk__in=voices).order_by("pk").values_list("pk", "text"))
    row = {voice: i for i, voice in enumerate(voices)}
    aspects = {aspect: i for i, aspect in enumerate(sorted({one[1] for one in candidates}))}
    n, texts_n = len(candidates), len(voices)
    nothing, none_each = np.zeros(n, np.int32), np.zeros(texts_n, np.int8)
    columns = Columns(
        language=none_each,
        sentiment=none_each.astype(np.float32),
        polarity=none_each,
        emotions=none_each.astype(np.uint8),
        intents=none_each.astype(np.uint8),
        text=np.array([row[one[0]] for one in candidates], np.int32),
        aspect=np.array([aspects[one[1]] for one in candidates], np.int16),
        opinion_polarity=nothing.astype(np.int8),
        strength=nothing.astype(np.float32),
        confidence=np.array([one[2] for one in candidates], np.float32),
        start=nothing,
        end=nothing,
    )
    return [voices[i] for i in worth_labelling([texts[v] for v in voices], columns, size)]


def _agreement(via: str, counts: Sequence[dict[str, int]]) -> Agreement:
    stood = sum(one.get("stood", 0) for one in counts)
    changed = sum(one.get("changed", 0) for one in counts)
    whole = sum(not one.get("changed") and not one.get("missed") for one in counts)
    return Agreement(
        via,
        top_box(whole, len(counts)),
        top_box(stood, stood + changed),
        sum(one.get("missed", 0) for one in counts),
    )
