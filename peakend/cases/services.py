"""Work on a case. Each write carries a token, so that a repeated click is one write.

Who may do it on whose data is checked at the surface, before these are called.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from peakend.cases.choices import EntryKind, RootCause, StepKind
from peakend.cases.errors import (
    CannotOwn,
    CaseClosed,
    CaseOpen,
    NoteMissing,
    OtherCaseOpen,
    RootCauseMissing,
    StepNotAllowed,
)
from peakend.cases.models import Case, Comment, Entry, Step
from peakend.cases.opening import reopen as put_back
from peakend.cases.opening import usual_owner
from peakend.cases.transitions import FOLLOWS, NEEDS_NOTE, NEXT_DUE
from peakend.organization.access import may, scope_of
from peakend.organization.models import Unit, User

PROMISE_WITHOUT_RULE = 24.0  # hours


@dataclass(frozen=True)
class Deed:
    """Who writes, when, and the token of the form they sent."""

    by: User | None
    as_of: datetime
    token: str = ""


@transaction.atomic
def take_step(
    case_id: int, kind: str, deed: Deed, note: str = "", responsible: Unit | None = None
) -> Case:
    """Take the next step; closing has a verb of its own.

    Raises:
        CaseClosed, StepNotAllowed, NoteMissing
    """
    case, done = _take_up(case_id, deed)
    if done:
        return case
    _require_open(case)
    if kind == StepKind.CLOSED or kind not in FOLLOWS[case.step]:
        raise StepNotAllowed(case.step, kind)
    if kind in NEEDS_NOTE and not note.strip():
        raise NoteMissing(kind)
    Step.objects.create(
        case=case,
        kind=kind,
        taken_at=deed.as_of,
        taken_by=deed.by,
        note=note.strip(),
        responsible=responsible if kind == StepKind.RESPONSIBILITY else None,
    )
    case.step = kind
    if kind == StepKind.REPLIED and case.replied_at is None:
        case.replied_at = deed.as_of
    if kind in NEXT_DUE:
        case.due_at = deed.as_of + NEXT_DUE[StepKind(kind)]
    if case.owner_id is None and deed.by is not None:
        case.owner = deed.by  # who works on it has taken it
    case.save()
    _write(case, EntryKind.STEP, deed, {"step": str(kind), "note": note.strip()})
    return case


@transaction.atomic
def assign(case_id: int, owner: User, deed: Deed, note: str = "") -> Case:
    """Give the case to a person of its unit or of a unit above.

    Raises:
        CaseClosed, CannotOwn
    """
    case, done = _take_up(case_id, deed)
    if done or case.owner_id == owner.pk:
        return case
    _require_open(case)
    if not (may(owner, "cases.work") and scope_of(owner).allows(case.unit_id)):
        raise CannotOwn(str(owner))
    before = case.owner_id
    case.owner = owner
    case.save(update_fields=["owner"])
    _write(case, EntryKind.ASSIGNED, deed, {"from": before, "to": owner.pk, "note": note.strip()})
    return case


@transaction.atomic
def hand_over(case_id: int, unit: Unit, deed: Deed, note: str) -> Case:
    """Send the case to the unit that can act; the promise to the customer stays as it is.

    Raises:
        CaseClosed, NoteMissing
    """
    case, done = _take_up(case_id, deed)
    if done or case.unit_id == unit.pk:
        return case
    _require_open(case)
    if not note.strip():
        raise NoteMissing("hand_over")
    before = case.unit_id
    case.unit = unit
    case.owner_id = usual_owner(unit.pk)
    case.save(update_fields=["unit", "owner"])
    _write(
        case,
        EntryKind.HANDED_OVER,
        deed,
        {"from": before, "to": unit.pk, "note": note.strip()},
    )
    return case


@transaction.atomic
def comment(case_id: int, text: str, deed: Deed) -> Case:
    """Add a comment; a closed case still takes them.

    Raises:
        NoteMissing
    """
    case, done = _take_up(case_id, deed)
    if done:
        return case
    if not text.strip():
        raise NoteMissing("comment")
    Comment.objects.create(case=case, author=deed.by, text=text.strip(), written_at=deed.as_of)
    _write(case, EntryKind.COMMENTED, deed, {})
    return case


@transaction.atomic
def follow_guidance(case_id: int, code: str, deed: Deed) -> Case:
    """Tick a piece of the recovery guidance; ticked twice it stays ticked.

    Raises:
        CaseClosed
    """
    case, done = _take_up(case_id, deed)
    if done or case.entries.filter(kind=EntryKind.GUIDANCE, details__code=code).exists():
        return case
    _require_open(case)
    _write(case, EntryKind.GUIDANCE, deed, {"code": code})
    return case


@transaction.atomic
def rename(case_id: int, title: str, deed: Deed) -> Case:
    """Say in one's own words what the case is about; empty goes back to the derived title."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    case.title = title.strip()[:200]
    case.save(update_fields=["title"])
    return case


