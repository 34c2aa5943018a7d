"""Causes become cases: one open case a cause, later evidence joins it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction

from peakend.alerts.causes import Cause
from peakend.alerts.causes import Evidence as CauseEvidence
from peakend.alerts.choices import Route, Severity
from peakend.alerts.models import Rule
from peakend.cases.choices import EntryKind, StepKind
from peakend.cases.models import Case, Entry, Evidence, Step
from peakend.organization.choices import Role
from peakend.organization.models import Unit, User

_CHUNK = 500


class Effect(StrEnum):
    """What a cause did."""

    OPENED = "opened"
    JOINED = "joined"  # new evidence for a case that is open
    REOPENED = "reopened"  # it came back too soon after the closing to call it solved


@dataclass(frozen=True)
class Outcome:
    """One cause and the case it led to."""

    case_id: int
    effect: Effect


def open_for_causes(
    causes: Iterable[Cause],
    *,
    rule: Rule | None,
    as_of: datetime,
    from_occurrence: bool = False,
    severity: int = Severity.MEDIUM,
    promise_hours: float = 24,
    by: User | None = None,
) -> list[Outcome]:
    """Open a case for each cause, or add what is new to the one it has. Repeating it adds nothing.

    ``by`` is the person who hands the causes on; without one the history names the system.

    The promise counts from when the company heard (``as_of``) or, ``from_occurrence``, from
    when the customer spoke. Without a rule, ``severity`` and ``promise_hours`` are taken.
    """
    desk = _Desk(rule, as_of, from_occurrence, severity, promise_hours, by)
    outcomes: list[Outcome] = []
    waiting = list(causes)
    for start in range(0, len(waiting), _CHUNK):
        with transaction.atomic():
            outcomes += desk.handle(waiting[start : start + _CHUNK])
    return outcomes


@dataclass(frozen=True)
class _Desk:
    rule: Rule | None
    as_of: datetime
    from_occurrence: bool
    severity: int
    promise_hours: float
    by: User | None

    def __post_init__(self) -> None:
        if self.rule is not None:
            object.__setattr__(self, "severity", self.rule.severity)
            object.__setattr__(self, "promise_hours", self.rule.promise_hours)

    def handle(self, causes: Sequence[Cause]) -> list[Outcome]:
        keys = {evidence.key for cause in causes for evidence in cause.evidence}
        known = set(
            Evidence.objects.filter(key__in=keys).order_by("pk").values_list("case__cause", "key")
        )
        latest: dict[str, Case] = {}
        for case in (
            Case.objects.select_for_update(of=("self",))
            .filter(cause__in={cause.key for cause in causes})
            .order_by("opened_at", "pk")
        ):
            if not (case.cause in latest and latest[case.cause].is_open):
                latest[case.cause] = case
        outcomes = []
        for cause in causes:
            fresh = tuple(one for one in cause.evidence if (cause.key, one.key) not in known)
            if not fresh:
                continue
            known.update((cause.key, one.key) for one in fresh)
            outcome, case = self._place(cause, fresh, latest.get(cause.key))
            latest[cause.key] = case
            outcomes.append(outcome)
        return outcomes

    def _place(
        self, cause: Cause, fresh: tuple[CauseEvidence, ...], last: Case | None
    ) -> tuple[Outcome, Case]:
        if last is not None and last.is_open:
            self._join(last, fresh)
            return Outcome(last.pk, Effect.JOINED), last
        if last is not None and self._came_back(last, cause):
            details = {"by_evidence": len(fresh)}
            reopen(last, self._clock(cause), self.promise_hours, self.by, details)
            _add_evidence(last, fresh, self.as_of)
            return Outcome(last.pk, Effect.REOPENED), last
        case = self._open(cause)
        _add_evidence(case, fresh, self.as_of)
        return Outcome(case.pk, Effect.OPENED), case

    def _clock(self, cause: Cause) -> datetime:
        return min(cause.occurred_at, self.as_of) if self.from_occurrence else self.as_of

    def _came_back(self, last: Case, cause: Cause) -> bool:
        if self.rule is None or last.closed_at is None:
            return False
        return (
            last.closed_at
            < cause.occurred_at
            <= last.closed_at + timedelta(hours=self.rule.cooldown_hours)
        )

    def _join(self, case: Case, fresh: tuple[CauseEvidence, ...]) -> None:
        _add_evidence(case, fresh, self.as_of)
        Entry.objects.create(
            case=case,
            kind=EntryKind.EVIDENCE,
            at=self.as_of,
            by=self.by,
            details={"count": len(fresh)},
        )
        if case.severity < self.severity:  # the worse rule wins
            case.severity = self.severity
            case.save(update_fields=["severity"])

    def _open(self, cause: Cause) -> Case:
        opened_at = self._clock(cause)
        due_at = opened_at + timedelta(hours=self.promise_hours)
        unit_id = responsible_unit(self.rule, cause.unit_id)
        case = Case.objects.create(
            cause=cause.key,
            facts=dict(cause.facts),
            severity=self.severity,
            rule=self.rule,
            unit_id=unit_id,
            origin_id=cause.unit_id,
            owner_id=usual_owner(unit_id),
            aspect=cause.aspect,
            customer_id=cause.customer_id,
            answers_somebody=cause.answers_somebody,
            opened_at=opened_at,
            promised_at=due_at,
            due_at=due_at,
        )
        Step.objects.create(case=case, kind=StepKind.RECEIVED, taken_at=opened_at, taken_by=self.by)
        Entry.objects.create(case=case, kind=EntryKind.OPENED, at=opened_at, by=self.by)
        return case


def reopen(
    case: Case,
    as_of: datetime,
    promise_hours: float,
    by: User | None,
    details: dict[str, Any],
    token: str | None = None,
) -> None:
    """Put a closed case back to fact-finding with a promise of its own."""
    case.is_open = True
    case.step = StepKind.FACT_FINDING
    case.closed_at = None
    case.reopened += 1
    case.promised_at = case.due_at = as_of + timedelta(hours=promise_hours)
    case.escalated_for = None
    case.save()
    Entry.objects.create(
        case=case, kind=EntryKind.REOPENED, at=as_of, by=by, details=details, token=token
    )


def responsible_unit(rule: Rule | None, happened_at: int | None) -> int | None:
    """The unit that acts: as the rule routes, the whole company where nobody is named."""
    if rule is not None and rule.route == Route.DEPARTMENT:
        return rule.department_id
    if (rule is None or rule.route == Route.VOICE_UNIT) and happened_at is not None:
        return happened_at
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    return root.pk if root else None


def usual_owner(unit_id: int | None) -> int | None:
    """The unit's only owner; with none or several, somebody has to take it."""
    if unit_id is None:
        return None
    owners = User.objects.filter(unit_id=unit_id, role=Role.UNIT_OWNER, is_active=True)
    found = list(owners.order_by("pk").values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _add_evidence(case: Case, fresh: tuple[CauseEvidence, ...], as_of: datetime) -> None:
    Evidence.objects.bulk_create(
        [
            Evidence(
                case=case,
                key=one.key,
                voice_id=one.voice_id,
                opinion_id=one.opinion_id,
                response_id=one.response_id,
                added_at=as_of,
            )
            for one in fresh
        ],
        ignore_conflicts=True,
    )
