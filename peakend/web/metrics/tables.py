"""A metric by any dimension, and unit by week as a heat-map."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote_plus

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from peakend.metrics.definitions import CATALOGUE, Definition
from peakend.metrics.queries import Reading, reading, reading_of, readings, readings_by_aspect
from peakend.opinions.queries import aspect_title
from peakend.warehouse.cells import Slice, read_cells
from peakend.warehouse.ever import heard_ever
from peakend.web.filters import MOST_VALUES, ViewFilter
from peakend.web.metrics.labels import StandingView, standing_views
from peakend.web.shell import figures, marks, names, numbers

DIMENSIONS = {
    "unit": gettext_lazy("Store"),
    "channel": gettext_lazy("Channel"),
    "segment": gettext_lazy("Segment"),
    "brand": gettext_lazy("Brand"),
    "product": gettext_lazy("Product"),
    "source": gettext_lazy("Source"),
    "week": pgettext_lazy("period", "Week"),
    "month": pgettext_lazy("period", "Month"),
}
HEAT_WEEKS = 12
HEAT_LEAST = 5  # answers below which a sparkline has a gap
SHADES = 3
_ANY = "\0"  # stands for a value that comes later; no address holds it


@dataclass(frozen=True)
class Row:
    """One value of a dimension: the reading, in words, and where its voices are."""

    title: str
    reading: Reading
    value: str
    interval: str
    n: str
    change: figures.ChangeView | None
    url: str
    picture: SafeString


@dataclass(frozen=True)
class Cell:
    """One cell of the heat-map. ``shade`` is a class, empty within the usual.

    A cell of too few answers has no value, only a label that says how many.
    """

    value: str
    shade: str
    label: str
    url: str


@dataclass(frozen=True)
class HeatMap:
    """Units in rows, weeks in columns."""

    weeks: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    usual: str


@dataclass(frozen=True)
class Rows:
    """The values with enough answers to say, and those without."""

    enough: tuple[Row, ...]
    few: tuple[Row, ...]


def split(rows: list[Row]) -> Rows:
    """What can be said apart from what cannot, in order."""
    return Rows(
        tuple(row for row in rows if row.value), tuple(row for row in rows if not row.value)
    )


def words_url(view: ViewFilter, definition: Definition, aspect: str, **changes: Any) -> str:
    """The verbatims behind a figure: same filter, the aspect, and what is bad where bad is counted.

    Answers on a scale have no aspect; their words are those of the sources they came from.
    """
    asked: dict[str, Any] = {"aspect": aspect, **changes}
    if definition.family == "score" and "source" not in changes:
        asked["source"] = sources_of(view, definition) or view.source
    if definition.better < 0:
        asked["polarity"] = "-1"
    return f"{reverse('voices:index')}?{view.query_string(**asked)}"


def sources_of(view: ViewFilter, definition: Definition) -> tuple[str, ...]:
    """The sources whose answers a figure is computed from, those of most answers first."""
    # Of any time: a map shows weeks before the page's period, and the address narrows it anyway.
    ever = replace(view.slice, since=None, until=None)
    heard = heard_ever(ever, ("source",), ("score",), definition.codes)
    sources = sorted((-one.n, source) for (source,), one in heard.items() if source)
    return tuple(source for _n, source in sources[:MOST_VALUES])


def title_in(dimension: str) -> Callable[[Any], str]:
    """How the values of a dimension are called."""
    if dimension == "unit":
        units = names.unit_titles()
        return lambda value: units.get(value, _("no store"))
    if dimension == "brand":
        brands = names.brand_titles()
        return lambda value: brands.get(value, value or _("no brand"))
    if dimension == "source":
        sources = names.source_titles()
        return lambda value: sources.get(value, value or _("unknown"))
    if dimension in ("week", "month"):
        return lambda value: f"{value.year}/{names.day_title(value)}"
    if dimension == "channel":
        return names.channel_title
    if dimension == "segment":
        return names.segment_title
    return lambda value: value or _("unknown")


def rows_by(view: ViewFilter, definition: Definition, aspect: str, dimension: str) -> list[Row]:
    """The metric for each value of the dimension, worst first; periods in their order."""
    slice = (
        replace(view.slice, brands=()) if dimension == "brand" and view.sees_rivals else view.slice
    )
    compare = view.compare_slice if dimension not in ("week", "month") else None
    if compare is not None and dimension == "brand":
        compare = replace(compare, brands=slice.brands)
    found = readings(definition.code, slice, (dimension,), aspect=aspect, compare=compare)
    return rows_of(view, definition, found, dimension)


def rows_of(
    view: ViewFilter,
    definition: Definition,
    found: Sequence[Reading],
    dimension: str,
    **changes: Any,
) -> list[Row]:
    """Readings that were taken already, in the same order; ``changes`` go into the links."""
    title = title_in(dimension)
    aspect = found[0].aspect if found else ""
    words = _words_urls(view, definition, aspect, dimension, **changes)
    rows = [
        _row(definition, reading, title, words(reading.key[0])) for reading in found if reading.n
    ]
    if dimension in ("week", "month"):
        return rows
    sign = definition.better or -1
    return sorted(
        rows, key=lambda row: (not row.reading.enough, sign * (row.reading.value or 0), row.title)
    )


def _row(definition: Definition, reading: Reading, title: Callable[[Any], str], url: str) -> Row:
    shown = figures.figure_view(reading)
    return Row(
        title=title(reading.key[0]),
        reading=reading,
        value=f"{shown.value}{shown.unit}" if shown.value else "",
        interval=shown.interval,
        n=shown.n,
        change=shown.change,
        url=url,
        picture=_picture(definition, reading),
    )


def _words_urls(
    view: ViewFilter, definition: Definition, aspect: str, dimension: str, **changes: Any
) -> Callable[[Any], str]:
    """Where the words behind each value of a dimension are.

    Hundreds of stores differ in nothing but their number, so one address is written for all of them.
    """

    def asked(value: Any) -> str:
        return words_url(view, definition, aspect, **changes, **held_to(dimension, value))

    if dimension in ("week", "month"):
        return asked
    address = asked(_ANY)
    return lambda value: (
        asked(value) if value in (None, "") else address.replace("%00", quote_plus(str(value)))
    )


def held_to(dimension: str, value: Any) -> dict[str, Any]:
    """What an address says that shows one value of a dimension alone."""
    if dimension == "week":
        return {"period": "custom", "since": value, "until": value + timedelta(days=6)}
    if dimension == "month":
        following = (value.replace(day=28) + timedelta(days=4)).replace(day=1)
        return {"period": "custom", "since": value, "until": following - timedelta(days=1)}
    return {dimension: value}


def _picture(definition: Definition, reading: Reading) -> SafeString:
    """The value as a bar on the metric's scale, from the middle where the scale has a zero in it."""
    if not reading.enough or reading.value is None or definition.scale is None:
        return SafeString("")
    tone = {1: "good", -1: "bad", 0: "accent"}[reading.verdict]
    low, high = definition.scale
    if low < 0 < high:
        return marks.diverging(reading.value / high, tone)
    return marks.bar((reading.value - low) / (high - low), tone, wide=True)


