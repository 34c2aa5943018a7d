"""What a company decides about its metrics: its own ones, standards and owners, parts of indexes."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from peakend.metrics.choices import (
    AnnotationKind,
    Better,
    Display,
    Level,
    Period,
    Sharing,
    StudyKind,
)

CODE = RegexValidator(r"^[a-z][a-z0-9_]*(:[A-Za-z0-9_.-]+)?$")


class Metric(models.Model):
    """What is set about one metric. Of a shipped one only what the company decides stands here.

    ``formula`` is ``{"kind", "parameters"}`` (see :mod:`peakend.metrics.own`) and empty for
    shipped metrics; a null ``minimum_n`` leaves the shipped one.
    """

    code = models.CharField(_("code"), max_length=80, unique=True, validators=[CODE])
    formula = models.JSONField(_("formula"), default=dict, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    definition = models.CharField(_("what it says"), max_length=300, blank=True)
    definition_en = models.CharField(_("the same in English"), max_length=300, blank=True)
    level = models.CharField(_("level"), max_length=8, choices=Level.choices, default=Level.RESULT)
    better = models.SmallIntegerField(_("better when"), choices=Better.choices, default=Better.MORE)
    display = models.CharField(
        _("shown as"), max_length=12, choices=Display.choices, default=Display.SCORE
    )
    unit_word = models.CharField(_("unit"), max_length=20, blank=True)
    unit_word_en = models.CharField(_("unit in English"), max_length=20, blank=True)
    # Where a value without a scale of its own counts as worst and best, for an index.
    scale_low = models.FloatField(_("worst of the scale"), null=True, blank=True)
    scale_high = models.FloatField(_("best of the scale"), null=True, blank=True)
    minimum_n = models.PositiveIntegerField(_("shown from n"), null=True, blank=True)
    standard = models.FloatField(_("standard"), null=True, blank=True)
    target = models.FloatField(_("target"), null=True, blank=True)
    target_on = models.DateField(_("target to be reached by"), null=True, blank=True)
    owner = models.ForeignKey(
        "organization.Unit", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("owning unit"),
    )  # fmt: skip
    channels = models.JSONField(_("source channels"), default=list, blank=True)
    period = models.CharField(
        _("collected"), max_length=8, choices=Period.choices, default=Period.WEEK
    )
    roles = models.JSONField(_("who may see it"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    created_by = models.ForeignKey(
        "organization.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("metric")

    def __str__(self) -> str:
        return self.said("name") or self.code

    def said(self, name: str) -> str:
        """The text of a field in the reader's language, or in the only one there is."""
        own, english = getattr(self, name), getattr(self, f"{name}_en")
        first, second = (english, own) if _reads_english() else (own, english)
        return str(first or second)

    @property
    def is_own(self) -> bool:
        """Whether the company defined it, rather than set something about a shipped one."""
        return bool(self.formula)


