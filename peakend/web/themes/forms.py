"""How a theme gets its name: an aspect of its own, or a place in one there is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from peakend.opinions.queries import named
from peakend.text import Taxonomy
from peakend.themes.models import Theme
from peakend.themes.naming import NewAspect

NEW = ""


class NameForm(forms.Form):
    """A new aspect in a group, or more words for an aspect there is."""

    aspect = forms.ChoiceField(label=_("Belongs to"), required=False)
    name = forms.CharField(label=_("Name in Chinese"), max_length=40, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    group = forms.ChoiceField(label=_("Group of aspects"), required=False)
    words = forms.CharField(
        label=_("Words"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line. A voice with one of these words speaks of the aspect."),
    )

    def __init__(self, theme: Theme, taxonomy: Taxonomy, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "aspect": NEW,
                "name": "" if theme.phrases[0].isascii() else theme.phrases[0],
                "name_en": theme.phrases[0] if theme.phrases[0].isascii() else "",
                "words": "\n".join(theme.phrases),
                "group": next((a.group for a in taxonomy.aspects if a.code == theme.near), ""),
            },
        )
        super().__init__(*args, **kwargs)
        groups = {a.group: named(dict(a.group_names)) for a in taxonomy.aspects}
        self.fields["group"].choices = list(groups.items())  # type: ignore[attr-defined]
        by_group: dict[str, list[tuple[str, str]]] = {}
        for aspect in taxonomy.aspects:
            by_group.setdefault(groups[aspect.group], []).append(
                (aspect.code, named(dict(aspect.names)))
            )
        self.fields["aspect"].choices = [  # type: ignore[attr-defined]
            (NEW, _("an aspect of its own")),
            *by_group.items(),
        ]

    def clean(self) -> dict[str, Any]:
        """A new aspect needs a name in one of the languages."""
        data = super().clean() or {}
        if not data.get("aspect") and not (data.get("name") or data.get("name_en")):
            self.add_error("name", _("Give the aspect a name."))
        return data

    @property
    def phrases(self) -> tuple[str, ...]:
        """The words that were kept, one a line."""
        return tuple(self.cleaned_data["words"].splitlines())

    def new_aspect(self) -> NewAspect:
        """The aspect as it was filled in."""
        data = self.cleaned_data
        return NewAspect(data["group"], data["name"], data["name_en"], self.phrases)
