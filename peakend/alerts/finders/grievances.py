"""What the finders of single unhappy customers share: whose grievance it is, and about what."""

from collections.abc import Collection

from peakend.opinions.models import Opinion

# Aspects that name nothing to mend: they lead only where nothing else was said.
GENERAL = frozenset({"overall", "recommendation"})


def cause_key(customer_id: int | None, unit_id: int | None, voice_id: int) -> str:
    """The key of one customer's grievance at one unit; an unknown customer's is the voice's own."""
    if customer_id is None:
        return f"voice:{voice_id}"
    return f"customer:{customer_id}:unit:{unit_id or 0}"


def ranked_complaints(voice_ids: Collection[int]) -> list[tuple[int, int, str]]:
    """The complaints in some voices as (voice, opinion, aspect): the strongest of the named comes last."""
    complaints = (
        Opinion.objects.filter(voice_id__in=voice_ids, polarity=-1)
        .order_by("strength", "-id")
        .values_list("voice_id", "id", "aspect")
    )
    return sorted(complaints, key=lambda row: row[2] not in GENERAL)
