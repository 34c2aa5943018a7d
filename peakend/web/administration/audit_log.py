"""The audit log: who did what, when, from where."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from peakend.organization.audit import EVENT, WATCHED, entries, events_noted
from peakend.organization.queries import people_in
from peakend.web.access import requires

PER_PAGE = 50
LONGEST = 120
_RELATED = re.compile(r"\w+\.\w+\.None$")  # how the library writes rows that point to this one

ACTS = {
    "create": (LogEntry.Action.CREATE, pgettext_lazy("audit", "made")),
    "update": (LogEntry.Action.UPDATE, pgettext_lazy("audit", "changed")),
    "delete": (LogEntry.Action.DELETE, pgettext_lazy("audit", "removed")),
}
EVENTS = {
    "login": gettext_lazy("signed in"),
    "logout": gettext_lazy("signed out"),
    "login_refused": gettext_lazy("was refused at signing in"),
    "export": gettext_lazy("exported"),
    "unmask": gettext_lazy("looked at identities of"),
}


@dataclass(frozen=True)
class Change:
    """One field, before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    entry: LogEntry
    who: str
    act: str
    what: str
    changes: tuple[Change, ...]
    is_whole: bool  # everything was made or removed: the fields are many, so they are folded


@requires("audit.read")
def index(request: HttpRequest) -> HttpResponse:
    """The log with its filters: person, act, what it was done to, and days."""
    asked = request.GET
    scope = request.scope  # type: ignore[attr-defined]
    rows = _filtered(entries(scope), asked)
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    query = asked.copy()
    query.pop("page", None)
    return render(
        request,
        "administration/audit.html",
        {
            "page": page,
            "lines": [_line(entry) for entry in page.object_list],
            "people": people_in(scope),
            "acts": [(name, title) for name, (_action, title) in ACTS.items()]
            + [(name, EVENTS.get(name, name)) for name in events_noted()],
            "models": sorted((label, _model_title(label)) for label in _installed()),
            "asked": {
                name: asked.get(name, "") for name in ("who", "act", "what", "since", "until")
            },
            "query": query.urlencode(),
        },
    )


def _filtered(rows: QuerySet[LogEntry], asked: Any) -> QuerySet[LogEntry]:
    """Only what the address asks for; what cannot be understood in it is left out."""
    if (who := asked.get("who", "")).isdecimal() and len(who) < 12:
        rows = rows.filter(actor_id=int(who))
    if act := asked.get("act", ""):
        if act in ACTS:
            rows = rows.filter(action=ACTS[act][0])
        elif act in events_noted():
            rows = rows.filter(action=LogEntry.Action.ACCESS, **{f"additional_data__{EVENT}": act})
    if (what := asked.get("what", "")) in _installed():
        app, name = what.split(".")
        kind = ContentType.objects.get_by_natural_key(app, name.lower())
        rows = rows.filter(content_type=kind)
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""))
    if since:
        rows = rows.filter(timestamp__gte=_midnight(since))
    if until:
        rows = rows.filter(timestamp__lt=_midnight(until + timedelta(days=1)))
    return rows


def _installed() -> list[str]:
    return [
        label
        for label in WATCHED
        if label.split(".")[1].lower() in apps.all_models[label.split(".")[0]]
    ]


def _line(entry: LogEntry) -> Line:
    model = entry.content_type.model_class() if entry.content_type else None
    data = entry.additional_data or {}
    acts = {number: str(title) for number, title in ACTS.values()}
    if entry.action == LogEntry.Action.ACCESS:
        act = str(EVENTS.get(data.get(EVENT, ""), data.get(EVENT, "")))
    else:
        act = acts.get(entry.action, "")
    return Line(
        entry=entry,
        who=str(entry.actor or entry.actor_email or _("the product itself")),
        act=act,
        what=_model_title(model._meta.label) if model else "",
        changes=tuple(_changes(entry, model)),
        is_whole=entry.action in (LogEntry.Action.CREATE, LogEntry.Action.DELETE),
    )


def _changes(entry: LogEntry, model: Any) -> Any:
    for field, pair in sorted((entry.changes or {}).items()):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            continue
        before, after = (_shown(model, field, value) for value in pair)
        if field != "id" and before != after and not _RELATED.match(after or before):
            yield Change(_field_title(model, field), before, after)


def _shown(model: Any, field: str, value: Any) -> str:
    """A stored value as people read it: the name of a choice, not its code."""
    if value in (None, "None"):
        return ""
    try:
        choices = dict(getattr(model._meta.get_field(field), "flatchoices", ()) if model else ())
    except FieldDoesNotExist:
        choices = {}
    # The library keeps texts; a numeric choice is found by its text.
    names = {str(code): str(title) for code, title in choices.items()}
    return names.get(str(value), str(value))[:LONGEST]


def _field_title(model: Any, field: str) -> str:
    try:
        found = model._meta.get_field(field) if model else None
    except FieldDoesNotExist:
        return field
    return str(getattr(found, "verbose_name", field))


def _model_title(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
