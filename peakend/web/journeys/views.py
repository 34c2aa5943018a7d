"""A journey: lanes below, the emotion curves above, the selected moment beside."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from peakend.alerts.causes import Cause, Evidence
from peakend.journeys.experience import MINIMUM_N, lived, observed
from peakend.journeys.models import Journey, Touchpoint
from peakend.journeys.queries import journeys, map_of, may_redraw
from peakend.loop.case_handed_on import hand_on
from peakend.organization.models import Unit
from peakend.organization.queries import tree_of
from peakend.web.access import requires
from peakend.web.filters import read_filter
from peakend.web.journeys import lanes as table
from peakend.web.journeys import moment
from peakend.web.journeys.chart import curve_option, moment_urls
from peakend.web.journeys.headline import chosen, headline_of, segment_name
from peakend.web.journeys.score_table import score_rows
from peakend.web.shell.filterbar import filter_bar

PERIOD = "90d"
PROMISES = (24, 72, 168)  # hours within which the owner answers


@requires("journeys.read")
def index(request: HttpRequest) -> HttpResponse:
    """The first journey, or the invitation to draw one."""
    known = journeys()
    if not known:
        may_draw = "journeys.write" in request.permissions  # type: ignore[attr-defined]
        return render(request, "journeys/none.html", {"may_draw": may_draw})
    query = request.GET.urlencode()
    address = reverse("journeys:journey", args=[known[0].code])
    return redirect(f"{address}?{query}" if query else address)


@requires("journeys.read")
def journey(request: HttpRequest, code: str) -> HttpResponse:
    """The map of one journey with its curves."""
    shown = get_object_or_404(Journey, code=code)
    scope = request.scope  # type: ignore[attr-defined]
    view = read_filter(request, default_period=PERIOD)
    drawn = map_of(shown)
    may_edit = "journeys.write" in request.permissions and may_redraw(scope, shown)  # type: ignore[attr-defined]
    editing = may_edit and request.GET.get("edit") == "1"
    curves = lived(drawn.touchpoints, view.slice)
    seen = observed(drawn.touchpoints, view.slice)
    who = request.GET.get("who", "")[:120]
    told = headline_of(shown, drawn, curves, chosen(request.GET.get("at", ""), drawn), who)
    selected = told.selected.pk if told.selected else None
    context: dict[str, Any] = {
        "view_filter": view,
        "filter_bar": filter_bar(view, scope),
        "journey": shown,
        "others": [other for other in journeys() if other != shown],
        "drawn": drawn,
        "columns": len(drawn.touchpoints),
        "may_edit": may_edit,
        "editing": editing,
        "story": told,
        "selected": selected,
        "who": who,
        "scores": score_rows(drawn, curves),
        "option": curve_option(drawn, curves, moment_urls(request, drawn, curves), told.place),
        "names": [
            table.cell_of(point, "name", is_selected=point.pk == selected, may_edit=may_edit)
            for point in drawn.touchpoints
        ],
        "lanes": table.lanes(drawn, selected=selected, may_edit=may_edit, editing=editing),
        "counts": table.counts(drawn, curves, selected) if curves else [],
        "is_heard": any(one.n for curve in curves for one in curve.moments),
        "minimum_n": MINIMUM_N,
        "curves": [segment_name(curve.segment) for curve in curves],
        "observed": table.observed_cells(drawn, seen, selected),
        "observed_span": table.observed_span(view),
        "has_standards": any(one.value is not None for one in seen),
    }
    if told.place is not None and not editing:
        context["moment"] = moment.look_at(view, drawn, curves, seen, told)
        context |= _assigning(request)
    return render(request, "journeys/journey.html", context)


def _assigning(request: HttpRequest) -> dict[str, Any]:
    """Whom the moment can be given to, by those who may give."""
    if "cases.assign" not in request.permissions:  # type: ignore[attr-defined]
        return {}
    return {"units": tree_of(request.scope), "promises": PROMISES}  # type: ignore[attr-defined]


@requires("cases.assign")
@require_POST
def assign(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Make the selected moment somebody's case, with the words of the customers as its evidence."""
    point = get_object_or_404(
        Touchpoint.objects.select_related("stage__journey"), pk=pk, stage__journey__code=code
    )
    scope = request.scope  # type: ignore[attr-defined]
    unit = Unit.objects.filter(pk=_number(request.POST.get("unit"))).order_by("pk").first()
    hours = _number(request.POST.get("promise"))
    if unit is None or hours not in PROMISES:
        raise Http404
    if not scope.allows(unit.pk):
        raise PermissionDenied
    view = read_filter(request, default_period=PERIOD)
    segment = request.GET.get("who", "")[:120]
    heard = moment.handed_to(unit, view, segment)
    opinions = moment.strongest(heard, point, polarity=-1, most=50)
    now = timezone.now()
    back = f"{reverse('journeys:journey', args=[code])}?{view.query_string(at=pk, who=segment)}"
    if not opinions:
        messages.error(
            request, _("Nobody complains here in this period: there is nothing to hand on.")
        )
        return redirect(back)
    cause = Cause(
        key=f"journey:{point.pk}:{unit.pk}:{segment}:{now + timedelta(hours=hours):%Y-%m-%d}",
        occurred_at=now,
        evidence=tuple(
            Evidence(f"opinion:{one.pk}", voice_id=one.voice_id, opinion_id=one.pk)
            for one in opinions
        ),
        unit_id=unit.pk,
        aspect=opinions[0].aspect,
    )
    title = _("%(journey)s: %(touchpoint)s") % {
        "journey": point.stage.journey.title,
        "touchpoint": point.title,
    }
    by: Any = request.user
    outcome = hand_on(cause, by=by, as_of=now, promise_hours=hours, title=title)
    if outcome is None:
        messages.info(request, _("There is a case of this already."))
        return redirect(back)
    messages.success(
        request,
        _("%(unit)s has it: case %(number)s.") % {"unit": unit.title, "number": outcome.case_id},
    )
    return redirect(back)


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 12 else 0
