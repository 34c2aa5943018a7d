"""Why the organisation could not be changed, and what permissions are called."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def said(code: str, details: dict[str, Any] | None = None) -> str:
    """A refusal as a sentence."""
    reasons = (details or {}).get("reasons")
    if reasons:
        return " ".join(map(str, reasons))
    sentences = {
        "parent_missing": _("A unit stands below another one; there is one company."),
        "outside_scope": _("That lies outside the part of the company you look after."),
        "cycle": _("A unit cannot stand below itself."),
        "root_stays": _("The company itself stays open."),
        "bad_code": _("A code is made of letters, digits, hyphens and underscores."),
        "name_missing": _("It needs a name, of at most 120 characters."),
        "bad_kind": _("There is no such kind of unit."),
        "code_taken": _("This code is taken."),
        "bad_role": _("There is no such role."),
        "role_above": _("You cannot give or change a role above your own."),
        "bad_person": _("The user name or the address is not valid."),
        "username_taken": _("Somebody already has this user name."),
        "email_taken": _("Somebody already has this address."),
        "last_administrator": _("The company needs an administrator: name another one first."),
        "not_oneself": _("Nobody closes their own account."),
        "channel_missing": _("It needs a channel."),
        "unknown_taxonomy": _("There is no such taxonomy."),
        "permission_beyond": _("A token may not do what you may not do."),
    }
    return sentences.get(code, _("That cannot be done."))


# Said of a role or a token: what it may do.
PERMISSIONS = {
    "overview.read": gettext_lazy("See the overview"),
    "journeys.read": gettext_lazy("See journeys"),
    "journeys.write": gettext_lazy("Draw journeys"),
    "voices.read": gettext_lazy("Read voices"),
    "voices.import": gettext_lazy("Bring in feedback"),
    "voices.correct": gettext_lazy("Correct opinions"),
    "voices.export": gettext_lazy("Export voices"),
    "metrics.read": gettext_lazy("See metrics"),
    "metrics.write": gettext_lazy("Define metrics"),
    "cases.read": gettext_lazy("See cases"),
    "cases.work": gettext_lazy("Work on cases"),
    "cases.assign": gettext_lazy("Assign cases"),
    "improvements.read": gettext_lazy("See improvements"),
    "improvements.write": gettext_lazy("Run improvements"),
    "surveys.read": gettext_lazy("See surveys"),
    "surveys.write": gettext_lazy("Make surveys"),
    "customers.read": gettext_lazy("See customers"),
    "customers.unmask": gettext_lazy("See identities in full"),
    "alerts.write": gettext_lazy("Set alert rules"),
    "jobs.read": gettext_lazy("See jobs"),
    "jobs.write": gettext_lazy("Manage jobs"),
    "messages.write": gettext_lazy("Set message channels"),
    "organization.write": gettext_lazy("Manage units and people"),
    "audit.read": gettext_lazy("Read the audit log"),
    "tokens.write": gettext_lazy("Make API tokens"),
}


def permission_title(code: str) -> str:
    """What a permission lets one do."""
    return str(PERMISSIONS.get(code, code))
