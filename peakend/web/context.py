"""What the shell of every page needs."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from peakend.messages.queries import unread_count
from peakend.organization.choices import Role, UnitKind
from peakend.organization.models import Unit, User
from peakend.web.shell.navigation import Navigation

THEMES = ("light", "dark", "auto")
LANGUAGES = {"zh-hans": "中文", "en": "English"}
MOST_NAMED = 3  # administrators whom somebody without a unit may ask


@dataclass(frozen=True)
class Company:
    """The company as the title line names it."""

    name: str
    stores: int


@dataclass(frozen=True)
class WithoutUnit:
    """The reader has a role and no unit, so nothing can be shown; ``people`` can assign one."""

    people: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Reader, company, navigation, language and appearance."""
    language = get_language() or settings.LANGUAGE_CODE
    other = "en" if language.startswith("zh") else "zh-hans"
    theme = request.COOKIES.get("pk_theme", "auto")
    return {
        "permissions": getattr(request, "permissions", frozenset()),
        "demo": settings.DEMO,
        "demo_login": demo_login(request),
        "company": SimpleLazyObject(company),
        "without_unit": without_unit(request),
        "navigation": Navigation(request),
        "reader": {"initial": str(getattr(request, "user", "") or " ")[0].upper()},
        "reader_language": language,
        "other_language": {"code": other, "name": LANGUAGES[other]},
        "theme": theme if theme in THEMES else "auto",
        "search_url": SimpleLazyObject(search_url),
        "unread_notices": SimpleLazyObject(lambda: unread_notices(request)),
    }


def unread_notices(request: HttpRequest) -> int:
    """How many notices the reader has not read, for the bell."""
    user = getattr(request, "user", None)
    return unread_count(user) if isinstance(user, User) else 0


def without_unit(request: HttpRequest) -> WithoutUnit | None:
    """Whom to ask for a unit, where the reader sees nothing for want of one."""
    user = getattr(request, "user", None)
    scope = getattr(request, "scope", None)
    if not isinstance(user, User) or user.unit_id or scope is None or scope.units is None:
        return None
    people = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    comma = "、" if (get_language() or "").startswith("zh") else ", "
    return WithoutUnit(comma.join(str(one) for one in people[:MOST_NAMED]))


def company() -> Company | None:
    """The root of the organisation and how many stores it runs."""
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    if root is None:
        return None
    stores = Unit.objects.filter(kind=UnitKind.STORE, is_active=True).count()
    return Company(root.title, stores)


def search_url() -> str:
    """Where a search goes."""
    try:
        return reverse("voices:index")
    except NoReverseMatch:
        return "/"


def demo_login(request: HttpRequest) -> list[dict[str, str]]:
    """The demo company's accounts, shown only to a browser on this machine."""
    if not settings.DEMO or not is_loopback(request):
        return []
    from peakend.demo import logins  # the demo company is written only where it is asked for

    return logins.shown()


def is_loopback(request: HttpRequest) -> bool:
    """Whether the request comes from this very machine, not through a proxy."""
    if request.META.get("HTTP_X_FORWARDED_FOR") or request.META.get("HTTP_FORWARDED"):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
