"""Writes to customers: profiles and the histories of their attributes, a batch at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from peakend.customers.bulk_rows import chunks, update_rows, write_rows
from peakend.customers.models import Attribute, Customer
from peakend.customers.sightings import ATTRIBUTE_LENGTH, Run, Sighting, fold_runs


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


def update_profiles(seen: Sequence[tuple[int, Sighting]]) -> None:
    """Write names, tags, first and last contact of everybody in the batch."""
    numbers = sorted({customer for customer, _ in seen})
    profiles: dict[int, _Profile] = {}
    for chunk in chunks(numbers):
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


def update_attributes(seen: Sequence[tuple[int, Sighting]]) -> None:
    """Add what the batch states about attributes to their histories."""
    statements = defaultdict(list)
    for customer, sighting in seen:
        for name, value in sighting.attributes.items():
            text = str(value).replace("\x00", "").strip()[:ATTRIBUTE_LENGTH]
            if text:
                statements[customer, name[:64]].append((sighting.at, text))
    if not statements:
        return
    known = known_runs(sorted({customer for customer, _ in statements}))
    replace_runs(
        {
            key: (known.get(key, []), fold_runs(known.get(key, []), stated))
            for key, stated in statements.items()
        }
    )


def known_runs(customers: Sequence[int]) -> dict[tuple[int, str], list[Run]]:
    """The attribute histories of some customers, by customer and name."""
    runs = defaultdict(list)
    for chunk in chunks(customers):
        rows = Attribute.objects.filter(customer_id__in=chunk).order_by("pk")
        for customer, name, value, start, confirmed in rows.values_list(
            "customer_id", "name", "value", "valid_from", "confirmed_at"
        ):
            runs[customer, name].append(Run(start, confirmed, value))
    return runs


def replace_runs(changes: dict[tuple[int, str], tuple[list[Run], list[Run]]]) -> None:
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