def heat_map(view: ViewFilter, definition: Definition, aspect: str) -> HeatMap | None:
    """Unit × week; a cell is shaded where its interval lies off the company's value of the period."""
    past = view.history(HEAT_WEEKS)
    found = readings(definition.code, past, ("unit", "week"), aspect=aspect)
    whole = readings(definition.code, past, (), aspect=aspect)
    if not whole or whole[0].value is None or definition.display == "count":
        return None
    usual = whole[0].value
    first = past.since or view.as_of
    mondays = [first + timedelta(weeks=step) for step in range(HEAT_WEEKS)]
    cells: dict[int, dict[date, Reading]] = {}
    for one in found:
        unit, monday = one.key
        if unit is not None and one.n:
            cells.setdefault(unit, {})[monday] = one
    told = [unit for unit, line in cells.items() if any(one.enough for one in line.values())]
    if len(cells) < 2 or not told:
        return None
    titles = names.unit_titles()
    width = _typical_width(definition)
    rows = []
    for unit in sorted(cells, key=lambda unit: natural(titles.get(unit, ""))):
        line = tuple(
            _cell(
                view,
                definition,
                cells[unit].get(monday),
                monday,
                unit,
                usual,
                width,
                titles.get(unit, ""),
            )
            for monday in mondays
        )
        rows.append((titles.get(unit, ""), line))
    weeks = tuple(names.day_title(monday) for monday in mondays)
    return HeatMap(weeks, tuple(rows), figures.written(usual, definition))


