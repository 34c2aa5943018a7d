"""Work on a case as one story: the write, who hears of it, and the measuring of it.

Surfaces call these; what they may show and to whom is theirs to check.
"""

from django.db import transaction

from peakend.cases import services
from peakend.cases.models import Case
from peakend.cases.services import Deed
from peakend.loop.case_opened import report_cases, tell
from peakend.organization.models import Unit, User


def take_step(
    case_id: int, kind: str, deed: Deed, note: str = "", responsible: Unit | None = None
) -> Case:
    """Take the next step of the case. Raises as :func:`peakend.cases.services.take_step`."""
    case = services.take_step(case_id, kind, deed, note, responsible)
    report_cases()
    return case


@transaction.atomic
def assign(case_id: int, owner: User, deed: Deed, note: str = "") -> Case:
    """Give the case to a person, who hears of it. Raises as the service."""
    before = Case.objects.get(pk=case_id).owner_id
    case = services.assign(case_id, owner, deed, note)
    if case.owner_id == owner.pk != before and owner != deed.by:
        tell(case, "case_assigned", deed.as_of, [owner])
    return case


@transaction.atomic
def hand_over(case_id: int, unit: Unit, deed: Deed, note: str) -> Case:
    """Send the case to another unit, whose people hear of it. Raises as the service."""
    before = Case.objects.get(pk=case_id).unit_id
    case = services.hand_over(case_id, unit, deed, note)
    if case.unit_id == unit.pk != before:
        tell(case, "case_assigned", deed.as_of)
    return case


def close(case_id: int, root_cause: str, note: str, deed: Deed) -> Case:
    """Close the case with its root cause. Raises as the service."""
    case = services.close(case_id, root_cause, note, deed)
    report_cases()
    return case


def reopen(case_id: int, reason: str, deed: Deed) -> Case:
    """Open a closed case again; those who answer for it hear of it. Raises as the service."""
    with transaction.atomic():
        before = Case.objects.get(pk=case_id).reopened
        case = services.reopen(case_id, reason, deed)
        if case.reopened != before:
            tell(case, "case_reopened", deed.as_of)
    report_cases()
    return case
