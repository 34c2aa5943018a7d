"""Customers are found by identity without giving identities away, and shown with all that happened."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.test import Client

from peakend.customers.models import Customer
from peakend.customers.queries import find_customers, mask
from peakend.customers.recognising import recognise
from peakend.customers.sightings import Sighting
from peakend.events.models import Event
from peakend.jobs.models import Job
from peakend.organization.choices import Role
from peakend.voices.models import Source, Voice
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db

JULY = datetime(2026, 7, 1, 10, tzinfo=UTC)
PHONE = "13812345678"


@pytest.fixture
def group():
    return a_unit(kind="group")


@pytest.fixture
def store(group):
    return a_unit(group)


@pytest.fixture
def customer(store) -> Customer:
    sighting = Sighting(
        JULY,
        {"phone": PHONE, "member": "M00017"},
        "周女士",
        {"segment": "new"},
        ("带孩子",),
        store.pk,
    )
    [number] = recognise([sighting])
    return Customer.objects.get(pk=number)


def a_client(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    return client


def a_voice(
    customer, unit, number: int, at: datetime = JULY, text: str = "等了一个半小时"
) -> Voice:
    source, _ = Source.objects.get_or_create(code="dianping", name="大众点评")
    return Voice.objects.create(
        id=number, source=source, occurred_at=at, text=text, polarity=-1,
        customer=customer, unit=unit, channel="dianping",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "13812345678", "138****5678"),
        ("email", "zhou@example.com", "z***@example.com"),
        ("openid", "o-123", "o****"),
    ],
)
def test_a_masked_identity_can_be_recognised_but_not_used(kind, value, shown):
    assert mask(kind, value) == shown


def test_a_whole_identity_finds_a_part_of_one_does_not(customer):
    everybody = Customer.objects.all()
    for wanted in (PHONE, "+86 138-1234-5678", "M00017", "周女", "  周女士 "):
        assert list(find_customers(everybody, wanted)) == [customer]
    assert not find_customers(everybody, "1381234").exists()
    assert list(find_customers(everybody, "1381234", by_part=True)) == [customer]


def test_the_list_masks_and_links(customer, group):
    page = a_client(Role.ANALYST, group).get("/customers/", {"q": "M00017"}).content.decode()
    assert f"/customers/{customer.pk}/" in page
    assert PHONE not in page


def test_unmasking_needs_the_permission_and_leaves_a_trace(customer, group):
    analyst, lead = a_client(Role.ANALYST, group), a_client(Role.CX_LEAD, group)
    url = f"/customers/{customer.pk}/"
    assert PHONE not in lead.get(url).content.decode()
    assert analyst.post(f"{url}unmask/").status_code == 403
    assert lead.get(f"{url}unmask/").status_code == 405
    assert PHONE in lead.post(f"{url}unmask/").content.decode()
    entry = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).latest("pk")
    assert entry.additional_data["event"] == "unmask"
    assert entry.object_pk == str(customer.pk)
    assert entry.actor.role == Role.CX_LEAD
    assert PHONE not in str(entry.additional_data)


def test_an_administrator_erases_after_saying_so_twice(customer, group):
    lead, administrator = a_client(Role.CX_LEAD, group), a_client(Role.ADMINISTRATOR, group)
    url = f"/customers/{customer.pk}/"
    assert f"{url}erase/" not in lead.get(url).content.decode()
    assert f"{url}erase/" in administrator.get(url).content.decode()
    assert lead.post(f"{url}erase/", {"sure": "on"}).status_code == 403

    assert administrator.post(f"{url}erase/")["Location"] == url
    assert not Job.objects.exists()
    assert administrator.post(f"{url}erase/", {"sure": "on"})["Location"] == "/jobs/"
    job = Job.objects.get()
    assert (job.kind, job.parameters["customer"]) == ("customers.erase", customer.pk)
    assert PHONE not in str(job.parameters)


def test_another_unit_finds_nobody(customer, group):
    other = a_client(Role.UNIT_OWNER, a_unit(group))
    assert other.get(f"/customers/{customer.pk}/").status_code == 404
    found = other.get("/customers/", {"q": "周女士"}).content.decode()
    assert f"/customers/{customer.pk}/" not in found


def test_the_timeline_holds_what_was_heard_and_done_newest_first(customer, store, group):
    a_voice(customer, store, 16, JULY + timedelta(days=2))
    Event.objects.create(
        id=32, source="pos", kind="purchase", occurred_at=JULY + timedelta(days=3),
        value=Decimal("86.5"), customer=customer, unit=store,
    )  # fmt: skip
    answer = a_client(Role.CX_LEAD, group).get(f"/customers/{customer.pk}/")
    assert [entry.what for entry in answer.context["entries"]] == ["event", "voice"]
    assert "¥86.50" in answer.content.decode()
    assert answer.context["worth"].total == Decimal("86.5")


def test_words_said_to_another_unit_stay_with_that_unit(customer, store, group):
    elsewhere = a_unit(group)
    a_voice(customer, store, 16)
    a_voice(customer, elsewhere, 32, text="别处的话")
    owner = a_client(Role.UNIT_OWNER, store).get(f"/customers/{customer.pk}/")
    assert [entry.text for entry in owner.context["entries"]] == ["等了一个半小时"]
    assert owner.context["heard"]["n"] == 1


def test_pages_of_the_timeline_miss_nothing_and_repeat_nothing(customer, store, group):
    for number in range(1, 56):
        a_voice(customer, store, number * 16, JULY + timedelta(hours=number // 2), f"第{number}句")
    client, seen, before = a_client(Role.CX_LEAD, group), [], ""
    for _ in range(5):
        headers = {"HX-Request": "true"} if before else {}
        url = f"/customers/{customer.pk}/"
        answer = client.get(url, {"before": before} if before else {}, headers=headers)
        seen += [entry.text for entry in answer.context["entries"]]
        before = answer.context["more"]
        if not before:
            break
    assert sorted(seen) == sorted(f"第{number}句" for number in range(1, 56))


def test_an_absorbed_number_leads_to_the_customer(customer, group):
    [other] = recognise([Sighting(JULY, {"email": "zhou@example.com"})])
    recognise([Sighting(JULY, {"email": "zhou@example.com", "member": "M00017"})])
    answer = a_client(Role.CX_LEAD, group).get(f"/customers/{other}/")
    assert answer.url == f"/customers/{customer.pk}/"


@pytest.mark.parametrize("before", ["x", "2026-13-01T00:00:00", "2026-07-01T00:00:00", "9" * 40])
def test_an_impossible_moment_in_the_address_is_ignored(customer, group, before):
    answer = a_client(Role.CX_LEAD, group).get(f"/customers/{customer.pk}/", {"before": before})
    assert answer.status_code == 200


def test_numbers_beyond_the_database_are_nobody(group, customer):
    client = a_client(Role.CX_LEAD, group)
    assert client.get(f"/customers/{2**70}/").status_code == 404
    assert client.get("/customers/", {"page": "99999999999", "q": "\x00"}).status_code == 200
