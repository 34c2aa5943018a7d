"""The comparison as rows that can be drawn, sorted and followed to the words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from peakend.methods.estimate import Estimate
from peakend.metrics.league import OWN, AspectLeague, Gap, league
from peakend.opinions.queries import aspect_title
from peakend.web.competitors.pictures import SHAPES, Dot, dots
from peakend.web.filters import ViewFilter
from peakend.web.shell import names, numbers

LEAST_DAYS = 90  # competitors are heard less often
MOST_RIVALS = len(SHAPES) - 1


@dataclass(frozen=True)
class Brand:
    """A brand of the comparison: its mark, its name, and how many opinions it rests on."""

    code: str
    name: str
    shape: str
    n: int


@dataclass(frozen=True)
class Cell:
    """One figure of a row, and where its words are read."""

    text: str
    note: str
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One aspect ready to draw."""

    aspect: str
    title: str
    n: int
    picture: SafeString
    own: Cell
    rivals: tuple[Cell, ...]  # gaps to each competitor, in their order
    industry: Cell | None
    verdict: int
    word: str
    league: AspectLeague


@dataclass(frozen=True)
class Table:
    """The whole comparison."""

    rows: tuple[Row, ...]
    brands: tuple[Brand, ...]
    reach: float
    since: date | None
    until: date | None

    def widest(self, sign: int) -> list[Row]:
        """Aspects on which one's own brand is surely behind (-1) or ahead (1), the widest first."""
        stand = [row for row in self.rows if row.verdict == sign]
        return sorted(stand, key=lambda row: -abs(_widest(row.league, sign)))


SORTS: dict[str, tuple[Any, Callable[[Row], Any]]] = {
    "gap": (gettext_lazy("Gap"), lambda row: _widest(row.league, row.verdict or 1)),
    "own": (gettext_lazy("Own"), lambda row: row.league.own.value or 0.0),
    "industry": (
        gettext_lazy("To the industry"),
        lambda row: (
            (row.league.to_industry.difference.value or 0.0) if row.league.to_industry else 0.0
        ),
    ),
    "n": (gettext_lazy("Opinions"), lambda row: -row.n),
    "aspect": (gettext_lazy("Aspect"), lambda row: row.title),
}


