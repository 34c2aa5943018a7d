"""The readings that wait for a person, one text at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from peakend.opinions import corrections
from peakend.opinions.choices import Via
from peakend.opinions.errors import CorrectionRefused
from peakend.opinions.queries import aspect_title, review_below
from peakend.opinions.review import (
    LEAST_TEXTS,
    Agreement,
    Picked,
    agreement,
    next_texts,
    progress,
    waiting,
)
from peakend.organization.access import Scope
from peakend.text import mask
from peakend.voices.models import Voice
from peakend.web.access import requires
from peakend.web.review.correcting import SIGNS, hand_of, link_of, voice_of
from peakend.web.review.readings import Reading, opened
from peakend.web.shell import names, numbers

ASPECTS = 8  # aspects that wait, listed beside the text


@dataclass(frozen=True)
class Item:
    """One text of the round as the list beside it shows it."""

    voice: int
    words: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Stood:
    """An agreement in words: what it speaks for, the share, and what it rests on."""

    title: str
    enough: bool
    share: str
    interval: str
    texts: str
    opinions: str


@requires("voices.correct")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The next text with its editor, the round it belongs to, and how often readings stand."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    aspect = request.GET.get("aspect", "")[:64]
    picked = next_texts(scope, aspect)
    waits = waiting(scope)
    context: dict[str, Any] = {
        "waits": waits,
        "below": review_below(),
        "aspect": aspect,
        "aspect_title": aspect_title(aspect) if aspect else "",
        "aspects": [(code, aspect_title(code), count) for code, count in waits.by_aspect[:ASPECTS]],
        "progress": progress(scope, timezone.now()),
        "agreement": [_stood(one) for one in agreement(scope)],
        "least": LEAST_TEXTS,
        "polarities": SIGNS,
        **_current(request, picked, aspect),
    }
    return render(request, "review/index.html", context)


@requires("voices.correct")
@require_POST
def confirm(request: HttpRequest, voice_id: int) -> HttpResponse:
    """The reading of the whole text is right as it stands by now: on to the next."""
    voice = voice_of(request, voice_id)
    try:
        with transaction.atomic():
            corrections.confirm_text(voice, hand_of(request))
    except CorrectionRefused:
        messages.info(request, _("This text had been confirmed already."))
    asked = {name: request.POST.get(name, "")[:64] for name in ("aspect", "voice")}
    query = urlencode({name: value for name, value in asked.items() if value})
    return redirect(f"{reverse('review:index')}{'?' if query else ''}{query}")


def _current(request: HttpRequest, picked: list[Picked], aspect: str) -> dict[str, Any]:
    """The text that is looked at, and where the keys lead."""
    asked = request.GET.get("voice", "")
    places = {str(one.voice): place for place, one in enumerate(picked)}
    if not picked:
        return {"current": None, "items": []}
    place = places.get(asked, 0)
    one = picked[place]
    voices = {
        voice.pk: voice
        for voice in Voice.objects.filter(pk__in=[p.voice for p in picked]).select_related(
            "source", "unit", "brand"
        )
    }
    voice = voices[one.voice]
    items = [
        Item(
            p.voice,
            mask(voices[p.voice].text[:80]).replace("\n", " "),
            _address(p.voice, aspect),
            p is one,
        )
        for p in picked
    ]
    return {
        "current": voice,
        "reading": _reading(request, voice),
        "via": one.via,
        "by_chance": one.via == Via.CHANCE,
        "items": items,
        "place": place + 1,
        "next": items[place + 1] if place + 1 < len(items) else None,
        "previous": items[place - 1] if place else None,
        "where": _where(voice),
    }


def _reading(request: HttpRequest, voice: Voice) -> Reading:
    below = review_below()
    found = opened(voice, link_of(request), below, stays_open=True)
    assert found.editor is not None
    waits = [row.opinion.pk for row in found.editor.rows if row.waits]
    if not waits:
        return found
    return opened(voice, link_of(request), below, active=waits[0], stays_open=True)


def _where(voice: Voice) -> list[str]:
    sources = names.source_titles()
    found = [
        voice.unit.title if voice.unit else voice.brand.title if voice.brand else "",
        sources.get(voice.source.code, voice.source.code),
        names.day_title(timezone.localtime(voice.occurred_at).date()),
        names.segment_title(voice.segment) if voice.segment else "",
    ]
    return [part for part in found if part]


def _address(voice: int, aspect: str) -> str:
    asked = {"voice": str(voice), **({"aspect": aspect} if aspect else {})}
    return f"{reverse('review:index')}?{urlencode(asked)}"


def _stood(one: Agreement) -> Stood:
    titles = {Via.CHANCE: _("Of all readings"), Via.UNSURE: _("Of unsure readings")}
    share, opinions = one.texts, one.opinions
    told = _("of {n} opinions {stood} stood; {missed} were missed").format(
        n=numbers.number(opinions.n),
        stood=numbers.number((opinions.value or 0) * opinions.n),
        missed=numbers.number(one.missed),
    )
    return Stood(
        title=titles[Via(one.via)],
        enough=one.enough,
        share="" if share.value is None else f"{numbers.number(100 * share.value)}%",
        interval=""
        if share.low is None or share.high is None
        else numbers.between(100 * share.low, 100 * share.high, 0) + "%",
        texts=numbers.number(share.n),
        opinions=told if one.enough else "",
    )
