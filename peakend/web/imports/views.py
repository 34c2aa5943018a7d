"""A file comes in: uploaded, guessed, corrected, run, watched."""

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from peakend.jobs.models import Job
from peakend.jobs.pulse import worker_state
from peakend.jobs.queries import visible_jobs
from peakend.jobs.services import request_cancel
from peakend.opinions.taxonomies import taxonomy_codes
from peakend.organization.audit import note
from peakend.recordings.errors import RecordingRefused, words_of
from peakend.voices.errors import ImportRefused
from peakend.voices.imports import KIND, Choices, Plan, error_path, plan_import, start_import
from peakend.voices.readers import Form
from peakend.voices.readers.headers import LOOKED_AT
from peakend.voices.uploads import Upload, find_upload, keep_upload
from peakend.voices.wording import note_words, refusal_words
from peakend.web.access import requires
from peakend.web.imports.forms import PlanForm, UploadForm
from peakend.web.imports.progress import ImportView, import_view
from peakend.web.imports.recordings import is_recording, keep_recording

PER_PAGE = 20


@requires("voices.import")
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The imports so far, and the place to drop the next file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if is_recording(file.name):
                return redirect("imports:recording", token=keep_recording(request, file).token)
            upload = keep_upload(file.name, file.chunks(), request.user)  # type: ignore[arg-type]
            return redirect("imports:plan", token=upload.token)
        except ImportRefused as refusal:
            form.add_error("file", refusal_words(refusal.code, refusal.details))
        except RecordingRefused as refusal:
            form.add_error("file", words_of(refusal.code, refusal.details))
    jobs = visible_jobs(request.user, request.scope, KIND)  # type: ignore
    page = Paginator(jobs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "imports": [import_view(job) for job in page.object_list],
        "last": next((import_view(job) for job in jobs.filter(state=Job.State.DONE)[:1]), None),
    }
    return render(request, "imports/index.html", context, status=422 if form.errors else 200)


@requires("voices.import")
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, token: str) -> HttpResponse:
    """What was guessed of a file; corrected as often as one likes, then started."""
    upload = find_upload(token, request.user)  # type: ignore[arg-type]
    if upload is None:
        raise Http404
    within = request.scope.units  # type: ignore[attr-defined]
    try:
        guessed = _guess(upload, Choices(form=_shown_form(request), within=None))
    except ImportRefused as refusal:
        words = refusal_words(refusal.code, refusal.details)
        # With another row as the header there may be something to read after all.
        context = {"upload": upload, "words": words, "last_header": LOOKED_AT}
        return render(request, "imports/refused.html", context, status=422)
    if request.method == "GET":
        form = PlanForm(guessed, within, initial=PlanForm.initial_of(guessed))
        return _show_plan(request, upload, guessed, form)
    form = PlanForm(guessed, within, request.POST)
    if not form.is_valid():
        return _show_plan(request, upload, guessed, form, 422)
    try:
        chosen = _guess(upload, form.choices())
    except ImportRefused as refusal:
        form.add_error(None, refusal_words(refusal.code, refusal.details))
        return _show_plan(request, upload, guessed, form, 422)
    if "check" in request.POST:
        said = request.POST.dict()
        if form.other_header:
            said = {name: value for name, value in said.items() if not name.startswith("role-")}
        again = PlanForm(chosen, within, initial={**said, **PlanForm.initial_of(chosen)})
        return _show_plan(request, upload, chosen, again)
    job = start_import(chosen, started_by=request.user, language=get_language() or "")  # type: ignore
    return redirect("imports:import", job_id=job.pk)


@requires("voices.import")
@require_GET
def show(request: HttpRequest, job_id: int) -> HttpResponse:
    """One import: how far it is, or what became of it."""
    view = import_view(_job(request, job_id), request.scope)  # type: ignore[attr-defined]
    return render(request, "imports/import.html", _moving(view))


@requires("voices.import")
@require_GET
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The part of the page that moves. Once nothing moves, the whole page is drawn anew."""
    view = import_view(_job(request, job_id))
    if view.is_settled:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "imports/progress.html", _moving(view))


def _moving(view: ImportView) -> dict[str, Any]:
    """What the part that moves needs: a job that somebody works on proves itself that one does."""
    runs = view.state == Job.State.RUNNING or worker_state(timezone.now()).runs
    return {"view": view, "worker_runs": runs}


@requires("voices.import")
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Ask an import to stop; what it has taken stays."""
    request_cancel(_job(request, job_id))
    return redirect("imports:import", job_id=job_id)


@requires("voices.import")
@require_GET
def errors(request: HttpRequest, job_id: int) -> FileResponse:
    """The rows that were not taken, with row, column and reason."""
    job = _job(request, job_id)
    path = error_path(job)
    if not path.exists():
        raise Http404
    note("export", job, what="import errors")
    name = f"{job.parameters['source']}-errors.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv")


def _job(request: HttpRequest, job_id: int) -> Job:
    jobs = visible_jobs(request.user, request.scope, KIND)  # type: ignore
    job: Job = get_object_or_404(jobs, pk=job_id)
    return job


def _guess(upload: Upload, choices: Choices) -> Plan:
    return plan_import(upload.path, choices, taxonomy_codes(), upload.name)


def _shown_form(request: HttpRequest) -> Form | None:
    """The header that the page was, or is to be, drawn for: answers are about its columns."""
    shown = request.POST.get("shown_header_row", "") or request.GET.get("header_row", "")
    if not shown.isdecimal() or not 1 <= int(shown[:3]) <= LOOKED_AT:
        return None
    return Form("", header_row=int(shown[:3]))


def _show_plan(
    request: HttpRequest, upload: Upload, plan: Plan, form: PlanForm, status: int = 200
) -> HttpResponse:
    reading = plan.guess.reading
    shown = [place for place, column in enumerate(reading.columns) if column.role not in _QUIET]
    context: dict[str, Any] = {
        "upload": upload,
        "plan": plan,
        "reading": reading,
        "form": form,
        "notes": [note_words(code, column) for code, column in plan.guess.notes],
        "heads": [reading.columns[place].name for place in shown],
        "rows": [[row[place] for place in shown] for row in plan.guess.sample[:5]],
        "back": reverse("imports:index"),
    }
    return render(request, "imports/plan.html", context, status=status)


_QUIET = {"attribute", "ignore"}
