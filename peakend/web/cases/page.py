"""Everything one case says, gathered for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from peakend.cases.choices import EntryKind, RootCause, StepKind
from peakend.cases.guidance import Move, moves_of, playbook_of
from peakend.cases.models import Case, Comment, Entry, Evidence, Step
from peakend.cases.queries import library, recurrences
from peakend.cases.titles import title_of
from peakend.cases.transitions import (
    NEEDS_NOTE,
    allowed_after,
    next_step,
    path_of,
    promised_step,
)
from peakend.opinions.models import Opinion
from peakend.opinions.queries import aspect_title
from peakend.organization.access import Scope, may, scope_of
from peakend.organization.models import Unit, User
from peakend.voices.models import Voice
from peakend.web.cases.customer import POLARITIES, TONES, CustomerCard, customer_card
from peakend.web.cases.standards import Standing, standings
from peakend.web.filters import filter_of
from peakend.web.shell.names import channel_title
from peakend.web.shell.quotes import spans_of
from peakend.web.shell.times import Countdown, countdown, moment
from peakend.web.voices.verbatims import matching

_WORDS = 8  # verbatims on the page; the rest is one click away

STRONG = 4.0
# What the primary button says: what happens, not the name of a state.
DEEDS = {
    StepKind.ACKNOWLEDGED: gettext_lazy("Acknowledge receipt"),
    StepKind.FACT_FINDING: gettext_lazy("Record what was found"),
    StepKind.RESPONSIBILITY: gettext_lazy("Decide responsibility"),
    StepKind.REPLIED: gettext_lazy("Record the reply"),
    StepKind.REMEDIED: gettext_lazy("Record the remedy"),
    StepKind.VERIFIED: gettext_lazy("Customer confirms it is solved"),
    StepKind.CLOSED: gettext_lazy("Close with its root cause"),
}
PROMPTS = {
    StepKind.ACKNOWLEDGED: gettext_lazy("How did you tell the customer? (may stay empty)"),
    StepKind.FACT_FINDING: gettext_lazy("What was found, when and where"),
    StepKind.RESPONSIBILITY: gettext_lazy("Who is responsible, and why"),
    StepKind.REPLIED: gettext_lazy("What you told the customer"),
    StepKind.REMEDIED: gettext_lazy("What was mended or given (may stay empty)"),
    StepKind.VERIFIED: gettext_lazy("What the customer said (may stay empty)"),
}


@dataclass(frozen=True)
class StepMark:
    """One place on the line of steps."""

    code: str
    title: str
    when: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class Choice:
    """A step that may be taken now."""

    code: str
    label: str
    prompt: str
    needs_note: bool


@dataclass(frozen=True)
class Words:
    """One piece of evidence in the customer's words."""

    voice: Voice
    spans: list[Opinion]
    meta: str


@dataclass(frozen=True)
class ReadOn:
    """The voices a case is about, beyond those its page has room for: where, and how many."""

    url: str
    n: int


@dataclass(frozen=True)
class Judgement:
    """One opinion of the words, with the standard that should hold and what was observed."""

    number: int
    aspect: str
    polarity: str
    tone: str
    standing: Standing


@dataclass(frozen=True)
class Note:
    """What was written at a step."""

    title: str
    text: str
    by: str
    when: str
    unit: str


@dataclass(frozen=True)
class Tick:
    """A piece of guidance and whether it was followed."""

    move: Move
    is_done: bool
    is_next: bool
    when: str


@dataclass(frozen=True)
class Happening:
    """One line of the history."""

    when: str
    text: str


@dataclass(frozen=True)
class CasePage:
    """Everything the page of a case draws."""

    case: Case
    title: str
    aspect: str
    countdown: Countdown
    promised: str  # the step the promise is about
    due: str
    steps: tuple[StepMark, ...]
    choices: tuple[Choice, ...]
    may_close: bool
    words: tuple[Words, ...]
    read_on: ReadOn | None
    judgements: tuple[Judgement, ...]
    notes: tuple[Note, ...]
    playbook: str
    ticks: tuple[Tick, ...]
    comments: tuple[Comment, ...]
    history: tuple[Happening, ...]
    customer: CustomerCard | None
    recurrences: int
    similar: tuple[tuple[Case, str], ...]
    colleagues: tuple[User, ...]
    units: tuple[Unit, ...]
    root_causes: tuple[tuple[str, str], ...]
    token: str

    @property
    def ticked(self) -> int:
        """How many pieces of guidance were followed."""
        return sum(tick.is_done for tick in self.ticks)


