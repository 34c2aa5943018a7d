"""A conversation that nobody follows becomes somebody's case."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from peakend.alerts.causes import Cause, Evidence
from peakend.conversations.queries import turns_of
from peakend.loop.case_handed_on import hand_on
from peakend.web.access import reader_of, requires
from peakend.web.conversations.views import conversation_for


@requires("cases.assign")
@require_POST
def open_case(request: HttpRequest, number: int) -> HttpResponse:
    """Open a case that rests on what the customer said; again, it leads to the one there is."""
    held = conversation_for(request, number)
    if held.brand is not None and not held.brand.is_own:
        raise Http404  # a competitor's guests are not ours to answer
    voices = dict.fromkeys(turn.voice_id for turn in turns_of(held) if turn.voice_id)
    reader, now = reader_of(request), timezone.now()
    if not voices:
        messages.info(
            request, _("It is heard half an hour after the last turn; open the case then.")
        )
        return redirect("conversations:conversation", number=number)
    cause = Cause(
        key=f"conversation:{held.pk}",
        occurred_at=held.started_at,
        evidence=tuple(Evidence(f"voice:{voice}", voice_id=voice) for voice in voices),
        unit_id=held.unit_id or reader.unit_id,
        customer_id=held.customer_id,
    )
    outcome = hand_on(cause, by=reader, as_of=now)
    if outcome is None:
        messages.info(request, _("There is a case of this already."))
        return redirect("conversations:conversation", number=number)
    return redirect("cases:case", number=outcome.case_id)
