"""The voices of a filter as a CSV that a spreadsheet opens safely."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from peakend.opinions.queries import aspect_title
from peakend.text import mask
from peakend.voices.models import Voice
from peakend.web.filters import ViewFilter
from peakend.web.shell import names
from peakend.web.shell.quotes import spans_of
from peakend.web.voices.verbatims import matching

BATCH = 1_000
# A cell that begins with one of these is a formula to a spreadsheet, or can become one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SIGNS = {-1: "−", 0: "0", 1: "+"}


class _Echo:
    """A file whose writing is its answer, so that rows stream out one by one."""

    def write(self, text: str) -> str:
        return text


def neutral(value: object) -> object:
    """The value, with an apostrophe before anything a spreadsheet would compute."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def rows_of(view: ViewFilter) -> Iterator[str]:
    """Lines of the file, oldest first; personal data masked, formulas neutralised."""
    writer = csv.writer(_Echo())
    # With a byte order mark spreadsheets read it as UTF-8.
    yield "\ufeff" + writer.writerow(
        [
            _("Number"), _("Time"), _("Source"), _("Channel"), pgettext("organisation", "Unit"), _("Brand"),
            _("Segment"), _("Product"), _("Rating"), _("Polarity"), _("Text"), _("Opinions"),
        ]
    )  # fmt: skip
    last = 0
    while True:
        found = matching(view).filter(id__gt=last).order_by("id")
        batch = list(found[:BATCH])
        if not batch:
            return
        spans = spans_of(batch)
        for voice in batch:
            opinions = [f"{aspect_title(o.aspect)}{SIGNS[o.polarity]}" for o in spans[voice.pk]]
            yield writer.writerow([neutral(value) for value in _cells(voice, opinions)])
        last = batch[-1].pk


def _cells(voice: Voice, opinions: list[str]) -> list[object]:
    return [
        voice.pk,
        timezone.localtime(voice.occurred_at).strftime("%Y-%m-%d %H:%M"),
        voice.source.code,
        names.channel_title(voice.channel),
        voice.unit.title if voice.unit else "",
        voice.brand.title if voice.brand else "",
        names.segment_title(voice.segment) if voice.segment else "",
        voice.product,
        "" if voice.rating is None else round(voice.rating, 2),
        voice.polarity,
        mask(voice.text),
        "; ".join(dict.fromkeys(opinions)),
    ]
