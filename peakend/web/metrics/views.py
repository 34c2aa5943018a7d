"""Every metric with its interval, how it is computed, and where it differs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from peakend.metrics.definitions import (
    Definition,
    UnknownMetric,
    definition_of,
    may_see,
    visible_metrics,
)
from peakend.metrics.queries import reading
from peakend.opinions.queries import aspect_of, aspect_title
from peakend.organization.access import Scope
from peakend.organization.choices import Role
from peakend.organization.models import Unit
from peakend.warehouse.cells import read_cells
from peakend.web.access import reader_of, requires
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.metrics import tables, tree
from peakend.web.metrics.chart import Trend, trend_of, trend_option
from peakend.web.metrics.forms import AnnotationForm
from peakend.web.metrics.happenings import Happening, events_on, happenings
from peakend.web.metrics.headline import control_words, headline_of, headline_of_all
from peakend.web.metrics.labels import FAMILIES, PERIODS, standing_views
from peakend.web.metrics.revisions import past_of
from peakend.web.shell import figures, names
from peakend.web.shell.filterbar import filter_bar


@requires("metrics.read")
def index(request: HttpRequest) -> HttpResponse:
    view = read_filter(request)
    if not view.has_data:
        return render(request, "metrics/none.html")
    known = visible_metrics(reader_of(request))
    shown = tables.catalogue(view, [one for one in known if not one.is_index])
    trends = tables.sparklines(view, shown)
    rows = [tables.summary(one, trends.get(one.metric.code, ())) for one in shown]
    read = {one.metric.code for one in shown}
    context = {
        "view_filter": view,
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "trees": tree.trees(view, known, reader_of(request)),
        "groups": [
            (_("Result metrics"), [row for row in rows if row.reading.metric.level == "result"]),
            (_("Process metrics"), [row for row in rows if row.reading.metric.level != "result"]),
        ],
        "uncollected": [
            one for one in known
            if not (one.code in read or one.of_aspect or one.is_index)
        ],
        "headline": headline_of_all(shown),
        "aspects": tables.split(tables.by_aspect(view, "net_sentiment")),
        "may_write": _may_write(request),
    }  # fmt: skip
    return render(request, "metrics/index.html", context)


@requires("metrics.read")
def metric(request: HttpRequest, code: str) -> HttpResponse:
    try:
        definition = definition_of(code)
    except UnknownMetric as unknown:
        raise Http404(_("no such metric")) from unknown
    if not may_see(definition, reader_of(request)):
        raise Http404(_("no such metric"))
    view = read_filter(request)
    aspect = _aspect(view, definition)
    if not view.has_data or (definition.of_aspect and not aspect):
        return render(request, "metrics/none.html")
    scope: Scope = request.scope  # type: ignore[attr-defined]
    by, rows = _breakdown(request.GET.get("by", ""), view, definition, aspect)
    now = reading(code, view.slice, aspect=aspect, compare=view.compare_slice)
    trend = trend_of(view, definition, aspect)
    found = _happened(view, scope, code, trend)
    limits = request.GET.get("limits") == "1" and trend.control.is_known
    context: dict[str, Any] = {
        "view_filter": view,
        "filter_bar": filter_bar(view, scope),
        "metric": definition,
        "aspect": aspect,
        "aspects": _aspects(view) if definition.of_aspect else [],
        "siblings": [
            one
            for one in visible_metrics(reader_of(request))
            if one.of_aspect == definition.of_aspect
        ],
        "reading": now,
        "title": figures.title_of(definition, aspect),
        "story": headline_of(now),
        "trend": trend_option(
            view, trend, events_on(found, list(trend.starts), trend.labels), limits=limits
        ),
        "limits": limits,
        "control": control_words(trend),
        "period_words": PERIODS[trend.period],
        "happened": found,
        "past": past_of(trend),
        "note_form": AnnotationForm(scope=scope, initial={"on": view.as_of}),
        "tree": tree.tree_of(view, definition, reader_of(request)) if definition.is_index else None,
        "standings": standing_views(now),
        "owner": Unit.objects.filter(pk=definition.owner or 0).order_by("pk").first(),
        "channels": [names.channel_title(one) for one in definition.channels],
        "roles": [Role(role).label for role in definition.roles if role in Role.values],
        "by": by,
        "dimensions": list(tables.DIMENSIONS.items()),
        "rows": rows,
        "heat": tables.heat_map(view, definition, aspect),
        "words": tables.words_url(view, definition, aspect) if definition.family != "event" else "",
        "family": FAMILIES.get(definition.family, ""),
        "may_write": _may_write(request),
        "may_note": "metrics.write" in request.permissions,  # type: ignore[attr-defined]
    }
    return render(request, "metrics/metric.html", context)


def _happened(view: ViewFilter, scope: Scope, code: str, trend: Trend) -> list[Happening]:
    since = trend.starts[0] if trend.starts else view.history().since or view.as_of
    # What happened after the newest answer belongs to a period that reaches up to it.
    until = view.until if view.until and view.until <= view.as_of else timezone.localdate()
    return happenings(view, scope, code, since, until + timedelta(days=1))


def _may_write(request: HttpRequest) -> bool:
    return "metrics.write" in request.permissions and request.scope.units is None  # type: ignore[attr-defined]


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
