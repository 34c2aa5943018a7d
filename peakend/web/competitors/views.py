"""Own against competitor against industry, each figure with its words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from peakend.web.access import requires
from peakend.web.competitors import headline
from peakend.web.competitors.pictures import axis, key
from peakend.web.competitors.table import SORTS, Row, Table, compared
from peakend.web.competitors.words import sides_of, span_of
from peakend.web.filters import read_filter
from peakend.web.shell.filterbar import filter_bar

TOLD = 3  # aspects in each of the two short lists


@requires("voices.read")
def index(request: HttpRequest) -> HttpResponse:
    """The table, the two short lists, and the words of one aspect."""
    view = read_filter(request, default_period="12m")
    sort = request.GET.get("sort", "gap")
    sort = sort if sort in SORTS else "gap"
    table = compared(view, sort)
    if table is None or not table.rows:
        return render(request, "competitors/none.html", {"view_filter": view, "sees": table})
    chosen = _chosen(table, view.aspect)
    context: dict[str, Any] = {
        "view_filter": view,
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "told": headline.told(table),
        "table": table,
        "rivals": table.brands[1:],
        "legend": [(key(brand.shape), brand) for brand in table.brands],
        "has_industry": any(row.industry for row in table.rows),
        "axis": axis(table.reach),
        "sort": sort,
        "sorts": [(code, title) for code, (title, _order) in SORTS.items()],
        "losing": _short(table, -1),
        "winning": _short(table, 1),
        "chosen": chosen,
        "sides": sides_of(view, table, chosen),
        "span": span_of(view),
    }
    return render(request, "competitors/index.html", context)


def _chosen(table: Table, aspect: str) -> Row:
    """The aspect asked for, else the one on which most is lost, else the first."""
    asked = next((row for row in table.rows if row.aspect == aspect), None)
    behind = table.widest(-1)
    return asked or (behind[0] if behind else table.rows[0])


def _short(table: Table, sign: int) -> list[tuple[Row, str]]:
    return [(row, headline.gap_title(row, table, sign)) for row in table.widest(sign)[:TOLD]]