def read_case(case: Case, user: User, scope: Scope, now: datetime) -> CasePage:
    """Gather the page of a case for a reader."""
    evidence = list(
        case.evidence.filter(voice__isnull=False)
        .select_related("voice__source", "voice__unit", "opinion")
        .order_by("pk")
    )
    spans = spans_of([one.voice for one in evidence[:_WORDS] if one.voice])
    entries = list(case.entries.select_related("by").order_by("-at", "-pk"))
    steps = list(case.steps.select_related("taken_by", "responsible").order_by("taken_at", "pk"))
    choices = _choices(case)
    return CasePage(
        case=case,
        title=title_of(case),
        aspect=aspect_title(case.aspect) if case.aspect else "",
        countdown=countdown(case.due_at, now),
        promised=_promised(case),
        due=moment(case.due_at, now),
        steps=_marks(case, steps, now),
        choices=tuple(choice for choice in choices if choice.code != StepKind.CLOSED),
        may_close=any(choice.code == StepKind.CLOSED for choice in choices),
        words=_words(evidence[:_WORDS], spans, now),
        read_on=_read_on(case, evidence, scope) if len(evidence) > _WORDS else None,
        judgements=_judgements(case, evidence, spans, now),
        notes=_notes(steps, now),
        playbook=str(playbook_of(case.aspect).name),
        ticks=_ticks(case, entries, now),
        comments=tuple(case.comments.select_related("author").order_by("written_at", "pk")),
        history=_history(entries, now),
        customer=customer_card(case, scope, now),
        recurrences=recurrences(case, now).count(),
        similar=tuple((old, title_of(old)) for old in library(case, scope)),
        colleagues=_colleagues(case) if case.is_open and may(user, "cases.assign") else (),
        units=_units() if case.is_open and may(user, "cases.assign") else (),
        root_causes=tuple((str(code), str(label)) for code, label in RootCause.choices),
        token=uuid4().hex,
    )


def _marks(case: Case, steps: Sequence[Step], now: datetime) -> tuple[StepMark, ...]:
    taken = {step.kind: step for step in steps}
    path = [str(step) for step in path_of(case.answers_somebody)]
    reached = path.index(case.step) if case.step in path else 0
    expected = next_step(case.step, case.answers_somebody) if case.is_open else None
    promised = promised_step(case.step, case.answers_somebody)
    marks = []
    for place, code in enumerate(path):
        is_done = place <= reached
        when = moment(taken[code].taken_at, now) if is_done and code in taken else ""
        if code == promised:
            when = _("by %(time)s") % {"time": moment(case.due_at, now)}
        marks.append(StepMark(code, str(StepKind(code).label), when, is_done, code == expected))
    return tuple(marks)


def _promised(case: Case) -> str:
    step = promised_step(case.step, case.answers_somebody)
    return str(StepKind(step).label) if step else ""


def _choices(case: Case) -> tuple[Choice, ...]:
    if not case.is_open:
        return ()
    usual = next_step(case.step, case.answers_somebody)
    codes = sorted(allowed_after(case.step, case.answers_somebody), key=lambda code: code != usual)
    return tuple(
        Choice(
            code,
            str(DEEDS[StepKind(code)]),
            str(PROMPTS.get(StepKind(code), "")),
            code in NEEDS_NOTE,
        )
        for code in codes
    )


def _words(
    evidence: Sequence[Evidence], spans: dict[int, list[Opinion]], now: datetime
) -> tuple[Words, ...]:
    found = []
    for one in evidence:
        voice = one.voice
        if voice is None:
            continue
        parts = [channel_title(voice.channel)]
        if voice.rating is not None:
            parts.append(_("%(rating)s of 5") % {"rating": f"{voice.rating:g}"})
        parts.append(moment(voice.occurred_at, now))
        found.append(Words(voice, spans.get(voice.pk, []), "\u2002".join(parts)))
    return tuple(found)