def compared(view: ViewFilter, sort: str) -> Table | None:
    """The comparison within the page's filter; nothing for whoever may not see competitors."""
    if not view.sees_rivals:
        return None
    since = earliest(view)
    own = replace(view, brand=own_brands(view)).slice
    chosen = [b for b in view.rival_brands if b in view.brand] or list(view.rival_brands)
    slices = {brand: replace(view.against(brand), since=since) for brand in chosen}
    # A choice of source or channel holds for both sides.
    slices = {b: replace(s, sources=view.source, products=()) for b, s in slices.items()}
    found = league(replace(own, since=since), slices)
    if not found:
        return Table((), (), 100.0, since, view.until)
    heard = {b: sum(one.rivals[b].n for one in found if b in one.rivals) for b in chosen}
    rivals = sorted((b for b in chosen if heard[b]), key=lambda b: (-heard[b], b))[:MOST_RIVALS]
    titles = names.brand_titles()
    brands = (
        Brand(OWN, own_title(view), SHAPES[0], int(sum(one.own.n for one in found))),
        *(
            Brand(code, titles.get(code, code), SHAPES[place], int(heard[code]))
            for place, code in enumerate(rivals, start=1)
        ),
    )
    edges = [
        abs(100 * edge)
        for one in found
        for estimate in (one.own, *(one.rivals[b] for b in rivals if b in one.rivals))
        for edge in (estimate.low, estimate.high)
        if edge is not None
    ]
    reach = min(100.0, 20.0 * -(-max(edges, default=100.0) // 20))
    rows = [_row(view, one, brands, reach, since) for one in found]
    order = SORTS[sort][1]
    rows.sort(key=lambda row: (order(row), row.aspect))
    return Table(tuple(rows), brands, reach, since, view.until)


def earliest(view: ViewFilter) -> date | None:
    """The first day compared: at least ninety days, however short the page's period is."""
    if view.since is None or view.until is None:
        return view.since
    return min(view.since, view.until - timedelta(days=LEAST_DAYS))


def own_brands(view: ViewFilter) -> tuple[str, ...]:
    """One's own brands of the filter; all of them, and what has no brand, where none is chosen."""
    chosen = tuple(code for code in view.brand if code in view.own_brands)
    return chosen or (*view.own_brands, "")


def own_title(view: ViewFilter) -> str:
    """What one's own side is called."""
    chosen = [code for code in own_brands(view) if code]
    return names.brand_titles().get(chosen[0], "") if len(chosen) == 1 else _("Own brands")


def view_of(view: ViewFilter, brand: str, sources: tuple[str, ...]) -> ViewFilter:
    """The filter that shows one side's voices of the span and the sources that were compared."""
    since = earliest(view)
    until = view.until or view.as_of + timedelta(days=1)
    span: dict[str, Any] = (
        {"period": "all", "since": None, "until": None}
        if since is None
        else {"period": "custom", "since": since, "until": until}
    )
    span["source"] = sources
    if brand == OWN:
        chosen = tuple(code for code in own_brands(view) if code)
        return replace(view, brand=chosen if len(chosen) < len(view.own_brands) else (), **span)
    return replace(view, brand=(brand,), unit=(), allowed=None, segment=(), product=(), **span)


def _row(
    view: ViewFilter, one: AspectLeague, brands: Sequence[Brand], reach: float, since: date | None
) -> Row:
    title = aspect_title(one.aspect)
    lines = []
    told = []
    for brand in brands:
        estimate = one.own if brand.code == OWN else one.rivals.get(brand.code)
        if (
            estimate is None
            or estimate.value is None
            or estimate.low is None
            or estimate.high is None
        ):
            continue
        lines.append(
            Dot(brand.shape, 100 * estimate.value, 100 * estimate.low, 100 * estimate.high)
        )
        told.append(f"{brand.name} {numbers.signed(100 * estimate.value)}")
    industry = one.industry.value if one.to_industry and one.industry.value is not None else None
    if industry is not None:
        told.append(f"{_('Industry')} {numbers.signed(100 * industry)}")
    verdict = _verdict(one)
    return Row(
        aspect=one.aspect,
        title=title,
        n=int(one.own.n + sum(estimate.n for estimate in one.rivals.values())),
        picture=dots(
            lines,
            None if industry is None else 100 * industry,
            reach,
            f"{title}: {'; '.join(told)}",
        ),
        own=_value(one.own, _url(view, OWN, one)),
        rivals=tuple(_gap(one.gaps.get(b.code), _url(view, b.code, one)) for b in brands[1:]),
        industry=_gap(one.to_industry, "") if one.to_industry else None,
        verdict=verdict,
        word={
            1: pgettext("competition", "ahead"),
            -1: pgettext("competition", "behind"),
            0: _("within noise"),
        }[verdict],
        league=one,
    )


def _verdict(one: AspectLeague) -> int:
    """Behind somebody is behind; ahead of somebody and behind nobody is ahead."""
    verdicts = [gap.verdict for gap in one.gaps.values()]
    return -1 if -1 in verdicts else max(verdicts, default=0)


def _widest(one: AspectLeague, sign: int) -> float:
    """The widest gap of a sign in points: to the best competitor where behind."""
    values = [gap.difference.value or 0.0 for gap in one.gaps.values()]
    return min(values, default=0.0) if sign < 0 else max(values, default=0.0)


def _value(estimate: Estimate, url: str) -> Cell:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return Cell("–", "", url)
    text = numbers.plus_minus(100 * estimate.value, 50 * (estimate.high - estimate.low))
    return Cell(text, f"n = {numbers.number(estimate.n)}", url)


def _gap(gap: Gap | None, url: str) -> Cell:
    difference = gap.difference if gap else None
    if gap is None or difference is None or difference.value is None:
        return Cell(_("too few"), "", url, "noise")
    low, high = difference.low or 0.0, difference.high or 0.0
    text = numbers.plus_minus(100 * difference.value, 50 * (high - low))
    return Cell(
        text,
        _("p {p}").format(p=_p(gap.adjusted)),
        url,
        {1: "good", -1: "bad", 0: "noise"}[gap.verdict],
    )


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}" if value < 0.1 else f"= {value:.2f}"


def _url(view: ViewFilter, brand: str, one: AspectLeague) -> str:
    query = view_of(view, brand, one.sources).query_string(aspect=one.aspect, polarity="", q="")
    return f"{reverse('voices:index')}?{query}"
