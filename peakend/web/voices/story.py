"""The voices page in words, and its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peakend.metrics.queries import Reading, reading, readings
from peakend.opinions.queries import aspect_title
from peakend.warehouse.cells import read_cells
from peakend.web.charts.trends import Option, Point, interval_trend
from peakend.web.filters import ViewFilter
from peakend.web.shell import figures, marks, names, numbers
from peakend.web.voices.pages import matching
from peakend.web.voices.rivals import Rivalry, earliest, widest_gap
from peakend.web.voices.tree import Group

TREND_WEEKS = 12
SHAPES = ("dot", "diamond", "square")


@dataclass(frozen=True)
class Story:
    """Headline and lede."""

    headline: str
    lede: str


@dataclass(frozen=True)
class Selected:
    """The aspect looked at (or all voices): its figure, trend and mix."""

    title: str
    note: str
    option: Option | None
    negatives: int
    neutrals: int
    positives: int


@dataclass(frozen=True)
class RivalryView:
    """The comparison ready to draw."""

    brands: tuple[tuple[str, str, str], ...]  # shape, name, number of opinions
    rows: tuple[tuple[str, str, str, SafeString], ...]  # code, title, gap in words, picture
    axis: SafeString
    sentence: str
    span: str


def story_of(view: ViewFilter, groups: list[Group], rivalry: Rivalry | None) -> Story:
    """The words searched for, else the selected aspect, else the aspect that hurts most."""
    found = _told(view, groups, rivalry)
    return Story(numbers.kept_together(found.headline), numbers.kept_together(found.lede))


def _told(view: ViewFilter, groups: list[Group], rivalry: Rivalry | None) -> Story:
    if view.q:
        return _of_words(view)
    if view.aspect:
        return _of_aspect(view, rivalry)
    heard = [branch for group in groups for branch in group.aspects if branch.net is not None]
    if not heard:
        return Story(
            _("Too little was said to tell what customers feel"),
            _("Widen the period or the filter."),
        )
    named = [branch for branch in heard if branch.code != "overall"] or heard
    falling = [branch for branch in named if branch.trend_tone == "bad"]
    lede = _rival_line(view, rivalry)
    if falling:
        worst = min(falling, key=lambda branch: (branch.net or 0, branch.code))
        headline = _("{aspect} is getting worse: net sentiment {net} ± {margin} over {n} opinions")
    else:
        worst = min(named, key=lambda branch: (branch.net or 0, branch.code))
        headline = _(
            "Customers are least happy with {aspect}: net sentiment {net} ± {margin} over {n} opinions"
        )
    best = max(named, key=lambda branch: (branch.net or 0, branch.code))
    said = headline.format(
        aspect=worst.title, net=numbers.signed(worst.net), margin=numbers.number(worst.margin),
        n=numbers.number(worst.opinions),
    )  # fmt: skip
    praise = _("{aspect} pleases most ({net}).").format(
        aspect=best.title, net=numbers.signed(best.net)
    )
    return Story(said, f"{praise} {lede}".strip())


def _of_words(view: ViewFilter) -> Story:
    count = matching(view).count()
    said = ngettext("{n} voice says “{words}”", "{n} voices say “{words}”", count)
    lede = _("The figures below are of all voices of the filter, whatever words they use.")
    return Story(said.format(n=numbers.number(count), words=view.q), lede)


def _of_aspect(view: ViewFilter, rivalry: Rivalry | None) -> Story:
    now = reading("net_sentiment", view.slice, aspect=view.aspect, compare=view.compare_slice)
    title = aspect_title(view.aspect)
    if not now.enough or now.value is None:
        return Story(
            _("{aspect}: too few opinions to say").format(aspect=title),
            _("{n} opinions; a figure is shown from {needed}.").format(
                n=numbers.number(now.n), needed=now.metric.minimum_n
            ),
        )
    value = f"{figures.written(now.value, now.metric)} ± {figures.half_width(now)}"
    change = figures.change_view(now.change, now.metric, 0)
    said = _("{aspect}: net sentiment {value} over {n} opinions").format(
        aspect=title, value=value, n=numbers.number(now.n)
    )
    moved = ""
    if change is not None:
        moved = _("Change {change}, {word}.").format(change=change.text, word=change.word)
    return Story(said, f"{moved} {_rival_line(view, rivalry)}".strip())


def _rival_line(view: ViewFilter, rivalry: Rivalry | None) -> str:
    if rivalry is None:
        return ""
    rows = (
        [row for row in rivalry.rows if row.aspect == view.aspect] if view.aspect else rivalry.rows
    )
    row = widest_gap(rows)
    brands = names.brand_titles()
    if row is not None:
        said = _("On {aspect} we stand {gap} ± {margin} below {rival}.")
        gap = numbers.number(abs(row.gap or 0))
    elif view.aspect and rows and rows[0].gap is not None:
        row = rows[0]
        said = (
            _("On {aspect} we and {rival} do not differ beyond noise ({gap} ± {margin}).")
            if row.gap_is_noise
            else _("On {aspect} we stand {gap} ± {margin} above {rival}.")
        )
        gap = numbers.signed(row.gap) if row.gap_is_noise else numbers.number(row.gap)
    else:
        return ""
    return said.format(
        aspect=row.title, gap=gap, margin=numbers.number(row.gap_margin),
        rival=brands.get(row.rivals[0].brand, row.rivals[0].brand),
    )  # fmt: skip


def selected_of(view: ViewFilter) -> Selected:
    """What the middle of the page shows above the verbatims."""
    family, codes = ("opinion", (view.aspect,)) if view.aspect else ("voice", ())
    metric = "net_sentiment" if view.aspect else "sentiment"
    sums = read_cells(view.slice, (), (family,), codes)
    parts = [
        sum(getattr(row, name) for row in sums) for name in ("negatives", "neutrals", "positives")
    ]
    now = reading(metric, view.slice, aspect=view.aspect, compare=view.compare_slice)
    note = ""
    if now.enough and now.value is not None:
        value = f"{figures.written(now.value, now.metric)} ± {figures.half_width(now)}"
        change = figures.change_view(now.change, now.metric, 0)
        note = _("net sentiment {value}, n = {n}").format(value=value, n=numbers.number(now.n))
        if change is not None:
            note = _("{note}; change {change}, {word}").format(
                note=note, change=change.text, word=change.word
            )
    weekly = readings(metric, view.history(TREND_WEEKS), ("week",), aspect=view.aspect)
    title = aspect_title(view.aspect) if view.aspect else _("All voices")
    return Selected(title, note, trend_option(view, weekly), *parts)


def trend_option(view: ViewFilter, weekly: list[Reading]) -> Option | None:
    """Weekly net sentiment with its interval; a click leads to the week's words."""
    shown = [one for one in weekly if one.value is not None and one.n >= 5]
    if len(shown) < 2:
        return None
    points = []
    for one in shown:
        monday = one.key[0]
        display = figures.display_of(one.metric)
        value, low, high = (
            None if part is None else display.scale * part
            for part in (one.value, one.low, one.high)
        )
        tip = _("Week of {day}: {value}, n = {n}").format(
            day=names.day_title(monday),
            value=figures.written(one.value, one.metric),
            n=numbers.number(one.n),
        )
        query = view.query_string(period="custom", since=monday, until=monday + timedelta(days=6))
        url = f"{reverse('voices:index')}?{query}"
        points.append(Point(names.day_title(monday), value, low, high, tip, url))
    last = shown[-1]
    end = f"{figures.written(last.value, last.metric)} ± {figures.half_width(last)}"
    return interval_trend(points, end, "#signed")