def _read_on(case: Case, evidence: Sequence[Evidence], scope: Scope) -> ReadOn:
    """The complaints of the case's own unit and aspect on the days of its evidence.

    They are counted through the very address that is linked, so that the two cannot differ.
    """
    days = [timezone.localdate(one.voice.occurred_at) for one in evidence if one.voice]
    asked = {
        "period": "custom",
        "since": min(days).isoformat(),
        "until": max(days).isoformat(),
        "unit": case.origin_id or "",
        "aspect": case.aspect,
        "polarity": "-1",
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    n = matching(filter_of(QueryDict(query), scope)).count()
    return ReadOn(f"{reverse('voices:index')}?{query}", n)


def _judgements(
    case: Case,
    evidence: Sequence[Evidence],
    spans: dict[int, list[Opinion]],
    now: datetime,
) -> tuple[Judgement, ...]:
    """The opinions of the first words: one line an aspect, the worst first in the text's order."""
    first = next((one.voice_id for one in evidence if one.voice_id), None)
    opinions: dict[str, Opinion] = {}
    for opinion in spans.get(first or 0, []):
        opinions.setdefault(opinion.aspect, opinion)
    origin = frozenset({case.origin_id}) if case.origin_id else None
    known = standings(list(opinions), origin, case.opened_at)
    return tuple(
        Judgement(
            number=number,
            aspect=aspect_title(opinion.aspect),
            polarity=_strength(opinion),
            tone=TONES[opinion.polarity],
            standing=known[opinion.aspect],
        )
        for number, opinion in enumerate(opinions.values(), start=1)
    )


def _strength(opinion: Opinion) -> str:
    word = str(POLARITIES[opinion.polarity])
    if opinion.polarity and opinion.strength >= STRONG:
        return _("strongly %(polarity)s") % {"polarity": word}
    return word


def _notes(steps: Sequence[Step], now: datetime) -> tuple[Note, ...]:
    return tuple(
        Note(
            title=str(step.get_kind_display()),
            text=step.note,
            by=str(step.taken_by) if step.taken_by else "",
            when=moment(step.taken_at, now),
            unit=step.responsible.title if step.responsible else "",
        )
        for step in steps
        if step.note or step.responsible
    )


def _ticks(case: Case, entries: Sequence[Entry], now: datetime) -> tuple[Tick, ...]:
    done = {
        entry.details.get("code"): moment(entry.at, now)
        for entry in entries
        if entry.kind == EntryKind.GUIDANCE
    }
    moves = moves_of(case.aspect, case.answers_somebody)
    following = next((move.code for move in moves if move.code not in done), None)
    return tuple(
        Tick(
            move,
            move.code in done,
            move.code == following and case.is_open,
            done.get(move.code, ""),
        )
        for move in moves
    )


def _history(entries: Sequence[Entry], now: datetime) -> tuple[Happening, ...]:
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=_named(entries, "to"))}
    units = {
        unit.pk: unit.title
        for unit in Unit.objects.filter(pk__in=_named(entries, "to")).order_by("pk")
    }
    return tuple(Happening(moment(entry.at, now), _said(entry, people, units)) for entry in entries)


def _named(entries: Sequence[Entry], field: str) -> set[int]:
    return {entry.details[field] for entry in entries if isinstance(entry.details.get(field), int)}


def _said(entry: Entry, people: dict[int, str], units: dict[int, str]) -> str:
    """A line of history in words, with who did it."""
    details = entry.details
    kind = EntryKind(entry.kind)
    text = str(kind.label)
    if kind == EntryKind.STEP:
        text = str(StepKind(details["step"]).label)
    elif kind == EntryKind.ASSIGNED:
        text = _("Assigned to %(person)s") % {"person": people.get(details.get("to"), "—")}
    elif kind == EntryKind.HANDED_OVER:
        text = _("Handed over to %(unit)s") % {"unit": units.get(details.get("to"), "—")}
    elif kind == EntryKind.CLOSED:
        text = _("Closed: %(cause)s") % {"cause": RootCause(details["root_cause"]).label}
    elif kind == EntryKind.EVIDENCE:
        text = _("%(count)s more pieces of evidence") % {"count": details.get("count", 1)}
    by = str(entry.by) if entry.by else pgettext("who did it", "Peakend")
    return f"{text} · {by}"


def _colleagues(case: Case) -> tuple[User, ...]:
    """People who may work on the case: of its unit and of the units above."""
    if case.unit is None:
        people = User.objects.filter(unit__parent=None, is_active=True)
    else:
        above = [int(part) for part in case.unit.path.strip("/").split("/") if part]
        people = User.objects.filter(unit_id__in=above, is_active=True)
    return tuple(
        person
        for person in people.select_related("unit").order_by("-unit__path", "pk")
        if may(person, "cases.work") and scope_of(person).allows(case.unit_id)
    )


def _units() -> tuple[Unit, ...]:
    return tuple(Unit.objects.filter(is_active=True).order_by("path"))
