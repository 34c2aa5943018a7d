"""Starting long work, and taking up what a killed process left behind."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from peakend.jobs.models import Job
from peakend.jobs.registry import work_of
from peakend.jobs.runs import abandoned, request_cancel
from peakend.jobs.tasks import run_job
from peakend.organization.models import User

__all__ = ["prune_jobs", "recover_jobs", "request_cancel", "start_job"]

# A job that waits for so long without a task in the queue has lost it with a killed worker.
LOST_AFTER = timedelta(seconds=15)
KEPT_FOR = timedelta(days=180)


@transaction.atomic
def start_job(
    kind: str,
    parameters: dict[str, Any],
    *,
    started_by: User | None = None,
    queued: bool = True,
) -> Job:
    """Create a job and queue it; both vanish together when the transaction rolls back.

    ``queued=False`` leaves it to the caller to do the work at once with ``work_on``.

    Raises:
        UnknownKind: no room does this kind of work.
    """
    work_of(kind)
    job = Job.objects.create(
        kind=kind, parameters=parameters, started_by=started_by, heartbeat_at=timezone.now()
    )
    if queued:
        run_job.enqueue(job.pk)
    return job


@transaction.atomic
def recover_jobs() -> list[int]:
    """Queue again what was abandoned: running jobs without a holder, waiting ones without a task.

    Queueing twice does no harm, because a job is claimed once.
    """
    lost = Job.objects.filter(
        state=Job.State.WAITING, heartbeat_at__lt=timezone.now() - LOST_AFTER
    ).order_by("pk")
    recovered = []
    for job in [*abandoned(), *lost]:
        if not _is_queued(job):
            run_job.enqueue(job.pk)
            recovered.append(job.pk)
    return recovered


def _is_queued(job: Job) -> bool:
    return (
        DBTaskResult.objects.ready()
        .filter(task_path=run_job.module_path, args_kwargs__args__0=job.pk)
        .exists()
    )


def prune_jobs() -> int:
    """Forget jobs that ended long ago; how many."""
    ended = Job.objects.filter(finished_at__lt=timezone.now() - KEPT_FOR)
    return ended.delete()[0]
