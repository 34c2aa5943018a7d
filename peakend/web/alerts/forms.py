"""Forms of rules: what every rule has, and its kind's parameters as their schema describes them."""

from collections.abc import Callable
from typing import Any

import msgspec
from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from peakend.alerts.choices import Route, Severity
from peakend.alerts.finders.kind import Kind
from peakend.alerts.finders.metric_shift import LEVEL, LIMITS, PATTERNS
from peakend.alerts.finders.metric_weeks import COMPANY, UNIT
from peakend.alerts.models import Rule
from peakend.alerts.services import RuleDraft
from peakend.metrics.definitions import all_metrics
from peakend.metrics.questions import STANDARD, scored_questions, title_of_question
from peakend.opinions.queries import aspect_title
from peakend.opinions.taxonomies import held, taxonomy_codes
from peakend.organization.models import Unit
from peakend.voices.models import Source


def aspect_choices() -> list[tuple[str, str]]:
    """The aspects of the taxonomies the company's sources use; of all where it has none yet."""
    known = set(taxonomy_codes())
    used = set(Source.objects.order_by("pk").values_list("taxonomy", flat=True)) & known
    codes = {
        aspect.code: aspect_title(aspect.code)
        for name in sorted(used or known)
        for aspect in held(name).taxonomy.aspects
    }
    return list(codes.items())


class _Aspects(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=aspect_choices, **options | {"required": False})


class _Phrases(forms.CharField):
    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 6})
        super().__init__(widget=widget, **options | {"required": False})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(value or ())

    def clean(self, value: Any) -> list[str] | None:
        lines = (line.strip() for line in super().clean(value).splitlines())
        return [line for line in lines if line] or None


def metric_choices() -> list[tuple[str, str]]:
    """Metrics that have a better side, and so a worse one to be warned of."""
    return [
        (metric.code, str(metric.name))
        for metric in all_metrics()
        if metric.better and not metric.of_aspect
    ]


def question_choices() -> list[tuple[str, str]]:
    """What surveys ask on a scale, the standard questions first."""
    codes = dict.fromkeys((*STANDARD, *scored_questions()))
    return [(code, title_of_question(code)) for code in codes]


class _Metric(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=metric_choices, **options)


class _Question(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=question_choices, **options)


class _Place(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        choices = [(UNIT, _("every unit by itself")), (COMPANY, _("the whole company"))]
        super().__init__(choices=choices, **options)


class _ControlTest(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        choices = [
            (LIMITS, _("a week beyond the control limit")),
            (PATTERNS, _("a limit or a pattern of weeks (Western Electric)")),
            (LEVEL, _("a new level that stays")),
        ]
        super().__init__(choices=choices, **options)


# What is asked for that is no number.
_FIELDS: dict[str, type[forms.Field]] = {
    "aspects": _Aspects,
    "phrases": _Phrases,
    "metric": _Metric,
    "question": _Question,
    "place": _Place,
    "control_test": _ControlTest,
}


class ParametersForm(forms.Form):
    """The parameters of a kind, drawn from its schema: labels, bounds and defaults stand there."""

    prefix = "p"

    def __init__(self, kind: Kind, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        info = msgspec.inspect.type_info(kind.parameters)
        assert isinstance(info, msgspec.inspect.StructType)
        self._optional = {field.encode_name for field in info.fields if _may_be_empty(field.type)}
        for field in info.fields:
            self.fields[field.encode_name] = _field_for(field)

    def parameters(self) -> dict[str, Any]:
        """What was typed as the schema takes it; an empty limit is said, so that it is not the default."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value is not None or name in self._optional
        }


def _may_be_empty(kind: msgspec.inspect.Type) -> bool:
    return isinstance(kind, msgspec.inspect.UnionType)


def _field_for(field: msgspec.inspect.Field) -> forms.Field:
    kind, required = field.type, True
    if isinstance(kind, msgspec.inspect.UnionType):
        required = False
        kind = next(one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType))
    assert isinstance(kind, msgspec.inspect.Metadata)
    extra = kind.extra or {}
    options: dict[str, Any] = {
        "label": extra["label"],
        "help_text": extra.get("help", ""),
        "initial": _plain(field.default),
        "required": required,
    }
    if "asks_for" in extra:
        return _FIELDS[extra["asks_for"]](**options)
    number = kind.type
    assert isinstance(number, msgspec.inspect.IntType | msgspec.inspect.FloatType)
    is_whole = isinstance(number, msgspec.inspect.IntType)
    form_field: Callable[..., forms.Field] = forms.IntegerField if is_whole else forms.FloatField
    return form_field(min_value=number.ge, max_value=number.le, **options)


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
    route = forms.ChoiceField(label=_("Goes to"), choices=Route.choices)
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
    common = {field: _plain(getattr(rule, field)) for field in fields}
    return common, {name: _plain(value) for name, value in rule.parameters.items()}


def _plain(value: Any) -> Any:
    """24 instead of 24.0: what people typed."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
