"""Two groups of voices to hold against each other: by segment, period, brand, unit…

A new way to tell voices apart is an entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from peakend.organization.access import Scope
from peakend.organization.models import Unit
from peakend.organization.queries import tree_of
from peakend.warehouse.cells import read_cells
from peakend.web.filters import ViewFilter
from peakend.web.shell import names

REST = ""  # everybody else


@dataclass(frozen=True)
class Group:
    """Some voices: what they are called, the condition that picks them, and the filter that shows them."""

    value: str
    title: str
    view: ViewFilter
    where: Q

    @property
    def condition(self) -> Q:
        """The voices of the group within the page's filter."""
        return self.view.voices() & self.where


@dataclass(frozen=True)
class Grouping:
    """A way to tell voices apart: its values, and the group behind one of them."""

    code: str
    title: Any
    values: Callable[[ViewFilter, Scope], list[tuple[str, str]]]
    group: Callable[[ViewFilter, str, str], Group]
    has_rest: bool = True


def _of_cells(
    field: str, title_of: Callable[[str], str]
) -> Callable[[ViewFilter, Scope], list[tuple[str, str]]]:
    def values(view: ViewFilter, scope: Scope) -> list[tuple[str, str]]:
        freed: dict[str, Any] = {field: ()}
        rows = read_cells(replace(view, **freed).slice, (field,), ("voice",))
        heard = sorted(rows, key=lambda row: (-row.signals, row.key))
        return [(row.key[0], title_of(row.key[0])) for row in heard if row.key[0]][:60]

    return values


def _by(field: str, column: str) -> Callable[[ViewFilter, str, str], Group]:
    def group(view: ViewFilter, value: str, title: str) -> Group:
        chosen: dict[str, Any] = {field: (value,)}
        return Group(value, title, replace(view, **chosen), Q(**{column: value}))

    return group


def _source_title(code: str) -> str:
    return names.source_titles().get(code, code)


def _units(view: ViewFilter, scope: Scope) -> list[tuple[str, str]]:
    branches = [
        b for b in tree_of(scope, counted=False) if b.unit.is_active and b.unit.kind != "department"
    ]
    return [(str(b.unit.pk), " " * 2 * min(b.depth, 2) + b.unit.title) for b in branches]


def _unit_group(view: ViewFilter, value: str, title: str) -> Group:
    unit = (
        Unit.objects.filter(pk=int(value)).first()
        if value.isdecimal() and len(value) < 19
        else None
    )
    below = Q(unit__path__startswith=unit.path) if unit else Q(pk__in=[])
    return Group(value, title.strip(), replace(view, unit=(int(value),) if unit else ()), below)


def _brands(view: ViewFilter, scope: Scope) -> list[tuple[str, str]]:
    titles = names.brand_titles()
    if view.sees_rivals:
        return list(titles.items())
    return [(code, title) for code, title in titles.items() if code in view.own_brands]


def _brand_group(view: ViewFilter, value: str, title: str) -> Group:
    return Group(value, title, replace(view, brand=(value,)), Q())


def _periods(view: ViewFilter, scope: Scope) -> list[tuple[str, str]]:
    if view.compared_span is None:
        return []
    return [
        ("now", names.span_title(view.since, view.until)),
        ("before", names.span_title(*view.compared_span)),
    ]


def _period_group(view: ViewFilter, value: str, title: str) -> Group:
    span = view.compared_span
    if value == "before" and span is not None:
        view = replace(view, period="custom", since=span[0], until=span[1], compare="none")
    return Group(value, title, view, Q())


_POLARITIES = {"-1": gettext_lazy("negative voices"), "1": gettext_lazy("positive voices")}

GROUPINGS: dict[str, Grouping] = {
    one.code: one
    for one in (
        Grouping(
            "segment", gettext_lazy("Segment"), _of_cells("segment", names.segment_title),
            _by("segment", "segment"),
        ),
        Grouping("period", gettext_lazy("Period"), _periods, _period_group, has_rest=False),
        Grouping(
            "brand", gettext_lazy("Brand"), _brands, _brand_group, has_rest=False,
        ),
        Grouping("unit", pgettext_lazy("organisation", "Unit"), _units, _unit_group),
        Grouping(
            "channel", gettext_lazy("Channel"), _of_cells("channel", names.channel_title),
            _by("channel", "channel"),
        ),
        Grouping(
            "source", gettext_lazy("Source"), _of_cells("source", _source_title),
            _by("source", "source__code"),
        ),
        Grouping(
            "polarity", gettext_lazy("Polarity"),
            lambda view, scope: [(code, str(title)) for code, title in _POLARITIES.items()],
            lambda view, value, title: Group(
                value, title, replace(view, polarity=value), Q(polarity=int(value))
            ),
            has_rest=False,
        ),
    )
}  # fmt: skip


def rest_of(view: ViewFilter, here: Group) -> Group:
    """Everybody of the page's filter who is not in the group."""
    return Group(REST, _("everybody else"), view, ~here.where)
