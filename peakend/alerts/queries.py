"""Reads of rules: what one would have found, what it found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from peakend.alerts.causes import Cause, Window
from peakend.alerts.kinds import kind_of, read_parameters
from peakend.alerts.models import Rule
from peakend.alerts.wolf import FalseAlarmRate, false_alarm_rate
from peakend.organization.access import Scope
from peakend.surveys.models import Response
from peakend.voices.models import Voice

CLOCKS_AHEAD = timedelta(days=2)  # no time zone is further ahead, and no import takes later dates


@dataclass(frozen=True)
class Preview:
    """What a rule would have opened in a stretch of history."""

    days: int
    cases: int
    evidence: int
    units: int
    examples: tuple[Cause, ...]


def active_rules() -> QuerySet[Rule]:
    """Rules to evaluate, the most severe first."""
    return Rule.objects.filter(is_active=True).order_by("-severity", "pk")


def all_rules() -> QuerySet[Rule]:
    """Every rule for the rules page."""
    return Rule.objects.select_related("department").order_by("-is_active", "-severity", "pk")


def newest_position() -> int:
    """The largest id among voices and responses: as far as any rule can have read."""
    voice = Voice.objects.aggregate(last=Max("pk"))["last"] or 0
    response = Response.objects.aggregate(last=Max("pk"))["last"] or 0
    return int(max(voice, response))


def cause_in_voice(rule: Rule, voice: Voice) -> Cause | None:
    """What the rule finds in this one voice, whenever it spoke; nothing of rules that read weeks."""
    kind = kind_of(rule.kind)
    if not kind.incremental:
        return None
    window = Window(voice.pk - 1, voice.occurred_at, voice.occurred_at)
    causes = kind.find(read_parameters(rule.kind, rule.parameters), window)
    return next((one for one in causes if any(e.voice_id == voice.pk for e in one.evidence)), None)


def causes_since(rule: Rule, as_of: datetime) -> list[Cause]:
    """What the rule finds in what came since its last evaluation."""
    kind = kind_of(rule.kind)
    window = Window(
        after=rule.evaluated_to if kind.incremental else 0,
        since=as_of - timedelta(days=rule.lookback_days),
        # What arrived is read once: a clock that runs ahead of ours must not hide it for ever.
        until=as_of + CLOCKS_AHEAD if kind.incremental else as_of,
    )
    return list(kind.find(read_parameters(rule.kind, rule.parameters), window))


def wolf(kind: str, parameters: Mapping[str, Any], as_of: datetime) -> FalseAlarmRate | None:
    """How often such a rule would cry wolf on its own history; None where that cannot be told.

    Raises:
        UnknownKind, InvalidParameters
    """
    settings, found = read_parameters(kind, parameters), kind_of(kind)
    return false_alarm_rate(found.watched(settings, as_of)) if found.watched else None


def preview(
    kind: str,
    parameters: Mapping[str, Any],
    as_of: datetime,
    days: int = 90,
    scope: Scope | None = None,
) -> Preview:
    """How many cases a rule would have opened in the last ``days``: one for each cause.

    Raises:
        UnknownKind, InvalidParameters
    """
    settings = read_parameters(kind, parameters)
    window = Window(after=0, since=as_of - timedelta(days=days), until=as_of)
    by_cause: dict[str, Cause] = {}
    evidence = 0
    units = set()
    for cause in kind_of(kind).find(settings, window):
        if scope is not None and not scope.allows(cause.unit_id):
            continue
        by_cause[cause.key] = cause
        evidence += len(cause.evidence)
        units.add(cause.unit_id)
    newest = sorted(by_cause.values(), key=lambda cause: cause.occurred_at, reverse=True)
    return Preview(
        days=days,
        cases=len(by_cause),
        evidence=evidence,
        units=len(units - {None}),
        examples=tuple(newest[:5]),
    )
