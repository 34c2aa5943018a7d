from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    GROUP = "group", _("Group")
    REGION = "region", _("Region")
    STORE = "store", _("Store")
    DEPARTMENT = "department", _("Department")


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    CX_LEAD = "cx_lead", _("CX lead")
    ANALYST = "analyst", _("Analyst")
    UNIT_OWNER = "unit_owner", _("Unit owner")
    FRONTLINE = "frontline", _("Frontline")
    VIEWER = "viewer", _("Viewer")
