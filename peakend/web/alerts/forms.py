"""Forms of rules: what every rule has, and one small form for each kind's parameters."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from peakend.alerts.choices import Route, Severity
from peakend.alerts.models import Rule
from peakend.alerts.services import RuleDraft
from peakend.opinions.queries import aspect_title
from peakend.organization.models import Unit
from peakend.text import load_taxonomy, taxonomy_names
from peakend.voices.models import Source


def aspect_choices() -> list[tuple[str, str]]:
    """The aspects of the taxonomies the company's sources use; of all where it has none yet."""
    known = set(taxonomy_names())
    used = set(Source.objects.order_by("pk").values_list("taxonomy", flat=True)) & known
    codes = {
        aspect.code: aspect_title(aspect.code)
        for name in sorted(used or known)
        for aspect in load_taxonomy(name).aspects
    }
    return list(codes.items())


class _Parameters(forms.Form):
    """The parameters of one kind; ``parameters()`` gives them as the kind's schema takes them."""

    prefix = "p"

    def parameters(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class _Aspects(forms.TypedMultipleChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            label=_("Aspects"),
            help_text=_("None chosen means any aspect."),
            widget=forms.CheckboxSelectMultiple,
            choices=aspect_choices,
            **options,
        )


class LowRatingForm(_Parameters):
    rating = forms.FloatField(label=_("Rated at most (of 5)"), min_value=1, max_value=5, initial=2)
    aspects = _Aspects()


class LowScoreForm(_Parameters):
    nps = forms.IntegerField(
        label=_("NPS answer at most"), min_value=0, max_value=10, initial=6, required=False
    )
    csat = forms.IntegerField(
        label=_("Satisfaction at most"), min_value=1, max_value=5, initial=2, required=False
    )

    def parameters(self) -> dict[str, Any]:
        return dict(self.cleaned_data)  # an empty limit is said, so that it is not the default


class OutOfControlForm(_Parameters):
    sigmas = forms.FloatField(
        label=_("Distance of the limit (standard deviations)"),
        min_value=2,
        max_value=6,
        initial=3,
        help_text=_("3 raises a false alarm about once in 740 weeks of one unit and aspect."),
    )
    baseline_weeks = forms.IntegerField(
        label=_("Weeks that say what is usual"), min_value=4, max_value=52, initial=12
    )
    least_mentions = forms.IntegerField(
        label=_("Mentions a week needs"), min_value=5, max_value=1000, initial=10
    )
    aspects = _Aspects()


class ChurnWordsForm(_Parameters):
    words = forms.CharField(
        label=_("Phrases, one a line"), widget=forms.Textarea(attrs={"rows": 6}), required=False
    )

    def parameters(self) -> dict[str, Any]:
        lines = self.cleaned_data["words"].splitlines()
        words = [line.strip() for line in lines if line.strip()]
        return {"words": words} if words else {}


PARAMETER_FORMS: dict[str, type[_Parameters]] = {
    "low_rating_with_aspect": LowRatingForm,
    "low_score": LowScoreForm,
    "negative_share_out_of_control": OutOfControlForm,
    "churn_words": ChurnWordsForm,
}


class RuleForm(forms.Form):
    """What every rule has."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    severity = forms.TypedChoiceField(
        label=_("Severity"), choices=Severity.choices, coerce=int, initial=Severity.MEDIUM
    )
    promise_hours = forms.FloatField(
        label=_("Answer promised within (hours)"),
        min_value=0.1,
        max_value=24 * 90,
        initial=24,
        help_text=_("0.5 is half an hour."),
    )
    route = forms.ChoiceField(label=_("Goes to"), choices=Route.choices, initial=Route.VOICE_UNIT)
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Unit.objects.filter(is_active=True).order_by("path"),
        required=False,
    )
    cooldown_hours = forms.FloatField(
        label=_("Reopens when it comes back within (hours)"), min_value=0, initial=336
    )
    lookback_days = forms.IntegerField(
        label=_("Looks back (days)"), min_value=1, max_value=365, initial=14
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("route") == Route.DEPARTMENT and data.get("department") is None:
            self.add_error("department", _("Name the department it goes to."))
        return data

    def draft(self, kind: str, parameters: dict[str, Any], rule: Rule | None) -> RuleDraft:
        """The rule as the form says it."""
        data = self.cleaned_data
        return RuleDraft(
            code=rule.code if rule else _new_code(kind),
            name=data["name"],
            name_en=data["name_en"],
            kind=kind,
            parameters=parameters,
            severity=data["severity"],
            route=data["route"],
            department=data["department"],
            promise_hours=data["promise_hours"],
            cooldown_hours=data["cooldown_hours"],
            lookback_days=data["lookback_days"],
            is_active=rule.is_active if rule else True,
        )


def _new_code(kind: str) -> str:
    """A code nobody has: the kind's name with the next free number."""
    base = slugify(kind.replace("_", "-"))
    taken = set(Rule.objects.filter(code__startswith=base).values_list("code", flat=True))
    number = 1
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def initial_of(rule: Rule) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the two forms start with for an existing rule."""
    fields = (
        "name", "name_en", "severity", "promise_hours", "route", "department",
        "cooldown_hours", "lookback_days",
    )  # fmt: skip
    parameters = dict(rule.parameters)
    if "words" in parameters:
        parameters["words"] = "\n".join(parameters["words"])
    common = {field: _plain(getattr(rule, field)) for field in fields}
    return common, {name: _plain(value) for name, value in parameters.items()}


def _plain(value: Any) -> Any:
    """24 instead of 24.0: what people typed."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
