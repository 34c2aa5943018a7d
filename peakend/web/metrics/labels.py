"""What families of observations are called."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.metrics.queries import Reading
from peakend.metrics.standing import Verdict, standings_of
from peakend.web.shell import figures

FAMILIES = {
    "voice": gettext_lazy("texts customers left"),
    "opinion": gettext_lazy("opinions found in texts, with their evidence"),
    "score": gettext_lazy("answers and ratings customers gave"),
    "event": gettext_lazy("what the business recorded"),
}
PERIODS = {
    "day": gettext_lazy("per day"),
    "week": gettext_lazy("per week"),
    "month": gettext_lazy("per month"),
}
VERDICTS = {
    Verdict.REACHED: (gettext_lazy("reached"), "good"),
    Verdict.MISSED: (gettext_lazy("missed"), "bad"),
    Verdict.UNSURE: (gettext_lazy("not sure yet"), "warn"),
}


@dataclass(frozen=True)
class StandingView:
    """A figure held against its standard or target, in words."""

    label: str
    bound: str
    word: str
    tone: str


def standing_views(reading: Reading) -> list[StandingView]:
    """Standard and target with what the interval says of them."""
    names = {"standard": _("Standard"), "target": _("Target")}
    found = []
    for one in standings_of(reading):
        word, tone = VERDICTS[one.verdict]
        bound = figures.written(one.bound, reading.metric)
        found.append(StandingView(names[one.kind], bound, str(word), tone))
    return found
