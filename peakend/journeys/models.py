"""The map of an experience: stages, touchpoints and the standard that should hold at each."""

from decimal import Decimal

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from peakend.journeys.choices import Comparator


class Bilingual(models.Model):
    """Text kept in the company's language and, where given, in English."""

    class Meta:
        abstract = True

    def said(self, name: str) -> str:
        """The text of a field in the reader's language, or in the only one there is."""
        own: str = getattr(self, name)
        english: str = getattr(self, f"{name}_en")
        if (get_language() or "").startswith("en"):
            return english or own
        return own or english

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.said("name")


class Journey(Bilingual):
    """One way customers go with the company, from first hearing of it to coming back."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    # Who may redraw it: people whose scope holds the unit; without a unit, the whole company's.
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, null=True, blank=True, verbose_name=_("unit")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("journey")

    def __str__(self) -> str:
        return self.title


class Stage(Bilingual):
    """A part of the journey: before, during and after the sale, or one's own division."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="stages")
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("stage")

    def __str__(self) -> str:
        return self.title


class Touchpoint(Bilingual):
    """One moment at which customers meet the company."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="touchpoints")
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    channel = models.CharField(_("channel"), max_length=200, blank=True)
    channel_en = models.CharField(_("channel in English"), max_length=200, blank=True)
    behaviour = models.TextField(_("what customers do"), blank=True)
    behaviour_en = models.TextField(_("what customers do, in English"), blank=True)
    stated_need = models.TextField(_("stated need"), blank=True)
    stated_need_en = models.TextField(_("stated need in English"), blank=True)
    latent_need = models.TextField(_("latent need"), blank=True)
    latent_need_en = models.TextField(_("latent need in English"), blank=True)
    reaction_met = models.TextField(_("reaction when met"), blank=True)
    reaction_met_en = models.TextField(_("reaction when met, in English"), blank=True)
    reaction_unmet = models.TextField(_("reaction when unmet"), blank=True)
    reaction_unmet_en = models.TextField(_("reaction when unmet, in English"), blank=True)
    business_effect = models.TextField(_("effect on the business"), blank=True)
    business_effect_en = models.TextField(_("effect on the business, in English"), blank=True)
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, null=True, blank=True, verbose_name=_("owning unit")
    )
    standard = models.CharField(_("service standard"), max_length=200, blank=True)
    standard_en = models.CharField(_("service standard in English"), max_length=200, blank=True)
    # The measurable half of the standard: this code's mean must be at most or at least a value.
    standard_metric = models.CharField(_("measured by"), max_length=64, blank=True)
    standard_comparator = models.CharField(
        _("comparison"), max_length=2, choices=Comparator.choices, default=Comparator.AT_MOST
    )
    standard_value = models.DecimalField(
        _("standard value"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    standard_unit = models.CharField(_("unit of measure"), max_length=24, blank=True)
    standard_unit_en = models.CharField(_("unit of measure in English"), max_length=24, blank=True)
    # Aspects and questions whose observations belong to this moment.
    codes = models.JSONField(_("listens to"), default=list, blank=True)
    # How long the moment lasts: weighs it in the duration-weighted mean.
    minutes = models.DecimalField(
        _("duration in minutes"), max_digits=8, decimal_places=2, default=Decimal(1)
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("touchpoint")

    def __str__(self) -> str:
        return self.title
