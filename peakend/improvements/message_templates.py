"""What this room says in notices and messages."""

from django.utils.translation import gettext_lazy as _

from peakend.messages.templates import Template, register


def register_templates() -> None:
    """Make the room's templates known."""
    register(
        Template(
            "initiative_verdict",
            _("Improvement %(number)s, %(name)s: %(verdict)s"),
            _("Change of %(metric)s: %(effect)s, target %(target)s."),
        )
    )
    register(
        Template(
            "initiative_reopened",
            _("Improvement %(number)s, %(name)s, is not proven: %(verdict)s"),
            _("Change of %(metric)s: %(effect)s, target %(target)s. It is yours again."),
        )
    )
