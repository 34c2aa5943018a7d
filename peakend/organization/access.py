"""The rule: which role may do what, and on whose data. Pages and API enforce it at their own doors.

A permission is a verb on a room, ``room.verb``. A role is a set of them. A scope is the
part of the organisation a person works on: their unit and everything below it.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from peakend.organization.choices import Role
from peakend.organization.models import Unit, User

_READ = {
    "overview.read",
    "journeys.read",
    "voices.read",
    "metrics.read",
    "cases.read",
    "improvements.read",
    "surveys.read",
}
_WORK_CASES = {"cases.work"}
_OWN = (
    _READ | _WORK_CASES | {"customers.read", "cases.assign", "improvements.write", "voices.export"}
)
_ANALYSE = _READ | {
    "voices.import",
    "voices.correct",
    "voices.export",
    "customers.read",
    "metrics.write",
    "surveys.write",
    "improvements.write",
    "jobs.read",
}
_LEAD = _ANALYSE | _OWN | {"journeys.write", "alerts.write", "customers.unmask"}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.VIEWER: frozenset(_READ),
    Role.FRONTLINE: frozenset({"cases.read", "cases.work", "voices.read"}),
    Role.UNIT_OWNER: frozenset(_OWN),
    Role.ANALYST: frozenset(_ANALYSE),
    Role.CX_LEAD: frozenset(_LEAD),
    Role.ADMINISTRATOR: frozenset(
        _LEAD
        | {
            "organization.write",
            "audit.read",
            "messages.write",
            "tokens.write",
            "jobs.write",
            "customers.erase",
        }
    ),
}


# The mark of an account whose password is printed in public, kept with the account, because a
# demo folder may later be served by another command. RFC 2606 reserves the domain, so no real
# address ends with it.
LOCAL_ONLY_DOMAIN = "demo.invalid"


def works_here_only(user: User) -> bool:
    """Whether the account may sign in from this very machine only."""
    return user.email.endswith(f"@{LOCAL_ONLY_DOMAIN}")


@dataclass(frozen=True)
class Scope:
    """The units a person works on. ``units`` is ``None`` for the whole company."""

    units: frozenset[int] | None

    def allows(self, unit_id: int | None) -> bool:
        """Whether a row of this unit may be seen; rows of no unit belong to the whole company."""
        return self.units is None or (unit_id is not None and unit_id in self.units)

    def filter(self, rows: QuerySet[Any], field: str = "unit") -> QuerySet[Any]:
        """Only the rows whose ``field`` (a key to Unit) lies within the scope."""
        if self.units is None:
            return rows
        return rows.filter(Q(**{f"{field}__in": self.units}))


def permissions_of(user: User) -> frozenset[str]:
    """Every permission the person's role grants; none for the inactive."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return PERMISSIONS.get(user.role, frozenset())


def may(user: User, permission: str) -> bool:
    """Whether the person may do this verb on this room."""
    return permission in permissions_of(user)


def scope_of(user: User) -> Scope:
    """The units whose data the person may see: their own subtree, all for a person at the root."""
    if not user.is_authenticated or not user.is_active:
        return Scope(frozenset())
    if user.unit is None:
        return Scope(None) if user.role == Role.ADMINISTRATOR else Scope(frozenset())
    if user.unit.parent_id is None:
        return Scope(None)
    subtree = Unit.objects.filter(path__startswith=user.unit.path).order_by("pk")
    return Scope(frozenset(subtree.values_list("pk", flat=True)))
