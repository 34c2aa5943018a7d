"""Reads of cases, always within the reader's scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from peakend.cases.models import Case, Evidence
from peakend.cases.titles import title_of
from peakend.cases.transitions import path_of
from peakend.organization.access import Scope
from peakend.organization.models import User

Box = Literal["mine", "unit", "unassigned", "closed"]
_QUOTE = 80  # characters of the customer's words in a list


@dataclass(frozen=True)
class CaseLine:
    """A case as a line of a list. ``step_number`` of ``steps`` have been reached."""

    number: int
    title: str
    quote: str  # the customer's words it rests on; empty for a case of a metric
    severity: int
    severity_label: str
    customer: str
    unit: str
    owner: str
    channel: str
    rule: str
    promise_hours: float
    step: str
    step_label: str
    step_number: int
    steps: int
    is_open: bool
    due_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    is_overdue: bool
    is_fresh: bool  # nobody has touched it


@dataclass(frozen=True)
class Counts:
    """How many open cases wait in each box, and how many are past or near their promise."""

    mine: int
    unit: int
    unassigned: int
    overdue: int
    soon: int


def visible(scope: Scope) -> QuerySet[Case]:
    """The cases a person may see: their units' own, and those that happened there."""
    rows = Case.objects.all()
    if scope.units is None:
        return rows
    return rows.filter(Q(unit__in=scope.units) | Q(origin__in=scope.units))


def due_soon(scope: Scope, now: datetime, limit: int = 4) -> list[CaseLine]:
    """Open cases by due time, the overdue first."""
    rows = visible(scope).filter(is_open=True).order_by("due_at", "pk")
    return lines(rows[:limit], now)


def open_counts(scope: Scope, user: User, now: datetime) -> Counts:
    """The numbers of the inbox's tabs and headline; ``soon`` is until midnight, at least 4 h."""
    horizon = soon_until(now)
    found = (
        visible(scope)
        .filter(is_open=True)
        .aggregate(
            mine=Count("pk", filter=Q(owner=user)),
            unit=Count("pk"),
            unassigned=Count("pk", filter=Q(owner=None)),
            overdue=Count("pk", filter=Q(due_at__lt=now)),
            soon=Count("pk", filter=Q(due_at__gte=now, due_at__lt=horizon)),
        )
    )
    return Counts(**found)


def soon_until(now: datetime) -> datetime:
    """Until when a promise counts as due soon: the end of the day, at least four hours."""
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return max(midnight, now + timedelta(hours=4))


def box(scope: Scope, user: User, name: Box) -> QuerySet[Case]:
    """The cases of one tab of the inbox, first due first; the closed by their closing."""
    rows = visible(scope)
    if name == "closed":
        return rows.filter(is_open=False).order_by("-closed_at", "-pk")
    rows = rows.filter(is_open=True).order_by("due_at", "pk")
    if name == "mine":
        return rows.filter(owner=user)
    if name == "unassigned":
        return rows.filter(owner=None)
    return rows


def lines(cases: Sequence[Case] | QuerySet[Case], now: datetime) -> list[CaseLine]:
    """The cases as lines, with the words each rests on, in three queries however many."""
    if isinstance(cases, QuerySet):
        cases = list(cases.select_related("unit", "owner", "customer", "rule"))
    words = _first_words([case.pk for case in cases])
    return [_line(case, words.get(case.pk), now) for case in cases]


def cases_of_voices(voices: Iterable[int], scope: Scope) -> dict[int, int]:
    """The newest case the reader may see that rests on each voice, by voice."""
    rows = Evidence.objects.filter(voice__in=list(voices), case__in=visible(scope))
    return dict(rows.order_by("case_id").values_list("voice_id", "case_id"))


def recurrences(case: Case, now: datetime, days: int = 90) -> QuerySet[Case]:
    """Other cases of the same aspect at the same place, newest first: the same cause come back."""
    if not case.aspect:
        return Case.objects.none()
    return (
        Case.objects.filter(
            aspect=case.aspect,
            origin_id=case.origin_id,
            opened_at__gte=now - timedelta(days=days),
        )
        .exclude(pk=case.pk)
        .order_by("-opened_at", "-pk")
    )


def library(case: Case, scope: Scope, limit: int = 3) -> list[Case]:
    """Closed cases of the same aspect that were solved and stayed so, newest first."""
    if not case.aspect:
        return []
    return list(
        visible(scope)
        .filter(is_open=False, aspect=case.aspect, reopened=0)
        .exclude(pk=case.pk)
        .select_related("unit")
        .order_by("-closed_at", "-pk")[:limit]
    )


def _first_words(case_ids: list[int]) -> dict[int, Evidence]:
    """For each case the first piece of evidence that has words."""
    firsts = (
        Evidence.objects.filter(case_id__in=case_ids, voice__isnull=False)
        .values("case_id")
        .annotate(first=Min("pk"))
        .order_by("case_id")
        .values_list("first", flat=True)
    )
    rows = Evidence.objects.filter(pk__in=list(firsts)).select_related("voice", "opinion")
    return {row.case_id: row for row in rows.order_by("pk")}


def quote_of(evidence: Evidence | None, length: int = _QUOTE) -> str:
    """The words the evidence rests on: the opinion's span with what stands around it."""
    if evidence is None or evidence.voice is None:
        return ""
    text = evidence.voice.text
    if len(text) <= length or evidence.opinion is None:
        return text if len(text) <= length else f"{text[: length - 1]}…"
    start = max(0, min(evidence.opinion.start - length // 4, len(text) - length))
    return (
        ("…" if start else "")
        + text[start : start + length]
        + ("…" if start + length < len(text) else "")
    )


def _line(case: Case, words: Evidence | None, now: datetime) -> CaseLine:
    path = path_of(case.answers_somebody)
    return CaseLine(
        number=case.number,
        title=title_of(case),
        quote=quote_of(words),
        severity=case.severity,
        severity_label=case.get_severity_display(),
        customer=case.customer.name if case.customer else "",
        unit=case.unit.title if case.unit else "",
        owner=str(case.owner) if case.owner else "",
        channel=words.voice.channel if words and words.voice else "",
        rule=case.rule.title if case.rule else "",
        promise_hours=(case.promised_at - case.opened_at).total_seconds() / 3600,
        step=case.step,
        step_label=case.get_step_display(),
        step_number=[str(step) for step in path].index(case.step) + 1 if case.step in path else 1,
        steps=len(path),
        is_open=case.is_open,
        due_at=case.due_at,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        is_overdue=case.is_open and case.due_at < now,
        is_fresh=case.is_open and case.step == "received",
    )
