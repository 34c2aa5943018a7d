"""What is chosen and corrected before a file is imported."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from peakend.opinions.taxonomies import taxonomy_choices
from peakend.organization.models import Unit
from peakend.voices.imports import Choices, Plan
from peakend.voices.ratings import Scale, scale_named
from peakend.voices.readers.encodings import ENCODINGS
from peakend.voices.readers.headers import LOOKED_AT
from peakend.voices.wording import ROLE_NAMES, refusal_words

HEADED = ("csv", "xlsx")  # formats in which a row names the columns
DELIMITER_NAMES = {
    ",": _("comma"),
    "\t": _("tab"),
    ";": _("semicolon"),
    "|": _("vertical bar"),
}
IDENTITY_NAMES = {
    "member": _("member number"),
    "phone": _("mobile number"),
    "email": _("e-mail"),
    "openid": _("WeChat OpenID"),
    "unionid": _("WeChat UnionID"),
    "respondent": _("respondent number"),
    "customer": _("customer number"),
}


def role_choices() -> list[tuple[str, Any]]:
    """Every part a column can play, customers' identities one by one."""
    choices: list[tuple[str, Any]] = []
    for code, name in ROLE_NAMES.items():
        if code == "customer":
            choices += [(f"customer.{kind}", label) for kind, label in IDENTITY_NAMES.items()]
        else:
            choices.append((code, name))
    return choices


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.jsonl,.ndjson,.json,.wav,.mp3,.m4a,.ogg,.flac,.webm"
            }
        ),
    )


class PlanForm(forms.Form):
    """The plan of an import as a form; each column's part is a field of its own."""

    source = forms.CharField(
        label=_("Source"),
        max_length=64,
        help_text=_("Files of one source are read alike; a voice sent twice counts once in it."),
    )
    taxonomy = forms.ChoiceField(label=_("Indicator tree"))
    scale = forms.CharField(
        label=_("Rating, worst to best"),
        required=False,
        max_length=20,
        help_text=_("For example 1-5, 0-10 or, where 1 is best, 5-1."),
    )
    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=_("Delimiter"), required=False)
    header_row = forms.IntegerField(
        label=_("Row of the column names"),
        required=False,
        min_value=1,
        max_value=LOOKED_AT,
        help_text=_("As the spreadsheet counts. What stands above it is left out."),
    )
    # Which header the page was drawn for: its columns are named after it.
    shown_header_row = forms.IntegerField(
        required=False, min_value=1, max_value=LOOKED_AT, widget=forms.HiddenInput
    )
    unit = forms.ChoiceField(label=_("Unit of all rows"), required=False)
    brand = forms.CharField(label=_("Brand of all rows"), required=False, max_length=64)
    channel = forms.CharField(label=_("Channel of all rows"), required=False, max_length=32)
    all_or_nothing = forms.BooleanField(label=_("Take nothing if any row is wrong"), required=False)

    def __init__(
        self, plan: Plan, within: frozenset[int] | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.within = plan, within
        form = plan.guess.reading.form
        self._choose("taxonomy", taxonomy_choices())
        self._choose("unit", [("", _("as the file says")), *unit_choices(within)])
        if form.format == "csv":
            self._choose("encoding", [(name, name.upper()) for name in ENCODINGS])
            self._choose("delimiter", list(DELIMITER_NAMES.items()))
        else:
            del self.fields["encoding"], self.fields["delimiter"]
        if form.format not in HEADED:
            del self.fields["header_row"], self.fields["shown_header_row"]
        self.roles = []
        choices = role_choices()
        for place, (column, profile) in enumerate(
            zip(plan.guess.reading.columns, plan.guess.profiles, strict=True)
        ):
            name = f"role-{place}"
            self.fields[name] = forms.ChoiceField(
                label=column.name,
                choices=choices,
                widget=forms.Select(attrs={"class": "pk-input"}),
                initial=f"{column.role}.{column.detail}" if column.detail else column.role,
            )
            self.roles.append((column, profile, name))

    @staticmethod
    def initial_of(plan: Plan) -> dict[str, Any]:
        """The guess as the form's first content."""
        reading = plan.guess.reading
        return {
            "source": plan.source,
            "taxonomy": plan.taxonomy,
            "scale": f"{reading.scale.worst:g}-{reading.scale.best:g}"
            if reading.playing("rating") and reading.scale.worst >= 0 <= reading.scale.best
            else f"{reading.scale.worst:g}..{reading.scale.best:g}"
            if reading.playing("rating")
            else "",
            "encoding": reading.form.encoding,
            "delimiter": reading.form.delimiter,
            "header_row": reading.form.header_row or None,
            "shown_header_row": reading.form.header_row or None,
        }

    @property
    def columns(self) -> list[dict[str, Any]]:
        """Each column with the field that says its part, the telling ones first."""
        lines = [
            {
                "name": column.name,
                "role": column.role,
                "examples": profile.examples,
                "field": self[name],
            }
            for column, profile, name in self.roles
        ]
        quiet = {"attribute", "ignore"}
        return sorted(lines, key=lambda line: line["role"] in quiet)

    @property
    def details(self) -> list[Any]:
        """The fields that are not columns."""
        return [
            self[name]
            for name in self.fields
            if not name.startswith("role-") and not self[name].is_hidden
        ]

    @property
    def other_header(self) -> bool:
        """Whether another row was said to name the columns: then they mean what is guessed anew."""
        typed = self.cleaned_data.get("header_row")
        return bool(typed) and typed != self.plan.guess.reading.form.header_row

    def clean_scale(self) -> Scale | None:
        """The scale that was typed; nothing where nothing was."""
        text: str = self.cleaned_data["scale"].strip()
        if not text:
            return None
        scale = scale_named(text)
        if scale is None:
            raise forms.ValidationError(refusal_words("unknown_scale", {"given": text}))
        return scale

    def choices(self) -> Choices:
        """What was chosen, as the import understands it."""
        data = self.cleaned_data
        reading = self.plan.guess.reading
        form = reading.form
        if form.format == "csv":
            form = replace(form, encoding=data["encoding"], delimiter=data["delimiter"])
        if self.other_header:
            form = replace(form, header=True, header_row=data["header_row"])
        typed = data["scale"]
        return Choices(
            source=data["source"],
            form=form,
            roles=()
            if self.other_header
            else tuple((data[name], column.name) for column, _, name in self.roles),
            # A scale known by a code book is kept with its blanks, unless another was typed.
            scale=None
            if typed is None or self.other_header or typed.bounds == reading.scale.bounds
            else typed,
            taxonomy=data["taxonomy"],
            unit=data["unit"],
            brand=data["brand"],
            channel=data["channel"],
            all_or_nothing=data["all_or_nothing"],
            within=self.within,
        )

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def unit_choices(within: frozenset[int] | None) -> list[tuple[str, str]]:
    """The units that somebody who sees these may name."""
    units = Unit.objects.filter(is_active=True).order_by("path")
    if within is not None:
        units = units.filter(pk__in=within)
    return [(unit.code, str(unit)) for unit in units]


STATE_NAMES = {
    "waiting": pgettext_lazy("import", "waiting"),
    "running": pgettext_lazy("import", "running"),
    "done": pgettext_lazy("import", "done"),
    "failed": pgettext_lazy("import", "failed"),
    "cancelled": pgettext_lazy("import", "cancelled"),
}
