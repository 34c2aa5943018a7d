"""The door of the API: every operation names one permission, and a token must hold it.

An operation that names none is refused to everybody.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from peakend.organization.access import scope_of
from peakend.organization.tokens import find_token, token_permissions


class Bearer(HttpBearer):
    """A bearer token that holds ``permission``; it acts within its owner's part of the company."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token, or ``None`` for a stranger.

        Raises:
            HttpError: 403 when the token is valid but not made for this.
        """
        found = find_token(token, timezone.now())
        if found is None:
            return None
        if self.permission not in token_permissions(found):
            raise HttpError(403, f"The token does not grant {self.permission}.")
        request.user = found.owner
        request.scope = scope_of(found.owner)  # type: ignore[attr-defined]
        return found


class Nobody(HttpBearer):
    """The default of the API: no operation is open by omission."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return None


class _Throttle(SimpleRateThrottle):
    def address(self, request: HttpRequest) -> str:
        """The caller's address; only as many proxies are believed as the settings name."""
        proxies = settings.ENV.proxies
        passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if proxies and passed[0] and len(passed) >= proxies:
            return passed[-proxies]
        return str(request.META.get("REMOTE_ADDR", ""))


class PerAddress(_Throttle):
    """So many calls an address."""

    scope = "address"

    def get_cache_key(self, request: HttpRequest) -> str | None:
        return f"api:{self.rate}:{self.address(request)}"


class PerToken(_Throttle):
    """So many calls a token; strangers are counted by address, so that guessing is slow."""

    scope = "token"

    def get_cache_key(self, request: HttpRequest) -> str | None:
        token = getattr(request, "auth", None)
        who = f"t{token.pk}" if token is not None else self.address(request)
        return f"api:{self.rate}:{who}"
