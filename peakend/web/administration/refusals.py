"""Why the organisation could not be changed, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _


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
