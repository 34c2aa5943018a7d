"""Tokens with which programs act for their owner."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from peakend.organization.models import ApiToken
from peakend.organization.tokens import TokenPermissionError, issue_token, revoke_token
from peakend.web.access import requires
from peakend.web.administration.forms import TokenForm
from peakend.web.administration.permission_names import PERMISSIONS, permission_title
from peakend.web.administration.refusals import said


@requires("tokens.write")
def index(request: HttpRequest) -> HttpResponse:
    """The tokens of the people one looks after."""
    rows = request.scope.filter(ApiToken.objects.select_related("owner"), "owner__unit")  # type: ignore[attr-defined]
    tokens = [
        {"token": token, "may": [permission_title(code) for code in token.permissions]}
        for token in rows.order_by("revoked_at", "-created_at", "-pk")
    ]
    now = timezone.now()
    return render(request, "administration/tokens.html", {"tokens": tokens, "now": now})


@requires("tokens.write")
@never_cache
@require_http_methods(["GET", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token for oneself; its secret is shown on this one answer."""
    held = request.permissions  # type: ignore[attr-defined]
    choices = [(code, str(title)) for code, title in PERMISSIONS.items() if code in held]
    form = TokenForm(request.POST or None, permissions=choices)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        expires_at = timezone.now() + timedelta(days=days) if days else None
        try:
            token, secret = issue_token(
                owner=request.user,  # type: ignore[arg-type]
                name=form.cleaned_data["name"],
                permissions=form.cleaned_data["permissions"],
                expires_at=expires_at,
            )
        except TokenPermissionError:
            form.add_error("permissions", said("permission_beyond"))
        else:
            return render(
                request, "administration/token_made.html", {"token": token, "secret": secret}
            )
    context = {
        "form": form,
        "title": _("Make a token"),
        "back": reverse("administration:tokens"),
    }
    return render(request, "administration/form.html", context)


@requires("tokens.write")
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    token = get_object_or_404(ApiToken.objects.select_related("owner"), pk=pk)
    scope = request.scope  # type: ignore[attr-defined]
    if scope.units is not None and token.owner.unit_id not in scope.units:
        raise PermissionDenied
    revoke_token(token, timezone.now())
    return redirect("administration:tokens")
