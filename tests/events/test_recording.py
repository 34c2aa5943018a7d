"""Events are kept once, whatever happens to the batch that brings them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from peakend.customers.recognising import recognise
from peakend.customers.sightings import Sighting
from peakend.events.models import Event
from peakend.events.queries import events_of, worth_of
from peakend.events.services import record_events

pytestmark = pytest.mark.django_db

MAY = datetime(2026, 5, 1, tzinfo=UTC)


def a_purchase(number: int, customer: int | None, value: str | None) -> Event:
    return Event(
        id=number * 16,
        source="pos",
        kind="purchase",
        occurred_at=MAY + timedelta(days=number),
        value=Decimal(value) if value else None,
        customer_id=customer,
    )


def test_a_batch_recorded_twice_is_there_once():
    record_events([a_purchase(1, None, "10"), a_purchase(2, None, "20")])
    record_events([a_purchase(2, None, "99"), a_purchase(3, None, "30")])
    values = Event.objects.order_by("pk").values_list("value", flat=True)
    assert list(values) == [10, 20, 30]


def test_worth_counts_money_and_the_gaps_between_purchases():
    [customer] = recognise([Sighting(MAY, {"member": "M1"})])
    record_events(
        [
            a_purchase(0, customer, "86.50"),
            a_purchase(10, customer, "13.50"),
            a_purchase(30, customer, "50"),
            a_purchase(40, customer, None),
            a_purchase(50, None, "1000"),
        ]
    )
    worth = worth_of(customer)
    assert (worth.purchases, worth.total, worth.average) == (3, Decimal(150), Decimal(50))
    assert worth.days_between == 15
    assert [event.id for event in events_of(customer)] == [640, 480, 160, 0]


def test_no_purchase_means_no_worth_rather_than_zero():
    [customer] = recognise([Sighting(MAY, {"member": "M1"})])
    assert worth_of(customer) is None
