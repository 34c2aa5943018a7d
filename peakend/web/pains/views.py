"""Pain and delight points: how much each weighs, why it is so, and the next step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from peakend.alerts.causes import Cause, Evidence
from peakend.loop.case_handed_on import hand_on
from peakend.opinions.owners import UNIT
from peakend.opinions.queries import aspect_of, aspect_title
from peakend.organization.access import Scope
from peakend.organization.models import Unit
from peakend.reasons.models import Reason
from peakend.reasons.queries import explained_by, last_look, words_of_reason
from peakend.web.access import reader_of, requires
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.pains.headline import told_of
from peakend.web.pains.ranking import ranking
from peakend.web.pains.why import explained
from peakend.web.shell.filterbar import filter_bar
from peakend.web.shell.quotes import opinions_on, quote_for

SIDES = {"pain": -1, "delight": 1}
SIDE_TITLES = {
    "pain": gettext_lazy("Pain points"),
    "delight": gettext_lazy("Delight points"),
}
PROMISE = timedelta(days=7)  # a pain is mended by changing something, not by an answer
MOST_EVIDENCE = 50


@requires("voices.read")
def index(request: HttpRequest) -> HttpResponse:
    """The ranking of one side, and why the chosen point is as it is."""
    view = read_filter(request)
    if not view.has_data:
        return render(request, "voices/none.html")
    side = request.GET.get("side", "pain")
    side = side if side in SIDES else "pain"
    polarity = SIDES[side]
    rows = ranking(view, polarity)
    asked = request.GET.get("at", "")
    row = next((row for row in rows if row.code == asked), rows[0] if rows else None)
    chosen = explained(view, row, polarity) if row else None
    permissions: Any = request.permissions  # type: ignore[attr-defined]
    context = {
        "view_filter": view,
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "side": side,
        "sides": list(SIDE_TITLES.items()),
        "polarity": str(polarity),
        "rows": rows,
        "chosen": chosen,
        "quote": quote_for(view, row.code, polarity) if row else None,
        "told": told_of(rows, chosen, polarity),
        "look": last_look(),
        "may_open": "cases.assign" in permissions and polarity < 0,
        "improve": _improvement(view, row.code) if row else "",
        "may_improve": "improvements.write" in permissions,
    }
    return render(request, "pains/index.html", context)


@requires("cases.assign")
@require_POST
def open_case(request: HttpRequest) -> HttpResponse:
    """Make a pain somebody's case, with its strongest voices as evidence; again, it joins them."""
    view = read_filter(request)
    code = request.POST.get("aspect", "")[:64]
    if aspect_of(code) is None:
        raise Http404
    reason = _reason(request.POST.get("reason", ""), code)
    unit = _responsible(request, view, code)
    now = timezone.now()
    heard = opinions_on(view, code, -1)
    if reason is not None:
        heard = heard.filter(explained_by(reason.pk))
    opinions = list(heard.order_by("-strength", "-voice_id")[:MOST_EVIDENCE])
    back = f"{reverse('pains:index')}?{view.query_string(at=code)}"
    if not opinions:
        raise Http404(_("nobody complains of this in the filter"))
    cause = Cause(
        key=f"pain:{code}:{unit.pk}" + (f":{reason.pk}" if reason else ""),
        occurred_at=now,
        evidence=tuple(
            Evidence(f"opinion:{one.pk}", voice_id=one.voice_id, opinion_id=one.pk)
            for one in opinions
        ),
        unit_id=unit.pk,
        aspect=code,
        answers_somebody=False,
    )
    by = reader_of(request)
    hours = PROMISE.total_seconds() / 3600
    title = aspect_title(code)
    if reason is not None:
        words = words_of_reason(reason.pk, request.scope)  # type: ignore[attr-defined]
        title = _("%(aspect)s: %(reason)s") % {"aspect": title, "reason": words}
    outcome = hand_on(cause, by=by, as_of=now, promise_hours=hours, title=title)
    if outcome is None:
        messages.info(request, _("There is a case of this already."))
        return redirect(back)
    messages.success(
        request,
        _("%(unit)s has it: case %(number)s.") % {"unit": unit.title, "number": outcome.case_id},
    )
    return redirect("cases:case", number=outcome.case_id)


def _improvement(view: ViewFilter, code: str) -> str:
    """What is known already of an improvement against a pain, as parameters of its form."""
    known = {"aspect": code, "metric": "negative_share"}
    if len(view.unit) == 1:
        known["unit"] = str(view.unit[0])
    return urlencode(known)


def _responsible(request: HttpRequest, view: ViewFilter, code: str) -> Unit:
    """Who acts: the aspect's own unit, else the one the page shows, else the reader's own."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    aspect = aspect_of(code)
    candidates = []
    if aspect is not None and aspect.owner.startswith(UNIT):
        candidates.append(Unit.objects.filter(code=aspect.owner.removeprefix(UNIT)))
    if len(view.unit) == 1:
        candidates.append(Unit.objects.filter(pk=view.unit[0]))
    if scope.units is None:
        candidates.append(Unit.objects.filter(parent=None))
    if (own := reader_of(request).unit_id) is not None:
        candidates.append(Unit.objects.filter(pk=own))
    for rows in candidates:
        unit = rows.order_by("pk").first()
        if unit is not None and scope.allows(unit.pk):
            return unit
    raise PermissionDenied


def _reason(typed: str, aspect: str) -> Reason | None:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 18):
        return None
    return Reason.objects.filter(pk=int(typed), aspect=aspect, polarity=-1).first()
