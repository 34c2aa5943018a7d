"""What people talk about, how they feel about it, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from peakend.cases.opening import Effect
from peakend.cases.queries import cases_of_voices
from peakend.conversations.queries import conversation_of
from peakend.loop import voice_taken_up
from peakend.metrics.registry import closed_scores
from peakend.opinions.models import Opinion
from peakend.opinions.queries import review_below
from peakend.organization.access import Scope
from peakend.organization.audit import note
from peakend.reasons.queries import reasons_in
from peakend.text import EMOTIONS, INTENTS
from peakend.voices.models import Voice
from peakend.web.access import reader_of, requires
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.review.readings import Reading, closed, may_correct
from peakend.web.shell import names
from peakend.web.shell.feelings import EMOTION_TITLES, INTENT_TITLES, named_bits
from peakend.web.shell.filterbar import filter_bar
from peakend.web.shell.quotes import spans_of
from peakend.web.voices import narrowing, rivals, tree, verbatims
from peakend.web.voices.answers import scores_beside
from peakend.web.voices.chart import selected_of
from peakend.web.voices.chips import Chip
from peakend.web.voices.export import rows_of
from peakend.web.voices.headline import headline_of
from peakend.web.voices.rivals_chart import rivalry_view

SORT_TITLES = {
    "representative": gettext_lazy("Most typical"),
    "newest": gettext_lazy("Newest"),
    "strongest": gettext_lazy("Strongest"),
}
CHIPS, EVERY = 6, 999  # opinions that a line has room for, and a page of one voice


@dataclass(frozen=True)
class Line:
    """One verbatim as the list draws it."""

    voice: Voice
    reading: Reading
    source: str
    day: str
    segment: str
    rating: str
    case: int = 0  # the newest case that rests on it
    may_open: bool = False  # whether the reader may make it a case
    score: str = ""  # of a survey's open answer: what was answered on a scale beside it


@requires("voices.read")
def index(request: HttpRequest) -> HttpResponse:
    view = _asked(request)
    if not view.has_data:
        return render(request, "voices/none.html")
    sort = request.GET.get("sort", "representative")
    sort = sort if sort in verbatims.SORTS else "representative"
    page = verbatims.page_of(view, sort, request.GET.get("after", ""))
    context: dict[str, Any] = {
        "view_filter": view,
        "lines": lines_of(request, page.voices, page.spans, view),
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
        "story": headline_of(view, groups, rivalry),
        "selected": selected_of(view),
        "rivalry": rivalry_view(view, rivalry),
        "intents": list(INTENT_TITLES.items()),
        "emotions": list(EMOTION_TITLES.items()),
        "themes": narrowing.theme_choices(view),
        "reasons": narrowing.reason_choices(view),
        "narrowed": verbatims.how_many(view)
        if view.intent or view.emotion or view.theme or view.cause or view.answer
        else None,
        "may_export": "voices.export" in request.permissions,  # type: ignore[attr-defined]
    }
    return render(request, "voices/index.html", context)


@requires("voices.read")
def voice(request: HttpRequest, voice_id: int) -> HttpResponse:
    """One verbatim: everything understood in it and where it came from."""
    found = _voice(request, voice_id)
    line = lines_of(request, [found], spans_of([found]), None, EVERY)[0]
    context = {
        "line": line,
        "time": timezone.localtime(found.occurred_at),
        "channel": names.channel_title(found.channel),
        "intents": named_bits(found.intents, INTENT_TITLES, INTENTS),
        "emotions": named_bits(found.emotions, EMOTION_TITLES, EMOTIONS),
        "conversation": conversation_of(found),
        "may_open_customer": "customers.read" in request.permissions,  # type: ignore[attr-defined]
    }
    return render(request, "voices/voice.html", context)


@requires("cases.assign")
@require_POST
def take_up(request: HttpRequest, voice_id: int) -> HttpResponse:
    """Make one voice a case, or let it join the one its customer has; again, nothing changes."""
    found = _voice(request, voice_id)
    if found.brand is not None and not found.brand.is_own:
        raise Http404(_("no such voice"))
    outcome = voice_taken_up.take_up(found, reader_of(request), timezone.now())
    if outcome is None:
        messages.info(request, _("There is a case of this already."))
    else:
        said = _("Case {n} is open.") if outcome.effect == Effect.OPENED else _("Joined case {n}.")
        messages.success(request, said.format(n=outcome.case_id))
    return redirect("voices:voice", voice_id=found.pk)


def _asked(request: HttpRequest) -> ViewFilter:
    """The filter, without what was answered to a question that is closed to the reader's role."""
    view = read_filter(request)
    if view.answer and view.answered[0] in closed_scores(reader_of(request)):
        return replace(view, answer="")
    return view


