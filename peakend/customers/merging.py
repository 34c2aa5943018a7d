"""Merging customers who turn out to be one, with everything heard from them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from peakend.customers.models import Attribute, Customer, Merge
from peakend.customers.services import known_runs, replace_runs
from peakend.customers.sightings import Run, fold_runs


@transaction.atomic
def merge(kept_id: int, absorbed_ids: Sequence[int]) -> None:
    """Let one customer absorb others with everything heard from them.

    What points to a customer is found through the model's relations, because the rooms that
    hold it (voices, responses, events, cases) stand above this one.
    """
    rows = {row.pk: row for row in Customer.objects.filter(pk__in=[kept_id, *absorbed_ids])}
    kept, absorbed = rows[kept_id], [rows[pk] for pk in absorbed_ids]
    runs = known_runs([kept_id, *absorbed_ids])
    histories: dict[str, list[Run]] = defaultdict(list)
    for (_, name), known in sorted(runs.items()):
        histories[name] += known
    Attribute.objects.filter(customer_id__in=absorbed_ids).delete()
    replace_runs(
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
