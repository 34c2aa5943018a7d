"""The curves of a journey as a chart."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from peakend.journeys.experience import MINIMUM_N, Lived
from peakend.journeys.queries import Map
from peakend.web.charts.journey import Track, journey_curve
from peakend.web.journeys.headline import role_of, segment_name
from peakend.web.shell.numbers import number, signed


def curve_option(
    drawn: Map,
    curves: list[Lived],
    urls: Sequence[Sequence[str]],
    selected: int | None = None,
    *,
    named: bool = False,
) -> dict[str, Any] | None:
    """The chart, or nothing where too few were heard for any curve. ``urls`` are where each curve's touchpoints
    lead; ``named`` prints the touchpoints below it, where no lanes do.
    """
    if not any(is_drawn(curve) for curve in curves):
        return None
    tracks = [_track(drawn, curve, leads) for curve, leads in zip(curves, urls, strict=True)]
    labels = [point.title for point in drawn.touchpoints]
    return journey_curve(labels, tracks, selected, _("neutral"), named=named)


def is_drawn(curve: Lived) -> bool:
    """Whether enough were heard for a curve: where its scores say too few, no line says more."""
    return curve.difference is not None


def moment_urls(request: HttpRequest, drawn: Map, curves: list[Lived]) -> list[list[str]]:
    """This page with each touchpoint looked at, as each curve's segment lived it."""
    return [
        [_moment_url(request, point.pk, curve) for point in drawn.touchpoints] for curve in curves
    ]


def _moment_url(request: HttpRequest, at: int, curve: Lived) -> str:
    query = request.GET.copy()
    query["at"] = str(at)
    query["who"] = curve.segment
    if not curve.segment:
        del query["who"]
    return f"?{query.urlencode()}"


def _track(drawn: Map, curve: Lived, urls: Sequence[str]) -> Track:
    name = segment_name(curve.segment)
    if not is_drawn(curve):
        # Its place among the tracks stays, so that each segment keeps its line in the legend.
        nothing = [None] * len(curve.points)
        return Track(name, nothing, nothing, nothing, [""] * len(nothing), urls)
    tips = [
        f"{name}\n{point.title} {signed(one.value)}"
        + (f" ({signed(one.low)} … {signed(one.high)})" if one.low is not None else "")
        + f"\nn = {number(one.n)}"
        for point, one in zip(drawn.touchpoints, curve.points, strict=True)
    ]
    marks = {
        place: f"{role_of(curve, place)} {signed(curve.points[place].value)}"
        for place in {curve.curve.peak, curve.curve.pit, curve.curve.end}
        if place is not None
    }
    return Track(
        name=name,
        # Of a moment that too few speak of, the lane of counts says so; a point would say more.
        values=[one.value if one.n >= MINIMUM_N else None for one in curve.points],
        lows=[one.low if one.n >= MINIMUM_N else None for one in curve.points],
        highs=[one.high if one.n >= MINIMUM_N else None for one in curve.points],
        tips=tips,
        urls=urls,
        marks=marks,
        end=curve.curve.end,
    )
