"""What was understood in one voice, as a page draws it, closed or open for correcting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from peakend.opinions import corrections
from peakend.opinions.choices import Deed, Origin
from peakend.opinions.errors import TaxonomyRefused
from peakend.opinions.models import Correction, Opinion
from peakend.opinions.queries import aspect_title, named
from peakend.opinions.taxonomies import held
from peakend.text import mask
from peakend.voices.models import Voice
from peakend.web.review.placed import Reasons, placed
from peakend.web.voices.chips import POLARITIES, TONES, Chip, chips_of, waits_for_person

WORDS = 36  # characters of evidence that a line of the editor shows


@dataclass(frozen=True)
class Row:
    """One opinion as the editor lists it."""

    opinion: Opinion
    title: str
    polarity: str
    tone: str
    words: str
    waits: bool
    is_active: bool

    @property
    def is_read(self) -> bool:
        """Whether nobody has said anything of it."""
        return self.opinion.origin == Origin.READ


@dataclass(frozen=True)
class Change:
    """What a person did, in words, and whether it can be taken back."""

    correction: Correction
    said: str
    author: str
    at: datetime


@dataclass(frozen=True)
class Editor:
    """The open editor: every opinion, what people did, and the aspects to choose from."""

    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    is_confirmed: bool
    refusal: str = ""


@dataclass(frozen=True)
class Reading:
    """The words of a voice with their evidence, its chips, and the editor where it is open."""

    voice: Voice
    words: SafeString
    chips: tuple[Chip, ...]
    link: Callable[[Chip], str]
    may_correct: bool = False
    editor: Editor | None = None
    room: int = 6  # chips shown
    stays_open: bool = False  # on a page that is about correcting
    lands: str = field(default="")

    @property
    def first_chips(self) -> list[tuple[Chip, str]]:
        """The chips there is room for, with where they lead."""
        return [(chip, self.link(chip)) for chip in self.chips[: self.room]]

    @property
    def more(self) -> int:
        """How many chips are left out."""
        return max(0, len(self.chips) - self.room)

    @property
    def is_long(self) -> bool:
        """Whether a list shows only the beginning."""
        return len(self.voice.text) > 260 or self.voice.text.count("\n") > 5


def may_correct(request: HttpRequest) -> bool:
    """Whether this reader may correct what they see."""
    return "voices.correct" in request.permissions  # type: ignore[attr-defined]


def closed(
    voice: Voice,
    spans: Sequence[Opinion],
    link: Callable[[Chip], str],
    below: float,
    *,
    correctable: bool,
    room: int = 6,
    why: Reasons = (),
) -> Reading:
    """A reading as lists show it; ``why`` is where the words stand that give reasons."""
    words = placed(voice.text, spans, why=why)
    return Reading(voice, words, chips_of(spans, below), link, correctable, room=room)


def opened(
    voice: Voice,
    link: Callable[[Chip], str],
    below: float,
    *,
    active: int | None = None,
    refusal: str = "",
    stays_open: bool = False,
) -> Reading:
    """A reading with its editor, for people who may correct."""
    spans = list(Opinion.objects.filter(voice=voice).order_by("start", "-end", "pk"))
    if active is None and len(spans) == 1:
        active = spans[0].pk
    log = corrections.standing(voice.pk)
    changes = tuple(_change(one) for one in reversed(log))
    editor = Editor(
        rows=tuple(_row(voice, opinion, below, active) for opinion in spans),
        changes=changes,
        groups=_groups(voice),
        is_confirmed=bool(log) and log[-1].deed == Deed.REVIEWED,
        refusal=refusal,
    )
    words = placed(voice.text, spans, active)
    return Reading(voice, words, chips_of(spans, below), link, True, editor, stays_open=stays_open)


def _row(voice: Voice, opinion: Opinion, below: float, active: int | None) -> Row:
    words = mask(voice.text[opinion.start : opinion.end]).replace("\n", " ")
    return Row(
        opinion,
        aspect_title(opinion.aspect),
        str(POLARITIES[opinion.polarity]),
        TONES[opinion.polarity],
        words if len(words) <= WORDS else f"{words[: WORDS - 1]}…",
        waits_for_person(opinion, below),
        opinion.pk == active,
    )


def _groups(voice: Voice) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The aspects of the taxonomy that reads this voice, by group."""
    try:
        taxonomy = held(voice.source.taxonomy).taxonomy
    except TaxonomyRefused:
        return ()
    groups: dict[str, list[tuple[str, str]]] = {}
    for aspect in taxonomy.aspects:
        groups.setdefault(named(aspect.group_names), []).append((aspect.code, named(aspect.names)))
    return tuple((title, tuple(aspects)) for title, aspects in groups.items())


def _change(correction: Correction) -> Change:
    author = str(correction.author) if correction.author else _("somebody who has left")
    return Change(correction, _told(correction), author, correction.made_at)


def _told(correction: Correction) -> str:
    before, after = correction.before or {}, correction.after or {}
    if correction.deed == Deed.REVIEWED:
        return _("The whole text was confirmed")
    about = aspect_title((before or after).get("aspect", ""))
    told = {
        Deed.ASPECT: lambda: _("{before} became {after}").format(
            before=about, after=aspect_title(after["aspect"])
        ),
        Deed.POLARITY: lambda: _("{aspect}: {before} became {after}").format(
            aspect=about,
            before=POLARITIES[before["polarity"]],
            after=POLARITIES[after["polarity"]],
        ),
        Deed.SPAN: lambda: _("{aspect} rests on other words").format(aspect=about),
        Deed.REMOVED: lambda: _("{aspect} was no opinion at all").format(aspect=about),
        Deed.ADDED: lambda: _("{aspect} was missed and added").format(aspect=about),
        Deed.CONFIRMED: lambda: _("{aspect} was confirmed").format(aspect=about),
    }
    return told[Deed(correction.deed)]()
