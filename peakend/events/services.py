"""Recording events, a batch at a time."""

from collections.abc import Sequence

from peakend.events.models import Event

CHUNK = 2000


def record_events(batch: Sequence[Event]) -> None:
    """Keep the events; those already kept (by their key) stay as they are."""
    Event.objects.bulk_create(batch, ignore_conflicts=True, batch_size=CHUNK)
