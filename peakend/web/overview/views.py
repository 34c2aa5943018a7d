"""The first page: what happened, in whose area, in the customers' words, what is due."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from peakend.cases import queries as cases
from peakend.metrics.pains import Point
from peakend.metrics.shifts import Shift
from peakend.opinions.queries import aspect_title
from peakend.web.access import requires
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.overview import initiatives, queries, story
from peakend.web.shell import names
from peakend.web.shell.filterbar import filter_bar


@requires("overview.read")
def index(request: HttpRequest) -> HttpResponse:
    view = read_filter(request)
    if not view.has_data:
        return render(request, "overview/first_visit.html")
    shift = queries.notable_shift(view)
    point = queries.notable_point(view)
    readings = queries.figures(view)
    pains = queries.told_points(view, -1)
    context = {
        "view_filter": view,
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "story": story.story_of(view, shift, point, readings, pains),
        "figures": readings,
        "pains": story.table_rows(pains, "bad"),
        "delights": story.table_rows(queries.told_points(view, 1), "good"),
        **_series(view, shift or point, pains),
        **_cases(request),
        **_improvements(request, view),
    }
    return render(request, "overview/index.html", context)


def _series(
    view: ViewFilter, told: Shift | Point | None, pains: list[queries.ToldPoint]
) -> dict[str, Any]:
    """The series worth looking at: the headline's, else that of the first pain."""
    unit: int | None
    if isinstance(told, Shift):
        aspect, unit = told.aspect, told.unit_id
    elif told is not None:
        aspect, unit = told.aspect, told.unit
    elif pains:
        aspect, unit = pains[0].point.aspect, pains[0].unit
    else:
        return {}
    series = queries.notable_series(view, aspect, unit, of_all=isinstance(told, Shift))
    return {
        "series": story.series_option(view, series),
        "series_aspect": aspect_title(aspect),
        "series_unit": names.unit_titles({unit}).get(unit, "") if unit else "",
        "series_code": aspect,
        "series_of_all": series.of_all,
    }


def _cases(request: HttpRequest) -> dict[str, Any]:
    """Open cases by due time, for who may see them."""
    if "cases.read" not in request.permissions:  # type: ignore[attr-defined]
        return {}
    now, scope = timezone.now(), request.scope  # type: ignore[attr-defined]
    counts = cases.open_counts(scope, request.user, now)  # type: ignore[arg-type]
    return {"cases": cases.due_soon(scope, now, 4), "case_counts": counts, "now": now}


def _improvements(request: HttpRequest, view: ViewFilter) -> dict[str, Any]:
    """Improvements under verification, for who may see them."""
    if "improvements.read" not in request.permissions:  # type: ignore[attr-defined]
        return {}
    return {"initiatives": initiatives.lines(request.scope, view.as_of)}  # type: ignore[attr-defined]
