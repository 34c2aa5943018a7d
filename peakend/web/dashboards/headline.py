"""What a dashboard says before its figures do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peakend.metrics.queries import Reading
from peakend.web.shell import figures


def headline_of(shown: Sequence[Reading]) -> str:
    """The figure that moved most beyond noise, how many others did, else that none did."""
    told = [one for one in shown if one.enough]
    if not told:
        return _("Too few answers to say anything yet")
    if not any(one.change for one in told):
        return _("What the figures say, with nothing to compare them with")
    moved = sorted((one for one in told if one.verdict), key=_certainty, reverse=True)
    if not moved:
        return _("No figure moved beyond noise")
    first = figures.change_view(moved[0].change, moved[0].metric)
    assert first is not None
    headline = _("{metric} {change}, {word}").format(
        metric=figures.title_of(moved[0].metric, moved[0].aspect),
        change=first.text,
        word=first.word,
    )
    others = len(moved) - 1
    if not others:
        return _("{headline}; nothing else moved beyond noise").format(headline=headline)
    return ngettext(
        "{headline}; {n} other figure moved beyond noise",
        "{headline}; {n} other figures moved beyond noise",
        others,
    ).format(headline=headline, n=others)


def _certainty(one: Reading) -> tuple[bool, float]:
    """What got worse comes first, then by how many margins it moved."""
    assert one.change is not None
    return one.verdict < 0, abs(one.change.value) / (one.change.margin or 1.0)
