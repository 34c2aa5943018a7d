"""Where a new product stands, and putting finished tests into the library."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from peakend.metrics.definitions import may_see
from peakend.metrics.models import NormStudy
from peakend.metrics.norms import (
    DepositedAlready,
    NothingToDeposit,
    Placement,
    UnreadableNorms,
    all_studies,
    deposit_lines,
    deposit_survey,
    placements,
    remove_study,
    waiting_surveys,
)
from peakend.surveys.models import Survey
from peakend.web.access import reader_of, requires
from peakend.web.norms import lines
from peakend.web.norms.forms import DepositForm, EarlierForm
from peakend.web.norms.headline import headline_of


@requires("metrics.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """One study on its norms (the newest unless asked), and the library."""
    studies = list(all_studies())
    category = request.GET.get("category", "")
    shown = [one for one in studies if not category or one.category == category]
    study = _asked(request, shown)
    context: dict[str, Any] = {
        "studies": shown,
        "study": study,
        "category": category,
        "categories": sorted({one.category for one in studies}),
        **_writing(request),
    }
    if study is None:
        return render(request, "norms/none.html", context)
    person = reader_of(request)
    placed = [one for one in placements(study) if may_see(one.metric, person)]
    chosen = _chosen(request, placed)
    context |= {
        "placed": [lines.line_of(one) for one in placed],
        "chosen": lines.line_of(chosen) if chosen else None,
        "chart": lines.chart_of(chosen, study) if chosen else None,
        "story": headline_of(study, chosen),
    }
    return render(request, "norms/index.html", context)


@requires("metrics.write")
@require_POST
def deposit(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a finished survey's figures into the library."""
    _require_whole_company(request)
    survey = get_object_or_404(Survey, slug=slug)
    form = DepositForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A study needs a name, a category and the day it was finished."))
        return redirect("norms:index")
    try:
        study = deposit_survey(survey, form.draft(), by=reader_of(request))
    except DepositedAlready:
        messages.error(request, _("This study is in the library already."))
    except NothingToDeposit:
        messages.error(request, _("None of its questions has enough answers yet."))
    else:
        messages.success(request, _("“%(study)s” is in the library.") % {"study": study})
        return redirect(f"{reverse('norms:index')}?study={study.pk}")
    return redirect("norms:index")


@requires("metrics.write")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put tests of earlier years into the library."""
    _require_whole_company(request)
    try:
        added = deposit_lines(request.POST.get("table", ""), by=reader_of(request))
    except UnreadableNorms as error:
        told = {"line": error.line, "field": error.field}
        messages.error(
            request, _("Line %(line)s cannot be read: %(field)s. Nothing was added.") % told
        )
    except DepositedAlready as error:
        messages.error(
            request,
            _("“%(study)s” is in the library already. Nothing was added.") % {"study": error},
        )
    else:
        said = ngettext("%(n)s study was added.", "%(n)s studies were added.", len(added))
        messages.success(request, said % {"n": len(added)})
    return redirect("norms:index")


@requires("metrics.write")
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take a study out of the library."""
    _require_whole_company(request)
    remove_study(get_object_or_404(NormStudy, pk=number))
    messages.success(request, _("The study is out of the library."))
    return redirect("norms:index")


def _asked(request: HttpRequest, studies: list[NormStudy]) -> NormStudy | None:
    number = request.GET.get("study", "")
    found = next((one for one in studies if str(one.pk) == number), None)
    return found or (studies[0] if studies else None)


def _chosen(request: HttpRequest, placed: list[Placement]) -> Placement | None:
    """The figure asked for, else the first that has a norm."""
    code = request.GET.get("metric", "")
    named = next((one for one in placed if one.metric.code == code), None)
    judged = next((one for one in placed if one.result.verdict), None)
    return named or judged or (placed[0] if placed else None)


def _writing(request: HttpRequest) -> dict[str, Any]:
    """What somebody who answers for the whole company may add."""
    if not _may_write(request):
        return {}
    today = timezone.localdate()
    waiting = [
        (
            survey,
            DepositForm(
                initial={"name": survey.title, "name_en": survey.title_en, "finished_on": today}
            ),
        )
        for survey in waiting_surveys()
    ]
    return {"may_write": True, "waiting": waiting, "earlier": EarlierForm()}


def _may_write(request: HttpRequest) -> bool:
    return "metrics.write" in request.permissions and request.scope.units is None  # type: ignore[attr-defined]


def _require_whole_company(request: HttpRequest) -> None:
    """Norms hold for the whole company."""
    if not _may_write(request):
        raise PermissionDenied
