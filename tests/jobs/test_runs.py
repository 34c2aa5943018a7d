"""A job is done by one holder at a time and ends once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from peakend.jobs import registry
from peakend.jobs.errors import JobFailed, Superseded
from peakend.jobs.holders import is_dead, new_holder
from peakend.jobs.models import Job
from peakend.jobs.queries import visible_jobs
from peakend.jobs.registry import UnknownKind
from peakend.jobs.runs import MAX_ATTEMPTS, STALE_AFTER, Run, claim, work_on
from peakend.jobs.services import recover_jobs, request_cancel, start_job
from peakend.organization.access import scope_of
from peakend.organization.choices import Role, UnitKind
from tests.builders import a_unit, a_user


@pytest.fixture
def kinds(monkeypatch, db):
    """A registry of this test's own."""
    own = {"count": lambda run: {"counted": run.parameters["to"]}}
    monkeypatch.setattr(registry, "KINDS", own)
    return own


def test_a_job_is_done_and_keeps_its_result(kinds):
    job = work_on(start_job("count", {"to": 3}).pk, beat=False)

    assert (job.state, job.result, job.attempts) == (Job.State.DONE, {"counted": 3}, 1)
    assert job.finished_at is not None


def test_an_unknown_kind_cannot_be_started(kinds):
    with pytest.raises(UnknownKind):
        start_job("dance", {})


def test_a_job_vanishes_with_the_transaction_that_started_it(kinds):
    with transaction.atomic():
        start_job("count", {"to": 1})
        transaction.set_rollback(True)

    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_of_two_claimants_one_succeeds(kinds):
    job = start_job("count", {"to": 1})

    assert claim(job.pk) is not None
    assert claim(job.pk) is None


def test_a_job_of_a_dead_process_is_free_at_once_and_of_a_silent_one_after_a_while(kinds):
    job = start_job("count", {"to": 1})
    held = claim(job.pk)
    assert claim(job.pk) is None

    dead = new_holder().split(":")
    dead[1] = "4194399"  # beyond the largest process number
    Job.objects.filter(pk=job.pk).update(holder=":".join(dead))
    assert is_dead(":".join(dead))
    assert claim(job.pk) is not None

    Job.objects.filter(pk=job.pk).update(
        holder="elsewhere:1:x", heartbeat_at=timezone.now() - STALE_AFTER - timedelta(seconds=1)
    )
    assert claim(job.pk) is not None
    assert held is not None


def test_who_lost_the_job_may_not_write_any_more(kinds):
    slow = Run(claim(start_job("count", {"to": 1}).pk))
    Job.objects.filter(pk=slow.job.pk).update(heartbeat_at=None)
    assert claim(slow.job.pk) is not None

    with pytest.raises(Superseded):
        slow.save(5, 10, place=5)
    assert Job.objects.get().cursor == {}


def test_a_run_goes_on_from_its_cursor(kinds):
    seen = []

    def work(run: Run) -> dict:
        seen.append(dict(run.cursor))
        if not run.resumed:
            run.save(1, 2, place=7)
            raise KeyboardInterrupt
        return {}

    kinds["count"] = work
    job = start_job("count", {})
    with pytest.raises(KeyboardInterrupt):
        work_on(job.pk, beat=False)
    Job.objects.update(heartbeat_at=None)

    assert recover_jobs() == []  # its task is still queued
    DBTaskResult.objects.all().delete()
    assert recover_jobs() == [job.pk]
    work_on(job.pk, beat=False)

    assert seen == [{}, {"place": 7}]
    assert recover_jobs() == []


def test_a_waiting_job_whose_task_was_lost_is_queued_again(kinds):
    job = start_job("count", {"to": 1})
    DBTaskResult.objects.all().delete()

    assert recover_jobs() == []  # it may just be on its way
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    assert recover_jobs() == [job.pk]


def test_a_job_that_kills_its_workers_is_given_up(kinds):
    job = start_job("count", {"to": 1})
    Job.objects.update(state=Job.State.RUNNING, attempts=MAX_ATTEMPTS, heartbeat_at=None)

    done = work_on(job.pk, beat=False)

    assert (done.state, done.error["code"]) == (Job.State.FAILED, "gave_up")


def test_failures_are_kept_as_codes_and_strangers_learn_no_more(kinds):
    def named(run: Run) -> dict:
        raise JobFailed("file_changed", {"n": 1}, {"rows": 2})

    def unnamed(run: Run) -> dict:
        raise ValueError("secret detail")

    kinds.update(named=named, unnamed=unnamed)

    first = work_on(start_job("named", {}).pk, beat=False)
    second = work_on(start_job("unnamed", {}).pk, beat=False)

    assert first.error == {"code": "file_changed", "details": {"n": 1}}
    assert first.result == {"rows": 2}
    assert second.error == {"code": "unexpected", "details": {"type": "ValueError"}}


def test_a_waiting_job_is_cancelled_at_once_and_never_done(kinds):
    job = start_job("count", {"to": 1})

    request_cancel(job)

    assert job.state == Job.State.CANCELLED
    assert work_on(job.pk, beat=False) is None


def test_a_running_job_stops_at_its_next_report(kinds):
    def work(run: Run) -> dict:
        request_cancel(Job.objects.get(pk=run.job.pk))
        run.save(1, 2)
        return {"never": True}

    kinds["count"] = work

    job = work_on(start_job("count", {}).pk, beat=False)

    assert (job.state, job.error["code"]) == (Job.State.CANCELLED, "cancelled")


def test_people_see_their_own_jobs_and_whoever_looks_after_all_sees_all(kinds):
    root = a_unit(kind=UnitKind.GROUP)
    lead, manager = a_user(Role.CX_LEAD, root), a_user(Role.UNIT_OWNER, a_unit(root))
    analyst = a_user(Role.ANALYST, a_unit(root))
    own = start_job("count", {"to": 1}, started_by=analyst)
    start_job("count", {"to": 2}, started_by=lead)

    assert visible_jobs(lead, scope_of(lead)).count() == 2
    assert list(visible_jobs(analyst, scope_of(analyst))) == [own]
    assert not visible_jobs(manager, scope_of(manager)).exists()
