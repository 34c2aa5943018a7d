from django.db import models


class Position(models.Model):
    """How far along the inbox a reader has come; moved in the transaction that applies."""

    reader = models.CharField(max_length=64, primary_key=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["reader"]