def rivalry_view(view: ViewFilter, rivalry: Rivalry | None) -> RivalryView | None:
    """The comparison as pictures: own filled, others hollow, one row an aspect."""
    if rivalry is None:
        return None
    titles = names.brand_titles()
    own = titles.get(view.own_brands[0], "") if len(view.own_brands) == 1 else _("Own brands")
    order = ["", *(brand for brand in rivalry.counts if brand)]
    brands = tuple(
        (
            SHAPES[place],
            own if not brand else titles.get(brand, brand),
            numbers.number(rivalry.counts[brand]),
        )
        for place, brand in enumerate(order)
    )
    every = [s for row in rivalry.rows for s in (row.own, *row.rivals)]
    reach = max(20.0, *(abs(edge) for s in every for edge in (s.low, s.high)))
    reach = min(100.0, 20 * -(-reach // 20))
    rows = []
    for row in rivalry.rows:
        standings = [(s.brand, s.value, s.low, s.high) for s in (row.own, *row.rivals)]
        lines = [
            (SHAPES[order.index(brand)], value, low, high) for brand, value, low, high in standings
        ]
        told = "; ".join(
            f"{own if not brand else titles.get(brand, brand)} {numbers.signed(value)}"
            for brand, value, *__ in standings
        )
        gap = ""
        if row.gap is not None and not row.gap_is_noise:
            gap = numbers.plus_minus(row.gap, row.gap_margin)
        rows.append(
            (row.aspect, row.title, gap, marks.whiskers(lines, reach, f"{row.title}: {told}"))
        )
    span = names.span_title(earliest(view), view.until)
    return RivalryView(brands, tuple(rows), marks.axis(reach), _rival_line(view, rivalry), span)
