"""A case, its steps, its evidence and all that happened to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from peakend.alerts.choices import Severity
from peakend.cases.choices import EntryKind, RootCause, StepKind


class Case(models.Model):
    """One cause somebody has to mend by a promised time. Its number is its key."""

    title = models.CharField(_("title"), max_length=200, blank=True)
    cause = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)  # figures of the cause, for the title
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    rule = models.ForeignKey(
        "alerts.Rule", models.SET_NULL, null=True, related_name="cases", verbose_name=_("rule")
    )
    # Who acts; ``origin`` is where it happened, which a route to a department keeps apart.
    unit = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        null=True,
        related_name="cases",
        verbose_name=_("responsible unit"),
    )
    origin = models.ForeignKey("organization.Unit", models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(
        "organization.User",
        models.SET_NULL,
        null=True,
        related_name="cases",
        verbose_name=_("person in charge"),
    )
    aspect = models.CharField(_("aspect"), max_length=64, blank=True)
    customer = models.ForeignKey(
        "customers.Customer",
        models.SET_NULL,
        null=True,
        related_name="cases",
        verbose_name=_("customer"),
    )
    # Whether there is somebody to answer, known or not; a case of a metric has nobody.
    answers_somebody = models.BooleanField(default=True)
    step = models.CharField(
        _("step"), max_length=20, choices=StepKind.choices, default=StepKind.RECEIVED
    )
    is_open = models.BooleanField(_("still open"), default=True)
    opened_at = models.DateTimeField(_("opened"))
    promised_at = models.DateTimeField(_("reply promised by"))
    due_at = models.DateTimeField(_("due"))  # of the step the case waits for
    replied_at = models.DateTimeField(_("first reply"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    escalated_for = models.DateTimeField(null=True)  # the due time that was escalated last
    root_cause = models.CharField(
        _("root cause"), max_length=20, choices=RootCause.choices, blank=True
    )
    root_cause_note = models.TextField(_("what happened"), blank=True)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("case")
        constraints = [
            models.UniqueConstraint(
                fields=["cause"], condition=models.Q(is_open=True), name="case_one_open_per_cause"
            ),
            models.CheckConstraint(
                condition=models.Q(is_open=True) | ~models.Q(root_cause=""),
                name="case_closed_with_root_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["is_open", "unit", "due_at"], name="case_due"),
            models.Index(fields=["cause", "-opened_at"], name="case_cause"),
            models.Index(fields=["aspect", "unit", "-opened_at"], name="case_aspect"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def number(self) -> int:
        """What people call the case by."""
        return int(self.pk)


class Step(models.Model):
    """A step that was taken: when, by whom, with what note. Taken again, it is a new row."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    kind = models.CharField(_("step"), max_length=20, choices=StepKind.choices)
    taken_at = models.DateTimeField(_("time"))
    taken_by = models.ForeignKey("organization.User", models.SET_NULL, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True)
    # Of the step 'responsibility decided': whose fault it was.
    responsible = models.ForeignKey(
        "organization.Unit", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["taken_at", "pk"]
        verbose_name = _("step")


class Evidence(models.Model):
    """One thing that shows the cause: words, an answer, a week beyond its limit."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="evidence")
    key = models.CharField(max_length=80)
    # SET_NULL, not CASCADE: that there was evidence stays when its words are erased.
    voice = models.ForeignKey("voices.Voice", models.SET_NULL, null=True, related_name="+")
    # Opinions are rewritten when a voice is read again, under the same key: no foreign key holds
    # them back.
    opinion = models.ForeignKey(
        "opinions.Opinion", models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    response = models.ForeignKey("surveys.Response", models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="evidence_once_per_case")
        ]
        indexes = [models.Index(fields=["key"], name="evidence_key")]


class Comment(models.Model):
    """What colleagues tell each other about a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="comments")
    author = models.ForeignKey("organization.User", models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("comment"))
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("comment")


class Entry(models.Model):
    """One line of a case's history. Only ever added; ``token`` makes a repeated click one line."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=16, choices=EntryKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey("organization.User", models.SET_NULL, null=True, related_name="+")
    details = models.JSONField(default=dict)
    token = models.CharField(max_length=64, null=True, unique=True)
    # Whether the inbox has it: what happens to cases is measured like everything else.
    reported = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(reported=False), name="entry_unreported")
        ]
