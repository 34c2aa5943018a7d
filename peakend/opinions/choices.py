from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Origin(models.IntegerChoices):
    """Whose word an opinion is. A later reading rewrites only what was read."""

    READ = 0, pgettext_lazy("opinion", "read")
    CONFIRMED = 1, pgettext_lazy("opinion", "confirmed")
    SET = 2, pgettext_lazy("opinion", "corrected")


class Deed(models.TextChoices):
    """What a person did to the reading of a voice."""

    ASPECT = "aspect", _("another aspect")
    POLARITY = "polarity", _("another polarity")
    SPAN = "span", _("other words")
    REMOVED = "removed", _("not an opinion")
    ADDED = "added", _("a missed opinion")
    CONFIRMED = "confirmed", _("confirmed")
    REVIEWED = "reviewed", _("the whole text confirmed")
    UNDONE = "undone", _("taken back")


class Via(models.TextChoices):
    """How the text came before the person's eyes; only what chance drew speaks for all texts."""

    PAGE = "page", _("while reading")
    UNSURE = "unsure", _("picked because the reading is unsure")
    CHANCE = "chance", _("drawn by chance")
