"""Guardrails: metrics that must not suffer for what an initiative gains."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from peakend.improvements.before_after import Groups, compare, pairs_of
from peakend.improvements.choices import Finding
from peakend.improvements.models import Initiative
from peakend.metrics.definitions import Definition, definition_of


@dataclass(frozen=True)
class Guard:
    """A metric that must not suffer: its change, and the worst change allowed (both signed)."""

    metric: Definition
    aspect: str
    finding: Finding
    value: float | None
    low: float | None
    high: float | None
    limit: float
    n: float


def guards_of(initiative: Initiative, groups: Groups, as_of: date) -> tuple[Guard, ...]:
    """How every guardrail of the initiative fares."""
    return tuple(_guard(entry, initiative, groups, as_of) for entry in initiative.guardrails)


def _guard(entry: Mapping[str, Any], initiative: Initiative, groups: Groups, as_of: date) -> Guard:
    definition, aspect = definition_of(entry["metric"]), entry.get("aspect", "")
    pilots, controls = pairs_of(definition, aspect, initiative, groups, as_of)
    effect = compare(pilots, controls)
    worse = -(definition.better or 1)
    limit = float(entry["limit"])
    finding = Finding.UNKNOWN
    if effect.low is not None and effect.high is not None:
        low, high = sorted((effect.low * worse, effect.high * worse))
        if low > limit:
            finding = Finding.FAILED
        elif high <= limit:
            finding = Finding.PASSED
        else:
            finding = Finding.WATCH
    return Guard(
        metric=definition,
        aspect=aspect,
        finding=finding,
        value=effect.value,
        low=effect.low,
        high=effect.high,
        limit=limit * worse,
        n=sum(pair[1].n for pair in pilots),
    )
