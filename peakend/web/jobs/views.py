"""Long work: what runs, what waits, what failed."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from peakend.jobs.models import Job
from peakend.jobs.queries import visible_jobs
from peakend.jobs.services import request_cancel
from peakend.opinions.wording import refusal_words as opinion_words
from peakend.recordings.errors import words_of as recording_words
from peakend.voices.wording import refusal_words
from peakend.web.access import requires

PER_PAGE = 30
KIND_NAMES = {
    "voices.import": _("Import of voices"),
    "recordings.transcribe": _("Recordings put into words"),
    "metrics.crosstab": _("Cross-tab of all answers"),
    "opinions.reread": _("Voices read again"),
    "opinions.train": _("Training of a text model"),
    "customers.erase": _("Erasure of a customer"),
    "warehouse.rebuild": _("Rebuild of the warehouse"),
}
# Who finds the words for how a job of a kind ended; the imports' are the others'.
WORDINGS = {
    "opinions.reread": opinion_words,
    "opinions.train": opinion_words,
    "recordings.transcribe": recording_words,
}


@requires("jobs.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The jobs this person may see, newest first."""
    jobs = visible_jobs(request.user, request.scope)  # type: ignore
    page = Paginator(jobs, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "job": job,
            "kind": KIND_NAMES.get(job.kind, job.kind),
            "about": job.parameters.get("name", ""),
            "error": ending_of(job),
        }
        for job in page.object_list
    ]
    context = {
        "rows": rows,
        "page": page,
        "open": jobs.filter(state__in=[Job.State.WAITING, Job.State.RUNNING]).count(),
        "failed": jobs.filter(state=Job.State.FAILED).count(),
    }
    return render(request, "jobs/index.html", context)


def ending_of(job: Job) -> str:
    """Why a job ended other than well, in the reader's language."""
    if not job.error:
        return ""
    words = WORDINGS.get(job.kind, refusal_words)
    return words(job.error["code"], job.error.get("details", {}))


@requires("jobs.read")
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Ask a job to stop."""
    request_cancel(get_object_or_404(visible_jobs(request.user, request.scope), pk=job_id))  # type: ignore
    return redirect("jobs:index")
