"""Whether a background worker is alive: it says so itself, and silence says that none is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from peakend.jobs.models import Pulse

WORKER = "worker"
# The worker beats six times within this, so that a busy machine is not taken for a dead one.
SILENT_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class WorkerState:
    """Whether a worker runs, and when one was last seen; never is ``None``."""

    runs: bool
    seen_at: datetime | None


def beat() -> None:
    """Say that a worker is alive."""
    Pulse.objects.update_or_create(name=WORKER, defaults={"at": timezone.now()})


def worker_state(now: datetime) -> WorkerState:
    """What is known of the workers at this moment."""
    seen = Pulse.objects.filter(name=WORKER).values_list("at", flat=True).order_by("name").first()
    return WorkerState(seen is not None and now - seen < SILENT_AFTER, seen)
