"""Who changed, took out or saw what. Entries can be added, never altered.

What people change is watched by django-auditlog; what they do beside (signing in, exporting,
seeing a masked identity) is noted with :func:`note`. The table itself refuses changes: see
:mod:`peakend.organization.audit_guard`.
"""

from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.db.models import Model, QuerySet

from peakend.organization.access import Scope
from peakend.organization.models import User

# Every model that people change, and the columns that must not or need not be kept.
WATCHED: dict[str, tuple[str, ...]] = {
    "organization.Unit": ("path",),
    "organization.User": ("password", "last_login"),
    "organization.ApiToken": ("digest", "last_used_at"),
    "offerings.Brand": (),
    "opinions.Correction": (),
    "opinions.TaxonomyVersion": ("content",),
    "opinions.TextModel": (),
    "opinions.ReviewRule": (),
    "voices.Source": (),
    "journeys.Journey": (),
    "journeys.Stage": (),
    "journeys.Touchpoint": (),
    "surveys.Survey": (),
    "metrics.Metric": ("updated_at",),
    "metrics.MetricPart": (),
    "alerts.Rule": (),
    "cases.Case": ("title",),  # it quotes customers, and what is here cannot be altered
    "improvements.Initiative": (),
    "peakend_messages.Channel": ("address", "secret"),
}

EVENT = "event"  # the key under which a noted act is named in ``additional_data``


def watch_models() -> None:
    """Register every watched model of the rooms that are installed."""
    for label, excluded in WATCHED.items():
        app, name = label.split(".")
        model = apps.all_models[app].get(name.lower())
        if model is not None and not auditlog.contains(model):
            auditlog.register(model, exclude_fields=list(excluded))


def note(event: str, subject: Model, actor: User | None = None, **details: Any) -> None:
    """Note an act that changes no row: ``login``, ``export``, ``unmask``…

    Within a request the person and their address are known; elsewhere name the ``actor``.
    """
    LogEntry.objects.log_create(
        subject,
        force_log=True,
        action=LogEntry.Action.ACCESS,
        actor=actor,
        actor_email=actor.email if actor else None,
        additional_data={EVENT: event, **details},
    )


def entries(scope: Scope) -> QuerySet[LogEntry]:
    """The log, newest first: of the whole company, or of what people of the scope did."""
    rows: QuerySet[LogEntry] = LogEntry.objects.select_related("actor", "content_type")
    if scope.units is not None:
        rows = rows.filter(actor__unit__in=scope.units)
    return rows.order_by("-timestamp", "-id")


def events_noted() -> list[str]:
    """The kinds of noted acts there are."""
    names = (
        LogEntry.objects.filter(action=LogEntry.Action.ACCESS)
        .order_by(f"additional_data__{EVENT}")
        .values_list(f"additional_data__{EVENT}", flat=True)
        .distinct()
    )
    return [name for name in names if name]
