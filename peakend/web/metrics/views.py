"""Every metric with its interval, how it is computed, and where it differs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from peakend.metrics.definitions import CATALOGUE, Definition, UnknownMetric, definition_of
from peakend.metrics.queries import reading, readings
from peakend.opinions.queries import aspect_of, aspect_title
from peakend.warehouse.cells import read_cells
from peakend.web.access import requires
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.metrics import story, tables
from peakend.web.shell import figures
from peakend.web.shell.filterbar import filter_bar


@requires("metrics.read")
def index(request: HttpRequest) -> HttpResponse:
    view = read_filter(request)
    if not view.has_data:
        return render(request, "metrics/none.html")
    shown = tables.catalogue(view)
    trends = tables.sparklines(view, shown)
    rows = [
        {
            "reading": one,
            "figure": figures.figure_view(one),
            "definition": one.metric.definition,
            "trend": trends.get(one.metric.code, ()),
            "tone": {1: "good", -1: "bad", 0: ""}[one.verdict],
        }
        for one in shown
    ]
    context = {
        "view_filter": view,
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "rows": rows,
        "headline": story.headline_of(shown),
        "aspects": tables.split(tables.by_aspect(view, "net_sentiment")),
    }
    return render(request, "metrics/index.html", context)


@requires("metrics.read")
def metric(request: HttpRequest, code: str) -> HttpResponse:
    try:
        definition = definition_of(code)
    except UnknownMetric as unknown:
        raise Http404(_("no such metric")) from unknown
    view = read_filter(request)
    aspect = _aspect(view, definition)
    if not view.has_data or (definition.of_aspect and not aspect):
        return render(request, "metrics/none.html")
    by, rows = _breakdown(request.GET.get("by", ""), view, definition, aspect)
    now = reading(code, view.slice, aspect=aspect, compare=view.compare_slice)
    weekly = readings(code, view.history(26), ("week",), aspect=aspect)
    context: dict[str, Any] = {
        "view_filter": view,
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "metric": definition,
        "aspect": aspect,
        "aspects": _aspects(view) if definition.of_aspect else [],
        "siblings": [m for m in CATALOGUE.values() if m.of_aspect == definition.of_aspect],
        "reading": now,
        "title": figures.title_of(definition, aspect),
        "story": story.story_of(now),
        "trend": story.trend_option(view, weekly),
        "by": by,
        "dimensions": list(tables.DIMENSIONS.items()),
        "rows": rows,
        "heat": tables.heat_map(view, definition, aspect),
        "words": tables.words_url(view, definition, aspect),
        "family": story.FAMILIES[definition.family],
    }
    return render(request, "metrics/metric.html", context)


def _breakdown(
    asked: str, view: ViewFilter, definition: Definition, aspect: str
) -> tuple[str, tables.Rows]:
    """The dimension asked for; unasked, stores where they have enough answers, else channels."""
    by = asked if asked in tables.DIMENSIONS else "unit"
    rows = tables.split(tables.rows_by(view, definition, aspect, by))
    if not asked and len(rows.enough) < 2:
        by = "channel"
        rows = tables.split(tables.rows_by(view, definition, aspect, by))
    return by, rows


def _aspect(view: ViewFilter, definition: Definition) -> str:
    """The aspect asked for, else the one spoken of most."""
    if not definition.of_aspect:
        return ""
    if view.aspect and aspect_of(view.aspect):
        return view.aspect
    heard = _aspects(view)
    return heard[0][0] if heard else ""


def _aspects(view: ViewFilter) -> list[tuple[str, str]]:
    rows = read_cells(view.slice, ("code",), ("opinion",))
    ranked = sorted(rows, key=lambda row: (-row.signals, row.key))
    return [(row.key[0], aspect_title(row.key[0])) for row in ranked]
