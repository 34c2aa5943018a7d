from django.db import models
from django.utils.translation import pgettext_lazy


class Speaker(models.TextChoices):
    """Who speaks. A system's lines ('You are being transferred') are nobody's words."""

    CUSTOMER = "customer", pgettext_lazy("speaker", "Customer")
    STAFF = "staff", pgettext_lazy("speaker", "Staff")
    ROBOT = "robot", pgettext_lazy("speaker", "Robot")
    SYSTEM = "system", pgettext_lazy("speaker", "System")
