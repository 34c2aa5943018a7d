"""Recognising customers: found or created by any identity, a batch at a time."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from peakend.customers.bulk_rows import CHUNK, chunks, write_rows
from peakend.customers.merging import merge
from peakend.customers.models import Customer, Identity
from peakend.customers.services import update_attributes, update_profiles
from peakend.customers.sightings import Connections, Sighting

Key = tuple[str, str]


@transaction.atomic
def recognise(batch: Sequence[Sighting | None]) -> list[int | None]:
    """The customer behind each sighting, created where unknown; None where no identity is given.

    Identities seen together belong to one customer. When a batch connects customers that were
    known apart, the one with the smallest number absorbs the others. The number of queries
    depends on the size of the batch in steps of thousands, never on its rows, and recognising
    the same batch again changes nothing.
    """
    sets: Connections[Key | int] = Connections()
    identities = [sighting.keys if sighting else () for sighting in batch]
    for together in identities:
        sets.join(together)
    keys = list(dict.fromkeys(key for together in identities for key in together))
    known = _owners(keys)
    for key, owner in known.items():
        sets.join((key, owner))

    customer_of = _one_customer_per_set(sets, keys, known)
    write_rows(
        Identity,
        ["kind", "value", "customer_id"],
        [(*key, customer_of[sets.root(key)]) for key in keys if key not in known],
        key=["kind", "value"],
    )
    recognised = [
        customer_of[sets.root(together[0])] if together else None for together in identities
    ]
    seen = [
        (customer, sighting)
        for customer, sighting in zip(recognised, batch, strict=True)
        if customer is not None and sighting is not None
    ]
    update_profiles(seen)
    update_attributes(seen)
    return recognised


def _owners(keys: Sequence[Key]) -> dict[Key, int]:
    """Which customer holds each of the identities that are already known."""
    values = defaultdict(list)
    for kind, value in keys:
        values[kind].append(value)
    owners: dict[Key, int] = {}
    for kind, wanted in values.items():
        for chunk in chunks(wanted):
            rows = Identity.objects.filter(kind=kind, value__in=chunk).order_by("pk")
            for value, customer in rows.values_list("value", "customer_id"):
                owners[kind, value] = customer
    return owners


def _one_customer_per_set(
    sets: Connections[Key | int], keys: Sequence[Key], known: dict[Key, int]
) -> dict[Key | int, int]:
    """The customer that stands for each connected set: kept, merged or created."""
    members: dict[Key | int, set[int]] = {sets.root(key): set() for key in keys}
    for key, owner in known.items():
        members[sets.root(key)].add(owner)
    customer_of = {root: min(owners) for root, owners in members.items() if owners}
    for root, owners in members.items():
        if len(owners) > 1:
            merge(customer_of[root], sorted(owners - {customer_of[root]}))
    unknown = [root for root, owners in members.items() if not owners]
    created = Customer.objects.bulk_create([Customer() for _ in unknown], batch_size=CHUNK)
    customer_of.update((root, customer.pk) for root, customer in zip(unknown, created, strict=True))
    return customer_of
