"""What this room says in notices and messages."""

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
