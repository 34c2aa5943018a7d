"""The norm library, said in one line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from peakend.metrics.models import NormStudy
from peakend.metrics.norms import Placement
from peakend.web.norms.lines import against, percent_sure
from peakend.web.shell import figures, numbers


@dataclass(frozen=True)
class Headline:
    """Headline and lede."""

    headline: str
    lede: str


def headline_of(study: NormStudy, placed: Placement | None) -> Headline:
    """Winner or not, how sure, and among whom."""
    where = " · ".join(part for part in (study.category, study.market, study.method) if part)
    if placed is None or placed.result.verdict is None or placed.result.certainty is None:
        return Headline(
            _("{study} has no norm to stand on yet").format(study=study),
            _(
                "{where}. A norm needs five finished tests that were told by the same metric."
            ).format(where=where),
        )
    said = {
        "winner": _(
            "{study} is a winner on {metric}, {sure} sure: better than {beats} of the norm"
        ),
        "on_par": _("{study} is on par on {metric}, {sure} sure: better than {beats} of the norm"),
        "below": _(
            "{study} stays below the norm on {metric}, {sure} sure: better than {beats} of it"
        ),
    }[placed.result.verdict].format(
        study=study,
        metric=figures.title_of(placed.metric),
        sure=percent_sure(placed.result.certainty),
        beats=f"{numbers.number(100 * (placed.result.value or 0.0))}%",
    )
    lede = _("{where}; held against {norm}.").format(where=where, norm=against(placed))
    if placed.widened:
        lede += " " + _("Too few shared more, so the norm is taken from farther away.")
    return Headline(said, lede)
