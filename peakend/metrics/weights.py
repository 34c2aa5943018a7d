"""Weights of an index taken from what drives the whole, with the day and the answers they came from."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from peakend.metrics.drivers import Analysis
from peakend.metrics.errors import MetricError
from peakend.metrics.services import set_parts
from peakend.organization.models import User


class NothingToTake(MetricError):
    """The analysis says nothing, or nothing of this segment."""


def weights_of(analysis: Analysis, segment: str = "") -> Mapping[str, float]:
    """Each part's share of what is explained, in per cent, for everybody or in a segment.

    Raises:
        NothingToTake
    """
    if segment:
        within = analysis.segments.get(segment)
        weights = within.weights if within else {}
    else:
        weights = {one.code: one.weight for one in analysis.drivers}
    if not any(weights.values()):
        raise NothingToTake(segment or analysis.whole)
    return {code: round(100 * weight, 1) for code, weight in weights.items()}


def take_weights(
    analysis: Analysis, index: str, *, on: date, by: User | None, segment: str = ""
) -> None:
    """Put the analysis's weights into an index, for everybody or for one segment.

    Raises:
        NothingToTake, UnknownMetric, NotAPart, NoWholeness
    """
    weights = weights_of(analysis, segment)
    set_parts(
        index,
        [(f"score:{code}", weight) for code, weight in weights.items()],
        by=by,
        segment=segment,
        taken_on=on,
        origin=origin_of(analysis, segment),
    )


def origin_of(analysis: Analysis, segment: str = "") -> dict[str, Any]:
    """Which answers weights come from: enough to find them again and to doubt them."""
    within = analysis.segments.get(segment) if segment else None
    importance = (
        within.importance if within else {one.code: one.importance for one in analysis.drivers}
    )
    return {
        "method": "lmg",
        "survey": analysis.subject.survey.slug,
        "whole": analysis.whole,
        "n": within.n if within else analysis.n,
        "r_squared": round(within.r_squared if within else analysis.r_squared or 0.0, 4),
        "since": analysis.slice.since.isoformat() if analysis.slice.since else "",
        "until": analysis.slice.until.isoformat() if analysis.slice.until else "",
        "shares": {
            code: [
                None if part is None else round(part, 4) for part in (one.value, one.low, one.high)
            ]
            for code, one in importance.items()
        },
    }
