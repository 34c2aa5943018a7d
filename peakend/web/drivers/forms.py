"""Taking weights into an index."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.metrics.definitions import all_metrics
from peakend.metrics.drivers import Analysis
from peakend.web.shell import names
from peakend.web.shell.figures import title_of

NEW = "+"


class TakeForm(forms.Form):
    """Into which index the weights go, and for whom."""

    index = forms.ChoiceField(label=gettext_lazy("Into the index"))
    name = forms.CharField(label=gettext_lazy("Name of a new index"), max_length=80, required=False)
    code = forms.CharField(label=gettext_lazy("Its code"), max_length=63, required=False)
    segment = forms.ChoiceField(label=gettext_lazy("For"), required=False)

    def __init__(self, data: Any, *, analysis: Analysis) -> None:
        super().__init__(data, prefix="t")
        indexes = [(metric.code, title_of(metric)) for metric in all_metrics() if metric.is_index]
        index, segment = self.fields["index"], self.fields["segment"]
        index.choices = [(NEW, _("a new one")), *indexes]  # type: ignore[attr-defined]
        segments = [(code, names.segment_title(code)) for code in analysis.segments]
        segment.choices = [("", _("everybody")), *segments]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("index") == NEW:
            for field in ("name", "code"):
                if not data.get(field):
                    self.add_error(field, _("A new index needs a name and a code."))
        return data
