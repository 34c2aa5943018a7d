"""One voice open for correcting: each answer is the reading as it stands by then."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from peakend.loop.tasks import follow_corrections
from peakend.opinions import corrections
from peakend.opinions.choices import Via
from peakend.opinions.corrections import Hand
from peakend.opinions.errors import CorrectionRefused
from peakend.opinions.models import Correction, Opinion
from peakend.opinions.queries import review_below
from peakend.opinions.wording import words_of
from peakend.organization.access import Scope
from peakend.voices.models import Voice
from peakend.web.access import requires
from peakend.web.review.readings import closed, opened
from peakend.web.shell.quotes import spans_of
from peakend.web.voices.chips import POLARITIES, Chip

LARGEST = 2**63
# Polarities as the editor offers them, with the key of each.
SIGNS = tuple((sign, POLARITIES[sign], key) for sign, key in ((-1, "n"), (0, "o"), (1, "p")))


@requires("voices.correct")
@require_GET
def reading(request: HttpRequest, voice_id: int) -> HttpResponse:
    """The reading of a voice, open at the opinion asked for, or closed again."""
    voice = voice_of(request, voice_id)
    if request.GET.get("close"):
        spans = spans_of([voice])[voice.pk]
        shown = closed(voice, spans, link_of(request), review_below(), correctable=True)
        return render(request, "review/reading.html", {"reading": shown, "land": "edit"})
    return answer(request, voice, active=_number(request.GET.get("opinion", "")))


@requires("voices.correct")
@require_POST
def correct(request: HttpRequest, voice_id: int) -> HttpResponse:
    """One deed: what it is says ``deed``, the rest it needs stands beside."""
    voice = voice_of(request, voice_id)
    refusal, active = "", _number(request.POST.get("opinion", ""))
    deed = DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404(_("no such deed"))
    try:
        with transaction.atomic():
            kept = deed(request, voice)
            active = kept.opinion
            transaction.on_commit(lambda: follow_corrections.enqueue())
    except CorrectionRefused as error:
        refusal = words_of(error)
    return answer(request, voice, active=active, refusal=refusal)


@requires("voices.correct")
@require_POST
def undo(request: HttpRequest, voice_id: int, correction_id: int) -> HttpResponse:
    """Take a deed back."""
    voice = voice_of(request, voice_id)
    kept = Correction.objects.filter(pk=_small(correction_id), voice=voice).first()
    if kept is None:
        raise Http404(_("no such correction"))
    refusal = ""
    try:
        with transaction.atomic():
            corrections.undo(kept, hand_of(request))
            transaction.on_commit(lambda: follow_corrections.enqueue())
    except CorrectionRefused as error:
        refusal = words_of(error)
    return answer(request, voice, active=kept.opinion, refusal=refusal)


def answer(
    request: HttpRequest, voice: Voice, *, active: int | None = None, refusal: str = ""
) -> HttpResponse:
    """The open reading, for htmx to put in the place of the one before."""
    shown = opened(
        voice, link_of(request), review_below(), active=active, refusal=refusal,
        stays_open=_via(request) != Via.PAGE,
    )  # fmt: skip
    context = {"reading": shown, "land": "editor", "polarities": SIGNS, "via": _via(request)}
    return render(request, "review/reading.html", context)


def voice_of(request: HttpRequest, voice_id: int) -> Voice:
    """The voice, within the reader's scope."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    rows = scope.filter(Voice.objects.select_related("source", "unit", "brand"))
    found: Voice | None = rows.filter(pk=_small(voice_id)).first()
    if found is None:
        raise Http404(_("no such voice"))
    return found


def hand_of(request: HttpRequest) -> Hand:
    """Who corrects, now, from which page."""
    return Hand(request.user, timezone.now(), _via(request))  # type: ignore[arg-type]


def link_of(request: HttpRequest) -> Callable[[Chip], str]:
    """Where a chip leads: the voices that say the same of the same, with the filter of the page it stands on."""
    address = urlsplit(request.headers.get("HX-Current-URL", ""))
    here = reverse("voices:index")
    query = QueryDict(address.query if address.path == here else "")
    kept = [
        (name, value)
        for name, values in query.lists()
        for value in values
        if name not in {"aspect", "polarity", "after", "sort"}
    ]
    return lambda chip: f"{here}?{urlencode([*kept, *chip.query.items()])}"


def _via(request: HttpRequest) -> str:
    given = request.POST.get("via") or request.GET.get("via")
    return given if given in Via.values else Via.PAGE


def _aspect(request: HttpRequest, voice: Voice) -> Correction:
    return corrections.change_aspect(
        _own(request, voice), request.POST.get("aspect", ""), hand_of(request)
    )


def _polarity(request: HttpRequest, voice: Voice) -> Correction:
    return corrections.change_polarity(_own(request, voice), _sign(request), hand_of(request))


def _span(request: HttpRequest, voice: Voice) -> Correction:
    return corrections.change_span(_own(request, voice), *_place(request), hand_of(request))


def _removed(request: HttpRequest, voice: Voice) -> Correction:
    return corrections.remove(_own(request, voice), hand_of(request))


def _confirmed(request: HttpRequest, voice: Voice) -> Correction:
    return corrections.confirm(_own(request, voice), hand_of(request))


def _added(request: HttpRequest, voice: Voice) -> Correction:
    aspect = request.POST.get("aspect", "")
    return corrections.add(voice, aspect, _sign(request), *_place(request), hand_of(request))


def _text(request: HttpRequest, voice: Voice) -> Correction:
    return corrections.confirm_text(voice, hand_of(request))


DEEDS: dict[str, Callable[[HttpRequest, Voice], Correction]] = {
    "aspect": _aspect,
    "polarity": _polarity,
    "span": _span,
    "removed": _removed,
    "confirmed": _confirmed,
    "added": _added,
    "reviewed": _text,
}


def _own(request: HttpRequest, voice: Voice) -> int:
    """The opinion, which must be one of this voice: its key alone opens no other unit's."""
    opinion = _number(request.POST.get("opinion", ""))
    if opinion is None or not Opinion.objects.filter(pk=opinion, voice=voice).exists():
        raise CorrectionRefused("gone")
    return opinion


def _sign(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("polarity", ""))
    except ValueError:
        raise CorrectionRefused("unknown_polarity") from None


def _place(request: HttpRequest) -> tuple[int, int]:
    start, end = (_number(request.POST.get(name, "")) for name in ("start", "end"))
    if start is None or end is None:
        raise CorrectionRefused("no_words")
    return start, end


def _number(text: str) -> int | None:
    if not text.isdecimal() or len(text) > 19:
        return None
    return _small(int(text))


def _small(number: int) -> int:
    """The key, or one that nothing has: a larger number in an address is simply nobody's."""
    return number if number < LARGEST else -1
