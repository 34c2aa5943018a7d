"""Keeping a dashboard, and the figures one can put on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.metrics.dashboards import OF
from peakend.metrics.definitions import visible_metrics
from peakend.metrics.models import Dashboard
from peakend.metrics.questions import STANDARD, scored_questions
from peakend.metrics.saved_views import sharings_of
from peakend.opinions.queries import aspect_title
from peakend.organization.models import User
from peakend.warehouse.cells import read_cells
from peakend.web.filters import ViewFilter
from peakend.web.shell.figures import title_of

MOST_ASPECTS = 20
Group = tuple[str, list[tuple[str, str]]]


class KeepForm(forms.Form):
    """A dashboard's name and who sees it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    sharing = forms.ChoiceField(
        label=gettext_lazy("Who sees it"),
        help_text=gettext_lazy("The view is shared, not the data: everyone sees their own units."),
    )

    def __init__(self, data: Any, *, owner: User, dashboard: Dashboard | None = None) -> None:
        given = {"name": str(dashboard), "sharing": dashboard.sharing} if dashboard else {}
        super().__init__(data, initial=given)
        offered = [(one.value, one.label) for one in sharings_of(owner)]
        self.fields["sharing"].choices = offered  # type: ignore[attr-defined]


def offered_figures(view: ViewFilter, reader: User, shown: tuple[str, ...]) -> list[Group]:
    """What can be added: metrics, questions, and the aspects spoken of most."""
    known = visible_metrics(reader)
    metrics = [(one.code, title_of(one)) for one in known if not one.of_aspect]
    questions = [
        (f"score:{code}", question.title)
        for code, question in scored_questions().items()
        if code not in STANDARD
    ]
    heard = sorted(read_cells(view.slice, ("code",), ("opinion",)), key=lambda row: -row.signals)
    aspects = [
        (f"{one.code}{OF}{row.key[0]}", f"{aspect_title(row.key[0])} · {one.name}")
        for row in heard[:MOST_ASPECTS]
        for one in known
        if one.of_aspect
    ]
    groups = [(_("Metrics"), metrics), (_("Questions"), questions), (_("Aspects"), aspects)]
    return [
        (title, left)
        for title, choices in groups
        if (left := [choice for choice in choices if choice[0] not in shown])
    ]
