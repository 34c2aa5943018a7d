"""Numbers as people read them: thousands separated, a true minus, no false precision."""

from __future__ import annotations

from django.utils.translation import gettext, pgettext

MINUS = "\u2212"
THIN = "\u202f"  # narrow and unbreakable: a value stays with its interval


def number(value: float | None, decimals: int = 0) -> str:
    """``-1234.5`` as ``−1,234.5``; a dash for nothing."""
    if value is None:
        return "–"
    text = f"{abs(value):,.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and float(text.replace(",", "")) else text


def signed(value: float | None, decimals: int = 0) -> str:
    """A change: always with its sign, none for zero."""
    if value is None:
        return "–"
    text = number(value, decimals)
    return f"+{text}" if value > 0 and float(text.replace(",", "")) else text


def plus_minus(value: float | None, half_width: float | None, decimals: int = 0) -> str:
    """``−14 ± 5``: a change and half the width of its interval."""
    if half_width is None:
        return signed(value, decimals)
    return f"{signed(value, decimals)}{THIN}±{THIN}{number(half_width, decimals)}"


def minutes(value: float | None) -> str:
    """``2 h 5 min``, ``45 min``: a length of time given in minutes."""
    if value is None:
        return number(None)
    hours, rest = divmod(round(abs(value)), 60)
    said = gettext("{m} min").format(m=rest)
    if hours:
        told = gettext("{h} h {m} min") if rest else gettext("{h} h")
        said = told.format(h=number(hours), m=rest)
    return f"{MINUS}{said}" if value <= -0.5 else said


def kept_together(text: str) -> str:
    """A sentence in which no line breaks between a value and its ``±``."""
    return text.replace(" ± ", f"{THIN}±{THIN}")


def between(low: float | None, high: float | None, decimals: int = 0) -> str:
    """``38–44``, with "to" where a minus would run into the dash."""
    if low is None or high is None:
        return ""
    first, last = number(low, decimals), number(high, decimals)
    if low >= 0 and high >= 0:
        return f"{first}–{last}"
    return pgettext("interval", "{low} to {high}").format(low=first, high=last)
