"""The page of cross-tabs, and what it shows as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from peakend.jobs.models import Job
from peakend.jobs.services import request_cancel
from peakend.metrics.crosstabs import LEAST, CrossTabReading, questions_of, read_crosstab
from peakend.metrics.long_questions import (
    KIND,
    answering,
    answers_of,
    failed_at,
    start_answering,
    take_long,
)
from peakend.organization.audit import note
from peakend.web.access import reader_of, requires
from peakend.web.crosstabs.asked import BY, Asked, asked_of
from peakend.web.crosstabs.headline import headline_of
from peakend.web.crosstabs.table import as_numbers, display_in, letter, row_title, table_of, too_few
from peakend.web.metrics.tables import DIMENSIONS, title_in
from peakend.web.shell.filterbar import filter_bar
from peakend.web.voices.export import neutral


@requires("metrics.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Rows against columns, with letters for what differs beyond noise."""
    asked = asked_of(request)
    if not asked.view.has_data:
        return render(request, "metrics/none.html")
    context: dict[str, Any] = {
        "view_filter": asked.view,
        "filter_bar": filter_bar(asked.bar, request.scope),  # type: ignore[attr-defined]
        "asked": asked,
        "bys": [(code, DIMENSIONS[code]) for code in BY],
        "by_title": DIMENSIONS[asked.by],
        "rows_title": dict(asked.row_choices)[asked.rows],
        "kept_query": list(asked.bar.parameters(rows="", by="")),
    }
    questions = questions_of(asked.ask, asked.slice, asked.by)
    job = None
    if take_long(questions):
        job = answering(questions, reader_of(request))
        if job is None or job.state != Job.State.DONE:
            context["failed"] = None if job else failed_at(questions, reader_of(request))
            return render(request, "crosstabs/long.html", {**context, "job": job})
    found = read_crosstab(asked.ask, asked.slice, asked.by, answers_of(job) if job else None)
    context |= {
        "table": table_of(asked, found),
        "headline": headline_of(asked, found),
        "least": LEAST,
        "level": f"{100 * found.level:g}%",
        "computed_at": job.finished_at if job else None,
    }
    return render(request, "crosstabs/index.html", context)


@requires("metrics.read")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Have a table read from the facts in the background."""
    asked = asked_of(request)
    questions = questions_of(asked.ask, asked.slice, asked.by)
    if take_long(questions):
        title = f"{dict(asked.row_choices)[asked.rows]} × {DIMENSIONS[asked.by]}"
        start_answering(questions, reader_of(request), title)
    return redirect(f"{reverse('crosstabs:index')}?{asked.bar.query_string()}")


@requires("metrics.read")
@require_POST
def stop(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop reading a table of one's own."""
    jobs = Job.objects.filter(kind=KIND, started_by=reader_of(request))
    request_cancel(get_object_or_404(jobs, pk=job_id))
    return redirect("crosstabs:index")


@requires("metrics.read")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """One line a cell: value, interval, n, and which columns it lies above."""
    asked = asked_of(request)
    note(
        "export", reader_of(request), what="crosstab", rows=asked.rows, by=asked.by,
        filter=asked.view.query_string(),
    )  # fmt: skip
    questions = questions_of(asked.ask, asked.slice, asked.by)
    job = answering(questions, reader_of(request)) if take_long(questions) else None
    if take_long(questions) and (job is None or job.state != Job.State.DONE):
        return redirect(f"{reverse('crosstabs:index')}?{asked.bar.query_string()}")
    found = read_crosstab(asked.ask, asked.slice, asked.by, answers_of(job) if job else None)
    held = io.StringIO()
    writer = csv.writer(held)
    for row in _rows(asked, found):
        writer.writerow([neutral(value) for value in row])
    # With a byte order mark spreadsheets read it as UTF-8.
    answer = HttpResponse("\ufeff" + held.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"crosstab-{asked.view.as_of:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(asked: Asked, found: CrossTabReading) -> list[list[object]]:
    title = title_in(asked.by)
    view = asked.view
    span = [
        view.since.isoformat() if view.since else "",
        (view.until - timedelta(days=1)).isoformat() if view.until else "",
    ]
    rows: list[list[object]] = [
        [
            pgettext("cross-tab", "Row"), pgettext("cross-tab", "Column"), _("Letter"), _("Value"), _("95% interval, low"),
            _("95% interval, high"), "n", _("Higher than"), _("From"), _("Until"),
        ]
    ]  # fmt: skip
    for line in found.lines:
        shown = display_in(line)
        for place, (column, cell) in enumerate(zip(found.columns, line.cells, strict=True)):
            told = as_numbers(cell.estimate, shown) if cell else ["", "", ""]
            n = round(cell.estimate.n) if cell else round(column.n)
            above = " ".join(letter(other) for other in cell.above) if cell else too_few()
            rows.append(
                [row_title(line), title(column.value), letter(place), *told, n, above, *span]
            )
        whole = [*as_numbers(line.whole, shown), round(line.whole.n)]
        rows.append([row_title(line), _("all"), "", *whole, "", *span])
    return rows
