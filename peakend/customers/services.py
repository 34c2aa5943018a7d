"""Recognising customers: found or created by any identity, a batch at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction

from peakend.customers.models import Attribute, Customer, Identity, Merge
from peakend.customers.rows import update_rows, write_rows
from peakend.customers.sightings import ATTRIBUTE_LENGTH, Connections, Run, Sighting, fold_runs

# Bound variables in one statement stay far below SQLite's and PostgreSQL's limits.
CHUNK = 2000

Key = tuple[str, str]
Item = TypeVar("Item")


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
    _update_profiles(seen)
    _update_attributes(seen)
    return recognised


def _owners(keys: Sequence[Key]) -> dict[Key, int]:
    """Which customer holds each of the identities that are already known."""
    values = defaultdict(list)
    for kind, value in keys:
        values[kind].append(value)
    owners: dict[Key, int] = {}
    for kind, wanted in values.items():
        for chunk in _chunks(wanted):
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


@transaction.atomic
def merge(kept_id: int, absorbed_ids: Sequence[int]) -> None:
    """Let one customer absorb others with everything heard from them.

    What points to a customer is found through the model's relations, because the rooms that
    hold it (voices, responses, events, cases) stand above this one.
    """
    rows = {row.pk: row for row in Customer.objects.filter(pk__in=[kept_id, *absorbed_ids])}
    kept, absorbed = rows[kept_id], [rows[pk] for pk in absorbed_ids]
    runs = _known_runs([kept_id, *absorbed_ids])
    histories: dict[str, list[Run]] = defaultdict(list)
    for (_, name), known in sorted(runs.items()):
        histories[name] += known
    Attribute.objects.filter(customer_id__in=absorbed_ids).delete()
    _replace_runs(
        {
            (kept_id, name): (runs.get((kept_id, name), []), fold_runs(histories[name], ()))
            for name in histories
        }
    )
    for relation in Customer._meta.related_objects:
        if relation.related_model is not Attribute:
            field = relation.field.name
            relation.related_model._base_manager.filter(**{f"{field}__in": absorbed_ids}).update(
                **{field: kept_id}
            )
    for other in absorbed:
        _absorb_profile(kept, other)
    kept.save()
    Merge.objects.bulk_create(
        [Merge(absorbed=pk, customer_id=kept_id) for pk in absorbed_ids], ignore_conflicts=True
    )
    Customer.objects.filter(pk__in=absorbed_ids).delete()


def _absorb_profile(kept: Customer, other: Customer) -> None:
    """Join two profiles: all tags, the whole span of time, the most recent unit and name."""
    if other.name and (not kept.name or _later(other.last_seen, kept.last_seen)):
        kept.name = other.name
    kept.tags = sorted({*kept.tags, *other.tags})
    if other.unit_id and (not kept.unit_id or _later(other.unit_seen_at, kept.unit_seen_at)):
        kept.unit_id, kept.unit_seen_at = other.unit_id, other.unit_seen_at
    if other.first_seen and (not kept.first_seen or other.first_seen < kept.first_seen):
        kept.first_seen = other.first_seen
    if _later(other.last_seen, kept.last_seen):
        kept.last_seen = other.last_seen


def _later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


@dataclass
class _Profile:
    """The columns of a customer that sightings change."""

    name: str
    tags: list[str]
    first_seen: datetime | None
    last_seen: datetime | None
    unit_id: int | None
    unit_seen_at: datetime | None


_PROFILE = [field.name for field in fields(_Profile)]


def _update_profiles(seen: Sequence[tuple[int, Sighting]]) -> None:
    """Write names, tags, first and last contact of everybody in the batch."""
    numbers = sorted({customer for customer, _ in seen})
    profiles: dict[int, _Profile] = {}
    for chunk in _chunks(numbers):
        rows = Customer.objects.filter(pk__in=chunk).order_by("pk")
        profiles.update((pk, _Profile(*row)) for pk, *row in rows.values_list("pk", *_PROFILE))
    before = {number: replace(profile) for number, profile in profiles.items()}
    for number, sighting in seen:
        _note_sighting(profiles[number], sighting)
    update_rows(
        Customer,
        _PROFILE,
        [
            (*(getattr(profile, name) for name in _PROFILE), number)
            for number, profile in profiles.items()
            if profile != before[number]
        ],
    )


def _note_sighting(profile: _Profile, sighting: Sighting) -> None:
    """Bring one profile up to date."""
    newest = not profile.last_seen or sighting.at >= profile.last_seen
    if sighting.name and (newest or not profile.name):
        profile.name = sighting.name.replace("\x00", "").strip()[:120]
    if sighting.tags:
        profile.tags = sorted({*profile.tags, *sighting.tags})
    if sighting.unit_id and (not profile.unit_seen_at or sighting.at >= profile.unit_seen_at):
        profile.unit_id, profile.unit_seen_at = sighting.unit_id, sighting.at
    profile.first_seen = min(profile.first_seen or sighting.at, sighting.at)
    profile.last_seen = max(profile.last_seen or sighting.at, sighting.at)


def _update_attributes(seen: Sequence[tuple[int, Sighting]]) -> None:
    """Add what the batch states about attributes to their histories."""
    statements = defaultdict(list)
    for customer, sighting in seen:
        for name, value in sighting.attributes.items():
            text = str(value).replace("\x00", "").strip()[:ATTRIBUTE_LENGTH]
            if text:
                statements[customer, name[:64]].append((sighting.at, text))
    if not statements:
        return
    known = _known_runs(sorted({customer for customer, _ in statements}))
    _replace_runs(
        {
            key: (known.get(key, []), fold_runs(known.get(key, []), stated))
            for key, stated in statements.items()
        }
    )


def _known_runs(customers: Sequence[int]) -> dict[tuple[int, str], list[Run]]:
    """The attribute histories of some customers, by customer and name."""
    runs = defaultdict(list)
    for chunk in _chunks(customers):
        rows = Attribute.objects.filter(customer_id__in=chunk).order_by("pk")
        for customer, name, value, start, confirmed in rows.values_list(
            "customer_id", "name", "value", "valid_from", "confirmed_at"
        ):
            runs[customer, name].append(Run(start, confirmed, value))
    return runs


def _replace_runs(changes: dict[tuple[int, str], tuple[list[Run], list[Run]]]) -> None:
    """Write the histories that changed: ``(old, new)`` by customer and attribute name."""
    rows: list[tuple[int, str, str, datetime, datetime]] = []
    gone: list[tuple[int, str, datetime]] = []
    for (customer, name), (old, new) in changes.items():
        unchanged = set(old)
        rows += [
            (customer, name, run.value, run.start, run.confirmed)
            for run in new
            if run not in unchanged
        ]
        kept = {run.start for run in new}
        gone += [(customer, name, run.start) for run in old if run.start not in kept]
    # A run disappears only when a late statement closes a gap between equal values: rare.
    for customer, name, start in gone:
        Attribute.objects.filter(customer_id=customer, name=name, valid_from=start).delete()
    write_rows(
        Attribute,
        ["customer_id", "name", "value", "valid_from", "confirmed_at"],
        rows,
        key=["customer_id", "name", "valid_from"],
        overwrite=["value", "confirmed_at"],
    )


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Lists of at most ``CHUNK`` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
