"""Verbatims and where they came from."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """Where voices come from: one platform, hotline, file or survey, and how to read it."""

    code = models.SlugField(_("code"), max_length=64, unique=True, allow_unicode=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    channel = models.CharField(_("channel"), max_length=32, default="import")
    taxonomy = models.CharField(_("taxonomy"), max_length=64, default="retail")
    # How this source's files are read: delimiter, encoding, column roles, rating scale.
    reading = models.JSONField(_("how files are read"), default=dict, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("source")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name


class Voice(models.Model):
    """One text a customer said or wrote, with the profile as it was then.

    The key is derived from the signal's position in the inbox, so that applying a
    signal twice writes the same row.
    """

    # Ids are given, never generated; the type makes it SQLite's rowid, which saves an index.
    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="voices")
    external_id = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField(_("time"))
    text = models.TextField(_("text"))
    language = models.CharField(max_length=8, blank=True)
    sentiment = models.FloatField(null=True)  # [-1, 1]
    polarity = models.SmallIntegerField(default=0)  # of the whole text: -1, 0, 1
    # Bit sets in the order of ``peakend.text.EMOTIONS`` and ``INTENTS``: several may hold.
    emotions = models.SmallIntegerField(default=0)
    intents = models.SmallIntegerField(default=0)
    rating = models.FloatField(_("rating"), null=True)  # on 1..5, whatever the source's scale
    customer = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, related_name="voices"
    )
    # Indexes of their own would slow each import: the unit's stands below, brands are few.
    unit = models.ForeignKey("organization.Unit", models.PROTECT, null=True, db_index=False)
    brand = models.ForeignKey("offerings.Brand", models.PROTECT, null=True, db_index=False)
    channel = models.CharField(max_length=32)
    product = models.CharField(max_length=120, blank=True)
    segment = models.CharField(max_length=64, blank=True)
    attributes = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name = _("voice")
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="voice_recent"),
            models.Index(fields=["unit", "-occurred_at"], name="voice_unit_recent"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
