"""A customer answered a survey with a low score."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.alerts.causes import Cause, Evidence, Window
from peakend.alerts.finders.grievances import cause_key, ranked_complaints
from peakend.alerts.finders.kind import Kind, about
from peakend.surveys.models import Response
from peakend.voices.models import Voice

# Signals have 16 places for texts, so that a response and its voices share their position.
_PLACES = 16

Nps = Annotated[int, msgspec.Meta(ge=0, le=10, extra={"label": gettext_lazy("NPS answer at most")})]
Csat = Annotated[
    int, msgspec.Meta(ge=1, le=5, extra={"label": gettext_lazy("Satisfaction at most")})
]


class LowScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A survey answer at or below the limit: NPS 0 to 10, CSAT 1 to 5."""

    nps: Nps | None = 6
    csat: Csat | None = 2


def find(parameters: LowScore, window: Window) -> Iterator[Cause]:
    """Survey responses whose NPS or CSAT is at or below its limit, oldest first."""
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
    rows = responses.iterator(chunk_size=1000)
    while chunk := list(islice(rows, 500)):
        low = [
            (row, facts) for row in chunk if (facts := _scores_at_or_below(row[1] or {}, limits))
        ]
        strongest = _strongest_opinions([row[0] for row, _facts in low])
        for (response_id, _answers, customer_id, unit_id, occurred_at), facts in low:
            voice_id, opinion_id, aspect = strongest.get(response_id, (None, None, ""))
            yield Cause(
                key=cause_key(customer_id, unit_id, response_id),
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
    voices = {
        place: response_id
        for response_id in response_ids
        for place in range(response_id, response_id + _PLACES)
    }
    found: dict[int, tuple[int | None, int | None, str]] = {}
    texts = Voice.objects.filter(pk__in=voices).order_by("-pk").values_list("pk", flat=True)
    for voice_id in texts:
        found[voices[voice_id]] = (voice_id, None, "")
    for voice_id, opinion_id, aspect in ranked_complaints(voices):
        found[voices[voice_id]] = (voice_id, opinion_id, aspect)
    return found


def title(aspect: str, facts: Mapping[str, Any]) -> str:
    """The aspect and the lower answer, the recommendation before the satisfaction."""
    if "nps" in facts:
        return about(aspect, _("NPS answer %(score)s") % {"score": f"{facts['nps']:g}"})
    if "csat" in facts:
        return about(aspect, _("satisfaction %(score)s") % {"score": f"{facts['csat']:g}"})
    return ""


KIND = Kind(
    "low_score",
    gettext_lazy("Low survey score"),
    gettext_lazy("An NPS or satisfaction answer at or below the limit."),
    LowScore,
    find,
    title,
)
