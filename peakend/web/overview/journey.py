"""The journey as it was lived, in brief: the curve, and the sentence it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from peakend.journeys.experience import Lived, lived
from peakend.journeys.models import Journey
from peakend.journeys.queries import Map, journeys, map_of
from peakend.web.filters import ViewFilter
from peakend.web.journeys.chart import curve_option
from peakend.web.journeys.headline import headline_of
from peakend.web.journeys.score_table import ScoreRow, score_rows


@dataclass(frozen=True)
class Brief:
    """One journey for the first page. ``option`` is its chart."""

    title: str
    url: str
    sentence: str
    option: dict[str, Any]
    scores: list[ScoreRow]


def most_heard(view: ViewFilter) -> Brief | None:
    """The journey along which most was heard in the period; nothing where nobody was."""
    walked = [(journey, map_of(journey)) for journey in journeys()]
    curves = [(journey, drawn, lived(drawn.touchpoints, view.slice)) for journey, drawn in walked]
    heard = [one for one in curves if any(curve.n for curve in one[2])]
    if not heard:
        return None
    return _brief(view, *max(heard, key=lambda one: sum(curve.n for curve in one[2])))


def _brief(view: ViewFilter, journey: Journey, drawn: Map, curves: list[Lived]) -> Brief | None:
    page = reverse("journeys:journey", args=[journey.code])
    urls = [
        [
            f"{page}?{view.query_string(at=point.pk, who=curve.segment)}"
            for point in drawn.touchpoints
        ]
        for curve in curves
    ]
    option = curve_option(drawn, curves, urls, named=True)
    if option is None:
        return None
    told = headline_of(journey, drawn, curves, None)
    return Brief(
        title=journey.title,
        url=f"{page}?{view.query_string()}",
        sentence=told.headline,
        option=option,
        scores=score_rows(drawn, curves),
    )
