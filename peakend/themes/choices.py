from django.db import models
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Why a theme was found."""

    RISING = "rising", pgettext_lazy("theme", "rising")
    UNNAMED = "unnamed", pgettext_lazy("theme", "without a name")


class State(models.TextChoices):
    """What people decided about a theme."""

    OPEN = "open", pgettext_lazy("theme", "open")
    NAMED = "named", pgettext_lazy("theme", "added to the taxonomy")
    DISMISSED = "dismissed", pgettext_lazy("theme", "dismissed")
