"""Looking for themes in the voices of one taxonomy."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from peakend.opinions.models import Opinion
from peakend.opinions.taxonomies import held
from peakend.text import Taxonomy
from peakend.text.collection import Theme as Found
from peakend.text.collection import emerging_themes
from peakend.text.taxonomy import OVERALL
from peakend.themes.choices import Kind
from peakend.themes.phrases import Finder, finder, same_theme, says_something
from peakend.voices.models import Voice

RECENT = timedelta(days=28)
EARLIER = timedelta(days=84)
YEAR = timedelta(days=364)
MOST_TEXTS = 60_000  # read in one look; of more, every second, third… voice
CANDIDATES = 40
MOST = {Kind.RISING: 12, Kind.UNNAMED: 8}
LEAST = 5  # recent voices a theme is made of
# Above this share of its voices a theme's words are the evidence of an aspect: it has a name.
HAS_A_NAME = 0.4
MOSTLY = 0.8  # of a theme's voices within another's make the two one
MOST_PHRASES = 8
MUCH_MORE = 3  # times the voices: words said so much more often are not the same theme
OLD = 3.0  # times the earlier voices that the surest phrase would let one expect
PER_SIGNAL = 16  # keys of voices come in blocks of this width: a part is drawn by blocks

Span = tuple[str, int, int]  # aspect, start, end


@dataclass(frozen=True)
class Heard:
    """A voice as a look reads it."""

    id: int
    day: date
    text: str
    lowered: str


@dataclass(frozen=True)
class Collection:
    """The voices of one taxonomy over the last year, and what was judged in the newer ones."""

    taxonomy: Taxonomy
    before: date
    since: date
    until: date
    newest: int
    every: int
    voices: tuple[Heard, ...]
    spans: Mapping[int, list[Span]]  # of the voices since ``before``

    def between(self, first: date, last: date) -> list[Heard]:
        """The voices from one day to before another."""
        return [voice for voice in self.voices if first <= voice.day < last]


@dataclass(frozen=True)
class Candidate:
    """A theme found: its phrases, how sure it is, and the aspect judged most often beside it."""

    kind: Kind
    phrases: tuple[str, ...]
    z: float
    near: str = ""
    near_share: float = 0.0

    @property
    def finder(self) -> Finder:
        """What looks for its phrases."""
        return finder(self.phrases)


def own_voices(taxonomy: str) -> QuerySet[Voice]:
    """What one's own customers say and this taxonomy reads; competitors' voices are not ours."""
    ours = Q(brand=None) | Q(brand__is_own=True)
    return Voice.objects.filter(ours, source__taxonomy=taxonomy).order_by("id")


def gather(taxonomy: str, as_of: datetime) -> Collection | None:
    """The voices of the year that ends with the newest day heard; nothing without voices."""
    rows = own_voices(taxonomy).filter(occurred_at__lte=as_of)
    newest = rows.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    last_key = own_voices(taxonomy).order_by("-id").values_list("id", flat=True).first()
    if newest is None or last_key is None:
        return None
    until = timezone.localdate(newest) + timedelta(days=1)
    since, before = until - RECENT, until - RECENT - EARLIER
    rows = rows.filter(occurred_at__gte=_midnight(until - YEAR))
    every = max(1, -(-rows.count() // MOST_TEXTS))
    if every > 1:
        rows = rows.annotate(part=(F("id") / PER_SIGNAL) % every).filter(part=0)
    voices = tuple(
        Heard(key, timezone.localdate(at), text, text.lower())
        for key, at, text in rows.values_list("id", "occurred_at", "text").iterator(10_000)
        if text
    )
    judged = {voice.id for voice in voices if voice.day >= before}
    return Collection(
        held(taxonomy).taxonomy, before, since, until, last_key, every, voices,
        _spans(taxonomy, before, as_of, judged),
    )  # fmt: skip


def find(collection: Collection) -> list[Candidate]:
    """What rises in the last four weeks, then what is said in words the taxonomy lacks."""
    recent = collection.between(collection.since, collection.until)
    earlier = collection.between(collection.before, collection.since)
    rising = emerging_themes(
        [voice.text for voice in recent],
        [voice.text for voice in earlier],
        collection.taxonomy,
        CANDIDATES,
        LEAST,
    )
    found = _kept(Kind.RISING, rising, recent, collection, [])
    both = [*earlier, *recent]
    # Texts in which the taxonomy finds nothing, against those in which it does.
    unread = [voice.text for voice in both if not _judges(collection.spans.get(voice.id, ()))]
    read = [voice.text for voice in both if _judges(collection.spans.get(voice.id, ()))]
    unnamed = emerging_themes(unread, read, collection.taxonomy, CANDIDATES, LEAST)
    return [*found, *_kept(Kind.UNNAMED, unnamed, both, collection, found)]


def mentions(voices: Iterable[Heard], wanted: Finder) -> dict[int, tuple[int, int]]:
    """Which voices hold one of a theme's phrases, and where."""
    found = ((voice.id, wanted.first(voice.text, voice.lowered)) for voice in voices)
    return {key: place for key, place in found if place is not None}


