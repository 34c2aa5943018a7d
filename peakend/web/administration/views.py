"""Whether all is well, and where everything is set."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from peakend.inbox import open_inbox
from peakend.jobs.models import Job
from peakend.jobs.pulse import WorkerState, worker_state
from peakend.loop.signals_drained import drained_position
from peakend.offerings.models import Brand
from peakend.organization.audit_guard import is_guarded
from peakend.organization.models import ApiToken
from peakend.organization.queries import people_in, tree_of
from peakend.voices.models import Source
from peakend.warehouse.facts import count_facts, held_position
from peakend.web.access import requires
from peakend.web.shell.numbers import number
from peakend.web.shell.times import moment

SILENT = timedelta(minutes=5)  # a running job that says nothing for so long is stuck


@dataclass(frozen=True)
class State:
    """One part of the installation: what it holds and whether it is well."""

    name: str
    fact: str
    tone: str  # good, warn or bad
    word: str


@requires("organization.write")
def index(request: HttpRequest) -> HttpResponse:
    """The state of jobs and stores, and the way to every setting."""
    now = timezone.now()
    found = worker_state(now)
    worker = _worker(found, now)
    states = [worker, _inbox(found), _warehouse(), _database(), _jobs(now, found), _audit()]
    unwell = [state for state in states if state.tone != "good"]
    if unwell:
        headline = ngettext(
            "One thing needs a look: %(names)s", "%(n)s things need a look: %(names)s", len(unwell)
        ) % {"n": len(unwell), "names": _(", ").join(state.name for state in unwell)}
    else:
        headline = _("Everything is well")
    context = {
        "headline": headline,
        "states": states,
        "doors": list(_doors(request)),
        "worker_runs": found.runs,
    }
    return render(request, "administration/index.html", context)


def _worker(found: WorkerState, now: datetime) -> State:
    name = _("Background worker")
    if found.runs:
        return State(name, _("imports, arriving signals, alerts"), "good", _("runs"))
    if found.seen_at is None:
        return State(name, _("none has been seen yet"), "bad", _("does not run"))
    fact = _("none has been seen since %(time)s") % {"time": moment(found.seen_at, now)}
    return State(name, fact, "bad", _("does not run"))


def _inbox(worker: WorkerState) -> State:
    last, applied = open_inbox().last(), drained_position()
    waiting = max(0, last - applied)
    fact = _("%(n)s signals, %(waiting)s waiting") % {"n": number(last), "waiting": number(waiting)}
    if not waiting:
        return State(_("Inbox"), fact, "good", _("taken in"))
    if not worker.runs:
        return State(_("Inbox"), fact, "warn", _("waiting for the worker"))
    if waiting < 1000:
        return State(_("Inbox"), fact, "good", _("being taken in"))
    return State(_("Inbox"), fact, "warn", _("behind"))


def _warehouse() -> State:
    behind = max(0, drained_position() - held_position())
    fact = _("%(n)s observations") % {"n": number(count_facts())}
    if behind:
        fact = _("%(n)s observations, %(behind)s signals behind") % {
            "n": number(count_facts()),
            "behind": number(behind),
        }
    tone = "good" if behind < 1000 else "warn"
    word = _("up to date") if not behind else _("catching up") if tone == "good" else _("behind")
    return State(_("Warehouse"), fact, tone, word)


def _database() -> State:
    kind = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    size = _size_of_database()
    fact = _("%(kind)s, %(size)s MB") % {"kind": kind, "size": number(size / 1e6, 1)}
    return State(_("Database"), fact, "good", _("in order"))


def _size_of_database() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    file = Path(str(settings.DATABASES["default"]["NAME"]))
    return file.stat().st_size if file.is_file() else 0


def _jobs(now: datetime, worker: WorkerState) -> State:
    running = Job.objects.filter(state=Job.State.RUNNING)
    stuck = running.filter(heartbeat_at__lt=now - SILENT).count()
    failed = Job.objects.filter(
        state=Job.State.FAILED, finished_at__gte=now - timedelta(days=1)
    ).count()
    waiting = Job.objects.filter(state=Job.State.WAITING).count()
    fact = _("%(running)s running, %(waiting)s waiting, %(failed)s failed since yesterday") % {
        "running": running.count(),
        "waiting": waiting,
        "failed": failed,
    }
    if stuck:
        return State(_("Jobs"), fact, "bad", _("stuck"))
    if failed:
        return State(_("Jobs"), fact, "warn", _("some failed"))
    if waiting and not worker.runs:
        return State(_("Jobs"), fact, "warn", _("waiting for the worker"))
    return State(_("Jobs"), fact, "good", _("in order"))


def _audit() -> State:
    guarded = is_guarded(connection)
    return State(
        _("Audit log"),
        _("entries can be added, not altered")
        if guarded
        else _("the guard of the table is missing"),
        "good" if guarded else "bad",
        _("guarded") if guarded else pgettext("guard", "open"),
    )


def _doors(request: HttpRequest) -> Any:
    """Every setting this person may open, with what is there now."""
    scope = request.scope  # type: ignore[attr-defined]
    held = request.permissions  # type: ignore[attr-defined]
    doors = [
        ("administration:units", "organization.write", "sitemap", _("Units"), len(tree_of(scope))),
        ("administration:people", "organization.write", "users", _("People"), people_in(scope).count()),
        ("administration:sources", "organization.write", "file-import", _("Sources"), Source.objects.count()),
        ("administration:brands", "organization.write", "tags", _("Brands"), Brand.objects.count()),
        ("alerts:index", "alerts.write", "bell", _("Alert rules"), None),
        ("notices:channels", "messages.write", "send", _("Message channels"), None),
        ("administration:tokens", "tokens.write", "key", _("API tokens"), ApiToken.objects.filter(revoked_at=None).count()),
        ("jobs:index", "jobs.read", "loader-2", _("Jobs"), None),
        ("administration:audit", "audit.read", "history", _("Audit log"), None),
    ]  # fmt: skip
    for name, permission, icon, title, count in doors:
        if permission not in held:
            continue
        try:
            yield {"url": reverse(name), "icon": icon, "title": title, "count": count}
        except NoReverseMatch:
            continue
