"""Dashboards: a list of those one may see, and each under one filter bar."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_GET

from peakend.metrics.dashboards import MOST, Seen, chosen_of, read_dashboard
from peakend.metrics.models import Dashboard
from peakend.metrics.saved_views import visible_dashboards
from peakend.organization.audit import note
from peakend.organization.models import User
from peakend.warehouse.cells import edition as warehouse_edition
from peakend.web.access import reader_of, requires
from peakend.web.dashboards.export import file_of
from peakend.web.dashboards.forms import KeepForm, offered_figures
from peakend.web.dashboards.headline import headline_of
from peakend.web.dashboards.lines import lines_of, sources_asked, sources_of, words_of
from peakend.web.dashboards.state import BY, State, state_of
from peakend.web.metrics import tables
from peakend.web.metrics.chart import trend_of, trend_option
from peakend.web.metrics.labels import PERIODS
from peakend.web.shell.figures import title_of
from peakend.web.shell.filterbar import filter_bar

OTHERWISE = "channel"


@requires("metrics.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """One's own dashboards and those shared with one."""
    reader = reader_of(request)
    rows = [_row(one, reader) for one in visible_dashboards(reader)]
    context = {
        "own": [row for row in rows if row["is_own"]],
        "shared": [row for row in rows if not row["is_own"]],
    }
    return render(request, "dashboards/index.html", context)


@requires("metrics.read")
@require_GET
def standard(request: HttpRequest) -> HttpResponse:
    """The dashboard of one's role, there before anybody has made one."""
    return _shown(request, state_of(request, None))


@requires("metrics.read")
@require_GET
def dashboard(request: HttpRequest, number: int) -> HttpResponse:
    """A dashboard somebody keeps, cut to the reader's own scope."""
    return _shown(request, state_of(request, found(request, number)))


@requires("metrics.read")
@require_GET
def export_standard(request: HttpRequest) -> HttpResponse:
    """The figures of the role's dashboard as a file."""
    return _file(request, state_of(request, None))


@requires("metrics.read")
@require_GET
def export(request: HttpRequest, number: int) -> HttpResponse:
    """The figures that are seen as a file."""
    return _file(request, state_of(request, found(request, number)))


@requires("metrics.read")
@require_GET
@cache_control(private=True, no_cache=True)
@condition(etag_func=lambda request: f'"{_edition()}"')
def edition(request: HttpRequest) -> HttpResponse:
    """Which edition of the figures there is: an open dashboard asks every second whether it is the newest.

    It says that something changed somewhere, not what or where: that the page itself shows, cut to
    its reader's scope.
    """
    return HttpResponse(_edition(), content_type="text/plain")


def found(request: HttpRequest, number: int) -> Dashboard:
    """The dashboard, if the reader may see it."""
    row = visible_dashboards(reader_of(request)).filter(pk=number).first()
    if row is None:
        raise Http404(_("no such dashboard"))
    return row


def read(state: State) -> tuple[State, Seen]:
    """Everything the page shows, in one batch; by channel where no two stores have enough answers."""
    view = state.view

    def read_by(dimension: str) -> Seen:
        return read_dashboard(
            state.chosen,
            view.slice,
            compare=view.compare_slice,
            history=view.history(),
            of=state.of,
            by=dimension,
        )

    if state.by == "unit" and not state.is_by_asked and len(view.allowed or (1, 2)) == 1:
        state = replace(state, by=OTHERWISE, is_by_asked=True)  # one store has nobody beside it
    seen = read_by(state.by)
    told = sum(one.enough for one in seen.breakdown)
    if told < 2 and seen.breakdown and not state.is_by_asked:
        return replace(state, by=OTHERWISE), read_by(OTHERWISE)
    return state, seen


def _shown(request: HttpRequest, state: State) -> HttpResponse:
    view, reader = state.view, reader_of(request)
    if not view.has_data:
        return render(request, "metrics/none.html")
    state, seen = read(state)
    sources = sources_of(state.chosen)
    row = state.dashboard
    is_own = row is not None and row.owner_id == reader.pk
    context: dict[str, Any] = {
        "view_filter": view,
        "filter_bar": filter_bar(state.bar, request.scope),  # type: ignore[attr-defined]
        "state": state,
        "dashboard": row,
        "is_own": is_own,
        "headline": headline_of([figure.reading for figure in seen.figures]),
        "lines": lines_of(state, seen, sources),
        "keep_form": KeepForm(None, owner=reader, dashboard=row if is_own else None),
        "done": state.address(edit=""),
        "edition": _edition(),
        **_broken_down(state, seen, sources),
    }
    if state.is_editing:
        context["offered"] = offered_figures(view, reader, state.codes)
        context["is_full"] = len(state.chosen) >= MOST
        context["kept_query"] = list(state.bar.parameters(m=list(state.codes), of=""))
    return render(request, "dashboards/dashboard.html", context)


def _broken_down(state: State, seen: Seen, sources: Any) -> dict[str, Any]:
    """The figure that is looked at closely: its trend and where it differs."""
    if seen.broken_down is None:
        return {}
    chosen, view = seen.broken_down.chosen, state.view
    trend = trend_of(view, chosen.definition, chosen.aspect)
    asked = sources_asked(view, chosen, sources)
    changes = {"source": asked} if asked and state.by != "source" else {}
    rows = tables.rows_of(view, chosen.definition, seen.breakdown, state.by, **changes)
    return {
        "picked": title_of(chosen.definition, chosen.aspect),
        "picked_words": words_of(view, chosen, sources),
        "has_words": chosen.definition.family != "event",
        "trend": trend_option(view, trend),
        "period_words": PERIODS[trend.period],
        "rows": tables.split(rows),
        "bys": [(code, tables.DIMENSIONS[code], state.address(by=code)) for code in BY],
        "by_title": tables.DIMENSIONS[state.by],
        "pick_query": list(state.bar.parameters(of="")),
    }


def _file(request: HttpRequest, state: State) -> HttpResponse:
    codes = ",".join(state.codes)
    note("export", reader_of(request), what="dashboard", metrics=codes, filter=state.filters)
    return file_of(*read(state))


def _edition() -> str:
    return str(warehouse_edition()[1])


def _row(one: Dashboard, reader: User) -> dict[str, Any]:
    chosen = chosen_of(one.metrics, reader)
    return {
        "dashboard": one,
        "is_own": one.owner_id == reader.pk,
        "figures": [title_of(each.definition, each.aspect) for each in chosen],
    }
