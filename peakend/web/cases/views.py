"""The list and the case: what is mine, what is due first, and one case beside the list."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from peakend.cases.models import Case
from peakend.cases.queries import visible
from peakend.web.access import requires
from peakend.web.cases.case_list import read_case_list
from peakend.web.cases.chart import week_chart
from peakend.web.cases.page import read_case


@requires("cases.read")
def index(request: HttpRequest) -> HttpResponse:
    """The list; on a wide screen the first case stands open beside it."""
    context = list_context(request)
    first = context["case_list"].first
    if first is not None:
        context |= case_context(request, find_case(request, first))
    return render(request, "cases/index.html", context)


@requires("cases.read")
def case(request: HttpRequest, number: int) -> HttpResponse:
    """One case, with the list beside it where there is room."""
    found = find_case(request, number)
    context = list_context(request) | case_context(request, found) | {"is_case_page": True}
    return render(request, "cases/index.html", context)


def find_case(request: HttpRequest, number: int) -> Case:
    """The case within the reader's scope, or 404: another unit's case does not exist for them."""
    found = find_visible(request, number)
    if found is None:
        raise Http404
    return found


def find_visible(request: HttpRequest, number: int) -> Case | None:
    """The case, if the reader may see it."""
    rows = visible(request.scope).select_related(  # type: ignore[attr-defined]
        "unit", "origin", "owner", "customer", "rule"
    )
    return rows.filter(pk=number).order_by("pk").first()


def list_context(request: HttpRequest) -> dict[str, Any]:
    """The list as the address asks for it."""
    page = request.GET.get("page", "1")
    found = read_case_list(
        request.scope,  # type: ignore[attr-defined]
        request.user,  # type: ignore[arg-type]
        request.GET.get("box", ""),
        timezone.now(),
        min(int(page), 50) if page.isdecimal() and len(page) < 9 else 1,
    )
    return {"case_list": found, "box_query": f"?box={found.box}" if request.GET.get("box") else ""}


def case_context(request: HttpRequest, found: Case) -> dict[str, Any]:
    """Everything the case says to this reader."""
    scope = request.scope  # type: ignore[attr-defined]
    return {
        "page": read_case(found, request.user, scope, timezone.now()),  # type: ignore[arg-type]
        "may_work": "cases.work" in request.permissions and scope.allows(found.unit_id),  # type: ignore[attr-defined]
        "week_chart": week_chart(found),
    }
