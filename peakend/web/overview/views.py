"""The first page: what happened, in whose area, in the customers' words, what is due."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from peakend.cases import queries as cases
from peakend.metrics.pain_points import Point
from peakend.metrics.sudden_shifts import Shift
from peakend.opinions.queries import aspect_title
from peakend.web.access import requires
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.overview import initiatives, journey, queries
from peakend.web.overview.chart import series_option
from peakend.web.overview.headline import headline_of
from peakend.web.overview.points_table import table_rows
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
    series = _series(view, shift or point, pains)
    context = {
        "view_filter": view,
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "story": headline_of(view, shift, point, readings, pains, series),
        "figures": readings,
        "pains": table_rows(pains, "bad"),
        "delights": table_rows(queries.told_points(view, 1), "good"),
        **_series_card(view, series),
        **_journey(request, view),
        **_cases(request),
        **_improvements(request, view),
    }
    return render(request, "overview/index.html", context)


def _series(
    view: ViewFilter, told: Shift | Point | None, pains: list[queries.ToldPoint]
) -> queries.NotableSeries | None:
    """The series worth looking at: the headline's, else that of the first pain."""
    if isinstance(told, Shift):
        return queries.notable_series(view, told.aspect, told.unit_id, of_all=True)
    if told is not None:
        return queries.notable_series(view, told.aspect, told.unit)
    if pains:
        return queries.notable_series(view, pains[0].point.aspect, pains[0].unit)
    return None


def _series_card(view: ViewFilter, series: queries.NotableSeries | None) -> dict[str, Any]:
    if series is None:
        return {}
    return {
        "series": series_option(view, series),
        "series_aspect": aspect_title(series.aspect),
        "series_unit": names.unit_titles({series.unit}).get(series.unit, "") if series.unit else "",
        "series_code": series.aspect,
        "series_of_all": series.of_all,
    }


def _journey(request: HttpRequest, view: ViewFilter) -> dict[str, Any]:
    """The journey with its curve, for who may see it."""
    if "journeys.read" not in request.permissions:  # type: ignore[attr-defined]
        return {}
    return {"journey": journey.most_heard(view)}


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
