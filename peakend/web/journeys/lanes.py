"""The map as a table: which lanes there are, and what stands in each cell."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from peakend.journeys.experience import (
    MET,
    MINIMUM_N,
    MISSED,
    UNDECIDED,
    UNMEASURED,
    Lived,
    Observed,
)
from peakend.journeys.fields import typed_value
from peakend.journeys.models import Touchpoint
from peakend.journeys.queries import Map
from peakend.opinions.queries import aspect_title
from peakend.web.filters import ViewFilter
from peakend.web.shell.names import span_title
from peakend.web.shell.numbers import THIN, number


@dataclass(frozen=True)
class Row:
    """One lane: the field it shows, its name, and whether only those who redraw see it."""

    field: str
    label: Any
    editing_only: bool = False


ROWS = (
    Row("channel", _("Channel")),
    Row("behaviour", _("What customers do")),
    Row("stated_need", _("Stated need")),
    Row("latent_need", _("Latent need")),
    Row("reaction_met", _("When met")),
    Row("reaction_unmet", _("When unmet")),
    Row("business_effect", _("Effect on the business")),
    Row("standard", _("Service standard")),
    Row("measure", _("Measured by"), editing_only=True),
    Row("unit", _("Owning unit")),
    Row("codes", _("Listens to"), editing_only=True),
    Row("minutes", _("Minutes"), editing_only=True),
)
LABELS = {row.field: row.label for row in ROWS} | {"name": _("Touchpoint")}

HINTS = {
    "measure": _("A metric, at most or at least, a value and its unit: wait_minutes <= 20 min"),
    "codes": _("Names or codes of further aspects and questions, separated by commas"),
}

STATES = {
    MET: (pgettext_lazy("standard", "met"), "good"),
    MISSED: (pgettext_lazy("standard", "missed"), "bad"),
    UNDECIDED: (pgettext_lazy("standard", "undecided"), ""),
}


@dataclass(frozen=True)
class Cell:
    """One cell ready to draw."""

    touchpoint: Touchpoint
    field: str
    label: Any
    text: str
    is_selected: bool = False
    may_edit: bool = False


def cell_of(
    touchpoint: Touchpoint, field: str, *, is_selected: bool = False, may_edit: bool = False
) -> Cell:
    """A cell as it is read."""
    return Cell(
        touchpoint, field, LABELS[field], shown_text(touchpoint, field), is_selected, may_edit
    )


def shown_text(touchpoint: Touchpoint, field: str) -> str:
    """What a cell says to its reader."""
    match field:
        case "unit":
            return touchpoint.unit.title if touchpoint.unit else ""
        case "codes":
            return ", ".join(aspect_title(code) for code in touchpoint.codes)
        case "measure":
            return measure_text(touchpoint)
        case _:
            return typed_value(touchpoint, field)


def measure_text(touchpoint: Touchpoint) -> str:
    """``≤ 20 min``: the measurable half of a standard."""
    if touchpoint.standard_value is None:
        return ""
    sign = "≤" if touchpoint.standard_comparator == "<=" else "≥"
    value = f"{touchpoint.standard_value.normalize():f}".replace("-", "−")
    return f"{sign} {value} {touchpoint.said('standard_unit')}".strip()


def lanes(
    drawn: Map, *, selected: int | None, may_edit: bool, editing: bool
) -> list[dict[str, Any]]:
    """The lanes with their cells, left to right; empty lanes only for those who may fill them."""
    shown = []
    for row in ROWS:
        if row.editing_only and not editing:
            continue
        cells = [
            cell_of(point, row.field, is_selected=point.pk == selected, may_edit=may_edit)
            for point in drawn.touchpoints
        ]
        if may_edit or any(cell.text for cell in cells):
            shown.append({"row": row, "cells": cells})
    return shown


def counts(drawn: Map, curves: list[Lived], selected: int | None) -> list[dict[str, Any]]:
    """How many observations each curve rests on, per touchpoint."""
    return [
        {
            "texts": [_count(curve.moments[place].n) for curve in curves],
            "is_selected": point.pk == selected,
        }
        for place, point in enumerate(drawn.touchpoints)
    ]


def _count(n: float) -> str:
    """How many, and that they are too few where no point is drawn of them."""
    return number(n) if n >= MINIMUM_N else gettext("%(n)s, too few") % {"n": number(n)}


def observed_cells(drawn: Map, seen: list[Observed], selected: int | None) -> list[dict[str, Any]]:
    """What was measured against each standard, in words and colour; nothing where nobody measures."""
    cells = []
    for point, one in zip(drawn.touchpoints, seen, strict=True):
        state, tone = STATES.get(one.state, ("", ""))
        cells.append(
            {
                "value": "" if one.state == UNMEASURED else observed_text(point, one),
                "standard": measure_text(point),
                "n": number(one.n),
                "state": state,
                "tone": tone,
                "is_selected": point.pk == selected,
            }
        )
    return cells


def observed_span(view: ViewFilter) -> str:
    """The days of what was observed."""
    return span_title(view.since, view.until) or str(_("whole time"))


def observed_text(point: Touchpoint, seen: Observed) -> str:
    """``47.0 ± 2.1 min``: the measured mean with its 95 % interval and the standard's unit."""
    if seen.value is None:
        return ""
    half = None if seen.low is None or seen.high is None else (seen.high - seen.low) / 2
    decimals = 0 if abs(seen.value) >= 100 else 1
    if half and half < 0.1:
        decimals = 2  # an interval this narrow is not none
    value = number(seen.value, decimals)
    if half is not None:
        value += f"{THIN}±{THIN}{number(half, decimals)}"
    return f"{value} {point.said('standard_unit')}".strip()
