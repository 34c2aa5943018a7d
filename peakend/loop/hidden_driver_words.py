"""What customers of units with a hidden driver say, and those of other units do not."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.utils import timezone

from peakend.metrics.hidden_drivers import Shortfall
from peakend.surveys.models import Response
from peakend.themes.keywords import marking_words
from peakend.themes.phrases import finder
from peakend.voices.models import Voice

MOST_TEXTS = 20_000  # of each side, the newest
MOST_WORDS = 3
LEVEL = 0.001  # as strict as the alarm itself


def words_of_shortfalls(found: Sequence[Shortfall], since: date, until: date) -> list[str]:
    """The words that mark the voices of the units whose whole falls below their parts.

    They are held against the units where the same survey was answered. What a single unit of
    several says is its own affair: a word counts when at least half of the units know it.
    """
    flagged = sorted({one.unit_id for one in found})
    first, last = _midnight(since), _midnight(until)
    asked = Response.objects.filter(
        survey__slug__in={one.survey for one in found},
        occurred_at__gte=first,
        occurred_at__lt=last,
        unit__isnull=False,
    )
    others = set(asked.order_by("unit_id").values_list("unit_id", flat=True).distinct())
    said = {unit: _texts([unit], first, last) for unit in flagged}
    here = [text for texts in said.values() for text in texts]
    there = _texts(sorted(others - set(flagged)), first, last)
    marking = marking_words(here, there, level=LEVEL)
    return [
        word.phrase
        for word in marking
        if 2 * _known_in(word.phrase, list(said.values())) >= len(flagged)
    ][:MOST_WORDS]


def _texts(units: Sequence[int], first: datetime, last: datetime) -> list[str]:
    voices = Voice.objects.filter(
        unit__in=units, occurred_at__gte=first, occurred_at__lt=last
    ).exclude(text="")
    newest = voices.order_by("-occurred_at", "-id")[:MOST_TEXTS]
    return list(newest.values_list("text", flat=True))


def _known_in(phrase: str, units: Sequence[Sequence[str]]) -> int:
    looking = finder((phrase,))
    return sum(any(looking.first(text) is not None for text in texts) for texts in units)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
