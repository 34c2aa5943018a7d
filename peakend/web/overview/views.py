"""The first page: what happened, in whose area, in the customers' words, what is due."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from peakend.opinions.queries import aspect_title
from peakend.web.access import requires
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.overview import queries, story
from peakend.web.shell import names
from peakend.web.shell.filterbar import filter_bar


@requires("overview.read")
def index(request: HttpRequest) -> HttpResponse:
    view = read_filter(request)
    if not view.has_data:
        return render(request, "overview/first_visit.html")
    point = queries.notable_point(view)
    readings = queries.figures(view)
    pains = queries.told_points(view, -1)
    context = {
        "view_filter": view,
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "story": story.story_of(view, point, readings),
        "figures": readings,
        "pains": story.table_rows(pains, "bad"),
        "delights": story.table_rows(queries.told_points(view, 1), "good"),
        **_series(view, point, pains),
        **_cases(request),
        **_improvements(request),
    }
    return render(request, "overview/index.html", context)


def _series(view: ViewFilter, point: Any, pains: list[queries.ToldPoint]) -> dict[str, Any]:
    """The series worth looking at: the headline's, else that of the first pain."""
    if point is not None:
        aspect, unit = point.aspect, point.unit
    elif pains:
        aspect, unit = pains[0].point.aspect, pains[0].unit
    else:
        return {}
    series = queries.notable_series(view, aspect, unit)
    return {
        "series": story.series_option(view, series),
        "series_aspect": aspect_title(aspect),
        "series_unit": names.unit_titles({unit}).get(unit, "") if unit else "",
        "series_code": aspect,
    }


def _cases(request: HttpRequest) -> dict[str, Any]:
    """Open cases by due time, once the room of cases answers."""
    if "cases.read" not in request.permissions or not find_spec("peakend.cases.queries"):  # type: ignore[attr-defined]
        return {}
    cases = import_module("peakend.cases.queries")
    now = timezone.now()
    counts = cases.open_counts(request.scope, request.user, now)  # type: ignore[attr-defined]
    return {"cases": cases.due_soon(request.scope, now, 4), "case_counts": counts, "now": now}  # type: ignore[attr-defined]


def _improvements(request: HttpRequest) -> dict[str, Any]:
    """Initiatives under verification, once the room of improvements answers."""
    if "improvements.read" not in request.permissions:  # type: ignore[attr-defined]
        return {}
    if not find_spec("peakend.improvements.queries"):
        return {}
    improvements = import_module("peakend.improvements.queries")
    verifying = getattr(improvements, "under_verification", None)
    return {"initiatives": verifying(request.scope, timezone.now())} if verifying else {}  # type: ignore[attr-defined]
