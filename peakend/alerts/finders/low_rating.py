"""A customer rated low and said why."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.alerts.causes import Cause, Evidence, Window
from peakend.alerts.finders.grievances import GENERAL, cause_key
from peakend.alerts.finders.kind import Aspects, Kind, about
from peakend.opinions.models import Opinion

Stars = Annotated[
    float,
    msgspec.Meta(ge=1, le=5, extra={"label": gettext_lazy("Rated at most (of 5)")}),
]


class LowRating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rating of at most ``rating`` together with a negative opinion on one of ``aspects`` (any if empty)."""

    rating: Stars = 2
    aspects: Aspects = ()


def find(parameters: LowRating, window: Window) -> Iterator[Cause]:
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
            key=cause_key(customer_id, unit_id, voice_id),
            occurred_at=occurred_at,
            evidence=(Evidence(f"voice:{voice_id}", voice_id=voice_id, opinion_id=opinion_id),),
            unit_id=unit_id,
            aspect=aspect,
            customer_id=customer_id,
            facts={"rating": rating},
        )


def title(aspect: str, facts: Mapping[str, Any]) -> str:
    """The aspect and the rating."""
    if "rating" not in facts:
        return ""
    return about(aspect, _("rated %(rating)s") % {"rating": f"{facts['rating']:g}"})


KIND = Kind(
    "low_rating_with_aspect",
    gettext_lazy("Low rating with a named grievance"),
    gettext_lazy("A rating at or below the limit whose words judge one of these aspects badly."),
    LowRating,
    find,
    title,
)
