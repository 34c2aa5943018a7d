"""What hurts or delights most, and why, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from peakend.web.pains.ranking import Row
from peakend.web.pains.why import Explained
from peakend.web.shell import numbers


@dataclass(frozen=True)
class Told:
    """Headline and lede."""

    headline: str
    lede: str


def told_of(rows: Sequence[Row], chosen: Explained | None, polarity: int) -> Told:
    """The first of the ranking, or the one that was chosen, with the reason given most often."""
    if chosen is None:
        return Told(
            _("Too little was said to tell what hurts")
            if polarity < 0
            else _("Too little was said to tell what delights"),
            _("Widen the period or the filter."),
        )
    row = chosen.row
    first = row.place == 1
    if polarity < 0:
        said = (
            _("{aspect} hurts most: {n} voices complain")
            if first
            else _("{aspect}: {n} voices complain")
        )
    else:
        said = (
            _("{aspect} delights most: {n} voices praise it")
            if first
            else _("{aspect}: {n} voices praise it")
        )
    headline = said.format(aspect=row.title, n=numbers.number(row.point.voices))
    return Told(headline, f"{_why(chosen)} {_growing(rows, polarity)}".strip())


def _why(chosen: Explained) -> str:
    if not chosen.causes:
        return _("Too few say why.")
    first = chosen.causes[0]
    return _("The reason given most often: “{words}” ({n} voices).").format(
        words=first.words, n=numbers.number(first.voices)
    )


def _growing(rows: Sequence[Row], polarity: int) -> str:
    grown = [row for row in rows if row.change and row.change.tone not in ("noise", "")]
    grown = [row for row in grown if row.point.change and row.point.change.value > 0]
    if not grown:
        return ""
    names = _(", ").join(row.title for row in grown[:3])
    said = (
        _("Growing beyond noise: {names}.") if polarity < 0 else _("Rising beyond noise: {names}.")
    )
    return said.format(names=names)
