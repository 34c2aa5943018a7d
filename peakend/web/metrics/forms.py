"""Forms of metrics: the formula's parameters, what it is called, what the company sets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.metrics.choices import AnnotationKind, Better, Display, Level, Period
from peakend.metrics.definitions import CATALOGUE, Definition, all_metrics, definition_of
from peakend.metrics.display import DISPLAYS, display_of
from peakend.metrics.models import Metric
from peakend.metrics.own import KINDS, Kind
from peakend.metrics.questions import STANDARD, scored_questions
from peakend.metrics.services import MetricDraft, Settings
from peakend.organization.access import Scope
from peakend.organization.choices import Role
from peakend.organization.models import Unit
from peakend.warehouse.cells import Slice, read_cells
from peakend.web.alerts.forms import aspect_choices
from peakend.web.shell import names
from peakend.web.shell.figures import title_of


def question_choices() -> list[tuple[str, str]]:
    """The scored questions that surveys ask or answers were given to."""
    standard = {code: str(CATALOGUE[code].name) for code in STANDARD}
    asked = {code: question.title for code, question in scored_questions().items()}
    heard = {row.key[0] for row in read_cells(Slice(), ("code",), ("score",))}
    others = {code: code for code in sorted(heard - {"rating"})}
    return [*(others | asked | standard).items(), ("rating", _("Ratings on platforms"))]


def event_choices() -> list[tuple[str, str]]:
    """The kinds of event that were ever recorded."""
    found = {row.key[0] for row in read_cells(Slice(), ("code",), ("event",))}
    shipped = {
        code
        for metric in CATALOGUE.values()
        for code in (*metric.codes, *(metric.base.codes if metric.base else ()))
        if "event" in (metric.family, metric.base.family if metric.base else "")
    } - {"voice"}
    return [(code, code) for code in sorted(found | shipped)]


class _Boxes(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class QuestionsForm(forms.Form):
    codes = _Boxes(label=gettext_lazy("Questions"), choices=question_choices)


class QuestionsWithinForm(QuestionsForm):
    at_least = forms.IntegerField(
        label=gettext_lazy("From answer"), min_value=0, max_value=10, initial=4
    )
    at_most = forms.IntegerField(
        label=gettext_lazy("Up to answer"), min_value=0, max_value=10, initial=5
    )


class QuestionsNetForm(QuestionsForm):
    at_least = forms.IntegerField(
        label=gettext_lazy("Counts for it: from answer"), min_value=1, max_value=10, initial=5
    )
    at_most = forms.IntegerField(
        label=gettext_lazy("Counts against it: up to answer"), min_value=0, max_value=9, initial=2
    )


class AspectsForm(forms.Form):
    codes = _Boxes(label=gettext_lazy("Aspects"), choices=aspect_choices)


class AspectForm(forms.Form):
    code = forms.ChoiceField(label=gettext_lazy("Aspect"), choices=aspect_choices)


class EventForm(forms.Form):
    code = forms.ChoiceField(label=gettext_lazy("What was recorded"), choices=event_choices)


class EventWithinForm(EventForm):
    at_least = forms.FloatField(label=gettext_lazy("At least"), required=False)
    at_most = forms.FloatField(label=gettext_lazy("At most"), required=False)


class EventsPerOccasionForm(forms.Form):
    codes = _Boxes(label=gettext_lazy("What is counted"), choices=event_choices)
    occasions = _Boxes(label=gettext_lazy("Held against"), choices=event_choices)


class CustomersForm(EventForm):
    days = forms.IntegerField(
        label=gettext_lazy("Days to come again"), min_value=1, max_value=1000, initial=90
    )


class PartsForm(forms.Form):
    """The weights of an index; an empty field is no part of it."""

    def __init__(self, data: Any = None, *, whole: str = "", **options: Any) -> None:
        super().__init__(data, **options)
        asked = (code for code in scored_questions() if code not in STANDARD)
        questions = [definition_of(f"score:{code}") for code in asked]
        known = {metric.code: metric for metric in [*all_metrics(), *questions]}
        self.offered = [
            metric for metric in known.values() if metric.can_be_part and metric.code != whole
        ]
        for metric in self.offered:
            self.fields[_field_of(metric.code)] = forms.FloatField(
                label=title_of(metric), min_value=0, max_value=1_000, required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(_field_of(metric.code)) for metric in self.offered):
            raise forms.ValidationError(_("Give at least one part a weight."))
        return data

    @property
    def parts(self) -> list[tuple[str, float]]:
        """Codes and weights as typed."""
        weights = (
            (metric.code, self.cleaned_data.get(_field_of(metric.code))) for metric in self.offered
        )
        return [(code, weight) for code, weight in weights if weight]


def _field_of(code: str) -> str:
    return "weight_" + code.replace(":", "__")


FORMULA_FORMS: dict[str, type[forms.Form]] = {
    "answers_mean": QuestionsForm,
    "answers_share": QuestionsWithinForm,
    "answers_net": QuestionsNetForm,
    "opinions_net": AspectsForm,
    "opinions_negative": AspectsForm,
    "aspect_mentioned": AspectForm,
    "event_mean": EventForm,
    "event_within": EventWithinForm,
    "event_count": EventForm,
    "event_rate": EventsPerOccasionForm,
    "customers_returning": CustomersForm,
    "customers_lost": CustomersForm,
    "index": PartsForm,
}


def formula_form(kind: Kind, data: Any, row: Metric | None = None) -> forms.Form:
    """The form of a kind's parameters, filled with an existing metric's."""
    initial = dict(row.formula.get("parameters", {})) if row else {}
    if kind.code == "index":
        if row:
            parts = definition_of(row.code).weights_in("")
            initial = {_field_of(part.code): part.weight for part in parts}
        return PartsForm(data, whole=row.code if row else "", prefix="f", initial=initial)
    return FORMULA_FORMS[kind.code](data, prefix="f", initial=initial)


class MetricForm(forms.Form):
    """What an own metric is called and how it is shown."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=80, required=False)
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=63,
        help_text=gettext_lazy(
            "Lower-case letters, digits and _: what addresses, exports and the API call it."
        ),
    )
    definition = forms.CharField(
        label=gettext_lazy("What it says"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    definition_en = forms.CharField(
        label=gettext_lazy("The same in English"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices)
    better = forms.TypedChoiceField(
        label=gettext_lazy("Better when"), choices=Better.choices, coerce=int
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit, such as minutes"), max_length=20, required=False
    )
    unit_en = forms.CharField(label=gettext_lazy("Unit in English"), max_length=20, required=False)
    scale_low = forms.FloatField(label=gettext_lazy("Counts as worst in an index"), required=False)
    scale_high = forms.FloatField(label=gettext_lazy("Counts as best in an index"), required=False)

    # What only amounts have: others bring their unit and scale along.
    OF_AMOUNTS = ("unit", "unit_en", "scale_low", "scale_high")

    def __init__(self, data: Any = None, *, kind: Kind, row: Metric | None = None) -> None:
        super().__init__(data, prefix="m", initial=_initial_of(kind, row))
        if row:
            self.fields["code"].disabled = True
        if kind.display != Display.AMOUNT:
            for name in self.OF_AMOUNTS:
                del self.fields[name]

    @property
    def scale(self) -> tuple[float, float] | None:
        """Where an amount counts as worst and best."""
        low, high = self.cleaned_data.get("scale_low"), self.cleaned_data.get("scale_high")
        return None if low is None or high is None else (low, high)


def _initial_of(kind: Kind, row: Metric | None) -> dict[str, Any]:
    if row is None:
        return {"better": kind.better, "level": Level.RESULT}
    return {
        "name": row.name, "name_en": row.name_en, "code": row.code, "definition": row.definition,
        "definition_en": row.definition_en, "level": row.level, "better": row.better,
        "unit": row.unit_word, "unit_en": row.unit_word_en, "scale_low": row.scale_low,
        "scale_high": row.scale_high,
    }  # fmt: skip


class SettingsForm(forms.Form):
    """What a company decides about any metric; bounds are typed as they are shown."""

    standard = forms.FloatField(
        label=gettext_lazy("Standard"), required=False,
        help_text=gettext_lazy("What should hold at any time, in the unit shown."),
    )  # fmt: skip
    target = forms.FloatField(label=gettext_lazy("Target"), required=False)
    target_on = forms.DateField(
        label=gettext_lazy("To be reached by"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owning unit"), required=False,
        queryset=Unit.objects.filter(is_active=True).order_by("path"),
    )  # fmt: skip
    period = forms.ChoiceField(label=gettext_lazy("Collected"), choices=Period.choices)
    minimum_n = forms.IntegerField(
        label=gettext_lazy("Shown from n"), min_value=2, max_value=100_000, required=False
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Only from these channels"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Only these roles may see it"), required=False, choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, data: Any, *, metric: Definition | None, display: str = "") -> None:
        self._scale = (
            display_of(metric).scale if metric else DISPLAYS.get(display, DISPLAYS["score"]).scale
        )
        super().__init__(data, prefix="s", initial=self._initial(metric))
        heard = read_cells(Slice(), ("channel",), ("voice", "score", "event"))
        codes = sorted(
            {row.key[0] for row in heard if row.key[0]} | set(metric.channels if metric else ())
        )
        field = self.fields["channels"]
        field.choices = [(code, names.channel_title(code)) for code in codes]  # type: ignore[attr-defined]

    def settings(self) -> Settings:
        """What was typed, in the unit that is stored."""
        data = self.cleaned_data
        return Settings(
            standard=self._stored(data["standard"]),
            target=self._stored(data["target"]),
            target_on=data["target_on"],
            owner=data["owner"],
            channels=data["channels"],
            period=data["period"],
            minimum_n=data["minimum_n"],
            roles=data["roles"],
        )

    def _initial(self, metric: Definition | None) -> dict[str, Any]:
        if metric is None:
            return {"period": Period.WEEK, "minimum_n": 30}
        return {
            "standard": self._shown(metric.standard), "target": self._shown(metric.target),
            "target_on": metric.target_on, "owner": metric.owner, "period": metric.period,
            "minimum_n": metric.minimum_n, "channels": list(metric.channels),
            "roles": list(metric.roles),
        }  # fmt: skip

    def _shown(self, value: float | None) -> float | None:
        return None if value is None else round(value * self._scale, 6)

    def _stored(self, value: float | None) -> float | None:
        return None if value is None else value / self._scale


class AnnotationForm(forms.Form):
    """Something that happened and may explain a figure."""

    on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    title = forms.CharField(label=gettext_lazy("What happened"), max_length=80)
    title_en = forms.CharField(
        label=gettext_lazy("The same in English"), max_length=80, required=False
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AnnotationKind.choices)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Where"), queryset=Unit.objects.none(), required=False
    )
    everywhere = forms.BooleanField(label=gettext_lazy("Show it with every metric"), required=False)

    def __init__(self, data: Any = None, *, scope: Scope, **options: Any) -> None:
        super().__init__(data, prefix="a", **options)
        units = Unit.objects.filter(is_active=True).order_by("path")
        field = self.fields["unit"]
        field.queryset = scope.filter(units, "pk")  # type: ignore[attr-defined]
        if scope.units is None:
            field.empty_label = _("the whole company")  # type: ignore[attr-defined]
        else:
            field.required = True


def draft_of(
    kind: Kind, formula: forms.Form, metric: MetricForm, settings: SettingsForm
) -> MetricDraft:
    """The metric as the three forms say it."""
    data = metric.cleaned_data
    parts = formula.parts if isinstance(formula, PartsForm) else []
    given = {} if isinstance(formula, PartsForm) else formula.cleaned_data
    return MetricDraft(
        code=data["code"],
        name=data["name"],
        kind=kind.code,
        parameters={name: value for name, value in given.items() if value is not None},
        name_en=data["name_en"],
        definition=data["definition"],
        definition_en=data["definition_en"],
        level=data["level"],
        better=data["better"],
        display=kind.display,
        unit=data.get("unit", ""),
        unit_en=data.get("unit_en", ""),
        scale=metric.scale,
        settings=settings.settings(),
        parts=parts,
    )


__all__ = [
    "KINDS",
    "AnnotationForm",
    "MetricForm",
    "PartsForm",
    "SettingsForm",
    "draft_of",
    "formula_form",
]
