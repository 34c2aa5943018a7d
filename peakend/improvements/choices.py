from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an initiative stands."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Being verified")
    PROVEN = "proven", _("Proven")
    REOPENED = "reopened", _("Not proven, back with its owner")
    STOPPED = "stopped", _("Stopped")


class VerdictValue(models.TextChoices):
    """What the comparison says."""

    REACHED = "reached", _("Target reached")
    EFFECTIVE = "effective", _("Effective")
    NO_EFFECT = "no_effect", _("No effect")
    UNDECIDED = "undecided", _("Undecided")
    HARMFUL = "harmful", _("Harmful")


class Finding(models.TextChoices):
    """What a check or a guardrail says."""

    PASSED = "passed", _("Passed")
    WATCH = "watch", _("Watch")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Not known yet")
