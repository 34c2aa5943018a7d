"""What people talk about, how they feel about it, and the sentences that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.opinions.models import Opinion
from peakend.opinions.queries import aspect_title
from peakend.organization.access import Scope
from peakend.organization.audit import note
from peakend.voices.models import Voice
from peakend.web.access import requires
from peakend.web.filters import read_filter
from peakend.web.shell import names
from peakend.web.shell.filterbar import filter_bar
from peakend.web.shell.words import spans_of
from peakend.web.voices import pages, rivals, story, tree
from peakend.web.voices.export import rows_of

SORT_TITLES = {
    "representative": gettext_lazy("Most typical"),
    "newest": gettext_lazy("Newest"),
    "strongest": gettext_lazy("Strongest"),
}
POLARITIES = {-1: gettext_lazy("negative"), 0: gettext_lazy("neutral"), 1: gettext_lazy("positive")}
TONES = {-1: "bad", 0: "", 1: "good"}
STRONG = 4.0
LONG = 260  # characters from which the list shows only the beginning
CHIPS = 6


@dataclass(frozen=True)
class Chip:
    """One opinion in words."""

    aspect: str
    title: str
    polarity: str
    tone: str
    is_strong: bool


@dataclass(frozen=True)
class Line:
    """One verbatim as the list draws it."""

    voice: Voice
    spans: list[Opinion]
    chips: tuple[Chip, ...]
    source: str
    day: str
    segment: str
    rating: str

    @property
    def is_long(self) -> bool:
        """Whether the list shows only its beginning."""
        return len(self.voice.text) > LONG or self.voice.text.count("\n") > 5

    @property
    def first_chips(self) -> tuple[Chip, ...]:
        """The opinions the list has room for."""
        return self.chips[:CHIPS]

    @property
    def more(self) -> int:
        """How many opinions the list leaves out."""
        return max(0, len(self.chips) - CHIPS)


@requires("voices.read")
def index(request: HttpRequest) -> HttpResponse:
    view = read_filter(request)
    if not view.has_data:
        return render(request, "voices/none.html")
    sort = request.GET.get("sort", "representative")
    sort = sort if sort in pages.SORTS else "representative"
    page = pages.page_of(view, sort, request.GET.get("after", ""))
    context: dict[str, Any] = {
        "view_filter": view,
        "lines": lines_of(page.voices, page.spans),
        "after": page.after,
        "sort": sort,
        "sorts": list(SORT_TITLES.items()),
    }
    if request.headers.get("HX-Request") and request.GET.get("after"):
        return render(request, "voices/lines.html", context)
    groups = tree.aspect_tree(view)
    rivalry = rivals.rivalry(view)
    context |= {
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "groups": groups,
        "total": sum(group.branch.opinions for group in groups),
        "story": story.story_of(view, groups, rivalry),
        "selected": story.selected_of(view),
        "rivalry": story.rivalry_view(view, rivalry),
        "may_export": "voices.export" in request.permissions,  # type: ignore[attr-defined]
    }
    return render(request, "voices/index.html", context)


@requires("voices.read")
def voice(request: HttpRequest, voice_id: int) -> HttpResponse:
    """One verbatim: everything understood in it and where it came from."""
    # The key is a 64-bit integer; a larger number in an address is simply nobody's.
    scope: Scope = request.scope  # type: ignore[attr-defined]
    rows = scope.filter(Voice.objects.all()).select_related("source", "unit", "brand", "customer")
    found = rows.filter(pk=voice_id).first() if voice_id < 2**63 else None
    if found is None:
        raise Http404(_("no such voice"))
    line = lines_of([found], spans_of([found]))[0]
    context = {
        "line": line,
        "time": timezone.localtime(found.occurred_at),
        "channel": names.channel_title(found.channel),
        "may_open_customer": "customers.read" in request.permissions,  # type: ignore[attr-defined]
    }
    return render(request, "voices/voice.html", context)


@requires("voices.export")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The voices of the filter as a file; the audit log says who took them."""
    view = read_filter(request)
    note("export", request.user, what="voices", filter=view.query_string())  # type: ignore[arg-type]
    # Streamed: rows are read in the request's language, whatever happens to the thread later.
    answer = StreamingHttpResponse(rows_of(view), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="voices-{view.as_of:%Y-%m-%d}.csv"'
    return answer


def lines_of(voices: Any, spans: dict[int, list[Opinion]]) -> list[Line]:
    """Verbatims with the opinions found in them, in words."""
    sources = names.source_titles()
    return [_line(voice, spans.get(voice.pk, []), sources) for voice in voices]


def _line(voice: Voice, spans: list[Opinion], sources: dict[str, str]) -> Line:
    chips: dict[tuple[str, int], Chip] = {}
    for opinion in spans:
        known = chips.get((opinion.aspect, opinion.polarity))
        strong = opinion.strength >= STRONG or (known is not None and known.is_strong)
        chips[opinion.aspect, opinion.polarity] = Chip(
            opinion.aspect,
            aspect_title(opinion.aspect),
            str(POLARITIES[opinion.polarity]),
            TONES[opinion.polarity],
            strong and opinion.polarity != 0,
        )
    return Line(
        voice=voice,
        spans=spans,
        # What hurts first, then what pleases; the order of the text within each.
        chips=tuple(sorted(chips.values(), key=lambda chip: ("bad", "good", "").index(chip.tone))),
        source=sources.get(voice.source.code, voice.source.code),
        day=names.day_title(timezone.localtime(voice.occurred_at).date()),
        segment=names.segment_title(voice.segment) if voice.segment else "",
        rating="" if voice.rating is None else f"{voice.rating:g}",
    )
