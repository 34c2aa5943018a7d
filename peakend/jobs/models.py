"""Long work as a row that every page and process can see."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Job(models.Model):
    """One piece of long work with its progress and where to resume."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("job", "Waiting")
        RUNNING = "running", pgettext_lazy("job", "Running")
        DONE = "done", pgettext_lazy("job", "Done")
        FAILED = "failed", pgettext_lazy("job", "Failed")
        CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")

    kind = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    parameters = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)  # where a killed run goes on
    result = models.JSONField(default=dict)
    error = models.JSONField(default=dict)  # {"code": …, "details": {…}}: words are the page's
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    # Whoever works on it: host, process and a nonce. Only the holder may write progress.
    holder = models.CharField(max_length=160, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    started_by = models.ForeignKey(
        "organization.User", models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("job")
        indexes = [models.Index(fields=["kind", "-created_at"], name="job_kind_recent")]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something for it."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def share(self) -> float | None:
        """How much is done, 0..1; unknown when the size of the work is unknown."""
        return min(self.done / self.total, 1.0) if self.total else None


class Pulse(models.Model):
    """When a background worker was last alive; one row, rewritten every few seconds."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
