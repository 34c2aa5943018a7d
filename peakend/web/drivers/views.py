"""What drives the whole, and what its parts do not explain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from peakend.metrics.drivers import Analysis, Subject, analyse, subjects
from peakend.metrics.errors import MetricError
from peakend.metrics.hidden_drivers import hidden_drivers, hidden_segments
from peakend.metrics.questions import title_of_question
from peakend.metrics.services import MetricDraft, save_metric
from peakend.metrics.weights import take_weights, weights_of
from peakend.organization.access import Scope
from peakend.web.access import reader_of, requires
from peakend.web.drivers import lines
from peakend.web.drivers.forms import NEW, TakeForm
from peakend.web.drivers.headline import headline_of
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.metrics.editing import words_for
from peakend.web.shell.filterbar import filter_bar

PERIOD = "12m"


@requires("metrics.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Importance against performance, by segment, with the alarm for what nobody asks about."""
    view = read_filter(request, default_period=PERIOD)
    known = subjects()
    if not view.has_data or not known:
        return render(request, "drivers/none.html", {"view_filter": view})
    scope: Scope = request.scope  # type: ignore[attr-defined]
    subject, whole = _asked(request, known)
    analysis = analyse(subject, whole, view.slice)
    own = replace(view.slice, sources=(subject.source,))
    units = [
        one for one in hidden_drivers(own)
        if (one.survey, one.whole) == (subject.survey.slug, whole)
    ]  # fmt: skip
    segments = hidden_segments(analysis) if analysis.is_known else []
    marking = lines.marking_words(view, scope, units)
    context: dict[str, Any] = {
        "view_filter": view,
        "filter_bar": filter_bar(view, scope),
        "subject": subject,
        "whole": whole,
        "whole_title": title_of_question(whole),
        "choices": _choices(view, known, subject, whole),
        "analysis": analysis,
        "story": headline_of(analysis, len(units) + len(segments)),
        "map": lines.map_option(view, analysis),
        "lines": lines.lines_of(view, analysis),
        "with_gaps": any(one.gap for one in analysis.drivers),
        "segments": lines.segment_lines(analysis),
        "part_titles": [title_of_question(one.code) for one in analysis.drivers],
        "unit_alarms": lines.unit_alarms(view, scope, analysis, units, marking),
        "segment_alarms": lines.segment_alarms(view, scope, analysis, segments, marking),
        "marking": marking,
        "left_out": [title_of_question(code) for code in analysis.left_out],
        "take": TakeForm(None, analysis=analysis)
        if analysis.is_known and _may_write(request)
        else None,
    }
    return render(request, "drivers/index.html", context)


@requires("metrics.write")
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the weights of this very view into an index, with their day and answers."""
    if not _may_write(request):
        raise PermissionDenied
    view = read_filter(request, default_period=PERIOD)
    known = subjects()
    if not known:
        raise Http404
    subject, whole = _asked(request, known)
    analysis = analyse(subject, whole, view.slice)
    form = TakeForm(request.POST, analysis=analysis)
    back = redirect(f"{reverse('drivers:index')}?{request.GET.urlencode()}")
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return back
    try:
        code = _take(request, view, analysis, form)
    except MetricError as error:
        messages.error(request, words_for(error))
        return back
    messages.success(
        request, _("The weights are in the index, with the day and the answers they come from.")
    )
    return redirect("metrics:metric", code=code)


def _take(request: HttpRequest, view: ViewFilter, analysis: Analysis, form: TakeForm) -> str:
    data, person = form.cleaned_data, reader_of(request)
    code, segment = data["index"], data["segment"]
    if code == NEW:
        # An index begins with everybody's weights; a segment's stand beside them.
        parts = [(f"score:{part}", weight) for part, weight in weights_of(analysis).items()]
        draft = MetricDraft(data["code"], data["name"], "index", {}, display="index", parts=parts)
        code = save_metric(draft, by=person).code
        take_weights(analysis, code, on=view.as_of, by=person)
    if segment or data["index"] != NEW:
        take_weights(analysis, code, on=view.as_of, by=person, segment=segment)
    return str(code)


def _asked(request: HttpRequest, known: list[Subject]) -> tuple[Subject, str]:
    """The survey and whole the address names, else the newest survey and its first whole."""
    slug, whole = request.GET.get("survey", ""), request.GET.get("whole", "")
    subject = next((one for one in known if one.survey.slug == slug), known[0])
    return subject, whole if whole in subject.wholes else subject.wholes[0]


def _choices(
    view: ViewFilter, known: list[Subject], subject: Subject, whole: str
) -> list[tuple[str, str, bool]]:
    """The wholes one can ask about: words, query and whether it is shown."""
    several = len(known) > 1
    return [
        (
            f"{one.survey} · {title_of_question(code)}" if several else title_of_question(code),
            view.query_string(survey=one.survey.slug, whole=code),
            one.survey.pk == subject.survey.pk and code == whole,
        )
        for one in known
        for code in one.wholes
    ]


def _may_write(request: HttpRequest) -> bool:
    return "metrics.write" in request.permissions and request.scope.units is None  # type: ignore[attr-defined]
