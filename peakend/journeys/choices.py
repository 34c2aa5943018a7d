from django.db import models
from django.utils.translation import gettext_lazy as _


class Comparator(models.TextChoices):
    AT_MOST = "<=", _("at most")
    AT_LEAST = ">=", _("at least")


class Phase(models.TextChoices):
    BEFORE = "before", _("Before the sale")
    DURING = "during", _("During the sale")
    AFTER = "after", _("After the sale")
