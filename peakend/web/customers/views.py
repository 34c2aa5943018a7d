"""Who speaks: a list to find somebody in, and one profile with all that was heard and done."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from peakend.cases.queries import visible
from peakend.customers.models import Customer
from peakend.customers.queries import (
    SEGMENT,
    ShownIdentity,
    attribute_history,
    current_attributes,
    current_number,
    find_customers,
    masked_identities,
    shown_identities,
)
from peakend.events.queries import spent_by, worth_of
from peakend.loop.customer_erased import start_erasure
from peakend.organization.access import Scope
from peakend.organization.audit import note
from peakend.voices.models import Voice
from peakend.web.access import reader_of, requires
from peakend.web.customers.timeline import timeline
from peakend.web.shell.moments import moment_of
from peakend.web.shell.names import segment_title

PER_PAGE = 50
UNMASK = "customers.unmask"
ERASE = "customers.erase"
LARGEST = 2**63  # numbers in an address beyond the database's are simply nobody's


@dataclass(frozen=True)
class Line:
    """A customer in the list."""

    customer: Customer
    identity: str
    segment: str
    voices: int
    complaints: int
    spent: Decimal | None


@requires("customers.read")
def index(request: HttpRequest) -> HttpResponse:
    """Customers of the scope, those heard from last first."""
    wanted = request.GET.get("q", "").strip()[:200]
    rows = find_customers(_visible(request), wanted, by_part=_may_unmask(request))
    page = Paginator(rows.order_by("-last_seen", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "customers/index.html",
        {
            "q": wanted,
            "page": page,
            "lines": _lines(request, list(page.object_list)),
            "total": page.paginator.count,
        },
    )


def _lines(request: HttpRequest, customers: list[Customer]) -> list[Line]:
    numbers = [customer.pk for customer in customers]
    identities = masked_identities(numbers)
    segments = current_attributes(numbers, SEGMENT)
    spent = spent_by(numbers)
    heard = {
        row["customer_id"]: row
        for row in _scope(request)
        .filter(Voice.objects.filter(customer_id__in=numbers))
        .values("customer_id")
        .annotate(n=Count("pk"), complaints=Count("pk", filter=Q(polarity=-1)))
        .order_by("customer_id")
    }
    return [
        Line(
            customer=customer,
            identity=identities.get(customer.pk, ""),
            segment=segment_title(segments[customer.pk]) if customer.pk in segments else "",
            voices=heard.get(customer.pk, {}).get("n", 0),
            complaints=heard.get(customer.pk, {}).get("complaints", 0),
            spent=spent.get(customer.pk),
        )
        for customer in customers
    ]


@requires("customers.read")
def customer(request: HttpRequest, number: int) -> HttpResponse:
    """One profile; a number absorbed by a merge leads to the customer it became."""
    found = _find(request, number)
    if found.pk != number:
        return redirect("customers:customer", found.pk)
    if request.headers.get("HX-Request") and request.GET.get("before"):
        return render(request, "customers/entries.html", _timeline(request, found))
    identities = shown_identities(found, unmask=False)
    return render(request, "customers/customer.html", _profile(request, found, identities))


@requires(UNMASK)
@require_POST
def unmask(request: HttpRequest, number: int) -> HttpResponse:
    """Show the identities in full, once; the audit log says who looked."""
    found = _find(request, number)
    identities = shown_identities(found, unmask=True)
    note("unmask", found, kinds=sorted({identity.kind for identity in identities}))
    return render(request, "customers/customer.html", _profile(request, found, identities))


@requires(ERASE)
@require_POST
def erase(request: HttpRequest, number: int) -> HttpResponse:
    """Begin to erase the customer; the page of jobs shows how far it is."""
    found = _find(request, number)
    if not request.POST.get("sure"):
        return redirect("customers:customer", found.pk)
    start_erasure(found.pk, started_by=reader_of(request))
    return redirect("jobs:index")


def _profile(
    request: HttpRequest, found: Customer, identities: list[ShownIdentity]
) -> dict[str, Any]:
    history = attribute_history(found)
    voices = _scope(request).filter(Voice.objects.filter(customer=found))
    heard = voices.aggregate(n=Count("pk"), complaints=Count("pk", filter=Q(polarity=-1)))
    worth = worth_of(found.pk)
    segments = history.get(SEGMENT, [])
    return {
        "customer": found,
        "headline": _headline(found, heard["n"], heard["complaints"], worth),
        "open_cases": visible(_scope(request)).filter(customer=found, is_open=True).count(),
        "identities": identities,
        "is_masked": any(identity.masked for identity in identities),
        "may_unmask": _may_unmask(request),
        "may_erase": ERASE in request.permissions,  # type: ignore[attr-defined]
        "segment": segment_title(segments[0].value) if segments else "",
        "history": [
            (name, [_shown_value(row) for row in rows]) for name, rows in sorted(history.items())
        ],
        "worth": worth,
        "since_last": (timezone.now() - worth.last).days if worth else None,
        "heard": heard,
        **_timeline(request, found),
    }


def _shown_value(row: Any) -> dict[str, Any]:
    value = segment_title(row.value) if row.name == SEGMENT else row.value
    return {"value": value, "since": row.valid_from}


def _headline(found: Customer, heard: int, complaints: int, worth: Any) -> str:
    """The answer in words: how often heard, how often unhappy, how often here."""
    parts = [ngettext("heard once", "heard %(n)s times", heard) % {"n": heard}]
    if heard:
        parts.append(ngettext("one complaint", "%(n)s complaints", complaints) % {"n": complaints})
    if worth:
        parts.append(
            ngettext("one purchase", "%(n)s purchases", worth.purchases) % {"n": worth.purchases}
        )
    return _("%(customer)s: %(facts)s") % {"customer": found.title, "facts": _(", ").join(parts)}


def _timeline(request: HttpRequest, found: Customer) -> dict[str, Any]:
    before = moment_of(request.GET.get("before", ""))
    entries, more = timeline(found, _scope(request), before)
    return {"customer": found, "entries": entries, "more": more.isoformat() if more else ""}


def _find(request: HttpRequest, number: int) -> Customer:
    """The customer behind a number, if the reader's scope holds them."""
    if number >= LARGEST:
        raise Http404
    rows = _visible(request).filter(pk=current_number(number))
    found: Customer | None = rows.select_related("unit").order_by("pk").first()
    if found is None:
        raise Http404(_("no such customer"))
    return found


def _visible(request: HttpRequest) -> Any:
    return _scope(request).filter(Customer.objects.select_related("unit"))


def _scope(request: HttpRequest) -> Scope:
    return request.scope  # type: ignore[attr-defined, no-any-return]


def _may_unmask(request: HttpRequest) -> bool:
    return UNMASK in request.permissions  # type: ignore[attr-defined]
