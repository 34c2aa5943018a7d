"""Writes to initiatives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from peakend.cases.models import Case
from peakend.improvements.choices import State, VerdictValue
from peakend.improvements.errors import (
    EndsEarlier,
    InvalidDates,
    InvalidGuardrail,
    InvalidTarget,
    NoPilot,
    NotRunning,
)
from peakend.improvements.metric_moments import require_verifiable
from peakend.improvements.models import Initiative, Verification
from peakend.improvements.verdicts import Verdict
from peakend.metrics.definitions import UnknownMetric, definition_of
from peakend.organization.models import Unit, User

_PROVEN = (VerdictValue.EFFECTIVE, VerdictValue.REACHED)


@dataclass(frozen=True)
class InitiativeDraft:
    """An initiative as somebody wants it, before it is checked. ``target`` in the metric's unit."""

    name: str
    metric: str
    target: float
    starts_on: date
    pilots: Sequence[Unit]
    aspect: str = ""
    direction: int = 0  # 0: as the metric's definition says
    name_en: str = ""
    hypothesis: str = ""
    ends_on: date | None = None
    baseline_weeks: int = 12
    guardrails: Sequence[Mapping[str, Any]] = ()
    unit: Unit | None = None
    owner: User | None = None
    case: Case | None = None
    insight: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def start_initiative(
    draft: InitiativeDraft, *, by: User | None, as_of: date, token: str = ""
) -> Initiative:
    """Put an initiative on record; the same form sent twice is one.

    Raises:
        UnknownMetric, NotVerifiable, InvalidTarget, InvalidDates, InvalidGuardrail, NoPilot
    """
    if token and (known := Initiative.objects.filter(token=token).order_by("pk").first()):
        return known
    direction = _check(draft)
    initiative = Initiative.objects.create(
        name=draft.name,
        name_en=draft.name_en,
        hypothesis=draft.hypothesis,
        metric=draft.metric,
        aspect=draft.aspect,
        direction=direction,
        target=draft.target,
        unit=draft.unit,
        owner=draft.owner or by,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        baseline_weeks=draft.baseline_weeks,
        guardrails=[dict(entry) for entry in draft.guardrails],
        state=State.RUNNING if draft.starts_on <= as_of else State.PLANNED,
        case=draft.case,
        insight=dict(draft.insight),
        token=token or None,
        created_by=by,
    )
    initiative.pilots.set(draft.pilots)
    return initiative


@transaction.atomic
def record_verdict(initiative: Initiative, verdict: Verdict, on: date, as_of: datetime) -> bool:
    """Keep what was found on a day; on the day of judgement settle the initiative.

    Proven it rests; anything else sends it back to its owner. True when it was settled now.
    """
    is_final = initiative.ends_on is not None and on >= initiative.ends_on
    Verification.objects.update_or_create(
        initiative=initiative,
        on=on,
        defaults={
            "verdict": verdict.verdict,
            "is_final": is_final,
            "effect": verdict.value,
            "low": verdict.low,
            "high": verdict.high,
            "n": verdict.n,
            "method": verdict.method,
            "reason": verdict.reason,
        },
    )
    current = Initiative.objects.select_for_update(of=("self",)).get(pk=initiative.pk)
    if current.state == State.PLANNED and on >= current.starts_on:
        current.state = State.RUNNING
        current.save(update_fields=["state"])
    if not is_final or current.state != State.RUNNING:
        return False
    _settle(current, verdict.verdict in _PROVEN, as_of)
    return True


@transaction.atomic
def prolong(initiative_id: int, until: date, *, may_shorten: bool = False) -> Initiative:
    """Go on collecting until a later day; a reopened initiative is verified again.

    A day before the planned day of judgement is taken only where ``may_shorten`` says that the
    trial is cut short knowingly.

    Raises:
        InvalidDates, EndsEarlier, NotRunning
    """
    initiative = Initiative.objects.select_for_update(of=("self",)).get(pk=initiative_id)
    if initiative.state not in (State.RUNNING, State.REOPENED, State.PLANNED):
        raise NotRunning(initiative.state)
    if until <= initiative.starts_on:
        raise InvalidDates(until.isoformat())
    if initiative.ends_on is not None and until < initiative.ends_on and not may_shorten:
        raise EndsEarlier(initiative.ends_on.isoformat())
    initiative.ends_on = until
    if initiative.state == State.REOPENED:
        initiative.state = State.RUNNING
        initiative.settled_at = None
    initiative.save()
    return initiative


@transaction.atomic
def stop(initiative_id: int, as_of: datetime) -> Initiative:
    """Give an initiative up.

    Raises:
        NotRunning
    """
    initiative = Initiative.objects.select_for_update(of=("self",)).get(pk=initiative_id)
    if initiative.state == State.STOPPED:
        return initiative
    if initiative.state == State.PROVEN:
        raise NotRunning(initiative.state)
    initiative.state = State.STOPPED
    initiative.settled_at = as_of
    initiative.save(update_fields=["state", "settled_at"])
    return initiative


def _settle(initiative: Initiative, is_proven: bool, as_of: datetime) -> None:
    initiative.settled_at = as_of
    if is_proven:
        initiative.state = State.PROVEN
    else:
        initiative.state = State.REOPENED
        initiative.reopened += 1
    initiative.save(update_fields=["state", "reopened", "settled_at"])


def _check(draft: InitiativeDraft) -> int:
    """The draft's direction, once everything else about it is sound."""
    definition = definition_of(draft.metric)
    require_verifiable(definition, draft.aspect)
    direction = draft.direction or definition.better
    if direction not in (1, -1) or not draft.target > 0:
        raise InvalidTarget(str(draft.target))
    if not draft.pilots:
        raise NoPilot(draft.name)
    if draft.ends_on is not None and draft.ends_on <= draft.starts_on:
        raise InvalidDates(draft.ends_on.isoformat())
    for entry in draft.guardrails:
        try:
            require_verifiable(definition_of(entry["metric"]), entry.get("aspect", ""))
            limit = float(entry["limit"])
        except (KeyError, TypeError, UnknownMetric) as error:
            raise InvalidGuardrail(str(error)) from error
        if not limit >= 0:
            raise InvalidGuardrail(str(limit))
    return direction
