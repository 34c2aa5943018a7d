"""Opinions found in voices, what people said of them, and who or what reads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from peakend.opinions.choices import Deed, Origin, Via


class Reader(models.Model):
    """What read a voice: a taxonomy in one version, with or without a model of the company's own."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=120, unique=True)  # 'restaurant@3', 'restaurant@3+model2'
    taxonomy = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    model = models.ForeignKey("TextModel", models.PROTECT, null=True, related_name="+")
    aspects = models.JSONField(default=list)  # codes it can find

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.code


class Opinion(models.Model):
    """One aspect judged in one voice, with the words it rests on.

    The key is derived from the voice's, so that reading a voice twice writes the same rows.
    ``start`` and ``end`` are offsets in code points of the voice's text.
    """

    id = models.BigIntegerField(primary_key=True)
    voice = models.ForeignKey("voices.Voice", models.CASCADE, related_name="opinions")
    aspect = models.CharField(max_length=64)
    polarity = models.SmallIntegerField()  # -1, 0, 1
    strength = models.FloatField()  # 1..5
    confidence = models.FloatField()  # 0..1
    start = models.IntegerField()
    end = models.IntegerField()
    # Written with every row, looked up rarely: neither an index nor a check a row.
    reader = models.ForeignKey(
        Reader, models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    origin = models.SmallIntegerField(choices=Origin.choices, default=Origin.READ)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["aspect", "polarity", "voice"], name="opinion_aspect")]


class Correction(models.Model):
    """What one person did to the reading of one voice. Rows are added, never changed.

    ``before`` and ``after`` are the opinion as it was and as it is, or nothing where there is none;
    of a whole text they hold the keys of the opinions that were confirmed and the counts behind
    the agreement figure.
    """

    voice = models.ForeignKey("voices.Voice", models.CASCADE, related_name="corrections")
    opinion = models.BigIntegerField(null=True)  # the key; the row itself may be gone
    deed = models.CharField(max_length=12, choices=Deed.choices)
    via = models.CharField(max_length=8, choices=Via.choices, default=Via.PAGE)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by")
    author = models.ForeignKey("organization.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("correction")
        indexes = [models.Index(fields=["deed", "made_at"], name="correction_deed")]

    def __str__(self) -> str:
        return f"{self.voice_id} {self.deed}"


class Uncarried(models.Model):
    """A voice whose opinions people changed and whose observations the warehouse must take anew."""

    voice = models.ForeignKey("voices.Voice", models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]


class TaxonomyVersion(models.Model):
    """A taxonomy as the company wrote it. Saved once, applied when somebody says so."""

    code = models.SlugField(_("code"), max_length=64)
    version = models.PositiveIntegerField(_("version"))
    content = models.TextField(_("content"))  # YAML, as the text kernel reads it
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    author = models.ForeignKey("organization.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)

    class Meta:
        ordering = ["code", "-version"]
        verbose_name = _("taxonomy version")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="taxonomy_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class TextModel(models.Model):
    """A model trained from the company's own corrections; it reads in a taxonomy's stead where it
    has learned to read better."""

    taxonomy = models.CharField(_("taxonomy"), max_length=64)
    number = models.PositiveIntegerField(_("number"))
    folder = models.CharField(max_length=200)  # below the data folder
    checksum = models.CharField(max_length=64)
    texts = models.PositiveIntegerField()
    aspects = models.JSONField(default=list)  # those it reads; the others stay the taxonomy's
    figures = models.JSONField(default=dict)  # on texts held out, beside the taxonomy's
    author = models.ForeignKey("organization.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    is_active = models.BooleanField(_("active"), default=False)

    class Meta:
        ordering = ["taxonomy", "-number"]
        verbose_name = _("text model")
        constraints = [
            models.UniqueConstraint(fields=["taxonomy", "number"], name="text_model_once"),
            models.UniqueConstraint(
                fields=["taxonomy"],
                condition=models.Q(is_active=True),
                name="text_model_one_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.taxonomy} {self.number}"


class ReviewRule(models.Model):
    """Below which confidence an opinion waits for a person; one row for the company."""

    below = models.FloatField(_("confidence"), default=0.4)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("review rule")
