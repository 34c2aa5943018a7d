"""Why a map could not be redrawn, in the reader's language."""

from django.utils.translation import gettext as _

from peakend.journeys.errors import JourneyError


def said(refusal: JourneyError) -> str:
    """The refusal as a sentence."""
    sentences = {
        "name_missing": _("It needs a name."),
        "too_long": _("That is too long: at most %(limit)s characters.")
        % {"limit": refusal.details.get("limit")},
        "unknown_unit": _("There is no such unit."),
        "bad_codes": _("Codes are letters, digits and underscores, separated by commas."),
        "bad_minutes": _("Minutes are a number above zero."),
        "bad_measure": _("Write it like this: wait_minutes <= 20 min"),
        "stage_not_empty": _("Move or remove its touchpoints first."),
        "other_journey": _("That stage belongs to another journey."),
    }
    return sentences.get(refusal.code, _("That cannot be done."))
