"""A customer is erased: from the inbox, the warehouse, files, and last from the database itself.

Each step can be repeated, and the profile goes last, so whoever is interrupted begins again and
finds what is left. Figures are computed from facts, so they are those of the others afterwards.
"""

from pathlib import Path
from typing import Any

from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from django.db import connection, transaction
from django.utils import timezone

from peakend.cases.erasing import forget_words
from peakend.cases.models import Case
from peakend.conversations.models import Conversation, Turn
from peakend.customers.erasing import erase_profile
from peakend.customers.models import Customer, Erasure
from peakend.customers.queries import current_number
from peakend.events.models import Event
from peakend.inbox import open_inbox
from peakend.inbox.forgotten import scrub_sqlite
from peakend.jobs.errors import JobFailed
from peakend.jobs.models import Job
from peakend.jobs.runs import Run
from peakend.jobs.services import start_job
from peakend.loop.belongings import Belongings, belongings_of
from peakend.loop.case_opened import context_of
from peakend.loop.files_forgotten import forget_files, forget_what_jobs_held, jobs_that_tell
from peakend.loop.locks import taking_turns
from peakend.loop.traces import black_out, black_out_log
from peakend.messages.erasing import retell
from peakend.opinions.models import Correction, Opinion
from peakend.opinions.text_models import retire_trained_on
from peakend.organization.audit import note
from peakend.organization.audit_guard import lifted
from peakend.organization.models import User
from peakend.reasons import erasing as reasons
from peakend.surveys.models import Response
from peakend.themes.erasing import keep_what_others_said, themes_with
from peakend.voices.models import Voice
from peakend.warehouse.cells import refresh_cells
from peakend.warehouse.facts import erase_facts
from peakend.warehouse.upkeep import forget_the_past

KIND = "customers.erase"
STEPS = 5
AT_ONCE = 500


def start_erasure(number: int, *, started_by: User | None = None, queued: bool = True) -> Job:
    """Make the erasure of a customer a job; it knows the customer by number alone."""
    parameters = {"customer": number, "name": f"#{number}"}
    return start_job(KIND, parameters, started_by=started_by, queued=queued)


def erase_customer(run: Run) -> dict[str, Any]:
    """Erase a customer; what the job keeps are counts.

    Raises:
        JobFailed: there is no such customer.
    """
    # Who looks for reasons or themes has read wordings and would write erased ones back. Nobody
    # takes one of these turns while holding a later one.
    with taking_turns("reasons"), taking_turns("themes"), taking_turns("drain"):
        number = current_number(int(run.parameters["customer"]))
        customer = Customer.objects.filter(pk=number).order_by("pk").first()
        if customer is not None:
            run.progress(0, STEPS)  # the last moment to change one's mind
            _erase(customer, run.job.started_by)
        elif not Erasure.objects.filter(number=number).exists():
            raise JobFailed("no_such_customer", {"number": number})
    scrub_databases()
    erasure = Erasure.objects.filter(number=number).order_by("-pk").first()
    return dict(erasure.removed) if erasure else {}


def scrub_databases() -> int:
    """Clean the free space of the databases after erasures that wait for it; how many did."""
    waiting = list(
        Erasure.objects.filter(scrubbed_at=None).order_by("pk").values_list("pk", flat=True)
    )
    if waiting:
        open_inbox().scrub()
        _scrub_database()
        Erasure.objects.filter(pk__in=waiting).update(scrubbed_at=timezone.now())
    return len(waiting)


def forget_what_ended_jobs_held() -> int:
    """Forget what jobs held that were open when a customer was erased; how many erasures wait on."""
    waiting = 0
    for erasure in Erasure.objects.exclude(open_jobs={}).order_by("pk"):
        left = forget_what_jobs_held(erasure.open_jobs)
        if left != erasure.open_jobs:
            Erasure.objects.filter(pk=erasure.pk).update(open_jobs=left, scrubbed_at=None)
        waiting += bool(left)
    return waiting


def _erase(customer: Customer, by: User | None) -> None:
    """Everything but the cleaning of free space; needs the turn of whoever drains."""
    inbox, at = open_inbox(), timezone.now()
    own = belongings_of(customer, inbox)
    inbox.forget(own.positions)
    in_files = [word for word in own.words if word not in own.names]
    open_jobs = jobs_that_tell(own.words, in_files)
    removed = {
        "signals": len(own.positions),
        "observations": erase_facts(own.numbers, own.positions),
        "voices": len(own.voices),
        "responses": len(own.responses),
        "events": len(own.events),
        "conversations": len(own.conversations),
        "files": forget_files(in_files),
    }
    refresh_cells()
    forget_the_past()
    _overwrite_what_is_deleted()
    with transaction.atomic(), disable_auditlog():
        removed["models"] = len(retire_trained_on(own.voices))
        _empty_audit_log(own)
        _forget_rows(own)
        erasure = erase_profile(
            customer, own.identities, at=at, by=by, removed=removed, open_jobs=open_jobs
        )
        black_out(own.words)
    note("erase", erasure, by, **removed)


def _empty_audit_log(own: Belongings) -> None:
    corrections = Correction.objects.filter(voice__in=own.voices).order_by("pk")
    subjects = {
        Customer: own.numbers,
        Case: own.cases,
        Voice: own.voices,
        Correction: list(corrections.values_list("pk", flat=True)),
    }
    with lifted(connection):
        black_out_log(subjects, own.words)


def _forget_rows(own: Belongings) -> None:
    """Delete what the customer said and did; of cases what was done about it stays."""
    themes, given = themes_with(own.voices), reasons.reasons_with(own.voices)
    forget_words(own.cases, own.voices, own.responses)
    for case in Case.objects.filter(pk__in=own.cases).select_related("unit").order_by("pk"):
        retell(f"/cases/{case.pk}/", context_of(case))
    for model, keys in (
        (Voice, own.voices),
        (Response, own.responses),
        (Event, own.events),
        (Conversation, own.conversations),
    ):
        for start in range(0, len(keys), AT_ONCE):
            model._base_manager.filter(pk__in=keys[start : start + AT_ONCE]).delete()
    keep_what_others_said(themes)
    reasons.keep_what_others_said(given)


def _overwrite_what_is_deleted() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def _scrub_database() -> None:
    """Of the operational database; whatever is in memory only has nothing to clean."""
    if connection.in_atomic_block:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (Customer, Voice, Response, Event, Turn, Opinion, Correction, LogEntry):
                cursor.execute(f"VACUUM {connection.ops.quote_name(model._meta.db_table)}")
        return
    path = Path(str(connection.settings_dict["NAME"]))
    if path.is_file():
        scrub_sqlite(path)
