"""The codes of refusals in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from peakend.opinions.errors import OpinionError

REFUSALS: Mapping[str, Any] = {
    "gone": _("This opinion is no longer there: somebody else has changed the reading."),
    "unknown_aspect": _("There is no such aspect."),
    "unknown_polarity": _("An opinion is negative, neutral or positive."),
    "no_words": _("Select words of the text first."),
    "already_so": _("It is so already."),
    "changed_since": _("This was changed again since. Take the later change back first."),
    "too_many": _("One text holds at most %(limit)s opinions."),
    "unknown_taxonomy": _("There is no taxonomy “%(taxonomy)s”."),
    "nothing_new": _("Nothing was changed."),
    "unreadable": _("The taxonomy cannot be read: %(fault)s"),
    "no_name": _("Give it a name in at least one language."),
    "bad_code": _(
        "“%(given)s” cannot be a code: small Latin letters, digits and underscores, a letter first."
    ),
    "code_taken": _("There is an aspect “%(given)s” already."),
    "no_such_aspect": _("There is no aspect “%(given)s” in this taxonomy."),
    "needed_aspect": _("A taxonomy cannot be without this aspect."),
    "too_many_words": _("An aspect holds at most %(limit)s words."),
    "word_too_long": _("“%(word)s” is longer than %(limit)s characters."),
    "was_applied": _("This version has read voices already; it cannot be forgotten."),
    "model_unreadable": _("The model's folder cannot be read: %(fault)s"),
    "too_few_labels": _(
        "There are %(texts)s corrected texts; a model needs %(needed)s to learn from."
    ),
    "nothing_learned": _("The model reads no aspect better than the taxonomy does yet."),
    "one_kind_of_label": _("All corrected texts say the same; there is nothing to tell apart."),
}


# How a job of this room ends other than well.
ENDINGS: Mapping[str, Any] = {
    "cancelled": _("Cancelled. What had been done by then stays."),
    "gave_up": _("Begun %(attempts)s times, and it never came to its end."),
    "unexpected": _("Something went wrong that should not have. The log says more."),
}


def refusal_words(code: str, details: Mapping[str, Any]) -> str:
    """Why something was refused, or a job ended so, in the reader's language."""
    known = {**REFUSALS, **ENDINGS}
    try:
        return str(known.get(code, code)) % details
    except (KeyError, TypeError, ValueError):
        return str(known.get(code, code))


def words_of(error: OpinionError) -> str:
    """A refusal in the reader's language."""
    return refusal_words(error.code, error.details)
