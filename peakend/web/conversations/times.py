"""Seconds as people say them, and the steps in which reply times are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True)
class Bin:
    """One step of the picture: longer than ``above`` (seconds), at most ``most``."""

    code: str
    above: float | None
    most: float | None


_EDGES = (10, 30, 60, 120, 300, 600, 1_800, 3_600, 4 * HOUR)
BINS = tuple(
    Bin(str(number), _EDGES[number - 1] if number else None, edge)
    for number, edge in enumerate((*_EDGES, None))
)


def seconds_title(seconds: float | None) -> str:
    """``38 s``, ``1 min 12 s``, ``2 h 5 min``, ``3 days``."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole < MINUTE:
        return _("{s} s").format(s=whole)
    if whole < 10 * MINUTE and whole % MINUTE:
        return _("{m} min {s} s").format(m=whole // MINUTE, s=whole % MINUTE)
    minutes = round(whole / MINUTE)
    if minutes < 60:
        return _("{m} min").format(m=minutes)
    if whole < DAY:
        hours, rest = divmod(minutes, 60)
        return _("{h} h {m} min").format(h=hours, m=rest) if rest else _("{h} h").format(h=hours)
    days = round(whole / DAY)
    return ngettext("{n} day", "{n} days", days).format(n=days)


def bin_title(code: str) -> str:
    """``up to 10 s``, ``30 s to 1 min``, ``over 4 h``."""
    one = next(step for step in BINS if step.code == code)
    if one.above is None:
        return _("up to {time}").format(time=seconds_title(one.most))
    if one.most is None:
        return _("over {time}").format(time=seconds_title(one.above))
    return _("{low} to {high}").format(low=seconds_title(one.above), high=seconds_title(one.most))


def bin_short(code: str) -> str:
    """The step's upper edge, as it stands under its column."""
    one = next(step for step in BINS if step.code == code)
    return (
        f"≤ {seconds_title(one.most)}" if one.most is not None else f"> {seconds_title(one.above)}"
    )
