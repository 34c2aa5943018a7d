"""What a dashboard shows as a CSV that a spreadsheet opens safely: value, interval, n, change, period."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from peakend.metrics.dashboards import Seen
from peakend.metrics.queries import Reading
from peakend.web.dashboards.state import State
from peakend.web.metrics.tables import DIMENSIONS, title_in
from peakend.web.shell.figures import change_view, display_of, title_of
from peakend.web.voices.export import neutral

DECIMALS = 4  # of numbers as they are shown: finer than any page, coarser than noise


def file_of(state: State, seen: Seen) -> HttpResponse:
    """The figures, then the one that is broken down."""
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(
        [
            _("Metric"), _("Part"), _("Value"), pgettext("of a figure", "Unit"), _("95% interval, low"),
            _("95% interval, high"), "n", pgettext("difference", "Change"), _("Change, low"),
            _("Change, high"), _("Finding"), _("From"), _("Until"), _("Compared from"), _("Compared until"),
            _("How is this computed?"),
        ]
    )  # fmt: skip
    for row in _rows(state, seen):
        writer.writerow([neutral(value) for value in row])
    # With a byte order mark spreadsheets read it as UTF-8.
    answer = HttpResponse("\ufeff" + held.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"dashboard-{state.view.as_of:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(state: State, seen: Seen) -> Iterator[list[object]]:
    span = _days(state.view.since, state.view.until)
    compared = _days(*(state.view.compared_span or (None, None)))
    for figure in seen.figures:
        yield [*_figure(figure.reading, _("all")), *span, *compared, _how(figure.reading)]
    title, dimension = title_in(state.by), DIMENSIONS[state.by]
    for one in seen.breakdown:
        part = f"{dimension}: {title(one.key[0])}"
        yield [*_figure(one, part), *span, *compared, _how(one)]


def _figure(one: Reading, part: str) -> list[object]:
    shown = display_of(one.metric)

    def told(value: float | None) -> object:
        return "" if value is None or not one.enough else round(value * shown.scale, DECIMALS)

    change = one.change if one.enough else None
    view = change_view(change, one.metric)
    return [
        title_of(one.metric, one.aspect),
        part,
        told(one.value),
        str(shown.unit).strip() or shown.of,
        told(one.low),
        told(one.high),
        round(one.n),
        told(change.value) if change else "",
        told(change.low) if change else "",
        told(change.high) if change else "",
        _("Too few to say") if not one.enough else view.word if view else "",
    ]


def _days(since: date | None, until: date | None) -> tuple[str, str]:
    """First and last day."""
    last = until - timedelta(days=1) if until else None
    return (since.isoformat() if since else "", last.isoformat() if last else "")


def _how(one: Reading) -> str:
    return str(one.metric.formula)
