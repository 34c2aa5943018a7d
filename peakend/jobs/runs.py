"""One run of a job: claimed by one process, reporting as it goes, ended exactly once."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connections
from django.db.models import F, Q
from django.utils import timezone

from peakend.jobs.errors import JobCancelled, JobFailed, Superseded
from peakend.jobs.holders import is_dead, new_holder
from peakend.jobs.models import Job
from peakend.jobs.registry import work_of

logger = logging.getLogger(__name__)

# A holder that has been silent for so long has died on another machine or lost its database.
STALE_AFTER = timedelta(seconds=60)
BEAT_EVERY = 5.0  # seconds
MAX_ATTEMPTS = 5
# Progress is for people; writing it more often would cost more than it shows.
REPORT_EVERY = timedelta(milliseconds=400)


# Who in this process wants to hear how far a job is, besides the row itself.
_listeners: dict[int, Callable[[int, int], None]] = {}


@contextmanager
def listen(job_id: int, report: Callable[[int, int], None]) -> Iterator[None]:
    """Tell ``report`` (done, total) whenever this process moves the job on."""
    _listeners[job_id] = report
    try:
        yield
    finally:
        del _listeners[job_id]


class Run:
    """What the work sees of its job: parameters, where to go on, and whom to tell."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.parameters: dict[str, Any] = job.parameters
        self.cursor: dict[str, Any] = dict(job.cursor)
        self.resumed = job.attempts > 1
        self._reported = timezone.now()

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the work is; cheap to call often.

        Raises:
            JobCancelled: somebody asked to stop.
            Superseded: the job has another holder by now.
        """
        now = timezone.now()
        if now - self._reported < REPORT_EVERY:
            return
        self._reported = now
        self._write(done=done, total=total, heartbeat_at=now)
        self.check_cancelled()

    def save(self, done: int, total: int | None = None, **cursor: Any) -> None:
        """Keep where a killed run goes on; call it after what it describes is durable.

        Raises:
            JobCancelled: somebody asked to stop.
            Superseded: the job has another holder by now.
        """
        self.cursor |= cursor
        self._reported = timezone.now()
        self._write(done=done, total=total, cursor=self.cursor, heartbeat_at=self._reported)
        self.check_cancelled()

    def check_cancelled(self) -> None:
        """Stop where somebody asked to."""
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise JobCancelled

    def finish(self, state: str, result: dict[str, Any], error: dict[str, Any]) -> None:
        """End the job; the holder alone may."""
        now = timezone.now()
        values: dict[str, Any] = {"state": state, "result": result, "error": error}
        if state == Job.State.DONE:
            values["done"] = F("total") if self.job.total else F("done")
        self._write(**values, heartbeat_at=now, finished_at=now)

    def _write(self, **values: Any) -> None:
        if values.get("total", 0) is None:
            del values["total"]
        held = Job.objects.filter(pk=self.job.pk, holder=self.job.holder, state=Job.State.RUNNING)
        if not held.update(**values):
            raise Superseded
        if "total" in values:
            self.job.total = values["total"]
        if "done" in values and self.job.pk in _listeners and self.job.total:
            done = values["done"]
            _listeners[self.job.pk](
                done if isinstance(done, int) else self.job.total, self.job.total
            )


def claim(job_id: int) -> Job | None:
    """Take a job that waits, or one whose holder is gone; ``None`` when it is not to be had.

    One conditional UPDATE decides, so that of any number of claimants one succeeds.
    """
    now = timezone.now()
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not _free(job):
        return None
    holder = new_holder()
    # The holder seen must be the holder replaced, or two claimants would take it in turn.
    taken = Job.objects.filter(pk=job_id, state=job.state, holder=job.holder).update(
        state=Job.State.RUNNING, holder=holder, heartbeat_at=now, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    job.refresh_from_db()
    return job


def abandoned() -> list[Job]:
    """Running jobs whose holder is gone."""
    running = Job.objects.filter(state=Job.State.RUNNING).order_by("pk")
    return [job for job in running if _free(job)]


def _free(job: Job) -> bool:
    if job.state == Job.State.WAITING:
        return True
    if job.state != Job.State.RUNNING:
        return False
    silent = job.heartbeat_at is None or timezone.now() - job.heartbeat_at > STALE_AFTER
    return silent or is_dead(job.holder)


def work_on(job_id: int, *, beat: bool = True) -> Job | None:
    """Do a job from where it stands to its end; ``None`` when somebody else does it.

    Runs of the same job may follow each other (after a kill) but never overlap in effect: each
    write names its holder. ``beat`` keeps a heartbeat from a thread of its own.
    """
    job = claim(job_id)
    if job is None:
        return None
    run = Run(job)
    try:
        if job.attempts > MAX_ATTEMPTS:
            raise JobFailed("gave_up", {"attempts": job.attempts - 1})
        run.check_cancelled()
        with _heartbeat(job) if beat else _silence():
            result = work_of(job.kind)(run)
        run.finish(Job.State.DONE, result, {})
    except JobCancelled:
        run.finish(Job.State.CANCELLED, dict(run.cursor), {"code": "cancelled", "details": {}})
    except JobFailed as failure:
        run.finish(
            Job.State.FAILED, failure.result, {"code": failure.code, "details": failure.details}
        )
    except Superseded:
        logger.warning("job %s was taken over while this process was silent", job.pk)
        return None
    except Exception as error:
        logger.exception("job %s failed", job.pk)
        run.finish(
            Job.State.FAILED,
            dict(run.cursor),
            {"code": "unexpected", "details": {"type": type(error).__name__}},
        )
    job.refresh_from_db()
    return job


def request_cancel(job: Job) -> None:
    """Ask a job to stop; one that has not begun ends at once."""
    Job.objects.filter(pk=job.pk).filter(
        Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING)
    ).update(cancel_requested=True)
    Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED,
        finished_at=timezone.now(),
        error={"code": "cancelled", "details": {}},
    )
    job.refresh_from_db()


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Say 'still here' from a thread, however long a step of the work takes."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_EVERY):
            try:
                Job.objects.filter(pk=job.pk, holder=job.holder).update(heartbeat_at=timezone.now())
            except DatabaseError:  # a busy database; the next beat will do
                continue
        connections.close_all()

    thread = threading.Thread(target=beat, name=f"job-{job.pk}-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _silence() -> Iterator[None]:
    yield