def _voice(request: HttpRequest, voice_id: int) -> Voice:
    """The voice, if it lies within the reader's scope."""
    # The key is a 64-bit integer; a larger number in an address is simply nobody's.
    scope: Scope = request.scope  # type: ignore[attr-defined]
    rows = scope.filter(Voice.objects.all()).select_related("source", "unit", "brand", "customer")
    found: Voice | None = rows.filter(pk=voice_id).first() if voice_id < 2**63 else None
    if found is None:
        raise Http404(_("no such voice"))
    return found


def _cases(request: HttpRequest, voices: Sequence[Voice]) -> tuple[dict[int, int], bool]:
    """The cases of the voices, for who may see cases, and whether the reader may open one."""
    permissions: Any = request.permissions  # type: ignore[attr-defined]
    if "cases.read" not in permissions:
        return {}, False
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return cases_of_voices([voice.pk for voice in voices], scope), "cases.assign" in permissions


@requires("voices.export")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The voices of the filter as a file; the audit log says who took them."""
    view = _asked(request)
    note("export", request.user, what="voices", filter=view.query_string())  # type: ignore[arg-type]
    # Streamed: rows are read in the request's language, whatever happens to the thread later.
    answer = StreamingHttpResponse(rows_of(view), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="voices-{view.as_of:%Y-%m-%d}.csv"'
    return answer


def lines_of(
    request: HttpRequest,
    voices: Sequence[Voice],
    spans: dict[int, list[Opinion]],
    view: ViewFilter | None,
    room: int = CHIPS,
) -> list[Line]:
    """Verbatims with the opinions found in them, in words; ``view`` is the filter chips keep."""
    sources = names.source_titles()
    below, correctable = review_below(), may_correct(request)
    beside = scores_beside(voices)
    why = _reasons_shown(voices, view)
    cases, may_open = _cases(request, voices)

    def link(chip: Chip) -> str:
        query = view.query_string(**chip.query) if view else urlencode(chip.query)
        return f"{reverse('voices:index')}?{query}"

    return [
        Line(
            voice=voice,
            reading=closed(
                voice,
                spans.get(voice.pk, []),
                link,
                below,
                correctable=correctable,
                room=room,
                why=why.get(voice.pk, ()),
            ),
            source=sources.get(voice.source.code, voice.source.code),
            day=names.day_title(timezone.localtime(voice.occurred_at).date()),
            segment=names.segment_title(voice.segment) if voice.segment else "",
            rating="" if voice.rating is None else f"{voice.rating:g}",
            case=cases.get(voice.pk, 0),
            may_open=may_open and (voice.brand is None or voice.brand.is_own),
            score=beside.get(voice.pk, ""),
        )
        for voice in voices
    ]


def _reasons_shown(
    voices: Sequence[Voice], view: ViewFilter | None
) -> dict[int, list[tuple[int, int]]]:
    """Where these voices say why: in a list the reason it is narrowed to, on its own page every one."""
    if view is not None and not view.cause:
        return {}
    found: dict[int, list[tuple[int, int]]] = {}
    for one in reasons_in([voice.pk for voice in voices]):
        if view is None or one.reason_id == int(view.cause):
            found.setdefault(one.voice_id, []).append((one.start, one.end))
    return found
