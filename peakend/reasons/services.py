"""Reading voices for the reasons they give. Each batch is one transaction and may be repeated."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from peakend.opinions.models import Opinion
from peakend.reasons.models import Explained, Look, Reason
from peakend.reasons.wording import as_given, commonest
from peakend.text.collection import Explanation, Judged, Wordings, explanations
from peakend.voices.models import Voice

BATCH = 2_000  # voices of one transaction
MOST_WORDINGS = 12  # that are kept of a reason


class Shelf:
    """The reasons there are, by what they explain; they are read from the database once."""

    def __init__(self) -> None:
        self._wordings: dict[tuple[str, int], Wordings] = defaultdict(Wordings)
        self._reasons: dict[int, Reason] = {}
        for reason in Reason.objects.order_by("pk").iterator(2_000):
            self._keep(reason)

    def place(self, aspect: str, polarity: int, words: str) -> Reason:
        """The reason that the words give: one there is, or a new one."""
        alike = self._wordings[aspect, polarity].find(words)
        reason = self._reasons[alike] if alike is not None else None
        if reason is None:
            reason = Reason.objects.create(
                aspect=aspect, polarity=polarity, wording=words, words=words
            )
            self._keep(reason)
        return reason

    def _keep(self, reason: Reason) -> None:
        self._reasons[reason.pk] = reason
        self._wordings[reason.aspect, reason.polarity].add(reason.pk, reason.wording)


def read_on(at: datetime, shelf: Shelf) -> int:
    """Read the next batch of voices for reasons; how many there were."""
    with transaction.atomic():
        look = _look()
        voices = dict(
            Voice.objects.filter(pk__gt=look.newest)
            .order_by("pk")
            .values_list("pk", "text")[:BATCH]
        )
        if voices:
            _explain(voices, look.newest, shelf)
            look.newest = max(voices)
        look.at = at
        look.save(update_fields=["newest", "at"])
    return len(voices)


@transaction.atomic
def begin_anew() -> None:
    """Read every voice again: what was judged has changed. A reason that is given again stays."""
    look = _look()
    look.newest = 0
    look.save(update_fields=["newest"])
    Reason.objects.update(wordings={}, abouts={})


def forget_unsaid() -> int:
    """Remove the reasons that no voice gives any more, with their words."""
    return Reason.objects.filter(explained=None).delete()[0]


def _look() -> Look:
    look = Look.objects.select_for_update().order_by("pk").first()
    return look or Look.objects.create()


def _explain(voices: Mapping[int, str], after: int, shelf: Shelf) -> None:
    last = max(voices)
    judged: dict[int, list[Opinion]] = defaultdict(list)
    rows = Opinion.objects.filter(voice_id__gt=after, voice_id__lte=last).order_by("pk")
    for opinion in rows.iterator(10_000):
        judged[opinion.voice_id].append(opinion)
    Explained.objects.filter(voice_id__gt=after, voice_id__lte=last).delete()
    found: list[Explained] = []
    said: dict[Reason, Counter[str]] = defaultdict(Counter)
    speaks_of: dict[Reason, Counter[str]] = defaultdict(Counter)
    for voice, opinions in judged.items():
        text = voices.get(voice, "")
        for one in _reasons_in(text, opinions):
            words = as_given(text[one.start : one.end])
            opinion = opinions[one.place]
            reason = shelf.place(opinion.aspect, opinion.polarity, words)
            said[reason][words] += 1
            speaks_of[reason][one.about] += 1
            found.append(
                Explained(
                    opinion=opinion, voice_id=voice, reason=reason,
                    start=one.start, end=one.end, construction=one.construction,
                )
            )  # fmt: skip
    Explained.objects.bulk_create(found, batch_size=1_000)
    _count(said, speaks_of)


def _reasons_in(text: str, opinions: Sequence[Opinion]) -> Iterable[Explanation]:
    return explanations(text, [Judged(o.aspect, o.polarity, o.start, o.end) for o in opinions])


def _count(said: Mapping[Reason, Counter[str]], speaks_of: Mapping[Reason, Counter[str]]) -> None:
    for reason, counts in said.items():
        total = Counter(reason.wordings) + counts
        reason.wordings = dict(total.most_common(MOST_WORDINGS))
        reason.words = commonest(total)[0]
        abouts = Counter(reason.abouts) + speaks_of[reason]
        reason.abouts = dict(abouts)
        reason.about = min(abouts, key=lambda aspect: (-abouts[aspect], aspect))
    fields = ["wordings", "words", "abouts", "about"]
    Reason.objects.bulk_update(said, fields, batch_size=200)
