"""What permissions are called."""

from django.utils.translation import gettext_lazy

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
