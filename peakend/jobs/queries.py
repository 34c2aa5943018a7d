"""Reading jobs."""

from django.db.models import Q, QuerySet

from peakend.jobs.models import Job
from peakend.organization.access import Scope, may
from peakend.organization.models import User


def visible_jobs(user: User, scope: Scope, kind: str = "") -> QuerySet[Job]:
    """The jobs a person may see: their own, and all for whoever looks after the whole company."""
    jobs = Job.objects.select_related("started_by").order_by("-created_at", "-pk")
    if kind:
        jobs = jobs.filter(kind=kind)
    if scope.units is None and may(user, "jobs.read"):
        return jobs
    return jobs.filter(Q(started_by=user))
