"""How a unit's answers were given, one by one: in which order, when, how fast, how varied."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils import timezone

from peakend.methods.plausibility import CloseArrivals, close_arrivals
from peakend.surveys.models import Response

MOST_ROWS = 200_000  # the newest; more say no more about the same weeks
SEVERAL = 3  # questions answered, from which "all alike" says anything
PER_QUESTION = 2.0  # seconds; nobody reads and answers faster
EXAMPLES = 20


@dataclass(frozen=True)
class Habits:
    """Counts over the answers of one unit; ``shown`` are responses that show each of them."""

    n: int
    commonest: int
    longest_run: int
    straight: int
    with_several: int
    fast: int
    with_seconds: int
    busiest_hour: int
    timed: int
    close: CloseArrivals
    shown: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def examples(self, sign: str) -> tuple[int, ...]:
        """Some responses behind a sign, the newest where it concerns all of them."""
        return self.shown.get(sign, self.shown["all"])[-EXAMPLES:]


def habits_of(question: str, since: date, until: date) -> Mapping[int, Habits]:
    """The habits at each unit in these days; read again only when answers were added or removed."""
    start, end = (
        datetime.combine(day, time.min, timezone.get_default_timezone()) for day in (since, until)
    )
    rows = Response.objects.filter(occurred_at__gte=start, occurred_at__lt=end)
    held = rows.aggregate(count=Count("pk"), last=Max("pk"))
    return _habits(str(settings.HOME), question, start, end, held["count"], held["last"] or 0)


@lru_cache(maxsize=8)
def _habits(
    _home: str, question: str, start: datetime, end: datetime, _count: int, _last: int
) -> Mapping[int, Habits]:
    rows = (
        Response.objects.filter(
            Q(brand=None) | Q(brand__is_own=True),
            occurred_at__gte=start,
            occurred_at__lt=end,
            unit__isnull=False,
            answers__has_key=question,
        )
        .order_by("-occurred_at", "-pk")
        .values_list("unit_id", "pk", "occurred_at", "answers", "attributes")[:MOST_ROWS]
    )
    by_unit: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for unit, *row in rows.iterator(chunk_size=5_000):
        by_unit[unit].append(tuple(row))
    return {unit: _of_unit(question, list(reversed(found))) for unit, found in by_unit.items()}


def _of_unit(question: str, rows: list[tuple[Any, ...]]) -> Habits:
    values = [row[2][question] for row in rows]
    longest = max(
        (list(group) for _value, group in groupby(rows, key=lambda row: row[2][question])), key=len
    )
    scored = [(row[0], _scores(row[2])) for row in rows]
    several = [(pk, scores) for pk, scores in scored if len(scores) >= SEVERAL]
    straight = [pk for pk, scores in several if len(set(scores)) == 1]
    timed = [
        (row[0], seconds, len(row[2])) for row in rows if (seconds := _seconds(row[3])) is not None
    ]
    fast = [pk for pk, seconds, asked in timed if seconds < PER_QUESTION * asked]
    local = [timezone.localtime(row[1]) for row in rows]
    # Files that carry the day alone put everything at one moment: that is no hour.
    hours = Counter(moment.hour for moment in local if moment.time() != time.min)
    return Habits(
        n=len(rows),
        commonest=Counter(map(str, values)).most_common(1)[0][1],
        longest_run=len(longest),
        straight=len(straight),
        with_several=len(several),
        fast=len(fast),
        with_seconds=len(timed),
        busiest_hour=max(hours.values(), default=0),
        timed=sum(hours.values()),
        close=close_arrivals([moment.timestamp() for moment in local]),
        shown={
            "all": tuple(row[0] for row in rows),
            "straight": tuple(straight),
            "fast": tuple(fast),
            "run": tuple(row[0] for row in longest),
        },
    )


def _scores(answers: Mapping[str, Any]) -> list[float]:
    return [
        float(value)
        for code, value in answers.items()
        # The recommendation has a scale of its own: ten there is no five elsewhere.
        if code != "nps" and isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _seconds(attributes: Mapping[str, Any]) -> float | None:
    seconds = attributes.get("seconds")
    return float(seconds) if isinstance(seconds, int | float) and seconds >= 0 else None
