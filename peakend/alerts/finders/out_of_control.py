"""A week out of control: a unit's negative share of an aspect beyond what chance explains."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.alerts.causes import Cause, Window
from peakend.alerts.finders.kind import Aspects, Kind
from peakend.alerts.finders.weeks import day_of, monday_of, week_key, words_of_week
from peakend.alerts.wolf import LEAST_WEEKS, WEEKS, Watched
from peakend.methods.control import p_chart
from peakend.methods.quantiles import binomial_tail, normal_above, student_below
from peakend.warehouse.cells import Slice, read_cells

_LEAST_BASELINE = 30  # mentions below which a unit's own past cannot set the centre

Sigmas = Annotated[
    float,
    msgspec.Meta(
        ge=2,
        le=6,
        extra={
            "label": gettext_lazy("Distance of the limit (standard deviations)"),
            "help": gettext_lazy(
                "3 raises a false alarm about once in 740 weeks of one unit and aspect."
            ),
        },
    ),
]
BaselineWeeks = Annotated[
    int,
    msgspec.Meta(ge=4, le=52, extra={"label": gettext_lazy("Weeks that say what is usual")}),
]
LeastMentions = Annotated[
    int, msgspec.Meta(ge=5, le=1000, extra={"label": gettext_lazy("Mentions a week needs")})
]


class OutOfControl(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A week's negative share of an aspect at a unit above its control limit."""

    sigmas: Sigmas = 3.0
    baseline_weeks: BaselineWeeks = 12
    least_mentions: LeastMentions = 10
    aspects: Aspects = ()


@dataclass(frozen=True)
class Week:
    """Voices that mention an aspect in one week, and how many of them complain."""

    monday: date
    mentions: int
    negatives: int


def find(parameters: OutOfControl, window: Window) -> Iterator[Cause]:
    """Each unit, aspect and week within the window whose negative share is above its limit."""
    first = monday_of(day_of(window.since))
    last = day_of(window.until)
    series = _weekly_series(first - timedelta(weeks=parameters.baseline_weeks), last, parameters)
    company = _company_shares(series)
    for (unit_id, aspect), weeks in sorted(series.items()):
        for week in sorted(weeks.values(), key=lambda week: week.monday):
            if week.monday < first or week.mentions < parameters.least_mentions:
                continue
            past = [
                weeks[monday]
                for step in range(parameters.baseline_weeks, 0, -1)
                if (monday := week.monday - timedelta(weeks=step)) in weeks
            ]
            limit = control_limit(past, week, company[aspect], parameters.sigmas)
            if limit is None or week.negatives / week.mentions <= limit:
                continue
            yield _cause(unit_id, aspect, week, limit)


def control_limit(past: list[Week], week: Week, company: float, sigmas: float) -> float | None:
    """The upper limit of this week's share, or None where the week is within chance.

    The unit's own past sets the centre; where it is too thin, the company's share does. The
    normal limit of a p-chart is too tight for a handful of mentions, so the exact binomial
    tail has to agree.
    """
    own = sum(one.mentions for one in past)
    negatives = sum(one.negatives for one in past)
    # One complaint that happened and one that did not (Laplace) keep a spotless past from
    # turning the first complaint into an alarm.
    center = (negatives + 1) / (own + 2) if own >= _LEAST_BASELINE else company
    if not 0 < center < 1:
        return None
    chart = p_chart([week.negatives], [week.mentions], center=center, sigmas=sigmas)
    limit = chart.high[0]
    tail = binomial_tail(week.negatives, week.mentions, center)
    if limit is None or tail > student_below(-sigmas, None):
        return None
    return limit


def watched(parameters: OutOfControl, as_of: datetime) -> Watched:
    """Each unit's and aspect's weeks of the past year, by how improbable they are.

    A week counts in standard deviations above the series' own mean, by the limit and the exact
    tail alike, whichever is less: what :func:`control_limit` asks of it, whatever its size.
    """
    last = day_of(as_of)
    series = _weekly_series(last - timedelta(weeks=WEEKS), last, parameters)
    return Watched(
        tuple(
            scores
            for weeks in series.values()
            if len(scores := _scores(list(weeks.values()), parameters.least_mentions))
            >= LEAST_WEEKS
        ),
        partial(_above, parameters.sigmas),
    )


def _scores(weeks: list[Week], least: int) -> list[float]:
    mentions = sum(week.mentions for week in weeks)
    center = (sum(week.negatives for week in weeks) + 1) / (mentions + 2)
    found = []
    for week in sorted(weeks, key=lambda week: week.monday):
        if week.mentions < least:
            continue
        error = math.sqrt(center * (1 - center) / week.mentions)
        by_limit = (week.negatives / week.mentions - center) / error
        tail = binomial_tail(week.negatives, week.mentions, center)
        found.append(min(by_limit, normal_above(tail)))
    return found


def _above(sigmas: float, scores: Sequence[float]) -> list[int]:
    return [place for place, score in enumerate(scores) if score > sigmas]


def _weekly_series(
    since: date, until: date, parameters: OutOfControl
) -> Mapping[tuple[int, str], dict[date, Week]]:
    series: dict[tuple[int, str], dict[date, Week]] = defaultdict(dict)
    cells = read_cells(
        Slice(since=since, until=until + timedelta(days=1)),
        by=("week", "unit", "code"),
        families=("opinion",),
        codes=parameters.aspects,
    )
    for cell in cells:
        monday, unit_id, aspect = cell.key
        if unit_id:
            series[int(unit_id), str(aspect)][monday] = Week(
                monday, int(cell.signals), int(cell.negative_signals)
            )
    return series


def _company_shares(series: Mapping[tuple[int, str], dict[date, Week]]) -> dict[str, float]:
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (_unit, aspect), weeks in series.items():
        for week in weeks.values():
            totals[aspect][0] += week.negatives
            totals[aspect][1] += week.mentions
    return {
        aspect: negatives / mentions if mentions else 0.0
        for aspect, (negatives, mentions) in totals.items()
    }


def _cause(unit_id: int, aspect: str, week: Week, limit: float) -> Cause:
    words = words_of_week(unit_id, aspect, week.monday)
    return Cause(
        key=week_key(unit_id, aspect),
        occurred_at=words.latest,
        evidence=words.evidence,
        unit_id=unit_id,
        aspect=aspect,
        answers_somebody=False,
        facts={
            "share": week.negatives / week.mentions,
            "limit": limit,
            "n": week.mentions,
            "week": week.monday.isoformat(),
        },
    )


def title(aspect: str, facts: Mapping[str, Any]) -> str:
    """The aspect with its share and the limit."""
    if "share" not in facts:
        return ""
    return _("%(aspect)s: %(share)s of mentions negative, limit %(limit)s") % {
        "aspect": aspect,
        "share": f"{facts['share']:.0%}",
        "limit": f"{facts['limit']:.0%}",
    }


KIND = Kind(
    "negative_share_out_of_control",
    gettext_lazy("Negative share beyond its control limit"),
    gettext_lazy(
        "In one week more customers complain of an aspect at a unit than chance explains."
    ),
    OutOfControl,
    find,
    title,
    incremental=False,
    watched=watched,
)
