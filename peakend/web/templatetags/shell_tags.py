"""What templates draw with; docs/design.md shows each of them."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from peakend.text import mask
from peakend.web.shell import marks, names, numbers
from peakend.web.shell.evidence import excerpt, marked
from peakend.web.shell.figures import FigureView, change_view, figure_view
from peakend.web.shell.navigation import tabs_of

register = template.Library()
# What is asked of voices alone: no other page of the room understands it.
OF_VOICES = ("q", "aspect", "polarity", "theme", "cause", "answer")
ICONS = Path(__file__).resolve().parent.parent / "static" / "built" / "icons.json"


@lru_cache(maxsize=2)
def _symbols(changed: int) -> dict[str, str]:
    return dict(json.loads(ICONS.read_text("utf-8")))


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of static/icons.txt, drawn in place; decoration, so screen readers skip it."""
    try:
        changed = ICONS.stat().st_mtime_ns
    except FileNotFoundError:
        changed = 0
    return _icon(name, size, changed)


@lru_cache(maxsize=512)
def _icon(name: str, size: str, changed: int) -> SafeString:
    # Before the first front-end build a page is plain, not broken.
    symbols = _symbols(changed) if changed else {}
    if name not in symbols and symbols and settings.DEBUG:
        raise template.TemplateSyntaxError(f"{name} is not in peakend/web/static/icons.txt")
    return format_html(
        '<svg class="pk-icon{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        f" pk-icon-{size}" if size else "",
        mark_safe(symbols.get(name, "")),
    )


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """Thousands separated, a true minus."""
    return numbers.number(value, decimals)


@register.filter
def signed(value: float | None, decimals: int = 0) -> str:
    """With its sign, for changes and net scores."""
    return numbers.signed(value, decimals)


@register.filter
def percent(share: float | None, decimals: int = 0) -> str:
    """A share (0..1) in per cent."""
    return numbers.number(None if share is None else 100 * share, decimals) + (
        "" if share is None else "%"
    )


@register.filter
def duration(length: timedelta) -> str:
    """A length of time in its largest unit, for countdowns."""
    return names.duration_title(length)


@register.filter
def until(time: datetime, now: datetime) -> str:
    """How long it is from ``now`` to ``time`` (or since), in the largest unit."""
    return names.duration_title(time - now)


@register.filter
def masked(text: str) -> str:
    """The text without personal data; autoescaping still applies."""
    return mask(text or "")


@register.simple_tag
def evidence(text: str, spans: Any = ()) -> SafeString:
    """A customer's words with the evidence marked: escaped, personal data masked."""
    return marked(text or "", spans)


@register.simple_tag
def evidence_excerpt(text: str, spans: Any = (), width: int = 60) -> SafeString:
    """The same, cut to a window around the first evidence."""
    return marked(*excerpt(text or "", spans, width))


@register.simple_tag
def bar(share: float | None, tone: str = "", wide: bool = False, label: str = "") -> SafeString:
    """A bar filled to a share (0..1); tone: bad, good, warn, accent or nothing."""
    return marks.bar(share, tone, wide, label)


@register.simple_tag
def parts(negative: int, neutral: int, positive: int, label: str = "") -> SafeString:
    """Negative, neutral and positive in one bar."""
    return marks.parts(negative, neutral, positive, label)


@register.simple_tag
def sparkline(values: Any, tone: str = "", label: str = "", wide: bool = False) -> SafeString:
    """A trend without axes; wide, as broad as the place it stands in."""
    size = (200, 28) if wide else (58, 18)
    return marks.sparkline(list(values), tone, label, *size)


@register.simple_tag
def strip(
    value: float,
    low: float,
    high: float,
    tone: str = "noise",
    target: float | None = None,
    span: float | None = None,
    flipped: bool = False,
    label: str = "",
) -> SafeString:
    """An effect and its interval against no change and the target."""
    return marks.strip(value, low, high, tone, span, target, flipped, label)


@register.inclusion_tag("shell/figure.html")
def figure(
    reading: Any,
    title: str = "",
    href: str = "",
    how: str = "",
    unit_name: str = "",
    ask: str = "",
    trend: Sequence[float | None] = (),
) -> dict[str, Any]:
    """A metric's figure: value, change strip, n, interval and how it is computed.

    ``reading`` is a Reading of peakend.metrics.queries or a ready FigureView. ``ask`` is where
    to get more answers when there are too few, ``trend`` its last weeks.
    """
    view = reading if isinstance(reading, FigureView) else figure_view(reading)
    return {
        "figure": view, "title": title or view.title, "href": href, "how": how, "ask": ask,
        "trend": trend,
    }  # fmt: skip


@register.inclusion_tag("shell/delta.html")
def delta(change: Any, metric: Any, decimals: int | None = None) -> dict[str, Any]:
    """A change in words and sign: grey within noise, else better or worse."""
    return {"change": change_view(change, metric, decimals)}


@register.simple_tag
def chart(option: dict[str, Any], id: str, label: str, size: str = "") -> SafeString:
    """A place for a chart; ``label`` says in words what it shows. size: s, l, xl or nothing."""
    return format_html(
        '<div class="pk-chart{}" role="img" aria-label="{}" data-pk-chart="{}"></div>{}',
        f" pk-chart-{size}" if size else "",
        label,
        id,
        json_script(option, id),
    )


@register.inclusion_tag("shell/empty.html", takes_context=True)
def empty(
    context: Context,
    title: str,
    text: str = "",
    href: str = "",
    action: str = "",
    icon: str = "inbox",
    level: int = 2,
) -> dict[str, Any]:
    """Nothing here yet, and the one next action; none where want of a unit is why nothing is seen."""
    if context.get("without_unit"):
        text = href = ""
    return {
        "title": title, "text": text, "href": href, "action": action, "icon_name": icon, "level": level,
    }  # fmt: skip


@register.simple_tag(takes_context=True)
def filtered_url(context: Context, view_name: str, *args: Any, **changes: Any) -> str:
    """The address of a page with the filter of this one, changed where told.

    ``{% filtered_url "voices:index" aspect="wait_time" %}``; an empty value takes a filter away.
    """
    current = context.get("view_filter")
    query = current.query_string(**changes) if current else ""
    address = reverse(view_name, args=args)
    return f"{address}?{query}" if query else address


@register.inclusion_tag("shell/tabs.html", takes_context=True)
def rooms_within(context: Context, room: str) -> dict[str, Any]:
    """The tabs of the pages that share one place in the rail; the filter goes with the reader."""
    view = context.get("view_filter")
    query = view.query_string(**dict.fromkeys(OF_VOICES, "")) if view else ""
    return {"tabs": tabs_of(context["request"], room, query)}
