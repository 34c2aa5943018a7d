"""A promise was missed: the owner and the units above hear of it, once for each promise."""

from datetime import datetime

from django.db import transaction

from peakend.cases.models import Case
from peakend.cases.services import escalate_overdue
from peakend.loop.case_opened import answerers, report_cases, tell
from peakend.organization.choices import Role
from peakend.organization.models import User


def escalate(as_of: datetime) -> list[int]:
    """Escalate every overdue case that was not yet, and tell; say which."""
    with transaction.atomic():
        escalated = escalate_overdue(as_of)
        cases = Case.objects.filter(pk__in=escalated).select_related("unit__parent", "owner")
        for case in cases.order_by("due_at", "pk"):
            people = {person.pk: person for person in (*answerers(case), *_above(case))}
            tell(case, "case_overdue", as_of, list(people.values()))
    report_cases()
    return escalated


def _above(case: Case) -> list[User]:
    """The owners of the next unit above that has one."""
    unit = case.unit.parent if case.unit else None
    while unit is not None:
        owners = User.objects.filter(
            unit=unit, is_active=True, role__in=(Role.UNIT_OWNER, Role.CX_LEAD)
        )
        if found := list(owners.order_by("pk")):
            return found
        unit = unit.parent
    return []
