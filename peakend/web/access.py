"""The door of the pages: a view that declares no access is refused.

Every view says who may open it with ``@requires("room.verb")``, ``@signed_in`` or ``@public``.
The organisation-unit scope is the second half of the answer: views read rows through
``request.scope``.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from peakend.organization.access import may, permissions_of, scope_of
from peakend.organization.models import User

# Any answer, a streamed file as well.
type_view = Callable[..., HttpResponseBase]

PUBLIC = "public"
SIGNED_IN = "signed-in"

# Views of libraries, which cannot carry a declaration of ours.
DECLARED_ELSEWHERE = {
    "account_login": PUBLIC,
    "account_logout": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "set_language": PUBLIC,
    "javascript-catalog": PUBLIC,
}


def reader_of(request: HttpRequest) -> User:
    """The person who asks; views that declare an access are only reached by one."""
    assert isinstance(request.user, User)
    return request.user


def requires(permission: str) -> Callable[[type_view], type_view]:
    """Only people whose role grants ``permission`` may open the view."""

    def declare(view: type_view) -> type_view:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return declare


def signed_in(view: type_view) -> type_view:
    """Anybody with an account may open the view."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def public(view: type_view) -> type_view:
    """Strangers may open the view."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def declared_access(view: Any, view_name: str | None) -> str | None:
    """What the view declares: a permission, ``signed-in``, ``public`` or nothing."""
    return getattr(view, "access", None) or DECLARED_ELSEWHERE.get(view_name or "")


class AccessMiddleware:
    """Checks each view's declaration before it runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.scope = SimpleLazyObject(lambda: scope_of(request.user))  # type: ignore
        request.permissions = SimpleLazyObject(lambda: permissions_of(request.user))  # type: ignore
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match and "api" in match.namespaces:
            return None  # the API authenticates each operation itself, deny by default
        access = declared_access(view, match.view_name if match else None)
        if access == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if access == SIGNED_IN:
            return None
        if access is None or not may(request.user, access):
            raise PermissionDenied
        return None
