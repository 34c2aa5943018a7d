"""What people do to a case: each a small form, answered in place or by going back to the case."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from peakend.cases import services
from peakend.cases.errors import CaseError
from peakend.cases.models import Case
from peakend.cases.services import Deed
from peakend.loop import case_assigned, case_closed, case_step_taken
from peakend.organization.models import Unit, User
from peakend.web.access import requires
from peakend.web.cases.views import case_context, find_case, find_visible

_REASONS = {
    "step_not_allowed": _("This step does not follow the one the case stands at."),
    "case_closed": _("The case is closed; reopen it to work on it."),
    "case_open": _("The case is open."),
    "root_cause_missing": _("A case closes only with its root cause."),
    "note_missing": _("A few words are needed here."),
    "cannot_own": _("This person may not work on cases of this unit."),
    "other_case_open": _("The same cause already has an open case."),
}


@require_POST
@requires("cases.work")
def step(request: HttpRequest, number: int) -> HttpResponse:
    """Take a step."""
    responsible = _unit(request, "responsible")

    def take(case: Case, deed: Deed) -> None:
        case_step_taken.take_step(
            case.pk, request.POST.get("kind", ""), deed, request.POST.get("note", ""), responsible
        )

    return _do(request, number, "step", take)


@require_POST
@requires("cases.work")
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Take the case oneself."""

    def own(case: Case, deed: Deed) -> None:
        case_assigned.assign(case.pk, request.user, deed)  # type: ignore[arg-type]

    return _do(request, number, "take", own)


@require_POST
@requires("cases.assign")
def assign(request: HttpRequest, number: int) -> HttpResponse:
    """Give the case to a colleague."""
    person = get_object_or_404(User, pk=_number(request, "person"), is_active=True)

    def give(case: Case, deed: Deed) -> None:
        case_assigned.assign(case.pk, person, deed, request.POST.get("note", ""))

    return _do(request, number, "assign", give)


@require_POST
@requires("cases.assign")
def hand_over(request: HttpRequest, number: int) -> HttpResponse:
    """Send the case to another unit; from then on it may be out of the sender's sight."""
    unit = get_object_or_404(Unit, pk=_number(request, "unit"), is_active=True)

    def send(case: Case, deed: Deed) -> None:
        case_assigned.hand_over(case.pk, unit, deed, request.POST.get("note", ""))

    return _do(request, number, "hand_over", send)


@require_POST
@requires("cases.work")
def comment(request: HttpRequest, number: int) -> HttpResponse:
    """Say something to the colleagues."""

    def say(case: Case, deed: Deed) -> None:
        services.comment(case.pk, request.POST.get("text", ""), deed)

    return _do(request, number, "comment", say)


@require_POST
@requires("cases.work")
def guidance(request: HttpRequest, number: int) -> HttpResponse:
    """Tick a piece of the recovery guidance."""

    def tick(case: Case, deed: Deed) -> None:
        services.follow_guidance(case.pk, request.POST.get("code", "")[:32], deed)

    return _do(request, number, "guidance", tick)


@require_POST
@requires("cases.work")
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close the case with its root cause."""

    def end(case: Case, deed: Deed) -> None:
        case_closed.close(
            case.pk, request.POST.get("root_cause", ""), request.POST.get("note", ""), deed
        )

    return _do(request, number, "close", end)


@require_POST
@requires("cases.work")
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """Open the case again: the customer says it is not solved."""

    def back(case: Case, deed: Deed) -> None:
        case_closed.reopen(case.pk, request.POST.get("note", ""), deed)

    return _do(request, number, "reopen", back)


@require_POST
@requires("cases.work")
def rename(request: HttpRequest, number: int) -> HttpResponse:
    """Say in one's own words what the case is about."""

    def name(case: Case, deed: Deed) -> None:
        services.rename(case.pk, request.POST.get("title", ""), deed)

    return _do(request, number, "rename", name)


def _do(
    request: HttpRequest, number: int, verb: str, write: Callable[[Case, Deed], None]
) -> HttpResponse:
    """Check the scope, write once, and show the case as it is now."""
    case = find_case(request, number)
    if not request.scope.allows(case.unit_id):  # type: ignore[attr-defined]
        raise PermissionDenied  # it happened at the reader's unit, but another one works on it
    token = request.POST.get("token", "")[:40]
    deed = Deed(request.user, timezone.now(), f"{verb}:{number}:{token}" if token else "")  # type: ignore[arg-type]
    try:
        write(case, deed)
    except CaseError as error:
        messages.error(request, _REASONS.get(error.code, error.code))
    if request.headers.get("HX-Request"):
        return _in_place(request, number)
    if not find_visible(request, number):
        return redirect("cases:index")
    return redirect("cases:case", number=number)


def _in_place(request: HttpRequest, number: int) -> HttpResponse:
    try:
        found = find_case(request, number)
    except Http404:  # handed over out of the reader's sight
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = reverse("cases:index")
        return response
    context = case_context(request, found) | {"in_place": True, "is_case_page": True}
    return render(request, "cases/case.html", context)


def _unit(request: HttpRequest, field: str) -> Unit | None:
    wanted = _number(request, field)
    return Unit.objects.filter(pk=wanted).order_by("pk").first() if wanted else None


def _number(request: HttpRequest, field: str) -> int:
    value = request.POST.get(field, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0
