"""Reading events: what a customer did and what it was worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, Min, QuerySet, Sum

from peakend.events.models import Event

# Events whose value is money spent.
SPENDING = ("purchase", "visit", "order")


@dataclass(frozen=True)
class Worth:
    """What a customer's purchases come to; money in the company's currency."""

    purchases: int
    total: Decimal
    average: Decimal
    first: datetime
    last: datetime
    days_between: Decimal | None  # mean gap between purchases; None with fewer than two


def events_of(customer_id: int) -> QuerySet[Event]:
    """What the customer did, newest first."""
    rows = Event.objects.filter(customer_id=customer_id).select_related("unit")
    return rows.order_by("-occurred_at", "-id")


def spent_by(customers: Sequence[int]) -> dict[int, Decimal]:
    """What each of the customers spent, where anything was recorded."""
    rows = (
        Event.objects.filter(customer_id__in=customers, kind__in=SPENDING, value__isnull=False)
        .values("customer_id")
        .annotate(total=Sum("value"))
        .order_by("customer_id")
    )
    return dict(rows.values_list("customer_id", "total"))


def worth_of(customer_id: int) -> Worth | None:
    """Recency, frequency and money of a customer; None without a purchase that states its value."""
    figures = Event.objects.filter(
        customer_id=customer_id, kind__in=SPENDING, value__isnull=False
    ).aggregate(
        n=Count("pk"), total=Sum("value"), first=Min("occurred_at"), last=Max("occurred_at")
    )
    n = figures["n"]
    if not n:
        return None
    span = Decimal((figures["last"] - figures["first"]).days)
    return Worth(
        purchases=n,
        total=figures["total"],
        average=figures["total"] / n,
        first=figures["first"],
        last=figures["last"],
        days_between=span / (n - 1) if n > 1 else None,
    )
