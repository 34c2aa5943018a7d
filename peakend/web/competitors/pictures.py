"""One aspect as dots on one axis: own, each competitor, the industry as a rule through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from peakend.web.shell import numbers

WIDTH, EDGE, LINE = 360, 14, 14
SHAPES = ("dot", "diamond", "square", "triangle")  # so that who is who does not hang on the colour


@dataclass(frozen=True)
class Dot:
    """One brand's value with its interval, ×100."""

    shape: str
    value: float
    low: float
    high: float


def dots(lines: Sequence[Dot], industry: float | None, reach: float, label: str) -> SafeString:
    """Brands under each other, from ``-reach`` to ``reach``; a line joins own and each other."""
    height = LINE * len(lines) + 4
    body = [
        (
            dot.shape, f"{_x(dot.low, reach):.1f}", f"{_x(dot.high, reach):.1f}",
            f"{LINE / 2 + 2 + LINE * place:.1f}",
            shape(dot.shape, _x(dot.value, reach), LINE / 2 + 2 + LINE * place),
        )
        for place, dot in enumerate(lines)
    ]  # fmt: skip
    rule = SafeString("")
    if industry is not None:
        rule = format_html(
            '<line class="pk-league-industry" x1="{0}" x2="{0}" y1="1" y2="{1}"/>',
            f"{_x(industry, reach):.1f}",
            height - 1,
        )
    return format_html(
        '<svg class="pk-whiskers pk-league-dots" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<line class="pk-strip-zero" x1="{}" x2="{}" y1="0" y2="{}"/>{}{}</svg>',
        WIDTH,
        height,
        label,
        WIDTH / 2,
        WIDTH / 2,
        height,
        rule,
        format_html_join(
            "",
            '<g class="pk-whisker pk-whisker-{0}">'
            '<line x1="{1}" x2="{2}" y1="{3}" y2="{3}"/>{4}</g>',
            body,
        ),
    )


def axis(reach: float) -> SafeString:
    """The scale above the column of pictures."""
    ticks = [(-1.0, "start"), (-0.5, "middle"), (0.0, "middle"), (0.5, "middle"), (1.0, "end")]
    texts = format_html_join(
        "",
        '<text x="{}" y="11" text-anchor="{}">{}</text>',
        (
            (f"{_x(at * reach, reach):.1f}", anchor, numbers.signed(at * reach))
            for at, anchor in ticks
        ),
    )
    return format_html(
        '<svg class="pk-whiskers pk-axis" viewBox="0 0 {} 14" aria-hidden="true">{}</svg>',
        WIDTH,
        texts,
    )


def key(name: str) -> SafeString:
    """The shape of a brand for the legend."""
    return format_html(
        '<svg viewBox="0 0 14 12" class="pk-whiskers-key" aria-hidden="true">'
        '<g class="pk-whisker pk-whisker-{}">{}</g></svg>',
        name,
        shape(name, 7, 6),
    )


def shape(name: str, x: float, y: float) -> SafeString:
    """The mark of a brand at a place."""
    at = (f"{x:.1f}", f"{y:.1f}")
    if name == "dot":
        return format_html('<circle cx="{}" cy="{}" r="4.2"/>', *at)
    points = {
        "diamond": ((0, -4.6), (4.6, 0), (0, 4.6), (-4.6, 0)),
        "square": ((-3.6, -3.6), (3.6, -3.6), (3.6, 3.6), (-3.6, 3.6)),
        "triangle": ((0, -4.4), (4.4, 3.4), (-4.4, 3.4)),
    }[name]
    return format_html(
        '<path d="M{}z"/>', "L".join(f"{x + right:.1f} {y + down:.1f}" for right, down in points)
    )


def _x(of: float, reach: float) -> float:
    return WIDTH / 2 + (WIDTH / 2 - EDGE) * max(-reach, min(reach, of)) / reach
