"""New voices are searched for what nobody defined: themes that rise, and words without a name."""

from datetime import datetime, timedelta

from peakend.loop.locks import taking_turns
from peakend.themes.finding import find, gather, own_voices
from peakend.themes.models import Look
from peakend.themes.services import keep_look
from peakend.voices.models import Source

# A look reads a year; single voices do not change what it finds.
REST = timedelta(hours=1)
MANY = 500  # new voices that are looked at without waiting


def find_themes(as_of: datetime, *, at_once: bool = False) -> list[Look]:
    """Look where new voices came since the last look; each taxonomy is looked at on its own.

    ``at_once`` looks even if few came or it was not long ago.
    """
    with taking_turns("themes"):
        codes = Source.objects.order_by("taxonomy").values_list("taxonomy", flat=True).distinct()
        return [
            look
            for code in codes
            if _is_due(code, as_of, at_once) and (look := _look(code, as_of)) is not None
        ]


def _look(code: str, as_of: datetime) -> Look | None:
    collection = gather(code, as_of)
    return None if collection is None else keep_look(collection, find(collection), as_of)


def _is_due(code: str, as_of: datetime, at_once: bool) -> bool:
    last = Look.objects.filter(taxonomy=code).order_by("pk").first()
    if last is None or at_once:
        return True
    new = own_voices(code).filter(id__gt=last.newest)
    if as_of - last.at >= REST:
        return new.exists()
    return new[:MANY].count() == MANY
