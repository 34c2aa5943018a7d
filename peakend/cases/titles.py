"""What a case is about, in the reader's language."""

from django.utils.translation import gettext as _

from peakend.alerts.kinds import title_of_cause
from peakend.cases.models import Case
from peakend.opinions.queries import aspect_title


def title_of(case: Case) -> str:
    """The title somebody gave, else one derived from the cause and its figures."""
    if case.title:
        return case.title
    aspect = aspect_title(case.aspect) if case.aspect else ""
    return title_of_cause(aspect, case.facts) or aspect or _("A customer is unhappy")
