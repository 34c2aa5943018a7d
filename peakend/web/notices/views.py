"""A person's notices; the administrator's channels and what went through them."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from peakend.messages import queries
from peakend.messages.models import Channel
from peakend.messages.services import mark_read, send_trial
from peakend.web.access import requires, signed_in
from peakend.web.notices.forms import ChannelForm

OUTCOMES = {
    "sent": gettext_lazy("sent"),
    "refused_address": gettext_lazy("refused: not a public address"),
    "timed_out": gettext_lazy("no answer in time"),
    "no_connection": gettext_lazy("no connection"),
    "redirected": gettext_lazy("refused: the address redirects"),
    "not_now": gettext_lazy("receiver busy"),
    "rejected": gettext_lazy("receiver says no"),
    "mail_failed": gettext_lazy("mail server says no"),
    "channel_off": gettext_lazy("channel is off"),
}


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """What the person should know, newest first."""
    user: Any = request.user
    return render(
        request,
        "notices/index.html",
        {"notices": queries.notices_for(user), "unread": queries.unread_count(user)},
    )


@require_POST
@signed_in
def read(request: HttpRequest) -> HttpResponse:
    """Mark all read, or one and go where it leads."""
    user: Any = request.user
    asked = request.POST.get("notice", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        mark_read(user, timezone.now())
        return redirect("notices:index")
    mark_read(user, timezone.now(), int(asked))
    line = next((one for one in queries.notices_for(user) if one.id == int(asked)), None)
    return redirect(line.link if line and line.link.startswith("/") else "notices:index")


@requires("messages.write")
def channels(request: HttpRequest) -> HttpResponse:
    """Every way out, and what went through lately."""
    _require_whole_company(request)
    rows = [
        {"channel": channel, "address": queries.masked_address(channel)}
        for channel in queries.channels()
    ]
    log = [
        {
            "message": message,
            "outcome": str(OUTCOMES.get(last.outcome, last.outcome)) if last else "",
        }
        for message in queries.delivery_log(40)
        for last in [max(message.tries.all(), key=lambda one: one.pk, default=None)]
    ]
    return render(request, "notices/channels.html", {"rows": rows, "log": log})


@requires("messages.write")
def new_channel(request: HttpRequest) -> HttpResponse:
    """Add a way out."""
    return _edit(request, None)


@requires("messages.write")
def channel(request: HttpRequest, number: int) -> HttpResponse:
    """Change a way out; its address stays unless a new one is written."""
    return _edit(request, get_object_or_404(Channel, pk=number))


@require_POST
@requires("messages.write")
def try_channel(request: HttpRequest, number: int) -> HttpResponse:
    """Send a trial message through the channel."""
    _require_whole_company(request)
    found = get_object_or_404(Channel, pk=number)
    token = request.POST.get("token", "")[:32] or uuid4().hex
    send_trial(found, token, timezone.now())
    messages.success(request, _("A trial message is on its way; the log below tells its fate."))
    return redirect("notices:channels")


def _require_whole_company(request: HttpRequest) -> None:
    """Channels speak for every unit and their log names every unit's cases."""
    if request.scope.units is not None:  # type: ignore[attr-defined]
        raise PermissionDenied


def _edit(request: HttpRequest, found: Channel | None) -> HttpResponse:
    _require_whole_company(request)
    form = ChannelForm(request.POST if request.method == "POST" else None, channel=found)
    if request.method == "POST" and form.is_valid() and (saved := form.save()):
        messages.success(request, _("“%(channel)s” is saved.") % {"channel": saved.name})
        return redirect("notices:channels")
    return render(
        request,
        "notices/channel.html",
        {
            "form": form,
            "channel": found,
            "address": queries.masked_address(found) if found else "",
            "token": uuid4().hex,
        },
    )
