"""The one background task of this room: do a job."""

from django_tasks import task

from peakend.jobs.runs import work_on


@task()
def run_job(job_id: int) -> None:
    """Do the job; another worker may be faster, then there is nothing to do."""
    work_on(job_id)
