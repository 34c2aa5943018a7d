"""Themes nobody defined, the voices that mention them, and the looks that found them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from peakend.themes.choices import Kind, State


class Look(models.Model):
    """The newest search for themes in the voices that one taxonomy reads.

    Recent are the voices from ``since`` to before ``until``; they are held against those from
    ``before`` to before ``since``. ``every``: one voice in so many was read.
    """

    taxonomy = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    before = models.DateField()
    since = models.DateField()
    until = models.DateField()
    newest = models.BigIntegerField()  # key of the newest voice there was
    recent = models.PositiveIntegerField()  # voices read
    earlier = models.PositiveIntegerField()
    every = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["taxonomy"]

    def __str__(self) -> str:
        return f"{self.taxonomy} {self.until}"


class Theme(models.Model):
    """Something people talk about in words that the taxonomy lacks, named by their own words.

    ``z`` is the normal score of its surest phrase; ``near`` the aspect most often judged in the
    same voices, with the share of them that do.
    """

    taxonomy = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    phrases = models.JSONField(default=list)  # the surest first
    z = models.FloatField()
    near = models.CharField(max_length=64, blank=True)
    near_share = models.FloatField(default=0.0)
    found_on = models.DateField(_("found on"))
    seen_on = models.DateField(_("last found on"))
    is_current = models.BooleanField(default=True)  # whether the newest look found it
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    aspect = models.CharField(max_length=64, blank=True)  # that it became or went into
    decided_by = models.ForeignKey(
        "organization.User", models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-z", "pk"]
        verbose_name = _("theme")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The theme by its surest words."""
        return " · ".join(self.phrases[:2])


class Mention(models.Model):
    """A voice that holds one of a theme's phrases, and where the first of them stands."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="mentions")
    voice = models.ForeignKey("voices.Voice", models.CASCADE, related_name="+")
    start = models.IntegerField()
    end = models.IntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["theme", "voice"], name="mention_once")]
