"""Rules as data: what to watch, whom to send it to, and by when an answer is promised."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from peakend.alerts.choices import Route, Severity


class Rule(models.Model):
    """One thing to watch. ``parameters`` fit the schema of ``kind`` (see :mod:`.kinds`)."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=64)
    parameters = models.JSONField(_("parameters"), default=dict)
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity.choices, default=Severity.MEDIUM
    )
    route = models.CharField(
        _("goes to"), max_length=16, choices=Route.choices, default=Route.VOICE_UNIT
    )
    department = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    promise_hours = models.FloatField(_("answer promised within (hours)"), default=24)
    # A cause that comes back this soon after its case was closed was not solved: it reopens.
    cooldown_hours = models.FloatField(_("reopens within (hours)"), default=14 * 24)
    # What is older counts in the metrics, but promising an answer to it would be theatre.
    lookback_days = models.PositiveSmallIntegerField(_("looks back (days)"), default=14)
    is_active = models.BooleanField(_("active"), default=True)

    # How far it has been evaluated: the last voice, and when.
    evaluated_to = models.BigIntegerField(default=0, editable=False)
    evaluated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-severity", "pk"]
        verbose_name = _("alert rule")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(promise_hours__gt=0), name="rule_promise_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name
