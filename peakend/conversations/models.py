"""Conversations as they were held, and what was read in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from peakend.conversations.choices import Speaker


class Conversation(models.Model):
    """One conversation of a source, with what its turns add up to.

    Times are in seconds, nothing where nobody replied. ``drift`` is the customer's mood in the
    last turn less that in the first; ``resolved`` is nothing where the last turn says neither.
    ``answered_by`` is a person where one replied, a robot where only that did, else nobody;
    ``agent`` is the person who replied most.
    """

    source = models.ForeignKey("voices.Source", models.PROTECT, related_name="conversations")
    external_id = models.CharField(max_length=200)
    started_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("last turn"))
    customer = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, related_name="conversations"
    )
    unit = models.ForeignKey("organization.Unit", models.PROTECT, null=True, db_index=False)
    brand = models.ForeignKey("offerings.Brand", models.PROTECT, null=True, db_index=False)
    channel = models.CharField(max_length=32)
    product = models.CharField(max_length=120, blank=True)
    segment = models.CharField(max_length=64, blank=True)
    # What was read, anew whenever a turn is added.
    turns_count = models.PositiveIntegerField(default=0)
    first_reply = models.FloatField(null=True)
    median_reply = models.FloatField(null=True)
    questions = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)
    drift = models.FloatField(null=True)
    resolved = models.BooleanField(null=True)
    answered_by = models.CharField(max_length=8, choices=Speaker.choices, blank=True)
    agent = models.CharField(_("agent"), max_length=120, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("conversation")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="conversation_once")
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="conversation_recent"),
            models.Index(fields=["unit", "-started_at"], name="conversation_unit_recent"),
        ]

    def __str__(self) -> str:
        return self.external_id


class Turn(models.Model):
    """One thing said. The key is derived from the signal's position in the inbox.

    Of a customer's turn: its ``mood``, whether it asks something and got no reply, what it asks
    about, and where it stands in the voice it became a part of. Of a reply: how long the customer
    had waited, and how the mood turned over it; where it did, ``felt`` is the side of the mood
    before (-1, 0, 1) and ``wording`` a number that replies in the same words share.
    """

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="turns")
    at = models.DateTimeField(_("time"))
    speaker = models.CharField(max_length=8, choices=Speaker.choices)
    name = models.CharField(max_length=120, blank=True)  # of whoever speaks for the company
    text = models.TextField(_("text"))
    mood = models.FloatField(null=True)  # [-1, 1]
    is_question = models.BooleanField(default=False)
    is_unanswered = models.BooleanField(default=False)
    topic = models.CharField(max_length=64, blank=True)  # of a question
    wait = models.FloatField(null=True)  # seconds
    gain = models.FloatField(null=True)
    felt = models.SmallIntegerField(null=True)
    wording = models.BigIntegerField(null=True)
    voice = models.ForeignKey("voices.Voice", models.SET_NULL, null=True, related_name="turns")
    start = models.IntegerField(null=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("turn")
        indexes = [
            models.Index(
                fields=["conversation"],
                name="turn_unheard",
                condition=models.Q(speaker="customer", start__isnull=True),
            ),
            # The insight page counts these over all conversations of a period, from the index alone.
            models.Index(
                fields=["conversation", "topic", "is_unanswered"],
                name="turn_asked",
                condition=models.Q(is_question=True),
            ),
            models.Index(
                fields=["conversation", "wording", "felt", "gain"],
                name="turn_turned",
                condition=models.Q(wording__isnull=False),
            ),
            models.Index(
                fields=["wording"], name="turn_wording", condition=models.Q(wording__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
