"""A case goes one step on, and the step is measured."""

from peakend.cases import services
from peakend.cases.models import Case
from peakend.cases.services import Deed
from peakend.loop.case_opened import report_cases
from peakend.organization.models import Unit


def take_step(
    case_id: int, kind: str, deed: Deed, note: str = "", responsible: Unit | None = None
) -> Case:
    """Take the next step of the case. Raises as :func:`peakend.cases.services.take_step`."""
    case = services.take_step(case_id, kind, deed, note, responsible)
    report_cases()
    return case
