"""What a case is about, in the reader's language."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from peakend.cases.models import Case
from peakend.opinions.queries import aspect_title


def title_of(case: Case) -> str:
    """The title somebody gave, else one derived from the cause and its figures."""
    if case.title:
        return case.title
    facts = case.facts
    if "share" in facts:
        return _("%(aspect)s: %(share)s of mentions negative, limit %(limit)s") % {
            "aspect": aspect_title(case.aspect),
            "share": f"{facts['share']:.0%}",
            "limit": f"{facts['limit']:.0%}",
        }
    reason = _reason(facts)
    if case.aspect:
        return f"{aspect_title(case.aspect)} · {reason}" if reason else aspect_title(case.aspect)
    return reason or _("A customer is unhappy")


def week_of(case: Case) -> str:
    """The week a metric's case is about, as a date; empty for others."""
    week = case.facts.get("week")
    return date_format(date.fromisoformat(week), "SHORT_DATE_FORMAT") if week else ""


def _reason(facts: dict[str, Any]) -> str:
    if "rating" in facts:
        return _("rated %(rating)s") % {"rating": f"{facts['rating']:g}"}
    if "nps" in facts:
        return _("NPS answer %(score)s") % {"score": f"{facts['nps']:g}"}
    if "csat" in facts:
        return _("satisfaction %(score)s") % {"score": f"{facts['csat']:g}"}
    if facts.get("intent") == "churn":
        return _("says they are leaving")
    return ""
