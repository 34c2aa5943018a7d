"""Reasons that customers give, the opinions they explain, and how far the voices have been read."""

from django.db import models


class Reason(models.Model):
    """One thing that explains praise or blame of an aspect, in however many wordings.

    ``wording`` is the one it began with and decides what joins; ``words`` is the commonest and is
    what people read. ``about`` is the aspect the words themselves mostly speak of, if any: its
    owner holds the lever, not the owner of the pain.
    """

    aspect = models.CharField(max_length=64)
    polarity = models.SmallIntegerField()  # -1, 1
    wording = models.CharField(max_length=120)
    words = models.CharField(max_length=120)
    wordings = models.JSONField(default=dict)  # how often each was said; the commonest few
    about = models.CharField(max_length=64, blank=True)
    abouts = models.JSONField(default=dict)  # of how many voices each aspect ('' for none)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["aspect", "polarity"], name="reason_aspect")]

    def __str__(self) -> str:
        return self.words


class Explained(models.Model):
    """The words of a voice that say why one opinion of it was reached, in code points."""

    # An opinion read again keeps its key; one that is gone or judges otherwise explains nothing.
    opinion = models.OneToOneField(
        "opinions.Opinion",
        models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="explained",
    )
    voice = models.ForeignKey("voices.Voice", models.CASCADE, related_name="+")
    reason = models.ForeignKey(Reason, models.CASCADE, related_name="explained")
    start = models.IntegerField()
    end = models.IntegerField()
    construction = models.SmallIntegerField()  # as peakend.text.collection.Construction counts

    class Meta:
        ordering = ["pk"]


class Look(models.Model):
    """How far the voices have been read for reasons; one row."""

    newest = models.BigIntegerField(default=0)  # key of the last voice that was read
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
