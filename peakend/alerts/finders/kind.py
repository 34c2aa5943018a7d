"""What a kind of rule consists of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from peakend.alerts.causes import Cause, Window
from peakend.alerts.choices import Route
from peakend.alerts.wolf import Watched

# A parameter's ``extra`` says what a form calls it, and what it asks for where that is no number.
Aspects = Annotated[
    tuple[str, ...],
    msgspec.Meta(
        extra={
            "label": _("Aspects"),
            "help": _("None chosen means any aspect."),
            "asks_for": "aspects",
        }
    ),
]


@dataclass(frozen=True)
class Kind:
    """One kind of rule.

    ``parameters`` holds bounds in its types and labels beside them, so that the form on the rules
    page is drawn from it. ``title`` calls a cause by its aspect and its figures; figures of
    another kind it calls nothing ('').
    """

    code: str
    name: str | Promise
    explanation: str | Promise
    parameters: type[msgspec.Struct]
    find: Callable[[Any, Window], Iterable[Cause]]
    title: Callable[[str, Mapping[str, Any]], str]
    # Whether it reads voices and answers one by one, or whole weeks again and again.
    incremental: bool = True
    # What it watches as numbers, so that one can be told how often it would cry wolf.
    watched: Callable[[Any, datetime], Watched] | None = None
    # Who has to act on what it finds, unless a rule says otherwise.
    route: Route = Route.VOICE_UNIT


def about(aspect: str, reason: str) -> str:
    """A customer's grievance: what it is about, if that is known, and how it shows."""
    return f"{aspect} · {reason}" if aspect else reason
