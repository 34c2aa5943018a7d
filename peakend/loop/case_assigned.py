"""A case is given to a person or to another unit, who hear of it.

Surfaces call these; what they may show and to whom is theirs to check.
"""

from django.db import transaction

from peakend.cases import services
from peakend.cases.models import Case
from peakend.cases.services import Deed
from peakend.loop.case_opened import tell
from peakend.organization.models import Unit, User


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
