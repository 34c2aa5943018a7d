"""A week as a cause: what its key is, and the words that were said in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from peakend.alerts.causes import Evidence
from peakend.opinions.models import Opinion

_WORDS_OF_A_WEEK = 50  # as many verbatims as anybody will read; the count is in the facts


@dataclass(frozen=True)
class WeekWords:
    """The complaints of a week, the strongest first, and when the last of them was said."""

    evidence: tuple[Evidence, ...]
    latest: datetime


def day_of(moment: datetime) -> date:
    """The day on the company's calendar."""
    return timezone.localdate(moment)


def monday_of(day: date) -> date:
    """The Monday of the week."""
    return day - timedelta(days=day.weekday())


def week_key(unit_id: int, aspect: str) -> str:
    """One open case for an aspect at a unit, whichever rule found the week and however many weeks."""
    return f"control:{aspect}:unit:{unit_id}"


def words_of_week(unit_id: int, aspect: str, monday: date) -> WeekWords:
    """Whose words the week rests on; the week itself counts as evidence, so it is told once."""
    start = datetime.combine(monday, time.min, timezone.get_default_timezone())
    complaints = (
        Opinion.objects.filter(
            aspect=aspect,
            polarity=-1,
            voice__unit_id=unit_id,
            voice__occurred_at__gte=start,
            voice__occurred_at__lt=start + timedelta(days=7),
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
    evidence = (Evidence(f"week:{monday.isoformat()}"), *words.values())
    return WeekWords(evidence, latest.astimezone(UTC))
