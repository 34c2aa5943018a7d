"""An aspect as people write it, and a taxonomy copied under a name of its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from peakend.opinions.editing import both, free_code, split_words
from peakend.opinions.errors import TaxonomyRefused
from peakend.opinions.owners import FUNCTIONS, owner_of_unit
from peakend.opinions.queries import named
from peakend.opinions.taxonomies import taxonomy_codes
from peakend.opinions.wording import words_of
from peakend.organization.models import Unit
from peakend.text import Aspect, Taxonomy

NEW_GROUP = "+"
WORDS = ("keywords", "hints", "positive", "negative", "whole")


class Words(forms.CharField):
    """Words and phrases, one a line or between commas."""

    def __init__(self, **options: Any) -> None:
        area = forms.Textarea(attrs={"class": "form-control", "rows": 4, "spellcheck": "false"})
        super().__init__(widget=area, required=False, **options)

    def clean(self, value: Any) -> tuple[str, ...]:
        try:
            return split_words(super().clean(value))
        except TaxonomyRefused as error:
            raise forms.ValidationError(words_of(error)) from error


def _line(label: Any, longest: int, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        **options,
    )


class AspectForm(forms.Form):
    """Everything about one aspect."""

    name_zh = _line(_("Name in Chinese"), 60)
    name_en = _line(_("Name in English"), 60)
    group = forms.ChoiceField(
        label=pgettext_lazy("of aspects", "Group"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    group_zh = _line(_("New group in Chinese"), 60)
    group_en = _line(_("New group in English"), 60)
    description_zh = _line(_("What it is, in Chinese"), 200)
    description_en = _line(_("What it is, in English"), 200)
    keywords = Words(
        label=_("Words that name it"),
        help_text=_("One a line or between commas, Chinese and English together."),
    )
    positive = Words(label=_("Phrases that name and praise it"), help_text=_("“served right away”"))
    negative = Words(label=_("Phrases that name and blame it"), help_text=_("“waited for an hour”"))
    hints = Words(
        label=_("Words that mean it only beside a judgement"),
        help_text=_("“table” alone says nothing of space; “a tiny table” does."),
    )
    whole = Words(
        label=_("Words for its whole group"),
        help_text=_("Who praises these praises every aspect of the group."),
    )
    owner = forms.ChoiceField(
        label=_("Owning unit"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    standard_zh = _line(_("Service standard in Chinese"), 200)
    standard_en = _line(_("Service standard in English"), 200)

    def __init__(self, taxonomy: Taxonomy, aspect: Aspect | None, data: Any = None) -> None:
        self.taxonomy, self.aspect = taxonomy, aspect
        super().__init__(data, initial=_initial(aspect, taxonomy))
        groups = {one.group: named(one.group_names) for one in taxonomy.aspects}
        self._choose("group", [*groups.items(), (NEW_GROUP, _("A new group"))])
        self._choose("owner", _owners(aspect))

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name_zh") and not data.get("name_en"):
            self.add_error("name_zh", _("Give it a name in at least one language."))
        if data.get("group") == NEW_GROUP and not (data.get("group_zh") or data.get("group_en")):
            self.add_error("group_zh", _("Give the group a name in at least one language."))
        return data

    def as_aspect(self) -> Aspect:
        """The aspect as the form says it."""
        data = self.cleaned_data
        names = both({"zh": data["name_zh"], "en": data["name_en"]})
        group, group_names = self._group()
        return Aspect(
            code=self.aspect.code if self.aspect else free_code(names, self.taxonomy.codes),
            group=group,
            names=names,
            group_names=group_names,
            description=both({"zh": data["description_zh"], "en": data["description_en"]}),
            owner=data["owner"],
            standard=both({"zh": data["standard_zh"], "en": data["standard_en"]}),
            **{name: data[name] for name in WORDS},
        )

    def _group(self) -> tuple[str, dict[str, str]]:
        data = self.cleaned_data
        if data["group"] == NEW_GROUP:
            names = both({"zh": data["group_zh"], "en": data["group_en"]})
            return free_code(names, {one.group for one in self.taxonomy.aspects}), names
        beside = next(one for one in self.taxonomy.aspects if one.group == data["group"])
        return beside.group, dict(beside.group_names)


class CopyForm(forms.Form):
    """A taxonomy of one's own, begun from another."""

    source = forms.ChoiceField(
        label=_("Begin from"), widget=forms.Select(attrs={"class": "form-select"})
    )
    name_zh = _line(_("Name in Chinese"), 60)
    name_en = _line(_("Name in English"), 60)
    code = _line(
        _("Code"), 48, required=True, help_text=_("Small Latin letters, digits, underscores.")
    )

    def __init__(self, choices: list[tuple[str, str]], *data: Any) -> None:
        super().__init__(*data)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in taxonomy_codes():
            raise forms.ValidationError(_("There is a taxonomy with this code already."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name_zh") and not data.get("name_en"):
            self.add_error("name_zh", _("Give it a name in at least one language."))
        return data


def _initial(aspect: Aspect | None, taxonomy: Taxonomy) -> dict[str, Any]:
    if aspect is None:
        return {"group": taxonomy.aspects[-1].group}
    found: dict[str, Any] = {"group": aspect.group, "owner": aspect.owner}
    for name in ("name", "description", "standard"):
        texts = getattr(aspect, f"{name}s" if name == "name" else name)
        found |= {f"{name}_{language}": texts.get(language, "") for language in ("zh", "en")}
    found |= {name: "\n".join(getattr(aspect, name)) for name in WORDS}
    return found


def _owners(aspect: Aspect | None) -> list[Any]:
    units = [
        (owner_of_unit(unit), unit.title)
        for unit in Unit.objects.filter(is_active=True).order_by("path")
    ]
    found: list[Any] = [
        ("", _("nobody yet")),
        (_("Functions of the trade"), list(FUNCTIONS.items())),
        (_("Units of the company"), units),
    ]
    known = {"", *FUNCTIONS, *(code for code, _title in units)}
    if aspect is not None and aspect.owner not in known:
        found.append((aspect.owner, aspect.owner))
    return found