class MetricPart(models.Model):
    """One part of an index and its weight, for everybody ('' ) or within one segment.

    By code, because most metrics are no rows. ``origin`` is empty for a weight set by hand; else
    it says which answers it was taken from (see :mod:`peakend.metrics.weights`).
    """

    whole = models.CharField(max_length=80)
    part = models.CharField(max_length=80)
    segment = models.CharField(max_length=64, blank=True)
    weight = models.FloatField(_("weight"))
    position = models.PositiveSmallIntegerField(default=0)
    taken_on = models.DateField(_("taken on"), null=True, blank=True)
    origin: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    set_by = models.ForeignKey(
        "organization.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["whole", "segment", "position", "pk"]
        verbose_name = _("part of an index")
        constraints = [
            models.UniqueConstraint(
                fields=["whole", "segment", "part"], name="metric_part_once_a_whole"
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0), name="metric_part_weight_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whole}: {self.part}"


class Annotation(models.Model):
    """Something that happened and may explain a figure: a launch, an incident, a change of method."""

    on = models.DateField(_("day"))
    title = models.CharField(_("what happened"), max_length=80)
    title_en = models.CharField(_("the same in English"), max_length=80, blank=True)
    kind = models.CharField(
        _("kind"), max_length=8, choices=AnnotationKind.choices, default=AnnotationKind.OTHER
    )
    # Without a unit it concerns the whole company, without a metric every one.
    unit = models.ForeignKey(
        "organization.Unit", models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("unit"),
    )  # fmt: skip
    metric = models.CharField(_("metric"), max_length=80, blank=True)
    created_by = models.ForeignKey(
        "organization.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("annotation")
        indexes = [models.Index(fields=["on"], name="annotation_day")]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """What happened, in the reader's language or in the only one there is."""
        return (self.title_en if _reads_english() else self.title) or self.title or self.title_en


class PublishedFigure(models.Model):
    """What a metric was told to be for a closed period. Rows are added, never changed.

    ``revision`` 0 is what was told first, each later one a figure that reads differently: ``late``
    answers of the period had arrived since, ``corrected`` voices of it been read differently.
    Without a value there were too few answers to tell one any more.
    """

    metric = models.CharField(max_length=80)
    aspect = models.CharField(max_length=64, blank=True)
    period = models.CharField(max_length=8, choices=Period.choices)
    starts_on = models.DateField()
    # Without a unit it is the whole company's.
    unit = models.ForeignKey("organization.Unit", models.CASCADE, null=True, related_name="+")
    revision = models.PositiveSmallIntegerField(default=0)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.FloatField()
    computed_at = models.DateTimeField()
    position = models.BigIntegerField()  # of the inbox, up to which answers were in it
    late = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["metric", "aspect", "starts_on", "revision", "pk"]
        verbose_name = _("published figure")
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "aspect", "period", "unit", "starts_on", "revision"],
                name="published_figure_once",
            ),
            models.UniqueConstraint(
                fields=["metric", "aspect", "period", "starts_on", "revision"],
                condition=models.Q(unit=None),
                name="published_figure_once_company",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.starts_on} #{self.revision}"


class Dashboard(models.Model):
    """A view somebody keeps: chosen metrics in their order, and the filter it opens with.

    ``metrics`` holds codes, of a metric of aspects with its aspect (``negative_share@wait_time``).
    ``unit`` is the owner's when it is shared with a unit. What is shared is the view, never the data:
    each reader sees it cut to their own scope.
    """

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("the same in English"), max_length=80, blank=True)
    metrics: models.JSONField[list[str]] = models.JSONField(default=list)
    filters = models.CharField(max_length=2_000, blank=True)  # the query of its address
    by = models.CharField(_("broken down by"), max_length=12, default="unit")
    sharing = models.CharField(
        _("who sees it"), max_length=8, choices=Sharing.choices, default=Sharing.MINE
    )
    unit = models.ForeignKey(
        "organization.Unit", models.CASCADE, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        "organization.User", models.CASCADE, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("dashboard")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="dashboard_name_once_an_owner")
        ]

    def __str__(self) -> str:
        return (self.name_en if _reads_english() else self.name) or self.name


class NormStudy(models.Model):
    """A finished product test or survey wave whose figures are a norm for those to come."""

    name = models.CharField(_("what was tested"), max_length=120)
    name_en = models.CharField(_("the same in English"), max_length=120, blank=True)
    kind = models.CharField(
        _("kind"), max_length=8, choices=StudyKind.choices, default=StudyKind.TEST
    )
    category = models.CharField(_("category"), max_length=80)
    market = models.CharField(_("market"), max_length=80, blank=True)
    method = models.CharField(_("method"), max_length=80, blank=True)
    finished_on = models.DateField(_("finished on"))
    survey = models.ForeignKey(
        "surveys.Survey", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    deposited_by = models.ForeignKey(
        "organization.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-finished_on", "-pk"]
        verbose_name = _("study of the norm library")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "category", "market", "method", "finished_on"],
                name="norm_study_once",
            )
        ]

    def __str__(self) -> str:
        return (self.name_en if _reads_english() else self.name) or self.name


class NormFigure(models.Model):
    """One figure of a study, with how sure it is."""

    study = models.ForeignKey(NormStudy, models.CASCADE, related_name="figures")
    metric = models.CharField(_("metric"), max_length=80)
    value = models.FloatField(_("value"))
    standard_error = models.FloatField(_("standard error"))
    n = models.PositiveIntegerField("n")

    class Meta:
        ordering = ["study", "pk"]
        verbose_name = _("figure of the norm library")
        constraints = [
            models.UniqueConstraint(fields=["study", "metric"], name="norm_figure_once_a_study"),
            models.CheckConstraint(
                condition=models.Q(standard_error__gte=0), name="norm_error_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study_id}: {self.metric}"


def _reads_english() -> bool:
    return (get_language() or "").startswith("en")
