"""Reading customers: attributes as of a time, search by identity, the profile."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from peakend.customers.bulk_rows import chunks
from peakend.customers.models import Attribute, Customer, Identity, Merge
from peakend.customers.sightings import canonical_identity

SEGMENT = "segment"

# Kinds that name a person outside the company: shown masked. A member number means nothing outside.
PERSONAL = frozenset({"phone", "mobile", "email", "mail", "openid", "unionid", "wechat", "id_card"})


def attributes_at(name: str, pairs: Sequence[tuple[int | None, datetime]]) -> list[str]:
    """The value of one attribute for each ``(customer, time)``, as it was then; '' where unknown.

    A value holds from when it was first stated. What happened before the first statement is
    read with the first statement: a shop's customer file usually arrives after its first reviews.
    """
    customers = sorted({customer for customer, _ in pairs if customer is not None})
    starts: dict[int, list[datetime]] = defaultdict(list)
    values: dict[int, list[str]] = defaultdict(list)
    for chunk in chunks(customers):
        rows = Attribute.objects.filter(name=name, customer_id__in=chunk).order_by(
            "customer_id", "valid_from"
        )
        for customer, start, value in rows.values_list("customer_id", "valid_from", "value"):
            starts[customer].append(start)
            values[customer].append(value)
    return [
        values[customer][max(bisect_right(starts[customer], at) - 1, 0)]
        if customer in values
        else ""
        for customer, at in pairs
    ]


def segments_at(pairs: Sequence[tuple[int | None, datetime]]) -> list[str]:
    """The segment each customer was in at the time, as :func:`attributes_at` reads it."""
    return attributes_at(SEGMENT, pairs)


def current_number(number: int) -> int:
    """The customer that a number leads to after merges."""
    merged = Merge.objects.filter(absorbed=number).order_by("pk").first()
    return merged.customer_id if merged else number


def customers_meant(typed: str) -> list[int]:
    """Everybody whom a number, or an identity written out in full, leads to; names lead to nobody.

    ``#12`` is the number alone, for a member may be known by the number of somebody else's profile.
    """
    typed = typed.replace("\x00", "").strip()
    number = typed.removeprefix("#")
    meant = set[int]()
    if number.isdecimal() and len(number) < 19:
        numbers = Customer.objects.filter(pk=current_number(int(number))).order_by("pk")
        meant.update(numbers.values_list("pk", flat=True))
    if number == typed:
        wanted = Q(value=canonical_identity("", typed))
        for kinds in (("email", "mail"), ("phone", "mobile")):
            wanted |= Q(kind__in=kinds, value=canonical_identity(kinds[0], typed))
        holders = Identity.objects.filter(wanted).order_by("pk")
        meant.update(holders.values_list("customer_id", flat=True))
    return sorted(meant)


def find_customers(
    rows: QuerySet[Customer], wanted: str, *, by_part: bool = False
) -> QuerySet[Customer]:
    """Customers of whom an identity is, or whose name contains, what was typed.

    Parts of an identity find nobody unless ``by_part``: who sees identities masked could
    otherwise spell them out by searching.
    """
    wanted = wanted.replace("\x00", "").strip()
    if not wanted:
        return rows
    forms = {wanted, *(canonical_identity(kind, wanted) for kind in ("email", "phone"))}
    matching = Q(value__in=forms)
    if by_part:
        for form in forms:
            matching |= Q(value__startswith=form)
    holders = Identity.objects.filter(matching).order_by("pk").values("customer_id")[:500]
    return rows.filter(
        Q(pk__in=list(holders.values_list("customer_id", flat=True))) | Q(name__contains=wanted)
    )


@dataclass(frozen=True)
class ShownIdentity:
    """An identity as a page may show it."""

    kind: str
    value: str
    masked: bool


def shown_identities(customer: Customer, *, unmask: bool) -> list[ShownIdentity]:
    """The customer's identities; personal ones masked unless ``unmask``."""
    shown = []
    for identity in customer.identities.order_by("kind", "value"):
        hide = not unmask and identity.kind in PERSONAL
        value = mask(identity.kind, identity.value) if hide else identity.value
        shown.append(ShownIdentity(identity.kind, value, hide))
    return shown


def mask(kind: str, value: str) -> str:
    """Enough of an identity to recognise it, not enough to use it."""
    if kind in {"email", "mail"} and "@" in value:
        name, _, host = value.partition("@")
        return f"{name[:1]}***@{host}"
    if len(value) >= 8:
        return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
    return f"{value[:1]}{'*' * max(len(value) - 1, 2)}"


def attribute_history(customer: Customer) -> dict[str, list[Attribute]]:
    """Every attribute with its values, newest first."""
    history: dict[str, list[Attribute]] = defaultdict(list)
    for row in customer.attributes.order_by("name", "-valid_from"):
        history[row.name].append(row)
    return dict(history)


def current_attributes(customers: Sequence[int], name: str) -> dict[int, str]:
    """The value of one attribute that holds now, by customer."""
    rows = Attribute.objects.filter(customer_id__in=customers, name=name).order_by("valid_from")
    return dict(rows.values_list("customer_id", "value"))


def masked_identities(customers: Sequence[int], *, unmask: bool = False) -> dict[int, str]:
    """One identity of each customer to tell them apart in a list, the least personal first."""
    shown: dict[int, tuple[bool, str]] = {}
    rows = Identity.objects.filter(customer_id__in=customers).order_by("kind", "value")
    for identity in rows:
        personal = identity.kind in PERSONAL
        if identity.customer_id in shown and (personal or not shown[identity.customer_id][0]):
            continue
        value = identity.value
        if personal and not unmask:
            value = mask(identity.kind, value)
        shown[identity.customer_id] = (personal, value)
    return {customer: value for customer, (_, value) in shown.items()}
