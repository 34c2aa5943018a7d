"""What is typed on the pages of administration. Rules of the domain live in its services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from peakend.opinions.taxonomies import taxonomy_titles
from peakend.organization.choices import UnitKind


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    code = forms.CharField(
        label=_("Code"), max_length=64, help_text=_("What files and programs call it: store-17")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    parent = forms.ChoiceField(label=_("Stands below"), required=False)

    def __init__(self, *args: Any, parents: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parents:
            self.fields["parent"].choices = parents  # type: ignore[attr-defined]
        else:
            self.fields["parent"].widget = forms.HiddenInput()


class PersonForm(forms.Form):
    display_name = forms.CharField(label=_("Name shown"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ChoiceField(
        label=_("Unit"),
        required=False,
        help_text=_("They see this unit and everything below it."),
    )

    def __init__(
        self,
        *args: Any,
        units: list[tuple[Any, str]],
        roles: list[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("none: they see nothing")), *units]  # type: ignore[attr-defined]


class NewPersonForm(PersonForm):
    username = forms.CharField(label=_("User name"), max_length=150)
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Tell it in person; they can change it after signing in."),
    )
    field_order = ("username", "display_name", "email", "role", "unit", "password")


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Their open sessions end."),
    )


class SourceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    channel = forms.CharField(label=_("Channel"), max_length=32)
    taxonomy = forms.ChoiceField(
        label=_("Taxonomy"),
        help_text=_("Which aspects are looked for. What was heard before is read again by it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taxonomy"].choices = taxonomy_titles()  # type: ignore[attr-defined]


class BrandForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    code = forms.CharField(label=_("Code"), max_length=64)
    is_own = forms.BooleanField(label=_("Our own brand"), required=False)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which program uses it, and where.")
    )
    permissions = forms.MultipleChoiceField(label=_("It may"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("one year")), (0, _("ever"))],
        initial=90,
    )

    def __init__(self, *args: Any, permissions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = permissions  # type: ignore[attr-defined]
