"""Writes to rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from peakend.alerts.choices import Route, Severity
from peakend.alerts.errors import InvalidParameters, RouteIncomplete
from peakend.alerts.kinds import kind_of, read_parameters
from peakend.alerts.models import Rule
from peakend.alerts.queries import newest_position
from peakend.organization.models import Unit


@dataclass(frozen=True)
class RuleDraft:
    """A rule as somebody wants it, before it is checked."""

    code: str
    name: str
    kind: str
    parameters: Mapping[str, Any]
    name_en: str = ""
    severity: int = Severity.MEDIUM
    route: str = ""  # the kind's own, where nothing is said
    department: Unit | None = None
    promise_hours: float = 24
    cooldown_hours: float = 14 * 24
    lookback_days: int = 14
    is_active: bool = True


@transaction.atomic
def save_rule(draft: RuleDraft, rule: Rule | None = None, *, from_now: bool = True) -> Rule:
    """Create the rule, or change ``rule``; only what arrives from now on unless told otherwise.

    Raises:
        UnknownKind, InvalidParameters, RouteIncomplete
    """
    if draft.route == Route.DEPARTMENT and draft.department is None:
        raise RouteIncomplete("a department")
    if draft.promise_hours <= 0:
        raise InvalidParameters("promise_hours must be above zero")
    settings = read_parameters(draft.kind, draft.parameters)
    row = rule or Rule(evaluated_to=newest_position() if from_now else 0)
    row.code = draft.code
    row.name = draft.name
    row.name_en = draft.name_en
    row.kind = draft.kind
    row.parameters = msgspec.to_builtins(settings)
    row.severity = draft.severity
    row.route = draft.route or kind_of(draft.kind).route
    row.department = draft.department if draft.route == Route.DEPARTMENT else None
    row.promise_hours = draft.promise_hours
    row.cooldown_hours = draft.cooldown_hours
    row.lookback_days = draft.lookback_days
    row.is_active = draft.is_active
    row.save()
    return row


def switch_rule(rule: Rule, *, active: bool) -> None:
    """Turn a rule on or off; turned on, it starts with what arrives from now on."""
    if rule.is_active == active:
        return
    rule.is_active = active
    fields = ["is_active"]
    if active:
        rule.evaluated_to = newest_position()
        fields.append("evaluated_to")
    rule.save(update_fields=fields)


def mark_evaluated(rule: Rule, position: int, as_of: datetime) -> None:
    """Remember how far the rule has read; the mark never goes back."""
    Rule.objects.filter(pk=rule.pk).update(
        evaluated_to=Greatest("evaluated_to", Value(position)), evaluated_at=as_of
    )


def ensure_standard_rules() -> list[Rule]:
    """The rules a company starts with; those it already has stay as they are."""
    drafts = (
        RuleDraft(
            code="low-rating",
            name="差评且有明确不满",
            name_en="Low rating with a named grievance",
            kind="low_rating_with_aspect",
            parameters={"rating": 2},
            severity=Severity.MEDIUM,
            promise_hours=24,
        ),
        RuleDraft(
            code="low-score",
            name="问卷低分",
            name_en="Low survey score",
            kind="low_score",
            parameters={"nps": 3, "csat": 2},
            severity=Severity.MEDIUM,
            promise_hours=24,
        ),
        RuleDraft(
            code="out-of-control",
            name="负面占比超出控制限",
            name_en="Negative share beyond its control limit",
            kind="negative_share_out_of_control",
            parameters={"sigmas": 3.5},
            severity=Severity.HIGH,
            promise_hours=48,
            # A week is judged again when late answers arrive, well after it has passed.
            lookback_days=42,
        ),
        RuleDraft(
            code="sudden-shift",
            name="某项体验突然变差",
            name_en="Something suddenly went wrong",
            kind="sudden_shift",
            parameters={},
            severity=Severity.HIGH,
            promise_hours=48,
            lookback_days=42,
        ),
        RuleDraft(
            code="too-good",
            name="分数好得异常",
            name_en="Scores worth a second look",
            kind="too_good",
            parameters={},
            severity=Severity.LOW,
            promise_hours=7 * 24,
            lookback_days=42,
        ),
        RuleDraft(
            code="churn-words",
            name="客户说要离开",
            name_en="Customer says they are leaving",
            kind="churn_words",
            parameters={},
            severity=Severity.URGENT,
            promise_hours=0.5,
            is_active=False,
        ),
    )
    return [
        Rule.objects.filter(code=draft.code).first() or save_rule(draft, from_now=False)
        for draft in drafts
    ]
