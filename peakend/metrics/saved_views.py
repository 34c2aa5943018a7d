"""Dashboards that somebody keeps: saving, sharing and finding them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from peakend.metrics.choices import Sharing
from peakend.metrics.dashboards import FEWEST, MOST, chosen_of
from peakend.metrics.errors import MayNotShare, NameTaken, WrongNumber
from peakend.metrics.models import Dashboard
from peakend.organization.access import Scope, scope_of
from peakend.organization.models import User


@dataclass(frozen=True)
class DashboardDraft:
    """A dashboard as somebody wants it. ``filters`` is the query of the address it opens with."""

    name: str
    metrics: Sequence[str]
    name_en: str = ""
    filters: str = ""
    by: str = "unit"
    sharing: str = Sharing.MINE


def visible_dashboards(reader: User) -> QuerySet[Dashboard]:
    """The reader's own, those shared with everyone, and with a unit the reader's own lies in."""
    seen = Q(owner=reader) | Q(sharing=Sharing.EVERYONE)
    if reader.unit is not None:
        above = [int(step) for step in reader.unit.path.split("/") if step]
        seen |= Q(sharing=Sharing.UNIT, unit__in=above)
    return Dashboard.objects.filter(seen).select_related("owner", "unit").order_by("name", "pk")


def sharings_of(owner: User) -> list[Sharing]:
    """With whom the person may share a view."""
    offered = [Sharing.MINE]
    if owner.unit_id is not None:
        offered.append(Sharing.UNIT)
    if scope_of(owner) == Scope(None):
        offered.append(Sharing.EVERYONE)
    return offered


def save_dashboard(
    draft: DashboardDraft, *, by: User, dashboard: Dashboard | None = None
) -> Dashboard:
    """Keep a view, or change one of one's own.

    Raises:
        WrongNumber: none of the metrics is there, or there are more than seven.
        MayNotShare: the person may not share so widely.
        NameTaken: the person has one of this name.
    """
    codes = [chosen.code for chosen in chosen_of(draft.metrics, by)]
    if not FEWEST <= len(codes) <= MOST:
        raise WrongNumber(len(codes))
    if draft.sharing not in sharings_of(by):
        raise MayNotShare(draft.sharing)
    row = dashboard or Dashboard(owner=by)
    row.name, row.name_en = draft.name.strip(), draft.name_en.strip()
    row.metrics, row.by = codes, draft.by
    row.filters = draft.filters[:2_000]
    row.sharing = draft.sharing
    row.unit = by.unit if draft.sharing == Sharing.UNIT else None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise NameTaken(draft.name) from taken
    return row


def remove_dashboard(dashboard: Dashboard) -> None:
    """Forget a view; what it showed stays where it is."""
    dashboard.delete()
