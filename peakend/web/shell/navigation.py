"""The rooms a reader may enter, in the order of the rail."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from peakend.cases.queries import open_counts


@dataclass(frozen=True)
class Room:
    """A room of pages: its namespace, icon, name, and what one must be allowed to enter."""

    namespace: str
    icon: str
    label: Any
    permission: str


ROOMS = (
    Room("overview", "layout-dashboard", _("Overview"), "overview.read"),
    Room("journeys", "route", _("Journeys"), "journeys.read"),
    Room("voices", "messages", _("Voices"), "voices.read"),
    Room("metrics", "gauge", _("Metrics"), "metrics.read"),
    Room("cases", "inbox", _("Cases"), "cases.read"),
    Room("improvements", "tools", pgettext_lazy("room", "Initiatives"), "improvements.read"),
    Room("customers", "users", _("Customers"), "customers.read"),
    Room("surveys", "clipboard-list", _("Surveys"), "surveys.read"),
    Room("imports", "file-import", _("Import"), "voices.import"),
)
FOOT = (Room("administration", "settings", _("Settings"), "organization.write"),)
# What a thumb reaches on a phone; the others lie behind "more".
THUMB = ("overview", "voices", "cases", "improvements")
# Rooms without a place of their own in the rail belong to one that has.
WITHIN = {
    "alerts": "cases",
    "jobs": "imports",
    "respond": "surveys",
    "pains": "voices",
    "review": "voices",
    "taxonomies": "voices",
    "themes": "voices",
    "competitors": "voices",
    "crosstabs": "metrics",
    "dashboards": "metrics",
    "conversations": "voices",
    "drivers": "metrics",
    "norms": "metrics",
}


@dataclass(frozen=True)
class Tab:
    """A page among those that share one place in the rail."""

    view: str
    label: Any
    is_whole: bool = False  # of the whole company: whoever looks after a part does not see it
    permission: str = ""


# Pages above which stand tabs, by the room they belong to.
TABS = {
    "voices": (
        Tab("voices:index", _("Voices")),
        Tab("pains:index", _("Pains and delights")),
        Tab("conversations:index", _("Conversations")),
        Tab("themes:index", _("Themes")),
        Tab("themes:words", pgettext_lazy("room", "Words")),
        Tab("competitors:index", _("Competitors"), is_whole=True),
        Tab("review:index", _("Review"), permission="voices.correct"),
        Tab("review:learning", _("Learning"), permission="voices.correct"),
        Tab("taxonomies:index", _("Taxonomies"), permission="voices.correct"),
    ),
    "metrics": (
        Tab("metrics:index", _("Metrics")),
        Tab("dashboards:index", _("Dashboards")),
        Tab("crosstabs:index", _("Cross-tabs")),
        Tab("drivers:index", _("Drivers")),
        Tab("norms:index", _("Norms")),
    ),
}


@dataclass(frozen=True)
class Entry:
    """One line of the navigation, ready to draw."""

    namespace: str
    url: str
    icon: str
    label: Any
    is_current: bool
    badge: int = 0


class Navigation:
    """Where this reader can go from this request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        match = getattr(request, "resolver_match", None)
        here = match.namespace.split(":")[0] if match and match.namespace else ""
        self.here = WITHIN.get(here, here)

    def _entries(self, rooms: tuple[Room, ...]) -> list[Entry]:
        allowed: frozenset[str] = getattr(self.request, "permissions", frozenset())
        entries = []
        for room in rooms:
            if room.permission not in allowed:
                continue
            try:
                url = reverse(f"{room.namespace}:index")
            except NoReverseMatch:
                continue
            current = room.namespace == self.here
            badge = waiting_cases(self.request) if room.namespace == "cases" else 0
            entries.append(Entry(room.namespace, url, room.icon, room.label, current, badge))
        return entries

    @cached_property
    def rooms(self) -> list[Entry]:
        return self._entries(ROOMS)

    @cached_property
    def foot(self) -> list[Entry]:
        return self._entries(FOOT)

    @property
    def thumb(self) -> list[Entry]:
        return [entry for entry in self.rooms if entry.namespace in THUMB]

    @property
    def rest(self) -> list[Entry]:
        return [entry for entry in [*self.rooms, *self.foot] if entry.namespace not in THUMB]

    @property
    def home(self) -> str:
        """The page this reader begins with: the overview, for frontline staff their cases."""
        entries = {entry.namespace: entry.url for entry in [*self.rooms, *self.foot]}
        first = next((name for name in ("overview", "cases", *entries) if name in entries), "")
        return entries[first] if first else reverse("account_change_password")

    @property
    def current(self) -> Entry | None:
        return next((entry for entry in [*self.rooms, *self.foot] if entry.is_current), None)


def tabs_of(request: HttpRequest, room: str, query: str = "") -> list[tuple[str, Any, bool]]:
    """The tabs of a room's pages: address, name, and whether one stands there."""
    match = request.resolver_match
    here = match.view_name if match else ""
    views = [tab.view for tab in TABS[room]]
    # A page below a tab belongs to it: one theme to the themes.
    current = here if here in views else f"{here.split(':')[0]}:index"
    whole = request.scope.units is None  # type: ignore[attr-defined]
    return [
        (
            f"{reverse(tab.view)}?{query}" if query else reverse(tab.view),
            tab.label,
            tab.view == current,
        )
        for tab in TABS[room]
        if (whole or not tab.is_whole)
        and (not tab.permission or tab.permission in request.permissions)  # type: ignore[attr-defined]
    ]


def waiting_cases(request: HttpRequest) -> int:
    """How many open cases wait for this very reader."""
    return open_counts(request.scope, request.user, timezone.now()).mine  # type: ignore
