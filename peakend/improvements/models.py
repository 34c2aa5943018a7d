"""Initiatives and what each verification found."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from peakend.improvements.choices import State, VerdictValue


class Initiative(models.Model):
    """One thing tried at some units, and the change it has to prove. Its number is its key.

    ``target`` is the change that counts as success, above zero in the direction that is better,
    in the metric's own unit (a share is 0..1, NPS −1..1).
    """

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    hypothesis = models.TextField(_("hypothesis"), blank=True)
    metric = models.CharField(_("metric"), max_length=64)
    aspect = models.CharField(_("aspect"), max_length=64, blank=True)
    direction = models.SmallIntegerField(_("better is"), choices=[(1, _("more")), (-1, _("less"))])
    target = models.FloatField(_("target change"))
    pilots = models.ManyToManyField(
        "organization.Unit", related_name="initiatives", verbose_name=_("pilot units")
    )
    unit = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owning unit"),
    )
    owner = models.ForeignKey(
        "organization.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("person in charge"),
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("is judged on"), null=True, blank=True)
    baseline_weeks = models.PositiveSmallIntegerField(_("weeks compared before"), default=12)
    # [{"metric": code, "aspect": code, "limit": worst change allowed, ≥ 0}]
    guardrails = models.JSONField(_("guardrails"), default=list, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    case = models.ForeignKey(
        "cases.Case", models.SET_NULL, null=True, blank=True, related_name="initiatives"
    )
    # The pain point it came from: {"aspect", "unit", "since", "until", "voices"}
    insight = models.JSONField(default=dict, blank=True)
    token = models.CharField(max_length=64, null=True, unique=True, editable=False)
    created_by = models.ForeignKey(
        "organization.User", models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("improvement")
        constraints = [
            models.CheckConstraint(condition=models.Q(target__gt=0), name="initiative_target"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> int:
        """What people call the initiative by."""
        return int(self.pk)

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name


class Verification(models.Model):
    """What was found on one day; later days add rows, none is changed."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="verifications")
    on = models.DateField()
    verdict = models.CharField(max_length=10, choices=VerdictValue.choices)
    is_final = models.BooleanField(default=False)
    effect = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.FloatField(default=0)
    method = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "on"], name="verification_once_a_day")
        ]
