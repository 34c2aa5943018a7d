"""Causes in whole weeks: a unit's negative share of an aspect beyond what chance explains."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from scipy import stats

from peakend.alerts.causes import Cause, Evidence
from peakend.alerts.kinds import OutOfControl, Window
from peakend.methods.control import p_chart
from peakend.opinions.models import Opinion
from peakend.warehouse.cells import Slice, read_cells

_WORDS_OF_A_WEEK = 50  # as many verbatims as anybody will read; the count is in the facts
_LEAST_BASELINE = 30  # mentions below which a unit's own past cannot set the centre


@dataclass(frozen=True)
class Week:
    """Voices that mention an aspect in one week, and how many of them complain."""

    monday: date
    mentions: int
    negatives: int


def weeks_out_of_control(parameters: OutOfControl, window: Window) -> Iterator[Cause]:
    """Each unit, aspect and week within the window whose negative share is above its limit."""
    first = monday_of(window.since)
    last = timezone.localdate(window.until)
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
    tail = float(stats.binom.sf(week.negatives - 1, week.mentions, center))
    if limit is None or tail > float(stats.norm.sf(sigmas)):
        return None
    return limit


def monday_of(moment: datetime) -> date:
    """The Monday of the week, on the company's calendar."""
    day = timezone.localdate(moment)
    return day - timedelta(days=day.weekday())


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
    start = datetime.combine(week.monday, time.min, timezone.get_default_timezone())
    end = start + timedelta(days=7)
    complaints = (
        Opinion.objects.filter(
            aspect=aspect,
            polarity=-1,
            voice__unit_id=unit_id,
            voice__occurred_at__gte=start,
            voice__occurred_at__lt=end,
        )
        .order_by("-strength", "-voice__occurred_at", "id")
        .values_list("voice_id", "id", "voice__occurred_at")[:_WORDS_OF_A_WEEK]
    )
    words: dict[int, Evidence] = {}
    latest = start
    for voice_id, opinion_id, occurred_at in complaints:
        words.setdefault(
            voice_id, Evidence(f"voice:{voice_id}", voice_id=voice_id, opinion_id=opinion_id)
        )
        latest = max(latest, occurred_at)
    return Cause(
        key=f"control:{aspect}:unit:{unit_id}",
        occurred_at=latest.astimezone(UTC),
        evidence=(Evidence(f"week:{week.monday.isoformat()}"), *words.values()),
        unit_id=unit_id,
        aspect=aspect,
        facts={
            "share": week.negatives / week.mentions,
            "limit": limit,
            "n": week.mentions,
            "week": week.monday.isoformat(),
        },
    )