@transaction.atomic
def close(case_id: int, root_cause: str, note: str, deed: Deed) -> Case:
    """Close the case with why it happened.

    Raises:
        CaseClosed, StepNotAllowed, RootCauseMissing, NoteMissing: cause 'other' explains nothing.
    """
    case, done = _take_up(case_id, deed)
    if done:
        return case
    _require_open(case)
    if StepKind.CLOSED not in FOLLOWS[case.step]:
        raise StepNotAllowed(case.step, StepKind.CLOSED)
    if root_cause not in RootCause.values:
        raise RootCauseMissing(root_cause)
    if root_cause == RootCause.OTHER and not note.strip():
        raise NoteMissing("close")
    case.is_open = False
    case.step = StepKind.CLOSED
    case.closed_at = deed.as_of
    case.root_cause = root_cause
    case.root_cause_note = note.strip()
    case.save()
    Step.objects.create(
        case=case,
        kind=StepKind.CLOSED,
        taken_at=deed.as_of,
        taken_by=deed.by,
        note=note.strip(),
    )
    _write(case, EntryKind.CLOSED, deed, {"root_cause": str(root_cause)})
    return case


@transaction.atomic
def reopen(case_id: int, reason: str, deed: Deed) -> Case:
    """Open a closed case again, because the customer says it is not solved.

    Raises:
        CaseOpen, NoteMissing, OtherCaseOpen
    """
    case, done = _take_up(case_id, deed)
    if done:
        return case
    if case.is_open:
        raise CaseOpen(str(case))
    if not reason.strip():
        raise NoteMissing("reopen")
    other = Case.objects.filter(cause=case.cause, is_open=True).order_by("pk").first()
    if other:
        raise OtherCaseOpen(other.pk)
    hours = case.rule.promise_hours if case.rule else PROMISE_WITHOUT_RULE
    put_back(case, deed.as_of, hours, deed.by, {"note": reason.strip()}, deed.token or None)
    return case


@transaction.atomic
def escalate_overdue(as_of: datetime) -> list[int]:
    """Mark every open case whose promise is past, once for each due time; say which."""
    overdue = (
        Case.objects.select_for_update(of=("self",))
        .filter(is_open=True, due_at__lt=as_of)
        .order_by("due_at", "pk")
    )
    escalated = []
    for case in overdue:
        if case.escalated_for == case.due_at:
            continue
        case.escalated_for = case.due_at
        case.save(update_fields=["escalated_for"])
        _write(case, EntryKind.ESCALATED, Deed(None, as_of), {"due_at": case.due_at.isoformat()})
        escalated.append(case.pk)
    return escalated


def mark_reported(entry_ids: list[int]) -> None:
    """Remember that the inbox holds these lines of history."""
    Entry.objects.filter(pk__in=entry_ids).update(reported=True)


def _take_up(case_id: int, deed: Deed) -> tuple[Case, bool]:
    """The case under lock, and whether this very form was already written."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    done = bool(deed.token) and Entry.objects.filter(token=deed.token).exists()
    return case, done


def _require_open(case: Case) -> None:
    if not case.is_open:
        raise CaseClosed(str(case))


def _write(case: Case, kind: str, deed: Deed, details: dict[str, Any]) -> None:
    Entry.objects.create(
        case=case,
        kind=kind,
        at=deed.as_of,
        by=deed.by,
        details=details,
        token=deed.token or None,
    )
