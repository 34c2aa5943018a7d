"""A customer says they are leaving."""

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any

import msgspec
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.alerts.causes import Cause, Evidence, Window
from peakend.alerts.finders.grievances import cause_key, ranked_complaints
from peakend.alerts.finders.kind import Kind, about
from peakend.voices.models import Voice

Phrases = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=2, max_length=40)], ...],
    msgspec.Meta(extra={"label": gettext_lazy("Phrases, one a line"), "asks_for": "phrases"}),
]


class ChurnWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A voice that says the customer is leaving."""

    words: Phrases = (
        "再也不来",
        "不会再来",
        "以后不来了",
        "不会再买",
        "再也不买",
        "拉黑",
        "never again",
        "never come back",
        "won't be back",
        "last time",
    )


def find(parameters: ChurnWords, window: Window) -> Iterator[Cause]:
    """Voices that contain one of the phrases, oldest first."""
    if not parameters.words:
        return
    said = reduce(or_, (Q(text__icontains=word) for word in parameters.words))
    voices = (
        Voice.objects.filter(
            said,
            pk__gt=window.after,
            occurred_at__gte=window.since,
            occurred_at__lte=window.until,
        )
        .order_by("pk")
        .values_list("pk", "customer_id", "unit_id", "occurred_at")
    )
    rows = list(voices)
    complaints = {
        voice_id: (opinion_id, aspect)
        for voice_id, opinion_id, aspect in ranked_complaints([row[0] for row in rows])
    }
    for voice_id, customer_id, unit_id, occurred_at in rows:
        opinion_id, aspect = complaints.get(voice_id, (None, ""))
        yield Cause(
            key=cause_key(customer_id, unit_id, voice_id),
            occurred_at=occurred_at,
            evidence=(Evidence(f"voice:{voice_id}", voice_id=voice_id, opinion_id=opinion_id),),
            unit_id=unit_id,
            aspect=aspect,
            customer_id=customer_id,
            facts={"intent": "churn"},
        )


def title(aspect: str, facts: Mapping[str, Any]) -> str:
    """The aspect, and that they are leaving."""
    if facts.get("intent") != "churn":
        return ""
    return about(aspect, _("says they are leaving"))


KIND = Kind(
    "churn_words",
    gettext_lazy("Customer says they are leaving"),
    gettext_lazy("The voice contains one of these phrases."),
    ChurnWords,
    find,
    title,
)
