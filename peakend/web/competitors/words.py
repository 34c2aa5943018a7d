"""What customers of each side say about one aspect, for and against."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from peakend.metrics.league import OWN
from peakend.web.competitors.table import Row, Table, earliest, view_of
from peakend.web.filters import ViewFilter
from peakend.web.shell import names
from peakend.web.shell.quotes import Quote, quote_for


@dataclass(frozen=True)
class Said:
    """One verbatim of one side."""

    polarity: int
    quote: Quote
    source: str
    day: str
    url: str


@dataclass(frozen=True)
class Side:
    """One brand's words, and all of them behind a link."""

    name: str
    shape: str
    said: tuple[Said, ...]
    url: str


def sides_of(view: ViewFilter, table: Table, row: Row) -> list[Side]:
    """The clearest blame and the clearest praise of each brand on the aspect."""
    sources = names.source_titles()
    sides = []
    for brand in table.brands:
        if brand.code != OWN and brand.code not in row.league.rivals:
            continue
        own_view = view_of(view, brand.code, row.league.sources)
        said = []
        for polarity in (-1, 1):
            quote = quote_for(own_view, row.aspect, polarity)
            if quote is not None:
                query = own_view.query_string(aspect=row.aspect, polarity=str(polarity), q="")
                said.append(
                    Said(
                        polarity, quote, sources.get(quote.voice.source.code, ""),
                        names.day_title(timezone.localtime(quote.time).date()),
                        f"{reverse('voices:index')}?{query}",
                    )
                )  # fmt: skip
        query = own_view.query_string(aspect=row.aspect, polarity="", q="")
        url = f"{reverse('voices:index')}?{query}"
        sides.append(Side(brand.name, brand.shape, tuple(said), url))
    return sides


def span_of(view: ViewFilter) -> str:
    """The days compared."""
    return names.span_title(earliest(view), view.until)
