"""What quadrants and kinds of drivers are called, and what they ask for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The quarters of the map: name, and the tone of the chip.
QUADRANTS = {
    "concentrate": (_("Start here"), "bad"),
    "keep_up": (_("Keep it up"), "good"),
    "low_priority": (_("Can wait"), "noise"),
    "possible_overkill": (_("Good enough"), "noise"),
}
KINDS = {
    "must_be": (
        _("Must-be"),
        _("Bad, it costs much; good, it adds little: bring it to the standard, not beyond."),
    ),
    "performance": (_("The more the better"), _("Bad it costs, good it adds, about alike.")),
    "delighter": (
        _("Delighter"),
        _("Good, it adds much; bad, it costs little: worth more once the basics hold."),
    ),
    "indifferent": (_("No matter"), _("Neither bad nor good does it move the whole beyond noise.")),
}
# Why a driver is of no known kind.
UNSEEN = {
    "bad": _("Hardly anybody rated it badly: what that would cost cannot be seen."),
    "good": _("Hardly anybody rated it well: what that would add cannot be seen."),
    "between": _(
        "Hardly anybody rated it in between: bad and good have nothing to be held against."
    ),
}
WHY_NOT = {
    "no_data": _("Nobody answered this survey in the period."),
    "too_few": _("Too few people answered the whole and all of its parts."),
    "no_variance": _("Everybody answered the same: there is nothing to explain."),
    "collinear": _("The parts repeat one another, so their shares cannot be told apart."),
}
UNKNOWN = pgettext_lazy("kind of driver", "not told apart")