def natural(title: str) -> tuple[tuple[int, int | str], ...]:
    """Sorts 'Store 2' before 'Store 10'."""
    parts = re.findall(r"\d+|\D+", title)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)


def _typical_width(definition: Definition) -> float:
    """How far off the usual a shade begins: a tenth of the scale each."""
    low, high = definition.scale or (0.0, 1.0)
    return (high - low) / 10


def _cell(
    view: ViewFilter, definition: Definition, reading: Reading | None, monday: date, unit: int,
    usual: float, width: float, title: str,
) -> Cell:  # fmt: skip
    if reading is None or reading.value is None:
        return Cell("", "", "", "")
    if not reading.enough:
        few = _("{unit}, week of {day}: too few, n = {n}").format(
            unit=title, day=names.day_title(monday), n=numbers.number(reading.n)
        )
        return Cell("", "", few, "")
    off = reading.value - usual
    certain = (
        reading.low is not None
        and reading.high is not None
        and not reading.low <= usual <= reading.high
    )
    shade = ""
    if certain and definition.better:
        tone = "good" if off * definition.better > 0 else "bad"
        shade = f"{tone}-{min(SHADES, 1 + int(abs(off) / width))}"
    value = figures.written(reading.value, definition).removesuffix("%")
    label = _("{unit}, week of {day}: {value}, n = {n}").format(
        unit=title, day=names.day_title(monday), value=value, n=numbers.number(reading.n)
    )
    url = words_url(
        view, definition, reading.aspect, unit=unit, period="custom", since=monday,
        until=monday + timedelta(days=6),
    )  # fmt: skip
    return Cell(value, shade, label, url)


@dataclass(frozen=True)
class Summary:
    """One metric of the list: its figure, its last weeks, and its standard."""

    reading: Reading
    figure: figures.FigureView
    trend: tuple[float | None, ...]
    tone: str
    standings: list[StandingView]


def summary(reading: Reading, trend: tuple[float | None, ...]) -> Summary:
    """One line of the list."""
    tone = {1: "good", -1: "bad", 0: ""}[reading.verdict]
    return Summary(reading, figures.figure_view(reading), trend, tone, standing_views(reading))


def catalogue(view: ViewFilter, metrics: Sequence[Definition]) -> list[Reading]:
    """Every metric of the whole that has answers: named ones, then each question asked."""
    named = [
        reading_of(definition, view.slice, compare=view.compare_slice)
        for definition in metrics
        if not definition.of_aspect
    ]
    known = {definition.observation for definition in CATALOGUE.values()}
    asked = sorted(row.key[0] for row in read_cells(view.slice, ("code",), ("score",)))
    questions = [
        reading(f"score:{code}", view.slice, compare=view.compare_slice)
        for code in asked
        if code not in known
    ]
    return [one for one in named if one.n] + questions


def by_aspect(view: ViewFilter, code: str) -> list[Row]:
    """A metric of aspects for every aspect, worst first."""
    definition = CATALOGUE[code]
    rows = []
    for one in readings_by_aspect(code, view.slice, compare=view.compare_slice):
        url = f"{reverse('metrics:metric', args=[code])}?{view.query_string(aspect=one.aspect)}"
        rows.append(_row(definition, replace(one, key=(one.aspect,)), aspect_title, url))
    sign = definition.better or -1
    return sorted(
        rows, key=lambda row: (not row.reading.enough, sign * (row.reading.value or 0), row.title)
    )


def sparklines(view: ViewFilter, shown: list[Reading]) -> dict[str, tuple[float | None, ...]]:
    """The last twelve weeks of each metric."""
    past: Slice = view.history(HEAT_WEEKS)
    first = past.since or view.as_of
    found = {}
    for one in shown:
        weekly = {
            r.key[0]: r.value
            for r in readings(one.metric.code, past, ("week",), aspect=one.aspect)
            if r.n >= HEAT_LEAST
        }
        found[one.metric.code] = tuple(
            weekly.get(first + timedelta(weeks=step)) for step in range(HEAT_WEEKS)
        )
    return found
