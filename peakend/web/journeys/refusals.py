"""Why a map could not be redrawn, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from peakend.journeys.errors import JourneyError

_MOST_LISTED = 8


def _listed(names: object) -> str:
    """Names in a row, the first few of many."""
    if not isinstance(names, list | tuple):
        return ""
    more = "…" if len(names) > _MOST_LISTED else ""
    return pgettext("between names", ", ").join(names[:_MOST_LISTED]) + more


def said(refusal: JourneyError) -> str:
    """The refusal as a sentence."""
    sentences = {
        "name_missing": _("It needs a name."),
        "too_long": _("That is too long: at most %(limit)s characters.")
        % {"limit": refusal.details.get("limit")},
        "unknown_unit": _("There is no such unit."),
        "bad_codes": _("Codes are letters, digits and underscores, separated by commas."),
        "unknown_codes": _(
            "Nothing is called “%(names)s”. Choose from the list, or write the name or the code "
            "of an aspect or a question."
        )
        % {"names": _listed(refusal.details.get("names"))},
        "unknown_metric": _("Nothing measures “%(name)s”. What does: %(known)s.")
        % {
            "name": refusal.details.get("name"),
            "known": _listed(refusal.details.get("known")) or _("nothing yet"),
        },
        "bad_minutes": _("Minutes are a number above zero."),
        "bad_measure": _("Write it like this: wait_minutes <= 20 min"),
        "stage_not_empty": _("Move or remove its touchpoints first."),
        "other_journey": _("That stage belongs to another journey."),
    }
    return sentences.get(refusal.code, _("That cannot be done."))
