"""The list of cases: its tabs, its groups by due time, its headline."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peakend.cases.queries import Box, CaseLine, Counts, box, lines, open_counts
from peakend.organization.access import Scope
from peakend.organization.models import User
from peakend.web.shell.names import channel_title
from peakend.web.shell.times import Countdown, countdown, moment

PAGE = 60


@dataclass(frozen=True)
class Item:
    """A case as the list draws it."""

    line: CaseLine
    countdown: Countdown
    channel: str


@dataclass(frozen=True)
class Group:
    """Cases that fall due in the same stretch of time."""

    title: str
    items: tuple[Item, ...]
    count: int | None


@dataclass(frozen=True)
class Tab:
    """One tab of the list and how many cases wait in it (None where nobody counts)."""

    code: Box
    title: str
    count: int | None


@dataclass(frozen=True)
class CaseList:
    """Everything the list says."""

    headline: str
    tabs: tuple[Tab, ...]
    box: Box
    groups: tuple[Group, ...]
    counts: Counts
    total: int
    shown: int

    @property
    def first(self) -> int | None:
        """The number of the first case of the list."""
        return self.groups[0].items[0].line.number if self.groups else None


def read_case_list(scope: Scope, user: User, name: str, now: datetime, page: int = 1) -> CaseList:
    """The list of one box; the first box with anything in it where none is named."""
    counts = open_counts(scope, user, now)
    code = _box(name, counts)
    cases = box(scope, user, code)
    shown = lines(cases[: PAGE * max(1, page)], now)
    items = [Item(line, _left(line, now), channel_title(line.channel)) for line in shown]
    return CaseList(
        headline=headline(counts),
        tabs=_tabs(counts),
        box=code,
        groups=_groups(items, code, now),
        counts=counts,
        total=cases.count(),
        shown=len(items),
    )


def headline(counts: Counts) -> str:
    """What is overdue and what falls due, in words."""
    overdue = ngettext("%(n)d case is overdue", "%(n)d cases are overdue", counts.overdue) % {
        "n": counts.overdue
    }
    soon = ngettext("%(n)d falls due today", "%(n)d fall due today", counts.soon) % {
        "n": counts.soon
    }
    if counts.overdue and counts.soon:
        return _("%(overdue)s, %(soon)s") % {"overdue": overdue, "soon": soon}
    if counts.overdue:
        return overdue
    if counts.soon:
        return ngettext("%(n)d case falls due today", "%(n)d cases fall due today", counts.soon) % {
            "n": counts.soon
        }
    if counts.unit:
        return ngettext(
            "%(n)d open case, none due today", "%(n)d open cases, none due today", counts.unit
        ) % {"n": counts.unit}
    return _("No case is open")


def _box(name: str, counts: Counts) -> Box:
    if name in ("mine", "unit", "unassigned", "closed"):
        return name  # type: ignore[return-value]
    return "mine" if counts.mine else "unit"


def _tabs(counts: Counts) -> tuple[Tab, ...]:
    return (
        Tab("mine", _("Mine"), counts.mine),
        Tab("unit", _("All open"), counts.unit),
        Tab("unassigned", _("Unassigned"), counts.unassigned),
        Tab("closed", _("Closed"), None),
    )


def _left(line: CaseLine, now: datetime) -> Countdown:
    if line.is_open:
        return countdown(line.due_at, now)
    return Countdown(moment(line.closed_at or line.due_at, now), "")


def _groups(items: list[Item], code: Box, now: datetime) -> tuple[Group, ...]:
    if code == "closed":
        return (Group(_("Closed last"), tuple(items), None),) if items else ()
    midnight = timezone.localtime(now).replace(
        hour=0, minute=0, second=0, microsecond=0
    ) + timedelta(days=1)
    overdue = tuple(item for item in items if item.line.is_overdue)
    today = tuple(item for item in items if now <= item.line.due_at < midnight)
    later = tuple(item for item in items if item.line.due_at >= max(midnight, now))
    named = ((_("Overdue"), overdue), (_("Due today"), today), (_("Tomorrow and later"), later))
    # Only where the list is whole does the length of a group say how many there are.
    whole = len(items) < PAGE
    return tuple(
        Group(title, group, len(group) if whole else None) for title, group in named if group
    )
