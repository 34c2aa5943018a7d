"""Small pictures drawn as SVG in Python: a page may carry no inline style.

Every function returns safe markup whose numbers are formatted here and nothing else is put in.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from peakend.web.shell import numbers


def bar(share: float | None, tone: str = "", wide: bool = False, label: str = "") -> SafeString:
    """A bar filled to ``share`` (0..1)."""
    filled = 100 * min(1.0, max(0.0, share or 0.0))
    return format_html(
        '<svg class="pk-bar{}{}" viewBox="0 0 100 6" preserveAspectRatio="none" {}>'
        '<rect class="pk-bar-back" width="100" height="6"/>'
        '<rect class="pk-bar-fill" width="{}" height="6"/></svg>',
        "-wide" if wide else "",
        f" pk-bar-{tone}" if tone else "",
        _labelled(label),
        f"{filled:.1f}",
    )


def diverging(value: float, tone: str = "", label: str = "") -> SafeString:
    """A bar from the middle: ``value`` runs from -1 to 1."""
    width = 50 * min(1.0, abs(value))
    return format_html(
        '<svg class="pk-bar-wide pk-bar-{}" viewBox="0 0 100 6" preserveAspectRatio="none" {}>'
        '<rect class="pk-bar-back" width="100" height="6"/>'
        '<rect class="pk-bar-fill" x="{}" width="{}" height="6"/>'
        '<rect class="pk-bar-zero" x="49.8" width="0.4" height="6"/></svg>',
        tone or "mute",
        _labelled(label),
        f"{50 - width if value < 0 else 50:.1f}",
        f"{width:.1f}",
    )


def parts(negative: int, neutral: int, positive: int, label: str = "") -> SafeString:
    """Negative, neutral and positive as one bar of a hundred per cent."""
    total = negative + neutral + positive or 1
    spans = []
    at = 0.0
    for tone, count in (("neg", negative), ("neu", neutral), ("pos", positive)):
        width = 100 * count / total
        spans.append((tone, f"{at:.2f}", f"{width:.2f}"))
        at += width
    rects = format_html_join("", '<rect class="pk-parts-{}" x="{}" width="{}" height="8"/>', spans)
    return format_html(
        '<svg class="pk-parts" viewBox="0 0 100 8" preserveAspectRatio="none" {}>{}</svg>',
        _labelled(label),
        rects,
    )


def sparkline(
    values: Sequence[float | None],
    tone: str = "",
    label: str = "",
    width: int = 58,
    height: int = 18,
) -> SafeString:
    """A trend without axes; where a value is missing the line breaks. The last point is a dot."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    step = (width - 4) / (len(values) - 1)
    segments: list[list[str]] = [[]]
    last = (0.0, 0.0)
    for place, value in enumerate(values):
        if value is None:
            segments.append([])
            continue
        last = (2 + place * step, height - 3 - (height - 6) * (value - low) / spread)
        segments[-1].append(f"{last[0]:.1f},{last[1]:.1f}")
    lines = format_html_join(
        "",
        '<polyline points="{}"/>',
        ((" ".join(points),) for points in segments if len(points) > 1),
    )
    return format_html(
        '<svg class="pk-spark{}" viewBox="0 0 {} {}" {}>{}<circle cx="{}" cy="{}" r="2"/></svg>',
        f" pk-spark-{tone}" if tone else "",
        width,
        height,
        _labelled(label),
        lines,
        f"{last[0]:.1f}",
        f"{last[1]:.1f}",
    )


def strip(
    value: float,
    low: float,
    high: float,
    tone: str = "noise",
    span: float | None = None,
    target: float | None = None,
    flipped: bool = False,
    label: str = "",
) -> SafeString:
    """An effect on one strip: a tick at no change, the interval, the dot, the target.

    Left is worse: ``flipped`` turns a metric whose larger values are worse around. ``span`` is
    the half-width of the strip in the metric's unit; without it the strip fits what it shows.
    """
    reach = max(abs(low), abs(high), abs(value), abs(target or 0.0)) or 1.0
    half = span or reach * 1.25
    side = -1 if flipped else 1

    def x(of: float) -> str:
        return f"{max(2.0, min(198.0, 100 + side * 96 * of / half)):.1f}"

    goal = SafeString("")
    if target is not None:
        goal = format_html(
            '<line class="pk-strip-target" x1="{0}" x2="{0}" y1="1" y2="17"/>', x(target)
        )
    return format_html(
        '<svg class="pk-strip pk-strip-{}" viewBox="0 0 200 18" {}>'
        '<line class="pk-strip-line" x1="0" x2="200" y1="9" y2="9"/>'
        '<line class="pk-strip-zero" x1="100" x2="100" y1="2" y2="16"/>{}'
        '<line class="pk-strip-range" x1="{}" x2="{}" y1="9" y2="9"/>'
        '<circle class="pk-strip-dot" cx="{}" cy="9" r="4.5"/></svg>',
        tone,
        _labelled(label),
        goal,
        x(low),
        x(high),
        x(value),
    )


def _labelled(label: str) -> SafeString:
    return (
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true"')
    )


def whiskers(
    lines: Sequence[tuple[str, float, float, float]], reach: float, label: str
) -> SafeString:
    """Values with intervals under each other on one axis from ``-reach`` to ``reach``.

    Each line is (shape, value, low, high); shapes are dot, diamond and square, so that who is who
    does not hang on the colour.
    """
    height = 13 * len(lines) + 4

    def x(of: float) -> float:
        return 110 + 104 * max(-reach, min(reach, of)) / reach

    drawn = []
    for place, (shape, value, low, high) in enumerate(lines):
        y = 8.5 + 13 * place
        drawn.append((shape, f"{x(low):.1f}", f"{x(high):.1f}", f"{y}", _shape(shape, x(value), y)))
    body = format_html_join(
        "",
        '<g class="pk-whisker pk-whisker-{0}"><line x1="{1}" x2="{2}" y1="{3}" y2="{3}"/>{4}</g>',
        drawn,
    )
    return format_html(
        '<svg class="pk-whiskers" viewBox="0 0 220 {0}" {1}>'
        '<line class="pk-strip-zero" x1="110" x2="110" y1="0" y2="{0}"/>{2}</svg>',
        height,
        _labelled(label),
        body,
    )


def axis(reach: float) -> SafeString:
    """The scale under a column of whiskers."""
    ticks = [(-1.0, "start"), (-0.5, "middle"), (0.0, "middle"), (0.5, "middle"), (1.0, "end")]
    texts = format_html_join(
        "",
        '<text x="{}" y="11" text-anchor="{}">{}</text>',
        ((f"{110 + 104 * at:.1f}", anchor, numbers.signed(at * reach)) for at, anchor in ticks),
    )
    return format_html(
        '<svg class="pk-whiskers pk-axis" viewBox="0 0 220 14" aria-hidden="true">{}</svg>', texts
    )


def _shape(shape: str, x: float, y: float) -> SafeString:
    if shape == "dot":
        return format_html('<circle cx="{}" cy="{}" r="4.2"/>', f"{x:.1f}", f"{y}")
    if shape == "diamond":
        return format_html(
            '<path d="M{0} {2}l4.4 4.4l-4.4 4.4l-4.4 -4.4z"/>', f"{x:.1f}", "", f"{y - 4.4:.1f}"
        )
    return format_html(
        '<rect x="{}" y="{}" width="7" height="7"/>', f"{x - 3.5:.1f}", f"{y - 3.5:.1f}"
    )
