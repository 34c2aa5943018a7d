"""Time as people at work say it: what is left, and when it was."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_skeleton
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
SOON = timedelta(hours=4)


@dataclass(frozen=True)
class Countdown:
    """What is left of a promise, in words; ``tone`` is bad, warn or nothing."""

    words: str
    tone: str


def countdown(due_at: datetime, now: datetime) -> Countdown:
    """'1 hour 12 minutes left', '18 minutes overdue'; coloured only when it is overdue or soon."""
    if due_at < now:
        return Countdown(_("%(time)s overdue") % {"time": span(now - due_at)}, "bad")
    left = _("%(time)s left") % {"time": span(due_at - now)}
    return Countdown(left, "warn" if due_at - now < SOON else "")


def span(length: timedelta) -> str:
    """A length of time in at most two units."""
    seconds = int(length.total_seconds())
    days, hours = seconds // _DAY, seconds % _DAY // _HOUR
    minutes = seconds % _HOUR // _MINUTE
    if days >= 3:
        return _days(days)
    if days:
        return f"{_days(days)} {_hours(hours)}" if hours else _days(days)
    if hours:
        return f"{_hours(hours)} {_minutes(minutes)}" if minutes else _hours(hours)
    return _minutes(max(1, minutes))


def moment(at: datetime, now: datetime) -> str:
    """'today 19:52', 'yesterday 20:04', '25 Nov': as near as the reader needs it."""
    local, today = timezone.localtime(at), timezone.localdate(now)
    clock = f"{local:%H:%M}"
    distance = (local.date() - today).days
    near = {
        0: _("today %(clock)s"),
        -1: _("yesterday %(clock)s"),
        1: _("tomorrow %(clock)s"),
    }
    if distance in near:
        return near[distance] % {"clock": clock}
    if local.year == today.year:
        chinese = (get_language() or "").startswith("zh")
        return str(format_skeleton("MMMd", local.date(), locale="zh_Hans" if chinese else "en"))
    return date_format(local, "SHORT_DATE_FORMAT")


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
