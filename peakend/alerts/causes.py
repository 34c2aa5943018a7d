"""What a rule looks at and what it finds: causes with evidence. Opening cases is somebody else's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Window:
    """What to look at: voices after a position (exclusive), nothing before ``since`` or after ``until``."""

    after: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Evidence:
    """One thing that shows the cause. ``key`` is unique within a cause, so it counts once."""

    key: str
    voice_id: int | None = None
    opinion_id: int | None = None
    response_id: int | None = None


@dataclass(frozen=True)
class Cause:
    """One cause to act on.

    ``key`` names the cause whatever rule found it, so that two rules that see the same unhappy
    customer give one case. ``unit_id`` is where it happened; the rule's route decides who acts.
    ``facts`` are figures for the title (share, limit, n, week, score); ``answers_somebody`` says
    whether a customer waits for an answer, which behind a metric nobody does.
    """

    key: str
    occurred_at: datetime
    evidence: tuple[Evidence, ...]
    unit_id: int | None = None
    aspect: str = ""
    customer_id: int | None = None
    answers_somebody: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)
