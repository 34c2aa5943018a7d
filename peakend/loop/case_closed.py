"""A case is closed with its root cause, or opened again: who hears of it, and the measuring of it."""

from django.db import transaction

from peakend.cases import services
from peakend.cases.models import Case
from peakend.cases.services import Deed
from peakend.loop.case_opened import report_cases, tell


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
