"""Customers are found again by any identity, merged when identities meet, and keep their past."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from peakend.customers.models import Attribute, Customer, Identity, Merge
from peakend.customers.queries import current_number, segments_at
from peakend.customers.recognising import recognise
from peakend.customers.sightings import Run, Sighting, fold_runs
from peakend.events.models import Event
from tests.builders import a_unit

pytestmark = pytest.mark.django_db

JULY = datetime(2026, 7, 1, 10, tzinfo=UTC)


def seen(day: int = 0, **identities: str) -> Sighting:
    return Sighting(at=JULY + timedelta(days=day), identities=identities)


def with_segment(day: int, segment: str) -> Sighting:
    return Sighting(
        at=JULY + timedelta(days=day), identities={"member": "M1"}, attributes={"segment": segment}
    )


def test_sightings_without_identity_have_no_customer():
    assert recognise([None, Sighting(at=JULY, name="路人"), seen(phone="  ")]) == [None] * 3
    assert not Customer.objects.exists()


def test_one_customer_for_each_connected_set_of_identities():
    first, second, third, other = recognise(
        [
            seen(member="M1"),
            seen(phone="13800000001"),
            seen(member="M1", phone="13800000001"),
            seen(member="M2"),
        ]
    )
    assert first == second == third != other
    assert Identity.objects.count() == 3


def test_spelling_of_a_telephone_number_or_address_makes_no_second_customer():
    numbers = recognise(
        [
            seen(phone="+86 138-0000-0001"),
            seen(phone="13800000001"),
            seen(email="Li@Example.com"),
            seen(email=" li@example.com"),
        ]
    )
    assert numbers[0] == numbers[1]
    assert numbers[2] == numbers[3] != numbers[0]


def test_customers_known_apart_become_the_one_with_the_smallest_number():
    member, phone = recognise([seen(member="M1"), seen(day=3, phone="13800000001")])
    Event.objects.create(id=16, source="pos", kind="visit", occurred_at=JULY, customer_id=phone)

    [both] = recognise([seen(day=5, member="M1", phone="13800000001")])

    assert both == member
    kept = Customer.objects.get()
    assert (kept.first_seen, kept.last_seen) == (JULY, JULY + timedelta(days=5))
    assert Event.objects.get().customer_id == member
    assert current_number(phone) == member


def test_a_number_absorbed_twice_still_leads_to_the_customer():
    a, b, c = recognise([seen(x="1"), seen(y="1"), seen(z="1")])
    recognise([seen(y="1", z="1")])
    recognise([seen(x="1", y="1")])
    assert [current_number(number) for number in (a, b, c)] == [a, a, a]
    assert Merge.objects.count() == 2


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_partition_does_not_depend_on_the_order_of_arrival(order):
    sightings = [seen(a="1", b="1"), seen(b="1", c="1"), seen(d="1"), seen(c="1")]
    for index in order:
        recognise([sightings[index]])
    owners = dict(Identity.objects.order_by("pk").values_list("kind", "customer_id"))
    assert owners["a"] == owners["b"] == owners["c"] != owners["d"]
    assert Customer.objects.count() == 2


def test_recognising_a_batch_again_changes_nothing():
    unit = a_unit()
    batch = [
        Sighting(JULY, {"member": "M1"}, "李", {"segment": "new"}, ("vip",), unit.pk),
        Sighting(JULY + timedelta(days=2), {"member": "M1"}, "李雷", {"segment": "regular"}),
    ]
    numbers = recognise(batch)
    before = state()
    assert recognise(batch) == numbers
    assert recognise([batch[0]]) == numbers[:1]
    assert state() == before
    assert Customer.objects.get().name == "李雷"


def state():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Customer, Identity, Attribute, Merge)
    ]


def test_unit_and_name_are_those_of_the_last_contact_however_late_it_is_told():
    old, new = a_unit(), a_unit()
    recognise([Sighting(JULY, {"m": "1"}, name="新名", unit_id=new.pk)])
    recognise([Sighting(JULY - timedelta(days=9), {"m": "1"}, name="旧名", unit_id=old.pk)])
    recognise([Sighting(JULY + timedelta(days=9), {"m": "1"})])
    customer = Customer.objects.get()
    assert (customer.name, customer.unit) == ("新名", new)


def test_tags_gather():
    recognise(
        [Sighting(JULY, {"m": "1"}, tags=("b",)), Sighting(JULY, {"m": "1"}, tags=("a", "b"))]
    )
    assert Customer.objects.get().tags == ["a", "b"]


def test_a_segment_is_the_one_that_held_then():
    [customer] = set(recognise([with_segment(0, "new"), with_segment(10, "regular")]))
    days = [-5, 0, 9, 10, 30]
    pairs = [(customer, JULY + timedelta(days=day)) for day in days]
    assert segments_at([*pairs, (None, JULY)]) == ["new", "new", "new", "regular", "regular", ""]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_attribute_history_does_not_depend_on_the_order_of_arrival(order):
    sightings = [
        with_segment(0, "new"),
        with_segment(8, "new"),
        with_segment(4, "regular"),
        with_segment(20, "regular"),
    ]
    for index in order:
        recognise([sightings[index]])
    history = Attribute.objects.order_by("valid_from").values_list("value", "valid_from")
    assert list(history) == [
        ("new", JULY),
        ("regular", JULY + timedelta(days=4)),
        ("new", JULY + timedelta(days=8)),
        ("regular", JULY + timedelta(days=20)),
    ]


def test_equal_statements_are_one_run():
    days = [JULY + timedelta(days=day) for day in range(4)]
    runs = fold_runs([Run(days[0], days[1], "new")], [(days[3], "new"), (days[2], "new")])
    assert runs == [Run(days[0], days[3], "new")]


def test_merging_joins_the_histories():
    a, b = recognise(
        [
            Sighting(JULY, {"m": "1"}, attributes={"segment": "new"}),
            Sighting(JULY + timedelta(days=3), {"p": "1"}, attributes={"segment": "vip"}),
        ]
    )
    recognise([seen(day=6, m="1", p="1")])
    assert segments_at([(a, JULY), (a, JULY + timedelta(days=4))]) == ["new", "vip"]
    assert not Attribute.objects.filter(customer_id=b).exists()


def test_hostile_values_are_kept_within_bounds():
    recognise(
        [Sighting(JULY, {"m": "x" * 500}, "名" * 500, {"n" * 100: "v" * 999, "nul": "a\x00b"})]
    )
    assert Customer.objects.get().name == "名" * 120
    assert Attribute.objects.get(name="nul").value == "ab"


def test_queries_do_not_grow_with_the_rows(django_assert_max_num_queries):
    batch = [
        Sighting(
            JULY + timedelta(minutes=n),
            {"member": f"M{n}", "phone": f"1380000{n:04}"},
            f"客人{n}",
            {"segment": "new", "city": "上海"},
        )
        for n in range(1500)
    ]
    with django_assert_max_num_queries(60):
        numbers = recognise(batch)
    assert len(set(numbers)) == 1500
    with django_assert_max_num_queries(60):
        assert recognise(batch) == numbers
