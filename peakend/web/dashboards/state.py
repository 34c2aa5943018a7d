"""What a dashboard's address asks for: the filter, the figures in their order, and what is broken down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from peakend.metrics.dashboards import MOST, STANDARD, Chosen, chosen_of
from peakend.metrics.models import Dashboard
from peakend.organization.access import Scope
from peakend.web.access import reader_of
from peakend.web.filters import DEFAULT_PERIOD, PERIODS, ViewFilter, filter_of
from peakend.web.metrics.tables import DIMENSIONS

# Competitors have a page of their own, and the trend shows the weeks.
BY = tuple(code for code in DIMENSIONS if code not in ("brand", "week"))
# No page's default: so each link of a dashboard names its period, and an address that names one is
# told from one that leaves all to what was saved.
SAVED = "saved"


@dataclass(frozen=True)
class State:
    """A dashboard as it is asked for. ``bar`` is ``view`` with what else the address says."""

    dashboard: Dashboard | None
    view: ViewFilter
    bar: ViewFilter
    chosen: tuple[Chosen, ...]
    hidden: int  # figures that are not open to the reader's role, or are out of use
    of: str
    by: str
    is_by_asked: bool  # by the address or by what is kept
    is_editing: bool
    is_changed: bool  # against what is kept

    @property
    def codes(self) -> tuple[str, ...]:
        """The figures by code, in their order."""
        return tuple(chosen.code for chosen in self.chosen)

    @property
    def path(self) -> str:
        """The address of the dashboard itself."""
        if self.dashboard is None:
            return reverse("dashboards:standard")
        return reverse("dashboards:dashboard", args=[self.dashboard.pk])

    @property
    def export_url(self) -> str:
        """Where the same can be taken out as a file."""
        name = "dashboards:export" if self.dashboard else "dashboards:export_standard"
        path = reverse(name, args=[self.dashboard.pk] if self.dashboard else [])
        return f"{path}?{self.bar.query_string()}"

    @property
    def filters(self) -> str:
        """The query that is kept: the filter alone."""
        return replace(self.bar, page=()).query_string()

    def address(self, **changes: Any) -> str:
        """This dashboard with some of its address changed."""
        return f"{self.path}?{self.bar.query_string(**changes)}"


def state_of(request: HttpRequest, dashboard: Dashboard | None) -> State:
    """What the request's address asks for; what it leaves out is as kept."""
    reader, scope = reader_of(request), request.scope  # type: ignore[attr-defined]
    kept = dashboard.metrics if dashboard else list(STANDARD.get(reader.role, ()))
    asked = request.GET.getlist("m")[: 4 * MOST]
    open_to_reader = [one.code for one in chosen_of(kept, reader)]
    chosen = tuple(chosen_of(asked or kept, reader)[:MOST]) or tuple(chosen_of(kept, reader))
    view, is_filtered = _filter(request, scope, dashboard.filters if dashboard else "")
    codes = [one.code for one in chosen]
    kept_by = dashboard.by if dashboard else "unit"
    by = request.GET.get("by", "")
    by = by if by in BY else kept_by
    of = request.GET.get("of", "")
    of = of if of in codes else ""
    is_editing = request.GET.get("edit") == "1"
    page = [("m", code) for code in codes if codes != open_to_reader]
    page += (
        [("by", by)] if by != kept_by or (dashboard is None and by == request.GET.get("by")) else []
    )
    page += [("of", of)] if of else []
    page += [("edit", "1")] if is_editing else []
    bar = replace(view, default_period=SAVED, page=tuple(page))
    state = State(
        dashboard=dashboard,
        view=view,
        bar=bar,
        chosen=chosen,
        hidden=0 if asked else len(kept) - len(open_to_reader),
        of=of,
        by=by,
        is_by_asked=dashboard is not None or request.GET.get("by", "") in BY,
        is_editing=is_editing,
        is_changed=False,
    )
    is_refiltered = is_filtered and state.filters != (dashboard.filters if dashboard else "")
    is_changed = codes != open_to_reader or by != kept_by or is_refiltered
    return replace(state, is_changed=is_changed)


def _filter(request: HttpRequest, scope: Scope, kept: str) -> tuple[ViewFilter, bool]:
    """The filter asked for, or the one that is kept; and whether the address names one."""
    if "period" in request.GET or not kept:
        return filter_of(request.GET, scope), "period" in request.GET
    saved = QueryDict(kept)
    period = saved.get("period", DEFAULT_PERIOD)
    return filter_of(saved, scope, period if period in PERIODS else DEFAULT_PERIOD), False
