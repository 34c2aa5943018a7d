"""A survey and what was answered to it."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Survey(models.Model):
    """Questions asked at one address; its open answers are voices of ``source``."""

    slug = models.SlugField(_("address"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    # See peakend.questionnaire.definition for the form.
    definition = models.JSONField(_("questions"), default=dict)
    source = models.ForeignKey("voices.Source", models.PROTECT, related_name="surveys")
    brand = models.ForeignKey("offerings.Brand", models.PROTECT, null=True, blank=True)
    is_active = models.BooleanField(_("open for answers"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        "organization.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("survey")

    def __str__(self) -> str:
        if self.title_en and (get_language() or "").startswith("en"):
            return self.title_en
        return self.title


class Response(models.Model):
    """The answers of one respondent, with the profile as it was then.

    The key is derived from the signal's position in the inbox, so that applying a signal
    twice writes the same row.
    """

    id = models.BigIntegerField(primary_key=True)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses")
    external_id = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField(_("time"))
    answers = models.JSONField(_("answers"), default=dict)
    customer = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, related_name="responses"
    )
    unit = models.ForeignKey("organization.Unit", models.PROTECT, null=True)
    brand = models.ForeignKey("offerings.Brand", models.PROTECT, null=True)
    channel = models.CharField(max_length=32, blank=True)
    product = models.CharField(max_length=120, blank=True)
    segment = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8, blank=True)
    attributes = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name = _("response")
        indexes = [models.Index(fields=["survey", "-occurred_at"], name="response_survey_recent")]

    def __str__(self) -> str:
        return f"{self.survey_id}:{self.pk}"
