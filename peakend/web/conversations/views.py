"""The insight page, the list behind each of its figures, and one conversation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from peakend.cases.models import Case
from peakend.cases.queries import visible
from peakend.conversations.models import Conversation
from peakend.conversations.queries import turns_of
from peakend.conversations.topics import topic_title
from peakend.opinions.models import Opinion
from peakend.organization.access import Scope
from peakend.web.access import requires
from peakend.web.conversations import headline, lines
from peakend.web.conversations.asked import topics_of
from peakend.web.conversations.bubbles import bubbles_of
from peakend.web.conversations.figures import Figure, figures_of, sums_of
from peakend.web.conversations.groups import GROUPINGS, groups_of
from peakend.web.conversations.pictures import columns_of, moods_of
from peakend.web.conversations.remembered import remembered, state
from peakend.web.conversations.scripts import scripts_of
from peakend.web.conversations.times import seconds_title
from peakend.web.conversations.within import (
    LARGEST,
    ROW,
    compared_with,
    conversations_of,
    narrowed,
    with_facets,
)
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.shell import names, numbers
from peakend.web.shell.filterbar import FilterBar, filter_bar
from peakend.web.voices.chips import chips_of


@dataclass(frozen=True)
class Linked:
    """A figure and the list of conversations behind it."""

    figure: Figure
    url: str


@requires("voices.read")
def index(request: HttpRequest) -> HttpResponse:
    """What is asked, how fast and how well it is answered, which replies help."""
    view = _view(request)
    rows, before = conversations_of(view), compared_with(view)
    at = state()
    now = remembered(at, "sums", (rows,), lambda: sums_of(rows))
    if not now.totals.conversations and not Conversation.objects.exists():
        return render(request, "conversations/none.html")
    then = (
        remembered(at, "sums", (before,), lambda: sums_of(before)) if before is not None else None
    )
    figures = figures_of(now, then if then and then.totals.conversations else None)
    n, n_before = now.totals.conversations, then.totals.conversations if then else 0
    topics = remembered(at, "topics", (rows, before), lambda: topics_of(rows, n, before, n_before))
    chosen = request.GET.get("split", "unit")
    grouping = GROUPINGS.get(chosen, GROUPINGS["unit"])
    groups, small = remembered(
        at, f"groups {grouping.column}", (rows,), lambda: groups_of(rows, grouping)
    )
    told = headline.told(now, figures, topics)
    context: dict[str, Any] = {
        "view_filter": view,
        "filter_bar": _bar(request, view),
        "told": told,
        "figures": [Linked(one, _list(view, **one.facets)) for one in figures.values()],
        "topics": topics,
        "n": n,
        "columns": columns_of(
            now.first, figures["first"].estimate.value, lambda code: _list(view, wait=code)
        ),
        "answered": sum(now.first.values()),
        "unheard": now.totals.unheard,
        "first": figures["first"].view,
        "moods": moods_of(now.totals),
        "mood": figures["mood"].view,
        "groupings": [(code, one.title) for code, one in GROUPINGS.items()],
        "grouping": next(code for code, one in GROUPINGS.items() if one is grouping),
        "groups": [
            (one, _list(view, **one.where), [(cell, _list(view, **cell.facets)) for cell in one.cells])
            for one in groups
        ],
        "small": small,
        "compared": remembered(at, "scripts", (rows,), lambda: scripts_of(rows)),
    }  # fmt: skip
    return render(request, "conversations/index.html", context)


@requires("voices.read")
def listing(request: HttpRequest) -> HttpResponse:
    """The conversations behind a figure, newest first."""
    wanted, chosen = narrowed(request.GET)
    view = with_facets(_view(request), {one.name: one.value for one in chosen})
    rows = conversations_of(view).filter(wanted)
    page = lines.page_of(rows, request.GET.get("after", ""))
    context: dict[str, Any] = {
        "view_filter": view,
        "lines": page.lines,
        "more": _list(view, after=page.after) if page.after else "",
    }
    if request.headers.get("HX-Request") and request.GET.get("after"):
        return render(request, "conversations/lines.html", context)
    n = rows.count()
    context |= {
        "filter_bar": _bar(request, view),
        "n": n,
        "chosen": [(one, _list(view, **{one.name: ""})) for one in chosen],
    }
    return render(request, "conversations/list.html", context)


@requires("voices.read")
def conversation(request: HttpRequest, number: int) -> HttpResponse:
    """One conversation, what was read in it, and where it goes on."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    found = conversation_for(request, number)
    turns = turns_of(found)
    spans: dict[int, list[Opinion]] = {}
    voices = list(dict.fromkeys(turn.voice_id for turn in turns if turn.voice_id))
    for opinion in Opinion.objects.filter(voice__in=voices).order_by("voice_id", "start", "-end"):
        spans.setdefault(opinion.voice_id, []).append(opinion)
    permissions: frozenset[str] = request.permissions  # type: ignore[attr-defined]
    topics = list(dict.fromkeys(turn.topic for turn in turns if turn.topic))
    context: dict[str, Any] = {
        "one": found,
        "bubbles": bubbles_of(turns, spans),
        "topics": [(code, topic_title(code)) for code in topics],
        "source": names.source_titles().get(found.source.code, found.source.code),
        "channel": names.channel_title(found.channel),
        "began": timezone.localtime(found.started_at),
        "first_reply": seconds_title(found.first_reply),
        "median_reply": seconds_title(found.median_reply),
        "drift": None if found.drift is None else numbers.signed(100 * found.drift),
        "told": lines.told(found, [topic_title(code) for code in topics]),
        "voices": voices,
        "chips": chips_of([one for each in spans.values() for one in each], 0.0),
        "cases": _cases(scope, voices) if "cases.read" in permissions else [],
        "may_open_case": "cases.assign" in permissions and voices,
        "may_open_customer": "customers.read" in permissions,
    }
    return render(request, "conversations/conversation.html", context)


def conversation_for(request: HttpRequest, number: int) -> Conversation:
    """The conversation, if it lies within the reader's scope."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    # The key is a 64-bit integer; a larger number in an address is simply nobody's.
    rows = scope.filter(Conversation.objects.all()).select_related(*ROW, "customer")
    found: Conversation | None = rows.filter(pk=number).first() if number < LARGEST else None
    if found is None:
        raise Http404(_("no such conversation"))
    return found


def _cases(scope: Scope, voices: list[int]) -> list[Case]:
    """The cases that rest on what was said here."""
    if not voices:
        return []
    return list(visible(scope).filter(evidence__voice__in=voices).distinct().order_by("pk")[:5])


def _view(request: HttpRequest) -> ViewFilter:
    """The page's filter. What belongs to single voices does not cut conversations."""
    view = read_filter(request)
    return replace(view, aspect="", polarity="", intent="", emotion="", q="")


def _bar(request: HttpRequest, view: ViewFilter) -> FilterBar:
    """The bar without its count, which is of voices."""
    return filter_bar(view, request.scope, counted=False)  # type: ignore[attr-defined]


def _list(view: ViewFilter, **facets: str) -> str:
    query = view.query_string(**facets)
    return f"{reverse('conversations:list')}?{query}" if query else reverse("conversations:list")
