from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelKind(models.TextChoices):
    """Where messages go; each has an adapter in :mod:`peakend.messages.channels`."""

    EMAIL = "email", _("E-mail")
    WECOM = "wecom", _("WeCom robot")
    DINGTALK = "dingtalk", _("DingTalk robot")
    FEISHU = "feishu", _("Feishu robot")
    WEBHOOK = "webhook", _("Signed webhook")


class State(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Given up")


class Topic(models.TextChoices):
    """What a channel can be told about."""

    CASE_OPENED = "case_opened", _("A case was opened")
    CASE_OVERDUE = "case_overdue", _("A promise was missed")
    CASE_ASSIGNED = "case_assigned", _("A case was assigned")
    INITIATIVE_VERDICT = "initiative_verdict", _("An improvement has a verdict")
