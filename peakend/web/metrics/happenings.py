"""What happened beside the figures: marks on a chart, noting one, taking one away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from peakend.improvements.models import Initiative
from peakend.metrics.annotations import (
    AnnotationDraft,
    OutOfScope,
    annotate,
    annotations_between,
    remove_annotation,
)
from peakend.metrics.models import Annotation
from peakend.organization.access import Scope
from peakend.web.access import reader_of, requires
from peakend.web.charts.trends import Event
from peakend.web.filters import ViewFilter
from peakend.web.metrics.forms import AnnotationForm


@dataclass(frozen=True)
class Happening:
    """One mark: the day, what happened, where, and the note behind it, if it is one."""

    on: date
    title: str
    kind: str
    where: str
    number: int | None = None
    url: str = ""


def happenings(
    view: ViewFilter, scope: Scope, metric: str, since: date, until: date
) -> list[Happening]:
    """Notes and launched initiatives that may explain a figure of this view, in order."""
    units = None if view.allowed is None and scope.units is None else view.allowed
    noted = [
        Happening(
            one.on, one.said, one.get_kind_display(), one.unit.title if one.unit else "",
            one.pk if scope.allows(one.unit_id) else None,
        )
        for one in annotations_between(since, until, scope, metric=metric, units=units)
    ]  # fmt: skip
    started = scope.filter(Initiative.objects.filter(starts_on__gte=since, starts_on__lt=until))
    launched = [
        Happening(
            one.starts_on, str(one), str(_("Initiative begins")), one.unit.title if one.unit else "",
            url=reverse("improvements:initiative", args=[one.pk]),
        )
        for one in started.select_related("unit").order_by("starts_on", "pk")
    ]  # fmt: skip
    return sorted([*noted, *launched], key=lambda one: (one.on, one.title))


def events_on(found: list[Happening], starts: list[date], labels: list[str]) -> list[Event]:
    """Each happening at the period it falls into; several of one period share a mark."""
    at: dict[int, list[Happening]] = {}
    for one in found:
        place = max((i for i, start in enumerate(starts) if start <= one.on), default=None)
        if place is not None and one.on < starts[-1] + timedelta(days=31):
            at.setdefault(place, []).append(one)
    return [
        Event(
            labels[place],
            ones[0].title if len(ones) == 1 else _("{first} and {n} more").format(
                first=ones[0].title, n=len(ones) - 1
            ),
        )
        for place, ones in sorted(at.items())
    ]  # fmt: skip


@requires("metrics.write")
@require_POST
def note(request: HttpRequest, code: str) -> HttpResponse:
    """Note what happened on a day."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    form = AnnotationForm(request.POST, scope=scope)
    back = _back(request, code)
    if "unit" in form.errors and request.POST.get("a-unit"):
        raise Http404  # a unit the reader does not look after
    if not form.is_valid():
        messages.error(request, _("The note needs a day and what happened."))
        return back
    data: dict[str, Any] = form.cleaned_data
    draft = AnnotationDraft(
        on=data["on"],
        title=data["title"],
        title_en=data["title_en"],
        kind=data["kind"],
        unit=data["unit"],
        metric="" if data["everywhere"] else code,
    )
    annotate(draft, by=reader_of(request), scope=scope)
    messages.success(request, _("The note is on the chart."))
    return back


@requires("metrics.write")
@require_POST
def unnote(request: HttpRequest, number: int) -> HttpResponse:
    """Take a note away."""
    annotation = get_object_or_404(Annotation, pk=number)
    try:
        remove_annotation(annotation, scope=request.scope)  # type: ignore[attr-defined]
    except OutOfScope as refused:
        raise Http404 from refused
    messages.success(request, _("The note is taken away."))
    return _back(request, annotation.metric or "nps")


def _back(request: HttpRequest, code: str) -> HttpResponse:
    """The metric's page with the filter the reader came from."""
    query = request.POST.get("back", "")
    address = reverse("metrics:metric", args=[code])
    return redirect(f"{address}?{query}" if query else address)
