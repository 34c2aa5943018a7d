"""Erasing a profile, and knowing again what must not come back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from peakend.customers.bulk_rows import chunks
from peakend.customers.models import Customer, ErasedIdentity, Erasure, Identity
from peakend.customers.sightings import Sighting
from peakend.inbox.forgotten import digest_of
from peakend.organization.models import User

Key = tuple[str, str]


def numbers_of(customer: Customer) -> list[int]:
    """Every number the customer ever had: merges leave the absorbed ones in the warehouse."""
    return [customer.pk, *customer.merges.order_by("pk").values_list("absorbed", flat=True)]


def identities_of(customer: Customer) -> set[Key]:
    """Kind and value of everything the customer is recognised by."""
    return set(Identity.objects.filter(customer=customer).values_list("kind", "value"))


def erase_profile(
    customer: Customer,
    identities: Iterable[Key],
    *,
    at: datetime,
    by: User | None,
    removed: dict[str, int],
    open_jobs: dict[str, list[str]],
) -> Erasure:
    """Delete the profile with its identities and histories, and note that it happened."""
    ErasedIdentity.objects.bulk_create(
        [ErasedIdentity(digest=_digest(key), at=at) for key in sorted(identities)],
        update_conflicts=True,
        update_fields=["at"],
        unique_fields=["digest"],
    )
    erasure = Erasure.objects.create(
        number=customer.pk, at=at, by=by, removed=removed, open_jobs=open_jobs
    )
    customer.delete()
    return erasure


def are_erased(sightings: Sequence[Sighting | None]) -> list[bool]:
    """Whether each tells of an erased person's time before the erasure.

    What somebody does afterwards is a new acquaintance.
    """
    if not ErasedIdentity.objects.exists():
        return [False] * len(sightings)
    digests = {key: _digest(key) for one in sightings if one for key in one.keys}
    erased = _erased_at(set(digests.values()))
    return [
        one is not None
        and any(digests[key] in erased and one.at <= erased[digests[key]] for key in one.keys)
        for one in sightings
    ]


def _erased_at(digests: Collection[str]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for chunk in chunks(sorted(digests)):
        rows = ErasedIdentity.objects.filter(digest__in=chunk).order_by("digest")
        found.update(rows.values_list("digest", "at"))
    return found


def _digest(key: Key) -> str:
    return digest_of(f"{key[0]}\n{key[1]}")
