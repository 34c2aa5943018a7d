"""A week in which many more voices than usual complain of an aspect at a unit."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.alerts.causes import Cause, Window
from peakend.alerts.finders.kind import Aspects, Kind
from peakend.alerts.finders.weeks import day_of, monday_of, week_key, words_of_week
from peakend.metrics.sudden_shifts import Shift, sudden_shifts
from peakend.warehouse.cells import Slice

HistoryWeeks = Annotated[
    int,
    msgspec.Meta(ge=8, le=104, extra={"label": gettext_lazy("Weeks that say what is usual")}),
]
Chance = Annotated[
    float,
    msgspec.Meta(
        gt=0,
        le=0.05,
        extra={
            "label": gettext_lazy("Share of false alarms to bear"),
            "help": gettext_lazy(
                "Over every unit, aspect and week together: 0.001 is one alarm in a thousand."
            ),
        },
    ),
]


class SuddenShift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A week's complaints of an aspect, as a share of all voices of the unit, beyond chance."""

    history_weeks: HistoryWeeks = 26
    chance: Chance = 0.001
    aspects: Aspects = ()


def find(parameters: SuddenShift, window: Window) -> Iterator[Cause]:
    """The weeks within the window that the overview would tell of, oldest first."""
    first = monday_of(day_of(window.since))
    history = Slice(
        since=first - timedelta(weeks=parameters.history_weeks),
        until=day_of(window.until) + timedelta(days=1),
    )
    shifts = sudden_shifts(history, level=parameters.chance)
    for shift in sorted(shifts, key=lambda one: (one.week, one.unit_id, one.aspect)):
        wanted = not parameters.aspects or shift.aspect in parameters.aspects
        if wanted and shift.week >= first:
            yield _cause(shift)


def _cause(shift: Shift) -> Cause:
    words = words_of_week(shift.unit_id, shift.aspect, shift.week)
    return Cause(
        key=week_key(shift.unit_id, shift.aspect),
        occurred_at=words.latest,
        evidence=words.evidence,
        unit_id=shift.unit_id,
        aspect=shift.aspect,
        answers_somebody=False,
        facts={
            "complaining": shift.share,
            "usual": shift.usual,
            "n": shift.voices,
            "week": shift.week.isoformat(),
        },
    )


def title(aspect: str, facts: Mapping[str, Any]) -> str:
    """The aspect with how many complain and how many usually do."""
    if "complaining" not in facts:
        return ""
    return _("%(aspect)s: %(share)s of voices complain, usually %(usual)s") % {
        "aspect": aspect,
        "share": f"{facts['complaining']:.0%}",
        "usual": f"{facts['usual']:.0%}",
    }


KIND = Kind(
    "sudden_shift",
    gettext_lazy("Something suddenly went wrong"),
    gettext_lazy(
        "In one week far more of a unit's voices complain of an aspect than in its other weeks."
    ),
    SuddenShift,
    find,
    title,
    incremental=False,
)
