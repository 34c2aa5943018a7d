"""What this room says in notices and messages."""

from django.utils.translation import gettext_lazy as _

from peakend.messages.templates import Template, register


def register_templates() -> None:
    """Make the room's templates known."""
    for template in (
        Template(
            "case_opened",
            _("New case %(number)s: %(title)s"),
            _("%(unit)s · %(severity)s. An answer is promised by %(due)s."),
        ),
        Template(
            "case_reopened",
            _("Case %(number)s came back: %(title)s"),
            _("%(unit)s · %(severity)s. An answer is promised by %(due)s."),
        ),
        Template(
            "case_assigned",
            _("Case %(number)s is yours: %(title)s"),
            _("%(unit)s · %(severity)s. Due by %(due)s."),
        ),
        Template(
            "case_overdue",
            _("Case %(number)s missed its promise: %(title)s"),
            _("%(unit)s · %(severity)s. It was due by %(due)s."),
        ),
        Template(
            "cases_opened",
            _("%(count)s new cases"),
            _("The first is due by %(due)s: %(title)s."),
        ),
    ):
        register(template)
