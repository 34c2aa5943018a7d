"""Depositing a finished survey, and tests of earlier years."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from peakend.metrics.choices import StudyKind
from peakend.metrics.norms import COLUMNS, StudyDraft


class DepositForm(forms.Form):
    """What is known of a finished test beside its figures."""

    name = forms.CharField(label=_("What was tested"), max_length=120)
    name_en = forms.CharField(label=_("The same in English"), max_length=120, required=False)
    category = forms.CharField(
        label=_("Category"),
        max_length=80,
        help_text=_("Results are held against their own category first."),
    )
    market = forms.CharField(label=_("Market"), max_length=80, required=False)
    method = forms.CharField(
        label=_("Method"),
        max_length=80,
        required=False,
        help_text=_("How it was asked: online, at home, in a hall."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=StudyKind.choices)
    finished_on = forms.DateField(
        label=_("Finished on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, prefix="d", **options)

    def draft(self) -> StudyDraft:
        """The study as typed."""
        return StudyDraft(**self.cleaned_data)


class EarlierForm(forms.Form):
    """Tests of earlier years as a table."""

    table = forms.CharField(
        label=_("Table with a heading, one line a figure"),
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": ",".join(COLUMNS)}),
        help_text=_(
            "Copied from a spreadsheet or as CSV. Values as they are shown: 45 for an NPS of 45, 62.5 for 62.5%."
        ),
    )
