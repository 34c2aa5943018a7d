"""What a metric was told to be and how it reads now, and its history as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peakend.metrics.definitions import Definition, UnknownMetric, definition_of, may_see
from peakend.metrics.periods import last_day
from peakend.metrics.published import ClosedPeriod, Told
from peakend.organization.audit import note
from peakend.web.access import reader_of, requires
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.metrics.chart import Trend, period_title, trend_of
from peakend.web.shell import figures, names, numbers
from peakend.web.voices.export import neutral

MOST = 8  # as many as anybody compares; the file has them all


@dataclass(frozen=True)
class ToldView:
    """A figure as it was told: the value with interval and n, and the day it was told on."""

    value: str
    interval: str
    n: str
    on: str


@dataclass(frozen=True)
class Revision:
    """A period that reads differently from what was reported, and why."""

    title: str
    both: tuple[ToldView, ToldView]  # as it was, as it is
    why: str


@dataclass(frozen=True)
class PastView:
    """What was told about the periods of a trend. ``since`` is when the oldest of them was told."""

    revisions: tuple[Revision, ...]
    closed: int
    more: int
    since: str


def past_of(trend: Trend) -> PastView | None:
    """The periods whose figures changed after they were told, the newest first."""
    shown = [trend.told[start] for start in trend.starts if start in trend.told]
    if not shown:
        return None
    revised = [_revision(trend.definition, one) for one in reversed(shown) if one.is_revised]
    oldest = min(one.first.computed_at for one in shown)
    return PastView(tuple(revised[:MOST]), len(shown), max(0, len(revised) - MOST), day_of(oldest))


def why(one: ClosedPeriod) -> str:
    """What came in between, in words."""
    parts = []
    if one.late:
        said = ngettext("{n} late answer", "{n} late answers", one.late)
        parts.append(said.format(n=numbers.number(one.late)))
    if one.corrected:
        said = ngettext("{n} text corrected", "{n} texts corrected", one.corrected)
        parts.append(said.format(n=numbers.number(one.corrected)))
    return _(", ").join(parts) or _("answers removed, texts read anew or the formula changed")


def _revision(definition: Definition, one: ClosedPeriod) -> Revision:
    title = period_title(one.period, one.starts_on)
    both = (_told(definition, one.first), _told(definition, one.last))
    return Revision(title, both, why(one))


def _told(definition: Definition, one: Told) -> ToldView:
    value = figures.written(one.value, definition) if one.value is not None else _("too few")
    shown, interval = figures.display_of(definition), ""
    if one.low is not None and one.high is not None:
        interval = numbers.between(one.low * shown.scale, one.high * shown.scale, shown.decimals)
    return ToldView(value, interval, numbers.number(one.n), day_of(one.computed_at))


def day_of(moment: datetime) -> str:
    """The day something was told on."""
    return names.day_title(timezone.localtime(moment).date())


@requires("metrics.read")
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The metric's periods as a file: what each reads now, what was told, and when."""
    try:
        definition = definition_of(code)
    except UnknownMetric as unknown:
        raise Http404(_("no such metric")) from unknown
    view = read_filter(request)
    if not may_see(definition, reader_of(request)) or (definition.of_aspect and not view.aspect):
        raise Http404(_("no such metric"))
    aspect = view.aspect if definition.of_aspect else ""
    note("export", request.user, what="metric", metric=code, filter=view.query_string())  # type: ignore[arg-type]
    file = io.StringIO()
    # With a byte order mark spreadsheets read it as UTF-8.
    file.write("\ufeff")
    csv.writer(file).writerows(
        [neutral(cell) for cell in row] for row in _rows(view, definition, aspect)
    )
    answer = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{code}-{view.as_of:%Y-%m-%d}.csv".replace(":", "-")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(view: ViewFilter, definition: Definition, aspect: str) -> Iterator[list[object]]:
    yield [
        _("Period from"), _("to"), _("Metric"), _("Value"), _("95% from"), _("95% to"), "n",
        _("Computed at"), _("Told first"), _("n then"), _("Told on"), _("Revisions"),
        _("Late answers"), _("Texts corrected"),
    ]  # fmt: skip
    trend = trend_of(view, definition, aspect)
    now = timezone.localtime().isoformat(timespec="seconds")
    title = figures.title_of(definition, aspect)
    for start, one in zip(trend.starts, trend.series, strict=True):
        if one is None:
            continue
        known = one.enough
        past = trend.told.get(start)
        line: list[object] = [
            start, last_day(trend.period, start), title,
            one.value if known else _("too few"), one.low if known else "",
            one.high if known else "", one.n, now,
        ]  # fmt: skip
        if past is not None:
            at = timezone.localtime(past.first.computed_at).isoformat(timespec="seconds")
            line += [
                past.first.value, past.first.n, at, len(past.told) - 1, past.late, past.corrected,
            ]  # fmt: skip
        yield line
