from django.db import models
from django.utils.translation import gettext_lazy as _


class StepKind(models.TextChoices):
    """The steps of complaint handling (after ISO 10002), in their order."""

    RECEIVED = "received", _("Received")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    FACT_FINDING = "fact_finding", _("Fact-finding")
    RESPONSIBILITY = "responsibility", _("Responsibility decided")
    REPLIED = "replied", _("Replied")
    REMEDIED = "remedied", _("Remedied")
    VERIFIED = "verified", _("Verified with the customer")
    CLOSED = "closed", _("Closed")


class RootCause(models.TextChoices):
    """Why it happened; what recurs becomes an improvement."""

    PROCESS = "process", _("Process not fit or not followed")
    STAFFING = "staffing", _("Too few people at the time")
    SKILL = "skill", _("Skill or training missing")
    ATTITUDE = "attitude", _("Attitude or wording")
    PRODUCT = "product", _("Product or ingredient quality")
    SYSTEM = "system", _("Equipment or system failure")
    SUPPLIER = "supplier", _("Supplier or carrier")
    PROMISE = "promise", _("Promised more than could be kept")
    INFORMATION = "information", _("Wrong or missing information")
    CUSTOMER = "customer", _("Misunderstanding on the customer's side")
    OTHER = "other", _("Other, see the note")


class EntryKind(models.TextChoices):
    """What can happen to a case."""

    OPENED = "opened", _("Opened")
    EVIDENCE = "evidence", _("Evidence added")
    STEP = "step", _("Step taken")
    ASSIGNED = "assigned", _("Assigned")
    HANDED_OVER = "handed_over", _("Handed over")
    COMMENTED = "commented", _("Commented")
    GUIDANCE = "guidance", _("Guidance followed")
    ESCALATED = "escalated", _("Escalated")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
