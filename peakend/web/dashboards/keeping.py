"""Keeping a dashboard: as one's own, changed, or no longer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from peakend.metrics.errors import DashboardRefused, MayNotShare, NameTaken, WrongNumber
from peakend.metrics.models import Dashboard
from peakend.metrics.saved_views import DashboardDraft, remove_dashboard, save_dashboard
from peakend.web.access import reader_of, requires
from peakend.web.dashboards.forms import KeepForm
from peakend.web.dashboards.state import State, state_of
from peakend.web.dashboards.views import found


@requires("metrics.read")
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the view of this very address as a dashboard of one's own."""
    return _save(request, state_of(request, None), None)


@requires("metrics.read")
@require_POST
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what the address says as this dashboard; somebody else's becomes one's own."""
    row = found(request, number)
    is_own = row.owner_id == reader_of(request).pk
    return _save(request, state_of(request, row), row if is_own else None)


@requires("metrics.read")
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Forget a dashboard of one's own."""
    row = found(request, number)
    if row.owner_id != reader_of(request).pk:
        messages.error(request, _("Only who made a dashboard can remove it."))
        return redirect("dashboards:dashboard", number=number)
    remove_dashboard(row)
    messages.success(request, _("The dashboard is removed. The figures stay where they are."))
    return redirect("dashboards:index")


def refusal_words(refused: DashboardRefused) -> str:
    """Why a dashboard cannot be kept so, in the reader's language."""
    if isinstance(refused, NameTaken):
        return _("You have a dashboard of this name already.")
    if isinstance(refused, WrongNumber):
        return _("A dashboard has one to seven figures.")
    if isinstance(refused, MayNotShare):
        return _("Only who looks after the whole company shares with everyone.")
    return str(refused)


def _save(request: HttpRequest, state: State, row: Dashboard | None) -> HttpResponse:
    person = reader_of(request)
    form = KeepForm(request.POST, owner=person, dashboard=row)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect(state.address())
    name = form.cleaned_data["name"]
    is_same = row is not None and name == str(row)  # in the reader's language; the other stays
    draft = DashboardDraft(
        name=row.name if row and is_same else name,
        metrics=state.codes,
        name_en=row.name_en if row and is_same else "",
        filters=state.filters,
        by=state.by,
        sharing=form.cleaned_data["sharing"],
    )
    try:
        kept = save_dashboard(draft, by=person, dashboard=row)
    except DashboardRefused as refused:
        messages.error(request, refusal_words(refused))
        return redirect(state.address())
    messages.success(request, _("“%(name)s” is kept.") % {"name": kept})
    return redirect("dashboards:dashboard", number=kept.pk)
