"""Reading cases."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from peakend.api.access import Bearer
from peakend.api.feedback import Problem
from peakend.api.reading import MAX_PAGE, Limit, Page
from peakend.cases.queries import CaseLine, lines, visible

router = Router(tags=["cases"])


class CaseOut(Schema):
    """One case as it stands."""

    number: int
    title: str
    quote: str
    severity: int
    unit: str
    owner: str
    step: str
    is_open: bool
    is_overdue: bool
    opened_at: datetime
    due_at: datetime


class CaseQuery(Schema):
    """Which cases."""

    state: Literal["open", "closed", "all"] = "open"
    limit: int = Limit
    page: int = 1


@router.get(
    "/cases",
    auth=Bearer("cases.read"),
    response={200: Page[CaseOut], 400: Problem},
    operation_id="get_cases",
)
def get_cases(request: HttpRequest, wanted: Query[CaseQuery]) -> dict[str, Any]:
    """Cases of the token's part of the company, first due first. `next` is the next page's number."""
    rows = visible(request.scope)  # type: ignore[attr-defined]
    if wanted.state != "all":
        rows = rows.filter(is_open=wanted.state == "open")
    rows = rows.order_by("due_at", "pk").select_related("unit", "owner", "customer", "rule")
    number = min(max(wanted.page, 1), 100_000)
    start = (number - 1) * wanted.limit
    found = list(rows[start : start + min(wanted.limit, MAX_PAGE) + 1])
    more = len(found) > wanted.limit
    return {
        "items": [_out(line) for line in lines(found[: wanted.limit], timezone.now())],
        "next": str(number + 1) if more else "",
    }


def _out(line: CaseLine) -> dict[str, Any]:
    return {
        name: str(value) if name in {"title", "unit", "owner", "step", "quote"} else value
        for name in CaseOut.model_fields
        for value in (getattr(line, name),)
    }
