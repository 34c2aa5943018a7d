"""Codes as people call them; a code nobody named is shown as it is."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from peakend.offerings.models import Brand
from peakend.organization.models import Unit
from peakend.voices.models import Source
from peakend.web.shell import numbers

CHANNELS = {
    "dianping": gettext_lazy("Review site"),
    "xiaohongshu": gettext_lazy("Social posts"),
    "delivery": gettext_lazy("Delivery platform"),
    "hotline": gettext_lazy("Hotline"),
    "miniprogram": gettext_lazy("Mini-program"),
    "wechat": gettext_lazy("WeChat"),
    "app": gettext_lazy("App"),
    "web": gettext_lazy("Website"),
    "shop": gettext_lazy("Online shop"),
    "store": gettext_lazy("In store"),
    "link": gettext_lazy("Survey link"),
    "qr": gettext_lazy("QR code"),
    "survey": gettext_lazy("Survey"),
    "email": gettext_lazy("E-mail"),
    "sms": gettext_lazy("SMS"),
    "pos": gettext_lazy("Till"),
    "staff": gettext_lazy("Staff"),
    "import": gettext_lazy("Imported file"),
    "api": gettext_lazy("API"),
}
FULL_HOURS = 6  # from here on minutes do not matter
SEGMENTS = {
    "new": pgettext_lazy("segment", "New customers"),
    "member": pgettext_lazy("segment", "Members"),
    "regular": pgettext_lazy("segment", "Regulars"),
    "vip": pgettext_lazy("segment", "VIP"),
    "family": pgettext_lazy("segment", "Families"),
}


def channel_title(code: str) -> str:
    """A channel's name in the reader's language."""
    return str(CHANNELS.get(code, code or _("unknown")))


def segment_title(code: str) -> str:
    """A segment's name in the reader's language."""
    return str(SEGMENTS.get(code, code or _("unknown")))


def brand_titles() -> dict[str, str]:
    """Every brand's name by code, one's own first."""
    return {brand.code: brand.title for brand in Brand.objects.order_by("-is_own", "pk")}


def source_titles() -> dict[str, str]:
    """Every source's name by code."""
    return {source.code: source.title for source in Source.objects.order_by("code")}


def unit_titles(ids: set[int] | frozenset[int] | None = None) -> dict[int, str]:
    """Units' names by id."""
    units = Unit.objects.order_by("path")
    if ids is not None:
        units = units.filter(pk__in=ids)
    return {unit.pk: unit.title for unit in units}


def day_title(day: date) -> str:
    """``7/26``: a day as charts and lists write it."""
    return f"{day.month}/{day.day}"


def duration_title(length: timedelta) -> str:
    """``26 minutes``, ``2 h 5 min``, ``2 days``: without direction, no finer than it matters."""
    minutes = max(0, int(abs(length.total_seconds()) // 60))
    if minutes < 60:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        if rest and hours < FULL_HOURS:
            return numbers.minutes(minutes)
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    days = minutes // (24 * 60)
    return ngettext("{n} day", "{n} days", days).format(n=days)


def span_title(since: date | None, until: date | None) -> str:
    """``6/29–7/26``; ``until`` is the day after the last."""
    if since is None or until is None:
        return ""
    last = date.fromordinal(until.toordinal() - 1)
    if since == last:
        return day_title(since)
    if since.year != last.year:
        return f"{since.year}/{day_title(since)}–{last.year}/{day_title(last)}"
    return f"{day_title(since)}–{day_title(last)}"
