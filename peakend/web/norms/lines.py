"""Figures on their norms as they are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.metrics.models import NormFigure, NormStudy
from peakend.metrics.norms import MATCHES, Placement
from peakend.web.charts import Option
from peakend.web.charts.norm import Dot, norm_strip
from peakend.web.metrics.chart import AXES
from peakend.web.shell import figures, numbers

VERDICTS = {
    "winner": (gettext_lazy("Winner"), "good"),
    "on_par": (gettext_lazy("On par"), "noise"),
    "below": (gettext_lazy("Below the norm"), "bad"),
}
TONES = {"winner": "good", "on_par": "accent", "below": "bad"}
SHARED = {
    "category": gettext_lazy("category"),
    "market": gettext_lazy("market"),
    "method": gettext_lazy("method"),
}
Z = 1.959964


@dataclass(frozen=True)
class Line:
    """One figure of a study, and where it stands."""

    metric: str
    title: str
    value: str
    margin: str
    n: str
    beats: str
    interval: str
    t_score: str
    verdict: str
    tone: str
    certainty: str
    against: str
    why_not: str


def line_of(placed: Placement) -> Line:
    """One placement in words."""
    result, shown = placed.result, figures.display_of(placed.metric)
    verdict, tone = VERDICTS.get(result.verdict or "", ("", "noise"))
    interval = ""
    if result.low is not None and result.high is not None:
        interval = numbers.between(100 * result.low, 100 * result.high)
    return Line(
        metric=placed.metric.code,
        title=figures.title_of(placed.metric),
        value=figures.written(placed.figure.value, placed.metric),
        margin=numbers.number(
            Z * placed.figure.standard_error * shown.scale, shown.change_decimals
        ),
        n=numbers.number(placed.figure.n),
        beats="" if result.value is None else f"{numbers.number(100 * result.value)}%",
        interval=interval,
        t_score="" if result.t_score is None else numbers.number(result.t_score),
        verdict=str(verdict),
        tone=tone,
        certainty="" if result.certainty is None else percent_sure(result.certainty),
        against=against(placed),
        why_not=""
        if result.verdict
        else _("{n} results; a norm needs 5").format(n=len(placed.norm)),
    )


def percent_sure(certainty: float) -> str:
    """A probability that never claims to be certain."""
    if certainty > 0.99:
        return ">99%"
    return f"{numbers.number(100 * certainty)}%"


def against(placed: Placement) -> str:
    """What the norm consists of."""
    shared = _(", ").join(str(SHARED[name]) for name in MATCHES if name in placed.matched)
    if not shared:
        return _("{n} results of any kind").format(n=len(placed.norm))
    return _("{n} results of the same {shared}").format(n=len(placed.norm), shared=shared)


def chart_of(placed: Placement, study: NormStudy) -> Option | None:
    """The figure among all it is held against."""
    result = placed.result
    if result.verdict is None or result.winner_from is None or result.below_until is None:
        return None
    scale = figures.display_of(placed.metric).scale
    margin = Z * placed.figure.standard_error
    own = placed.figure.value
    return norm_strip(
        [_dot(one, placed, scale) for one in placed.norm],
        scale * own,
        (scale * (own - margin), scale * (own + margin)),
        str(study),
        [
            (scale * result.below_until, _("below")),
            (scale * result.winner_from, _("winner from here")),
        ],
        AXES.get(placed.metric.display, "#number"),
        TONES[result.verdict],
        _tip(study, placed.figure, placed),
    )


def _dot(one: NormFigure, placed: Placement, scale: float) -> Dot:
    url = f"{reverse('norms:index')}?study={one.study_id}&metric={placed.metric.code}"
    return Dot(scale * one.value, _tip(one.study, one, placed), url)


def _tip(study: NormStudy, figure: NormFigure, placed: Placement) -> str:
    return _("{study}, {day}: {value}, n = {n}").format(
        study=study,
        day=f"{study.finished_on.year}/{study.finished_on.month}",
        value=figures.written(figure.value, placed.metric),
        n=numbers.number(figure.n),
    )
