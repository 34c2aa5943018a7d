"""What a cross-tab's address asks for: rows, columns, and the filter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from peakend.metrics.crosstabs import Ask, can_be_row
from peakend.metrics.dashboards import STANDARD, chosen_of
from peakend.metrics.questions import title_of_question
from peakend.metrics.registry import closed_scores
from peakend.organization.models import User
from peakend.warehouse.cells import Slice, read_cells
from peakend.web.access import reader_of
from peakend.web.filters import ViewFilter, filter_of
from peakend.web.metrics.tables import DIMENSIONS

BY = tuple(code for code in DIMENSIONS if code != "week")
DEFAULT_BY = "channel"
PERIOD = "12m"
COLON = ":"
APART = ("channel", "source")


@dataclass(frozen=True)
class Asked:
    """A cross-tab as it is asked for. ``bar`` is ``view`` with what else the address says."""

    view: ViewFilter
    bar: ViewFilter
    ask: Ask
    rows: str
    by: str
    row_choices: tuple[tuple[str, str], ...]

    @property
    def slice(self) -> Slice:
        """The observations; where brands are compared, the competitors' with them."""
        if self.by == "brand" and self.view.sees_rivals and not self.view.brand:
            return replace(self.view.slice, brands=())
        return self.view.slice


def asked_of(request: HttpRequest) -> Asked:
    """What the request's address asks for; what makes no sense is as by default."""
    view = filter_of(request.GET, request.scope, PERIOD)  # type: ignore[attr-defined]
    reader = reader_of(request)
    choices = _row_choices(view, reader)
    known = dict(choices)
    rows = request.GET.get("rows", "")
    rows = rows if rows in known else choices[0][0]
    by = request.GET.get("by", "")
    by = by if by in BY else DEFAULT_BY
    bar = replace(view, page=(("rows", rows), ("by", by)))
    kind, _colon, code = rows.partition(COLON)
    ask = Ask(kind, code, tuple(_metrics(reader, by)) if kind == "metrics" else ())
    return Asked(view, bar, ask, rows, by, choices)


def _row_choices(view: ViewFilter, reader: User) -> tuple[tuple[str, str], ...]:
    """What can stand in the rows: questions that were answered, topics, complaints, metrics."""
    heard = read_cells(Slice(brands=view.brands), ("code",), ("score",))
    closed = closed_scores(reader)
    codes = sorted(
        (row for row in heard if row.key[0] not in closed and not row.key[0].endswith("_expected")),
        key=lambda row: (-row.n, row.key[0]),
    )
    answers = [
        (
            f"answers{COLON}{row.key[0]}",
            _("Answers: {question}").format(question=title_of_question(row.key[0])),
        )
        for row in codes
    ]
    others = [
        ("metrics", _("Metrics side by side")),
        ("topics", _("What customers talk about")),
        ("complaints", _("What customers complain about")),
    ]
    return (*others[:1], *answers, *others[1:])


def _metrics(reader: User, by: str) -> Any:
    """The metrics of the reader's standard dashboard first, then the other common ones.

    Voices and visits come through different channels: held against each other by channel, a rate
    would be 0 or nothing.
    """
    standard = chosen_of(STANDARD.get(reader.role, ()), reader)
    common = chosen_of(
        ("nps", "csat", "csat_top_two", "rating", "sentiment", "negative_voices", "complaint_rate"),
        reader,
    )
    known = {
        one.code: one
        for one in [*standard, *common]
        if can_be_row(one) and not (by in APART and one.definition.base)
    }
    return known.values()
