"""The form of an improvement: what is tried, where, and what it has to prove."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from peakend.improvements.changes_in_words import factor_of
from peakend.metrics.definitions import all_metrics, definition_of
from peakend.organization.access import Scope
from peakend.organization.models import Unit, User
from peakend.web.alerts.forms import aspect_choices


def metric_choices() -> list[tuple[str, str]]:
    """The metrics that answers can prove."""
    return [
        (metric.code, str(metric.name))
        for metric in all_metrics()
        if metric.how.moments is not None
    ]


def aspects_or_none() -> list[tuple[str, str]]:
    """The aspects, with none for metrics that have no aspect."""
    return [("", "—"), *aspect_choices()]


class InitiativeForm(forms.Form):
    """What an improvement is before it has a number.

    Asked in the order people think: what should get better, what will be done about it and why,
    where and until when, how much is enough, and what must not suffer.
    """

    field_order = (
        "metric", "aspect", "name", "name_en", "hypothesis", "pilots", "target", "starts_on", "ends_on",
        "owner", "guard_metric", "guard_limit",
    )  # fmt: skip
    name = forms.CharField(label=_("What will be done"), max_length=120)
    name_en = forms.CharField(label=_("The same in English"), max_length=120, required=False)
    hypothesis = forms.CharField(
        label=_("Hypothesis"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("If we do this, that will change, because…"),
    )
    metric = forms.ChoiceField(label=_("Metric it should move"), choices=metric_choices)
    aspect = forms.ChoiceField(label=_("Of which aspect"), choices=aspects_or_none, required=False)
    target = forms.FloatField(
        label=_("By at least"),
        min_value=0.01,
        help_text=_("In points, percentage points or marks, in the direction that is better."),
    )
    pilots = forms.ModelMultipleChoiceField(
        label=_("Tried at"),
        queryset=Unit.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("The other stores are what it is compared with."),
    )
    owner = forms.ModelChoiceField(
        label=_("Person in charge"), queryset=User.objects.none(), required=False
    )
    starts_on = forms.DateField(
        label=_("Starts on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Is judged on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("On this day it is proven or comes back to its owner."),
    )
    guard_metric = forms.ChoiceField(
        label=_("Guardrail: must not suffer"),
        required=False,
        choices=lambda: [("", "—"), *plain_metrics()],
    )
    guard_limit = forms.FloatField(label=_("Worst change allowed"), min_value=0, required=False)

    def __init__(self, *args: Any, scope: Scope, **options: Any) -> None:
        super().__init__(*args, **options)
        units = Unit.objects.filter(is_active=True).exclude(parent=None).order_by("path")
        people = User.objects.filter(is_active=True).order_by("unit__path", "pk")
        self.fields["pilots"].queryset = scope.filter(units, "pk")  # type: ignore[attr-defined]
        self.fields["owner"].queryset = scope.filter(people)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        metric = data.get("metric")
        if metric:
            definition = definition_of(metric)
            if definition.of_aspect and not data.get("aspect"):
                self.add_error("aspect", _("This metric is measured per aspect."))
            if not definition.of_aspect:
                data["aspect"] = ""
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", _("It is judged after it starts."))
        if data.get("guard_metric") and data.get("guard_limit") is None:
            self.add_error("guard_limit", _("Say how much worse is still allowed."))
        return data

    @property
    def guardrails(self) -> list[dict[str, Any]]:
        """The guardrail in the metric's own unit."""
        metric = self.cleaned_data.get("guard_metric")
        if not metric:
            return []
        limit = self.cleaned_data["guard_limit"] / factor_of(definition_of(metric))
        return [{"metric": metric, "aspect": "", "limit": limit}]

    @property
    def change(self) -> float:
        """The target in the metric's own unit."""
        return float(
            self.cleaned_data["target"] / factor_of(definition_of(self.cleaned_data["metric"]))
        )


def plain_metrics() -> list[tuple[str, str]]:
    """Metrics without an aspect, for guardrails."""
    return [
        (metric.code, str(metric.name))
        for metric in all_metrics()
        if metric.how.moments is not None and not metric.of_aspect
    ]
