"""Reply times as columns one can follow, and the turn of moods as one bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from peakend.conversations.queries import Totals, Waits
from peakend.methods.scores import top_box
from peakend.web.conversations.asked import plus_minus
from peakend.web.conversations.times import BINS, bin_short, bin_title

HEIGHT = 120


@dataclass(frozen=True)
class Column:
    """One step of reply time."""

    title: str
    short: str
    n: int
    share: str
    url: str
    picture: SafeString
    holds_median: bool


def columns_of(found: Waits, median: float | None, link: Callable[[str], str]) -> list[Column]:
    """Every step, empty ones as well: a gap in the picture says something."""
    total = sum(found.values())
    counts = [
        sum(
            n
            for second, n in found.items()
            if (step.above is None or second > step.above)
            and (step.most is None or second <= step.most)
        )
        for step in BINS
    ]
    most = max(counts, default=0) or 1
    return [
        Column(
            bin_title(step.code),
            bin_short(step.code),
            count,
            plus_minus(top_box(count, total)),
            link(step.code),
            _column(count / most),
            median is not None
            and (step.above is None or median > step.above)
            and (step.most is None or median <= step.most),
        )
        for step, count in zip(BINS, counts, strict=True)
    ]


def _column(share: float) -> SafeString:
    height = max(1.0, HEIGHT * share)
    return format_html(
        '<svg viewBox="0 0 40 {0}" preserveAspectRatio="none" aria-hidden="true">'
        '<rect x="4" width="32" y="{1}" height="{2}" rx="1"/></svg>',
        HEIGHT,
        f"{HEIGHT - height:.1f}",
        f"{height:.1f}",
    )


def moods_of(found: Totals) -> list[tuple[str, int, str, str]]:
    """(code, n, share, tone) of moods that turned worse, stayed, turned better."""
    n = int(found.drift.n)
    same = n - found.better - found.worse
    return [
        (code, count, plus_minus(top_box(count, n)), tone)
        for code, count, tone in (
            ("worse", found.worse, "bad"),
            ("same", same, "mute"),
            ("better", found.better, "good"),
        )
    ]
