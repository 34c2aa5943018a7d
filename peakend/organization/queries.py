"""Reading the organisation."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from peakend.organization.access import Scope
from peakend.organization.models import Unit, User


@dataclass(frozen=True)
class Branch:
    """A unit as it stands in the tree."""

    unit: Unit
    depth: int  # 0 for the topmost shown
    people: int  # with an open account, in this very unit


def tree_of(scope: Scope, *, counted: bool = True) -> list[Branch]:
    """The units of a scope, each below its parent, siblings by code; their people where ``counted``."""
    rows = scope.filter(Unit.objects.all(), "pk")
    if counted:
        rows = rows.annotate(open_accounts=Count("people", filter=Q(people__is_active=True)))
    units = {unit.pk: unit for unit in rows.order_by("code")}
    children: dict[int | None, list[Unit]] = {}
    for unit in units.values():
        parent = unit.parent_id if unit.parent_id in units else None
        children.setdefault(parent, []).append(unit)
    branches: list[Branch] = []

    def grow(parent: int | None, depth: int) -> None:
        for unit in children.get(parent, []):
            branches.append(Branch(unit, depth, getattr(unit, "open_accounts", 0)))
            grow(unit.pk, depth + 1)

    grow(None, 0)
    return branches


def people_in(scope: Scope) -> QuerySet[User]:
    """The people of a scope: active first, by name."""
    return (
        scope.filter(User.objects.all())
        .select_related("unit")
        .order_by("-is_active", "unit__path", "username")
    )


def company() -> Unit | None:
    """The root of the tree."""
    return Unit.objects.filter(parent__isnull=True).order_by("pk").first()
