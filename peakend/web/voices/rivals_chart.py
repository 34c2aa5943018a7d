"""The comparison with rivals, ready to draw."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from peakend.web.filters import ViewFilter
from peakend.web.shell import marks, names, numbers
from peakend.web.voices.headline import rival_line
from peakend.web.voices.rivals import Rivalry, earliest

SHAPES = ("dot", "diamond", "square")


@dataclass(frozen=True)
class RivalryView:
    """The comparison ready to draw."""

    brands: tuple[tuple[str, str, str], ...]  # shape, name, number of opinions
    rows: tuple[tuple[str, str, str, SafeString], ...]  # code, title, gap in words, picture
    axis: SafeString
    sentence: str
    span: str


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
    return RivalryView(brands, tuple(rows), marks.axis(reach), rival_line(view, rivalry), span)
