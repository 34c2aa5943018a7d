"""People correct a reading. Every deed is kept with its author; the opinion follows at once.

A later reading of the voice leaves what people said alone: see :mod:`peakend.opinions.rereading`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from peakend.opinions.choices import Deed, Origin, Via
from peakend.opinions.errors import CorrectionRefused
from peakend.opinions.models import Correction, Opinion, Uncarried
from peakend.opinions.queries import aspect_of
from peakend.opinions.readers import reader_of
from peakend.opinions.services import PER_VOICE
from peakend.organization.models import User
from peakend.voices.models import Voice

KEPT = ("aspect", "polarity", "strength", "confidence", "start", "end", "origin", "reader_id")
# How strong an opinion is taken to be whose strength nobody stated: the middle of the scale.
PLAIN_STRENGTH, NEUTRAL_STRENGTH = 3.0, 1.0


@dataclass(frozen=True)
class Hand:
    """Who corrects, when, and how they came to the text."""

    author: User | None
    at: datetime
    via: str = Via.PAGE


@transaction.atomic
def change_aspect(opinion_id: int, aspect: str, by: Hand) -> Correction:
    """Say that the words are about something else.

    Raises:
        CorrectionRefused: no such opinion or aspect, or it is already so.
    """
    opinion = _held(opinion_id)
    if aspect_of(aspect) is None:
        raise CorrectionRefused("unknown_aspect", aspect=aspect)
    return _change(opinion, Deed.ASPECT, by, aspect=aspect)


@transaction.atomic
def change_polarity(opinion_id: int, polarity: int, by: Hand) -> Correction:
    """Say that the words are praise, blame or neither.

    Raises:
        CorrectionRefused: no such opinion or polarity, or it is already so.
    """
    opinion = _held(opinion_id)
    _check_polarity(polarity)
    strength = opinion.strength
    if polarity == 0:
        strength = NEUTRAL_STRENGTH
    elif opinion.polarity == 0:
        strength = PLAIN_STRENGTH
    return _change(opinion, Deed.POLARITY, by, polarity=polarity, strength=strength)


@transaction.atomic
def change_span(opinion_id: int, start: int, end: int, by: Hand) -> Correction:
    """Say which words the opinion rests on.

    Raises:
        CorrectionRefused: no such opinion, no words there, or they are already these.
    """
    opinion = _held(opinion_id)
    start, end = _words(opinion.voice.text, start, end)
    return _change(opinion, Deed.SPAN, by, start=start, end=end)


@transaction.atomic
def remove(opinion_id: int, by: Hand) -> Correction:
    """Say that this is not an opinion at all.

    Raises:
        CorrectionRefused: no such opinion.
    """
    opinion = _held(opinion_id)
    before = state_of(opinion)
    opinion.delete()
    return _keep(opinion.voice_id, opinion_id, Deed.REMOVED, by, before, None)


@transaction.atomic
def confirm(opinion_id: int, by: Hand) -> Correction:
    """Say that the opinion is right as it stands.

    Raises:
        CorrectionRefused: no such opinion, or a person has said so already.
    """
    opinion = _held(opinion_id)
    if opinion.origin != Origin.READ:
        raise CorrectionRefused("already_so")
    before = state_of(opinion)
    opinion.origin = Origin.CONFIRMED
    opinion.save(update_fields=["origin"])
    return _keep(opinion.voice_id, opinion_id, Deed.CONFIRMED, by, before, state_of(opinion))


@transaction.atomic
def add(voice: Voice, aspect: str, polarity: int, start: int, end: int, by: Hand) -> Correction:
    """Add an opinion that was missed.

    Raises:
        CorrectionRefused: no such aspect or polarity, no words there, the same opinion is
            there already, or the voice holds as many as it can.
    """
    Voice.objects.select_for_update().filter(pk=voice.pk).first()
    if aspect_of(aspect) is None:
        raise CorrectionRefused("unknown_aspect", aspect=aspect)
    _check_polarity(polarity)
    start, end = _words(voice.text, start, end)
    held = list(Opinion.objects.filter(voice=voice).order_by("pk"))
    if any((o.aspect, o.start, o.end) == (aspect, start, end) for o in held):
        raise CorrectionRefused("already_so")
    opinion = Opinion.objects.create(
        id=_free_key(voice.pk, {o.pk for o in held}),
        voice=voice,
        aspect=aspect,
        polarity=polarity,
        strength=PLAIN_STRENGTH if polarity else NEUTRAL_STRENGTH,
        confidence=1.0,
        start=start,
        end=end,
        origin=Origin.SET,
    )
    return _keep(voice.pk, opinion.pk, Deed.ADDED, by, None, state_of(opinion))


@transaction.atomic
def confirm_text(voice: Voice, by: Hand) -> Correction:
    """Say that the reading of a whole text is right: every opinion in it, and that there is no other.

    Raises:
        CorrectionRefused: somebody has said so, and nobody changed it since.
    """
    Voice.objects.select_for_update().filter(pk=voice.pk).first()
    log = standing(voice.pk)
    if log and log[-1].deed == Deed.REVIEWED:
        raise CorrectionRefused("already_so")
    held = list(Opinion.objects.filter(voice=voice).order_by("pk"))
    keys = [opinion.pk for opinion in held if opinion.origin == Origin.READ]
    Opinion.objects.filter(pk__in=keys).update(origin=Origin.CONFIRMED)
    changed = {
        one.opinion
        for one in log
        if one.before and one.before["origin"] != Origin.SET and one.deed != Deed.CONFIRMED
    }
    confirmed = {one.opinion for one in log if one.deed == Deed.CONFIRMED}
    counts = {
        "keys": keys,
        "stood": len(keys) + len(confirmed - changed),
        "changed": len(changed),
        "missed": sum(one.deed == Deed.ADDED for one in log),
        "reader": _reader_id(voice, held),
    }
    return _keep(voice.pk, None, Deed.REVIEWED, by, None, counts)


@transaction.atomic
def undo(correction: Correction, by: Hand) -> Correction:
    """Take a deed back: what was before is again, exactly.

    Raises:
        CorrectionRefused: it has been taken back, or what it left has been changed since.
    """
    Voice.objects.select_for_update().filter(pk=correction.voice_id).first()
    if correction.deed == Deed.UNDONE or Correction.objects.filter(undoes=correction).exists():
        raise CorrectionRefused("already_so")
    if correction.deed == Deed.REVIEWED:
        Opinion.objects.filter(
            pk__in=(correction.after or {}).get("keys", ()), origin=Origin.CONFIRMED
        ).update(origin=Origin.READ)
    else:
        _restore(correction)
    return _keep(
        correction.voice_id, correction.opinion, Deed.UNDONE, by,
        correction.after, correction.before, undoes=correction,
    )  # fmt: skip


def standing(voice_id: int) -> list[Correction]:
    """What people did to the reading of a voice and did not take back, in order."""
    log = Correction.objects.filter(voice=voice_id, undone_by__isnull=True)
    return list(log.exclude(deed=Deed.UNDONE).order_by("pk"))


def state_of(opinion: Opinion) -> dict[str, Any]:
    """An opinion as it is kept in the log."""
    return {name: getattr(opinion, name) for name in KEPT}


def _restore(correction: Correction) -> None:
    assert correction.opinion is not None  # only a whole text has none
    opinion = Opinion.objects.filter(pk=correction.opinion).order_by("pk").first()
    if correction.after is None:
        if opinion is not None:  # a re-reading has put another opinion into its place
            raise CorrectionRefused("changed_since")
    elif opinion is None or state_of(opinion) != correction.after:
        raise CorrectionRefused("changed_since")
    if correction.before is None:
        assert opinion is not None
        opinion.delete()
    else:
        Opinion.objects.update_or_create(
            pk=correction.opinion, defaults={"voice_id": correction.voice_id, **correction.before}
        )


def _change(opinion: Opinion, deed: str, by: Hand, **values: Any) -> Correction:
    if all(getattr(opinion, name) == value for name, value in values.items()):
        raise CorrectionRefused("already_so")
    before = state_of(opinion)
    values |= {"origin": Origin.SET, "confidence": 1.0}
    for name, value in values.items():
        setattr(opinion, name, value)
    opinion.save(update_fields=list(values))
    return _keep(opinion.voice_id, opinion.pk, deed, by, before, state_of(opinion))


def _keep(
    voice_id: int,
    opinion: int | None,
    deed: str,
    by: Hand,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    undoes: Correction | None = None,
) -> Correction:
    kept = Correction.objects.create(
        voice_id=voice_id, opinion=opinion, deed=deed, via=by.via, before=before, after=after,
        undoes=undoes, author=by.author, made_at=by.at,
    )  # fmt: skip
    if _observed(before) != _observed(after):
        Uncarried.objects.create(voice_id=voice_id)
    return kept


def _observed(state: dict[str, Any] | None) -> tuple[Any, ...] | None:
    """What the warehouse holds of an opinion."""
    if not state or "aspect" not in state:
        return None
    return state["aspect"], state["polarity"], state["strength"]


def _reader_id(voice: Voice, held: list[Opinion]) -> int:
    """Who had read the text that was confirmed: what it could not find was not confirmed absent."""
    known = [opinion.reader_id for opinion in held if opinion.reader_id is not None]
    return max(known) if known else reader_of(voice.source.taxonomy).id


def _held(opinion_id: int) -> Opinion:
    # Two people may correct one opinion at once: the second sees what the first left.
    rows = Opinion.objects.select_for_update(of=("self",)).select_related("voice")
    opinion = rows.filter(pk=opinion_id).order_by("pk").first()
    if opinion is None:
        raise CorrectionRefused("gone")
    return opinion


def _free_key(voice_id: int, taken: set[int]) -> int:
    first = voice_id * PER_VOICE
    for key in range(first, first + PER_VOICE):
        if key not in taken and not Correction.objects.filter(opinion=key, voice=voice_id).exists():
            return key
    raise CorrectionRefused("too_many", limit=PER_VOICE)


def _check_polarity(polarity: int) -> None:
    if polarity not in (-1, 0, 1):
        raise CorrectionRefused("unknown_polarity")


def _words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without blanks at its ends."""
    if not 0 <= start < end <= len(text):
        raise CorrectionRefused("no_words")
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        raise CorrectionRefused("no_words")
    return start, end
