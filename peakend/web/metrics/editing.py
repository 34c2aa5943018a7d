"""Defining a metric of one's own with a live preview, and what a company sets about any."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from peakend.metrics.definitions import Definition, UnknownMetric, definition_of, may_see
from peakend.metrics.errors import (
    CodeTaken,
    InUse,
    InvalidCode,
    InvalidFormula,
    MetricError,
    NotAPart,
    NoWholeness,
)
from peakend.metrics.models import Metric
from peakend.metrics.own import KINDS, Kind
from peakend.metrics.queries import readings_of
from peakend.metrics.services import drafted, remove_metric, save_metric, set_metric
from peakend.web.access import reader_of, requires
from peakend.web.filters import read_filter
from peakend.web.metrics.forms import (
    MetricForm,
    PartsForm,
    SettingsForm,
    draft_of,
    formula_form,
)
from peakend.web.shell import figures

PREVIEW_WEEKS = 12
UNNAMED = "draft_metric"


@requires("metrics.write")
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """What a metric of one's own can be made from."""
    return render(request, "metrics/choose.html", {"kinds": list(KINDS.values())})


@requires("metrics.write")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Define a metric."""
    _require_whole_company(request)
    return _edit_own(request, _kind(kind.replace("-", "_")), None)


@requires("metrics.write")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change an own metric, or what is set about a shipped one."""
    _require_whole_company(request)
    metric = _visible(request, code)
    row = Metric.objects.filter(code=code, is_active=True).order_by("pk").first()
    if row is not None and row.is_own:
        return _edit_own(request, _kind(row.formula["kind"]), row)
    return _edit_settings(request, metric)


@requires("metrics.write")
@require_POST
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """What the metric would say as it is typed now; nothing is kept."""
    _require_whole_company(request)
    chosen = _kind(kind.replace("-", "_"))
    formula, metric, settings = _forms(request.POST, chosen, None)
    context: dict[str, Any] = {"kind": chosen}
    metric.is_valid()
    if not (formula.is_valid() and settings.is_valid()):
        context["missing"] = True
        return render(request, "metrics/preview.html", context)
    metric.cleaned_data = {
        "name": "", "name_en": "", "definition": "", "definition_en": "",
        "level": "result", "better": chosen.better, **metric.cleaned_data, "code": UNNAMED,
    }  # fmt: skip
    try:
        shown = drafted(draft_of(chosen, formula, metric, settings))
    except MetricError as error:
        context["fault"] = words_for(error)
        return render(request, "metrics/preview.html", context)
    view = read_filter(request)
    past = view.history(PREVIEW_WEEKS)
    found = readings_of(shown, view.slice, compare=view.compare_slice)
    weekly = {one.key[0]: one.value for one in readings_of(shown, past, ("week",))}
    first = past.since or view.as_of
    title = metric.cleaned_data["name"] or str(chosen.name)
    context |= {
        "definition": shown,
        "figure": figures.figure_view(found[0], title) if found else None,
        "weeks": [weekly.get(first + timedelta(weeks=step)) for step in range(PREVIEW_WEEKS)],
        "view_filter": view,
    }
    return render(request, "metrics/preview.html", context)


@requires("metrics.write")
@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Take an own metric out of use."""
    _require_whole_company(request)
    row = get_object_or_404(Metric.objects.exclude(formula={}), code=code, is_active=True)
    try:
        remove_metric(row)
    except InUse as error:
        whole = figures.title_of(definition_of(str(error)))
        messages.error(request, _("“%(whole)s” is computed from it.") % {"whole": whole})
        return redirect("metrics:edit", code=code)
    messages.success(request, _("The metric is out of use."))
    return redirect("metrics:index")


def words_for(error: MetricError) -> str:
    """What is wrong, in the reader's language."""
    told = {
        InvalidCode: _("A code is lower-case letters, digits and _, and begins with a letter."),
        CodeTaken: _("There is a metric of this code already."),
        NoWholeness: _("An index cannot be part of itself."),
        NotAPart: _("A part needs a scale and a better side."),
        InvalidFormula: _(
            "These choices contradict each other: look at bounds, scales and weights."
        ),
    }
    return next((words for kind, words in told.items() if isinstance(error, kind)), str(error))


def _edit_own(request: HttpRequest, kind: Kind, row: Metric | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    formula, metric, settings = _forms(data, kind, row)
    if data is not None and all([formula.is_valid(), metric.is_valid(), settings.is_valid()]):
        try:
            saved = save_metric(
                draft_of(kind, formula, metric, settings),
                by=reader_of(request),
                metric=row,
            )
        except MetricError as error:
            place = metric if isinstance(error, InvalidCode | CodeTaken) else formula
            place.add_error("code" if place is metric else None, words_for(error))
        else:
            messages.success(request, _("“%(metric)s” is saved.") % {"metric": saved})
            return redirect("metrics:metric", code=saved.code)
    context = {
        "kind": kind,
        "row": row,
        "formula": formula,
        "form": metric,
        "settings": settings,
        "is_index": isinstance(formula, PartsForm),
        "preview_url": reverse("metrics:preview", args=[kind.code.replace("_", "-")]),
    }
    return render(request, "metrics/edit.html", context)


def _edit_settings(request: HttpRequest, metric: Definition) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    settings = SettingsForm(data, metric=metric)
    if data is not None and settings.is_valid():
        set_metric(metric.code, settings.settings(), by=reader_of(request))
        title = figures.title_of(metric)
        messages.success(request, _("“%(metric)s” is saved.") % {"metric": title})
        return redirect("metrics:metric", code=metric.code)
    context = {"metric": metric, "settings": settings, "title": figures.title_of(metric)}
    return render(request, "metrics/settings.html", context)


def _forms(data: Any, kind: Kind, row: Metric | None) -> tuple[Any, MetricForm, SettingsForm]:
    metric = definition_of(row.code) if row else None
    return (
        formula_form(kind, data, row),
        MetricForm(data, kind=kind, row=row),
        SettingsForm(data, metric=metric, display=kind.display),
    )


def _kind(code: str) -> Kind:
    found = KINDS.get(code)
    if found is None:
        raise Http404
    return found


def _visible(request: HttpRequest, code: str) -> Definition:
    try:
        metric = definition_of(code)
    except UnknownMetric as unknown:
        raise Http404(_("no such metric")) from unknown
    if not may_see(metric, reader_of(request)):
        raise Http404(_("no such metric"))
    return metric


def _require_whole_company(request: HttpRequest) -> None:
    """A metric holds for every unit, so only somebody who answers for every unit may write it."""
    if request.scope.units is not None:  # type: ignore[attr-defined]
        raise PermissionDenied
