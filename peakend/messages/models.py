"""Notices within the product, channels out of it, and a log of every delivery."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from peakend.messages.choices import ChannelKind, State


class Notice(models.Model):
    """Something one person should know, shown under the bell. Words are made when it is read."""

    user = models.ForeignKey("organization.User", models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)  # what it is about; the same thing is said once
    template = models.CharField(max_length=40)
    context = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("notice")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notice_unread")
        ]


class Channel(models.Model):
    """One way out: a mailbox, a chat robot, a webhook. ``address`` carries tokens: never log it."""

    kind = models.CharField(_("kind"), max_length=16, choices=ChannelKind.choices)
    name = models.CharField(_("name"), max_length=80)
    address = models.TextField(_("address"))
    secret = models.CharField(_("signing secret"), max_length=200, blank=True)
    topics = models.JSONField(_("told about"), default=list)
    least_severity = models.PositiveSmallIntegerField(_("from severity"), default=1)
    # Only what concerns this unit and what lies below it; empty means the whole company.
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, null=True, blank=True, verbose_name=_("unit")
    )
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("message channel")

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message to one channel. ``key`` makes saying the same thing twice one message."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="messages")
    key = models.CharField(max_length=120)
    template = models.CharField(max_length=40)
    context = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("message")
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="message_once")]
        indexes = [models.Index(fields=["state", "next_at"], name="message_due")]


class Attempt(models.Model):
    """One try to deliver a message: when, and what came of it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=32)  # "sent" or an error's code
    status = models.PositiveSmallIntegerField(null=True)  # of HTTP, where there was one

    class Meta:
        ordering = ["at", "pk"]
