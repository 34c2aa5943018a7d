"""Voices read again by today's reader. What people said of a voice stays as they said it.

The analyzer holds one opinion an aspect and text, so what people decided is decided by aspect: an
aspect that somebody confirmed, corrected, removed or added in a voice is theirs there, and of a text
that somebody confirmed as a whole every aspect its reader could find.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from peakend.opinions.choices import Deed, Origin
from peakend.opinions.models import Correction, Opinion, Reader
from peakend.opinions.readers import CurrentReader
from peakend.opinions.services import PER_VOICE, insert_opinions
from peakend.text import Columns
from peakend.voices.models import Voice
from peakend.voices.services import retell_voices

_Found = tuple[str, int, float, float, int, int]  # aspect, polarity, strength, confidence, span


@dataclass(frozen=True)
class Reread:
    """What a reading anew did: voices read, and the ids of those whose observations changed."""

    voices: int
    changed: frozenset[int]


@transaction.atomic
def read_again(first: int, last: int, sources: Sequence[int], reader: CurrentReader) -> Reread:
    """Read the voices of these sources with keys from ``first`` to before ``last`` again."""
    voices = list(
        Voice.objects.select_for_update()
        .filter(id__gte=first, id__lt=last, source__in=sources)
        .only("id", "text", "sentiment", "polarity", "emotions", "intents")
        .order_by("id")
    )
    if not voices:
        return Reread(0, frozenset())
    found = reader.analyzer.analyze_columns([voice.text for voice in voices])
    changed = _follow_texts(voices, found)
    ids = [voice.pk for voice in voices]
    new = _by_voice(ids, reader.aspects, found)
    changed |= _follow_opinions(ids, sources, reader, new)
    return Reread(len(voices), frozenset(changed))


def _follow_texts(voices: Sequence[Voice], found: Columns) -> set[int]:
    """What is said of each text as a whole; the voices whose sentiment changed."""
    columns = zip(
        found.sentiment.tolist(),
        found.polarity.tolist(),
        found.emotions.tolist(),
        found.intents.tolist(),
        strict=True,
    )
    stale, changed = [], set()
    for voice, (sentiment, polarity, emotions, intents) in zip(voices, columns, strict=True):
        before = (voice.sentiment, voice.polarity)
        if (*before, voice.emotions, voice.intents) == (sentiment, polarity, emotions, intents):
            continue
        stale.append((sentiment, polarity, emotions, intents, voice.pk))
        if before != (sentiment, polarity):
            changed.add(voice.pk)
    retell_voices(stale)
    return changed


def _by_voice(
    ids: Sequence[int], aspects: Sequence[str], found: Columns
) -> dict[int, dict[str, _Found]]:
    new: dict[int, dict[str, _Found]] = {voice: {} for voice in ids}
    for text, aspect, polarity, strength, confidence, start, end in found.opinions():
        code = aspects[aspect]
        new[ids[text]].setdefault(code, (code, polarity, strength, confidence, start, end))
    return new


def _follow_opinions(
    ids: Sequence[int],
    sources: Sequence[int],
    reader: CurrentReader,
    new: dict[int, dict[str, _Found]],
) -> set[int]:
    held: dict[int, list[Opinion]] = defaultdict(list)
    within = Opinion.objects.filter(
        id__gte=ids[0] * PER_VOICE,
        id__lt=(ids[-1] + 1) * PER_VOICE,
        voice__source__in=sources,
    )
    for opinion in within.order_by("id"):
        held[opinion.voice_id].append(opinion)
    decided, spoken = _decided(ids)
    gone: list[int] = []
    come: list[tuple[object, ...]] = []
    changed = set()
    for voice in ids:
        wanted = {code: one for code, one in new[voice].items() if code not in decided[voice]}
        old = [opinion for opinion in held[voice] if opinion.origin == Origin.READ]
        if {o.aspect: _of(o) for o in old} == wanted and len(old) == len(wanted):
            continue
        if {_seen(_of(o)) for o in old} != {_seen(one) for one in wanted.values()}:
            changed.add(voice)
        # An aspect keeps its key, so that a case that points at the opinion still finds it.
        keys = {opinion.aspect: opinion.pk for opinion in reversed(old)}
        taken = {o.pk for o in held[voice]} | spoken[voice]
        free = (key for key in range(voice * PER_VOICE, (voice + 1) * PER_VOICE))
        free = (key for key in free if key not in taken)
        gone += [opinion.pk for opinion in old]
        for code, one in wanted.items():
            key = keys.get(code) or next(free, None)
            if key is not None:
                come.append((key, voice, *one, reader.id, Origin.READ.value))
    for part in _parts(gone):
        Opinion.objects.filter(pk__in=part).delete()
    insert_opinions(come)
    within.filter(origin=Origin.READ).exclude(reader=reader.id).update(reader=reader.id)
    return changed


def _decided(ids: Sequence[int]) -> tuple[dict[int, set[str]], dict[int, set[int]]]:
    """The aspects that people decided in each voice, and the keys they spoke of."""
    decided: dict[int, set[str]] = defaultdict(set)
    spoken: dict[int, set[int]] = defaultdict(set)
    aspects = {row.pk: row.aspects for row in Reader.objects.order_by("pk")}
    log = (
        Correction.objects.filter(voice__gte=ids[0], voice__lte=ids[-1], undone_by__isnull=True)
        .exclude(deed=Deed.UNDONE)
        .order_by("pk")
    )
    for one in log:
        if one.opinion is not None:
            spoken[one.voice_id].add(one.opinion)
        if one.deed == Deed.REVIEWED:
            decided[one.voice_id].update(aspects.get((one.after or {}).get("reader", 0), ()))
        else:
            states = (state for state in (one.before, one.after) if state)
            decided[one.voice_id].update(state["aspect"] for state in states)
    return decided, spoken


def _of(opinion: Opinion) -> _Found:
    return (
        opinion.aspect, opinion.polarity, opinion.strength, opinion.confidence,
        opinion.start, opinion.end,
    )  # fmt: skip


def _seen(found: _Found) -> tuple[str, int, float]:
    """What the warehouse sees of an opinion."""
    return found[:3]


def _parts(keys: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (keys[at : at + size] for at in range(0, len(keys), size))
