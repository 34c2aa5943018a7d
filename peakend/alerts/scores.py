"""Causes in single voices and answers: low ratings, low scores."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from peakend.alerts.causes import Cause, Evidence
from peakend.alerts.kinds import LowRating, LowScore, Window
from peakend.opinions.models import Opinion

# Signals have 16 places for texts, so that a response and its voices share their position.
_PLACES = 16
# Aspects that name nothing to mend: they lead only where nothing else was said.
GENERAL = frozenset({"overall", "recommendation"})


def customer_cause(customer_id: int | None, unit_id: int | None, voice_id: int) -> str:
    """The cause key of one customer's grievance at one unit; an unknown customer's is the voice's own."""
    if customer_id is None:
        return f"voice:{voice_id}"
    return f"customer:{customer_id}:unit:{unit_id or 0}"


def low_ratings(parameters: LowRating, window: Window) -> Iterator[Cause]:
    """Voices rated low that judge one of the aspects badly, oldest first."""
    found = Opinion.objects.filter(
        polarity=-1,
        voice_id__gt=window.after,
        voice__occurred_at__gte=window.since,
        voice__occurred_at__lte=window.until,
        voice__rating__lte=parameters.rating,
    )
    if parameters.aspects:
        found = found.filter(aspect__in=parameters.aspects)
    rows = found.order_by("voice_id", "-strength", "id").values_list(
        "voice_id",
        "id",
        "aspect",
        "voice__customer_id",
        "voice__unit_id",
        "voice__occurred_at",
        "voice__rating",
    )
    for voice_id, group in groupby(rows.iterator(chunk_size=2000), key=lambda row: row[0]):
        # The strongest opinion speaks for the voice; a named grievance before a general one.
        found_in = list(group)
        said = next((row for row in found_in if row[2] not in GENERAL), found_in[0])
        _voice, opinion_id, aspect, customer_id, unit_id, occurred_at, rating = said
        yield Cause(
            key=customer_cause(customer_id, unit_id, voice_id),
            occurred_at=occurred_at,
            evidence=(Evidence(f"voice:{voice_id}", voice_id=voice_id, opinion_id=opinion_id),),
            unit_id=unit_id,
            aspect=aspect,
            customer_id=customer_id,
            facts={"rating": rating},
        )


def low_scores(parameters: LowScore, window: Window) -> Iterator[Cause]:
    """Survey responses whose NPS or CSAT is at or below its limit, oldest first."""
    from peakend.surveys.models import Response

    limits = {
        code: limit
        for code, limit in (("nps", parameters.nps), ("csat", parameters.csat))
        if limit is not None
    }
    responses = (
        Response.objects.filter(
            pk__gt=window.after,
            occurred_at__gte=window.since,
            occurred_at__lte=window.until,
        )
        .order_by("pk")
        .values_list("pk", "answers", "customer_id", "unit_id", "occurred_at")
    )
    for chunk in _chunks(responses.iterator(chunk_size=1000), 500):
        low = [
            (row, facts) for row in chunk if (facts := _scores_at_or_below(row[1] or {}, limits))
        ]
        strongest = _strongest_opinions([row[0] for row, _facts in low])
        for (response_id, _answers, customer_id, unit_id, occurred_at), facts in low:
            voice_id, opinion_id, aspect = strongest.get(response_id, (None, None, ""))
            yield Cause(
                key=customer_cause(customer_id, unit_id, response_id),
                occurred_at=occurred_at,
                evidence=(
                    Evidence(
                        f"response:{response_id}",
                        voice_id=voice_id,
                        opinion_id=opinion_id,
                        response_id=response_id,
                    ),
                ),
                unit_id=unit_id,
                aspect=aspect,
                customer_id=customer_id,
                facts=facts,
            )


def _scores_at_or_below(answers: dict[str, Any], limits: dict[str, int]) -> dict[str, float]:
    found = {}
    for code, limit in limits.items():
        score = answers.get(code)
        if isinstance(score, int | float) and not isinstance(score, bool) and score <= limit:
            found[code] = score
    return found


def _strongest_opinions(
    response_ids: list[int],
) -> dict[int, tuple[int | None, int | None, str]]:
    """For each response its text and, if there is one, the strongest complaint in it."""
    from peakend.voices.models import Voice

    voices = {
        place: response_id
        for response_id in response_ids
        for place in range(response_id, response_id + _PLACES)
    }
    found: dict[int, tuple[int | None, int | None, str]] = {}
    texts = Voice.objects.filter(pk__in=voices).order_by("-pk").values_list("pk", flat=True)
    for voice_id in texts:
        found[voices[voice_id]] = (voice_id, None, "")
    complaints = (
        Opinion.objects.filter(voice_id__in=voices, polarity=-1)
        .order_by("strength", "-id")
        .values_list("voice_id", "id", "aspect")
    )
    ranked = sorted(complaints, key=lambda row: row[2] not in GENERAL)
    for voice_id, opinion_id, aspect in ranked:  # the strongest of the named comes last and stays
        found[voices[voice_id]] = (voice_id, opinion_id, aspect)
    return found


def _chunks(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
