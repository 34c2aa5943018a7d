"""What this room itself has to say."""

from django.utils.translation import gettext_lazy as _

from peakend.messages.templates import Template, register


def register_templates() -> None:
    """Make the room's templates known."""
    register(
        Template(
            "trial",
            _("A trial message from Peakend"),
            _("The channel “%(channel)s” works."),
        )
    )
