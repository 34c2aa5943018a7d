"""Redrawing a map in place. Each answer is the part of the page that changed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from peakend.journeys.errors import JourneyError
from peakend.journeys.fields import FIELDS, typed_value
from peakend.journeys.models import Journey, Stage, Touchpoint
from peakend.journeys.queries import may_redraw
from peakend.journeys.services import (
    FIVE_A,
    add_stage,
    add_touchpoint,
    draw_journey,
    edit_touchpoint,
    move_stage,
    remove_journey,
    remove_stage,
    remove_touchpoint,
    rename_journey,
    rename_stage,
    shift_touchpoint,
)
from peakend.organization.queries import tree_of
from peakend.web.access import requires
from peakend.web.journeys.lanes import HINTS, cell_of
from peakend.web.journeys.refusals import said
from peakend.web.journeys.vocabulary import listened_choices, measure_choices, vocabulary

NAMED = {"codes", "measure"}  # fields in which names stand for codes


def redrawable(request: HttpRequest, code: str) -> Journey:
    """The journey, if this person may change it."""
    journey = get_object_or_404(Journey, code=code)
    if not may_redraw(request.scope, journey):  # type: ignore[attr-defined]
        raise PermissionDenied
    return journey


@requires("journeys.write")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draw another journey, from the three stages of a sale or the five A."""
    error = ""
    if request.method == "POST":
        try:
            drawn = draw_journey(
                name=request.POST.get("name", "")[:120],
                name_en=request.POST.get("name_en", "")[:120],
                unit=None if request.scope.units is None else request.user.unit,  # type: ignore
                stages=FIVE_A if request.POST.get("stages") == "five_a" else (),
            )
        except JourneyError as refusal:
            error = said(refusal)
        else:
            return redirect(f"{reverse('journeys:journey', args=[drawn.code])}?edit=1")
    return render(request, "journeys/new.html", {"error": error, "typed": request.POST})


@requires("journeys.write")
@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, code: str, pk: int, field: str) -> HttpResponse:
    """One cell: its editor on GET, what was typed on POST; ``?read=1`` leaves it as it was."""
    if field not in FIELDS:
        raise Http404
    journey = redrawable(request, code)
    touchpoint = get_object_or_404(
        Touchpoint.objects.select_related("unit"), pk=pk, stage__journey=journey
    )
    context: dict[str, Any] = {"journey": journey, "error": ""}
    typed = None
    known = vocabulary() if field in NAMED else None
    given = request.POST.getlist("value")
    if request.method == "POST":
        # The names ticked and those written come as one list.
        typed = ", ".join(one for one in given if one) if field == "codes" else "".join(given[:1])
        try:
            edit_touchpoint(touchpoint, field, typed, known)
        except JourneyError as refusal:
            context["error"] = said(refusal)
            touchpoint.refresh_from_db()
    is_selected = request.GET.get("selected") == "1"
    context["cell"] = cell_of(touchpoint, field, is_selected=is_selected, may_edit=True)
    if request.GET.get("read") or (request.method == "POST" and not context["error"]):
        context["is_fresh"] = True
        return render(request, "journeys/cell.html", context)
    context |= {
        "value": typed_value(touchpoint, field) if typed is None else typed,
        "hint": HINTS.get(field, ""),
        "is_line": field in {"name", "measure", "minutes", "codes"},
        "units": tree_of(request.scope) if field == "unit" else [],  # type: ignore[attr-defined]
    }
    if field == "codes" and known:
        chosen = touchpoint.codes if typed is None else given
        context["listened"], context["value"] = listened_choices(known, chosen)
    if field == "measure" and known:
        context["measures"] = measure_choices(known)
    return render(request, "journeys/editor.html", context)


@requires("journeys.write")
@require_POST
def rename(request: HttpRequest, code: str) -> HttpResponse:
    journey = redrawable(request, code)
    return _changed(request, journey, rename_journey, journey, request.POST.get("name", ""))


@requires("journeys.write")
@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    journey = redrawable(request, code)
    remove_journey(journey)
    messages.success(request, _("The map is gone; what customers said stays."))
    return redirect("journeys:index")


@requires("journeys.write")
@require_POST
def stage_added(request: HttpRequest, code: str) -> HttpResponse:
    journey = redrawable(request, code)
    name = request.POST.get("name", "").strip()[:120] or _("New stage")
    return _changed(request, journey, add_stage, journey, name=name)


@requires("journeys.write")
@require_POST
def stage_changed(request: HttpRequest, code: str, pk: int, change: str) -> HttpResponse:
    journey = redrawable(request, code)
    stage = get_object_or_404(Stage, pk=pk, journey=journey)
    changes: dict[str, tuple[Any, ...]] = {
        "rename": (rename_stage, stage, request.POST.get("name", "")),
        "left": (move_stage, stage, stage.position - 1),
        "right": (move_stage, stage, stage.position + 1),
        "remove": (remove_stage, stage),
    }
    if change not in changes:
        raise Http404
    return _changed(request, journey, *changes[change])


@requires("journeys.write")
@require_POST
def touchpoint_added(request: HttpRequest, code: str, stage: int) -> HttpResponse:
    journey = redrawable(request, code)
    holder = get_object_or_404(Stage, pk=stage, journey=journey)
    name = request.POST.get("name", "").strip()[:120] or _("New touchpoint")
    return _changed(request, journey, add_touchpoint, holder, name=name)


@requires("journeys.write")
@require_POST
def touchpoint_changed(request: HttpRequest, code: str, pk: int, change: str) -> HttpResponse:
    journey = redrawable(request, code)
    touchpoint = get_object_or_404(
        Touchpoint.objects.select_related("stage__journey"), pk=pk, stage__journey=journey
    )
    changes: dict[str, tuple[Any, ...]] = {
        "left": (shift_touchpoint, touchpoint, -1),
        "right": (shift_touchpoint, touchpoint, 1),
        "remove": (remove_touchpoint, touchpoint),
    }
    if change not in changes:
        raise Http404
    done = _("“%(name)s” is off the map; what customers said stays.") % {"name": touchpoint.title}
    return _changed(request, journey, *changes[change], done=done if change == "remove" else "")


def _changed(
    request: HttpRequest,
    journey: Journey,
    change: Any,
    *args: Any,
    done: str = "",
    **named: Any,
) -> HttpResponse:
    """Make the change, say what was ``done``, then show the map as it is now, still being redrawn."""
    try:
        change(*args, **named)
    except JourneyError as refusal:
        messages.error(request, said(refusal))
    else:
        if done:
            messages.success(request, done)
    query = request.GET.copy()
    query["edit"] = "1"
    return redirect(f"{reverse('journeys:journey', args=[journey.code])}?{query.urlencode()}")
