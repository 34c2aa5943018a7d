"""What customers did and what operations did."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One visit, purchase, delivery, reply…, with the profile as it was then.

    The key is derived from the signal's position in the inbox, so that applying a
    signal twice writes the same row.
    """

    id = models.BigIntegerField(primary_key=True)
    source = models.CharField(_("source"), max_length=64)
    external_id = models.CharField(max_length=200, blank=True)
    kind = models.CharField(_("event"), max_length=64)
    occurred_at = models.DateTimeField(_("time"))
    # Money for a purchase, seconds or minutes for a reply: the kind says which.
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4, null=True)
    customer = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, related_name="events"
    )
    unit = models.ForeignKey("organization.Unit", models.PROTECT, null=True, related_name="+")
    brand = models.ForeignKey("offerings.Brand", models.PROTECT, null=True, related_name="+")
    channel = models.CharField(_("channel"), max_length=32, blank=True)
    product = models.CharField(_("product"), max_length=120, blank=True)
    segment = models.CharField(_("segment"), max_length=64, blank=True)
    attributes = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name = _("event")
        indexes = [
            models.Index(fields=["customer", "-occurred_at"], name="event_customer_recent"),
            models.Index(fields=["unit", "kind", "-occurred_at"], name="event_unit_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d %H:%M}"
