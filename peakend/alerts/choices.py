from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.IntegerChoices):
    """How bad it is for the customer; ordered, so that the worse of two wins."""

    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class Route(models.TextChoices):
    """Who has to act on what a rule finds."""

    VOICE_UNIT = "voice_unit", _("The unit the customer spoke of")
    DEPARTMENT = "department", _("A named department")
    COMPANY = "company", _("The whole company")