def _kept(
    kind: Kind,
    found: Sequence[Found],
    voices: Sequence[Heard],
    collection: Collection,
    already: Sequence[Candidate],
) -> list[Candidate]:
    """The themes that are worth telling, each told once."""
    kept: list[Candidate] = []
    places: list[set[int]] = []
    for theme in found:
        phrases = tuple(phrase for phrase in theme.phrases if says_something(phrase))
        if kind == Kind.RISING and phrases:
            phrases = _growing(phrases, collection)
        if not phrases or any(same_theme(phrases, one.phrases) for one in already):
            continue
        here = mentions(voices, finder(phrases))
        if len(here) < LEAST or _has_a_name(here, collection):
            continue
        # What is said in the same voices is one theme, however many phrases it is said in.
        if any(_within(here.keys(), others) for others in places):
            continue
        around = next((i for i, others in enumerate(places) if _shared(others, here.keys())), None)
        if around is not None:
            if len(here) <= MUCH_MORE * len(places[around]):
                together = (*kept[around].phrases, *phrases)[:MOST_PHRASES]
                kept[around] = replace(kept[around], phrases=together)
                places[around] |= here.keys()
            continue
        if len(kept) < MOST[kind]:
            kept.append(Candidate(kind, phrases, theme.z))
            places.append(set(here))
    return [_beside(one, here, collection) for one, here in zip(kept, places, strict=True)]


def _growing(phrases: Sequence[str], collection: Collection) -> tuple[str, ...]:
    """Those that are as new as the surest: a common word beside them would count old voices."""
    recent = collection.between(collection.since, collection.until)
    earlier = collection.between(collection.before, collection.since)
    counts = [
        (len(mentions(recent, finder((phrase,)))), len(mentions(earlier, finder((phrase,)))))
        for phrase in phrases
    ]
    if not counts[0][0]:
        return tuple(phrases[:1])
    usual = counts[0][1] / counts[0][0]
    return tuple(
        phrase
        for phrase, (now, before) in zip(phrases, counts, strict=True)
        if before <= OLD * usual * now + 2
    )


def _shared(some: AbstractSet[int], others: AbstractSet[int]) -> bool:
    """Whether half of the smaller of two sets lies in the other."""
    return 2 * len(some & others) >= min(len(some), len(others))


def _within(some: AbstractSet[int], others: AbstractSet[int]) -> bool:
    return len(some & others) >= MOSTLY * len(some)


def _has_a_name(places: Mapping[int, tuple[int, int]], collection: Collection) -> bool:
    """Whether the phrases are the evidence of an aspect in many of the voices that hold them."""
    named = sum(
        any(
            aspect != OVERALL and first < end and start < last
            for aspect, first, last in collection.spans.get(voice, ())
        )
        for voice, (start, end) in places.items()
    )
    return named > HAS_A_NAME * len(places)


def _beside(candidate: Candidate, voices: Iterable[int], collection: Collection) -> Candidate:
    """The candidate with the aspect judged most often in its voices."""
    keys = list(voices)
    beside = Counter(
        aspect
        for key in keys
        for aspect in {aspect for aspect, _, _ in collection.spans.get(key, ())} - {OVERALL}
    )
    near, count = beside.most_common(1)[0] if beside else ("", 0)
    return replace(candidate, near=near, near_share=round(count / len(keys), 3))


def _spans(
    taxonomy: str, before: date, as_of: datetime, wanted: set[int]
) -> Mapping[int, list[Span]]:
    rows = Opinion.objects.filter(
        voice__source__taxonomy=taxonomy,
        voice__occurred_at__gte=_midnight(before),
        voice__occurred_at__lte=as_of,
    )
    spans: dict[int, list[Span]] = defaultdict(list)
    for voice, aspect, start, end in rows.order_by("id").values_list(
        "voice_id", "aspect", "start", "end"
    ):
        if voice in wanted:
            spans[voice].append((aspect, start, end))
    return spans


def _judges(spans: Iterable[Span]) -> bool:
    return any(aspect != OVERALL for aspect, _, _ in spans)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
