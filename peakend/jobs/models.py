"""Long work as a row that every page and process can see."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of long work with its progress and where to resume."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    parameters = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)  # where a killed run goes on
    result = models.JSONField(default=dict)
    error = models.JSONField(default=dict)  # {"code": …, "details": {…}}: words are the page's
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    cancel_requested = models.BooleanField(default=False)
    started_by = models.ForeignKey("organization.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("job")
