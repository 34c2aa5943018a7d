"""Opinions found in voices."""

from django.db import models


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

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["aspect", "polarity", "voice"], name="opinion_aspect")]
