"""One row per customer, found again by any of their identities."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A person or household the company hears from and sells to."""

    name = models.CharField(_("name"), max_length=120, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    first_seen = models.DateTimeField(_("first seen"), null=True, blank=True)
    last_seen = models.DateTimeField(_("last seen"), null=True, blank=True, db_index=True)
    # The unit that serves them most recently; scopes who may open the profile.
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, null=True, blank=True, verbose_name=_("unit")
    )

    unit_seen_at = models.DateTimeField(_("last contact with the unit"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("customer")

    def __str__(self) -> str:
        """The number: the audit log keeps this of whoever is looked at, and names are erased."""
        return f"#{self.pk}"

    @property
    def title(self) -> str:
        """The customer as pages show them."""
        return self.name or f"#{self.pk}"


class Merge(models.Model):
    """Two profiles turned out to be one person; the absorbed number still leads to the kept row.

    The warehouse knows customers by number alone, so numbers must never dangle.
    """

    absorbed = models.BigIntegerField(_("absorbed number"), primary_key=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="merges")

    class Meta:
        ordering = ["absorbed"]
        verbose_name = _("merge")

    def __str__(self) -> str:
        return f"#{self.absorbed} → #{self.customer_id}"


class Identity(models.Model):
    """One way to recognise a customer: member number, mobile, e-mail, OpenID…"""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities")
    kind = models.CharField(_("kind"), max_length=32)
    value = models.CharField(_("value"), max_length=200)

    class Meta:
        ordering = ["kind", "value"]
        verbose_name = _("identity")
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="identity_once")]


class Attribute(models.Model):
    """An attribute and since when it holds; the past keeps what was true then.

    A run of equal statements is one row: first stated at ``valid_from``, last at
    ``confirmed_at``, in force until the next row of the same name.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="attributes")
    name = models.CharField(_("attribute"), max_length=64)
    value = models.CharField(_("value"), max_length=200)
    valid_from = models.DateTimeField(_("valid from"))
    confirmed_at = models.DateTimeField(_("last confirmed"))

    class Meta:
        ordering = ["name", "valid_from"]
        verbose_name = _("attribute")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "name", "valid_from"], name="attribute_once"
            )
        ]


class Erasure(models.Model):
    """That a customer was erased: when, by whom, and how much. Nothing of the customer itself.

    ``number`` led to the profile and leads nowhere now.
    """

    number = models.BigIntegerField(_("number"))
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey("organization.User", models.SET_NULL, null=True, related_name="+")
    removed = models.JSONField(_("removed"), default=dict)  # counts, by what was removed
    # When the free space of the databases was cleaned as well; until then a chore does it.
    scrubbed_at = models.DateTimeField(null=True)
    # Jobs that were open and had been told of the customer, each with the parameters that tell:
    # once one has ended, what it was told is forgotten as well.
    open_jobs = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("erasure")

    def __str__(self) -> str:
        return f"#{self.number}"


class ErasedIdentity(models.Model):
    """The keyed hash of an identity whose past must not come back; what happens later may."""

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["digest"]
