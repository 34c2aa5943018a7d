"""What customers ask about: each topic's share of the conversations, its change, its open questions."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from peakend.conversations.queries import Asked, Conversations, topics
from peakend.conversations.topics import topic_title
from peakend.methods.comparison import benjamini_hochberg, two_proportions
from peakend.methods.estimate import Estimate
from peakend.methods.scores import proportion_difference, top_box
from peakend.web.conversations.within import OTHER
from peakend.web.shell import numbers

LEAST_OPEN = 10  # conversations on a topic from which its open share is told


@dataclass(frozen=True)
class Topic:
    """One topic ready to draw. ``tone`` is grey where the change is noise."""

    code: str
    title: str
    n: int
    before: int | None
    share: Estimate
    change: Estimate | None
    moved: int  # 1 more often than before beyond chance, -1 less often, 0 neither or unknown
    left_open: Estimate
    left: int

    @property
    def share_text(self) -> str:
        """``18% ± 3``."""
        return plus_minus(self.share)

    @property
    def change_text(self) -> str:
        """``+6 ± 4``, in percentage points."""
        if self.change is None or self.change.value is None:
            return ""
        half = ((self.change.high or 0.0) - (self.change.low or 0.0)) / 2
        return numbers.plus_minus(100 * self.change.value, 100 * half, 1)

    @property
    def word(self) -> str:
        """How the change is meant."""
        if self.change is None or self.change.value is None:
            return ""
        return {
            1: pgettext("change", "more"),
            -1: pgettext("change", "less"),
            0: _("within noise"),
        }[self.moved]

    @property
    def open_text(self) -> str:
        """The share left without an answer, or that there are too few to say."""
        return plus_minus(self.left_open) if self.n >= LEAST_OPEN else _("too few")


def plus_minus(share: Estimate) -> str:
    """``18% ± 3`` from a share and its interval; at the edges, where that is lopsided, ``0% (0–9)``."""
    if share.value is None or share.low is None or share.high is None:
        return "–"
    if share.value in (0.0, 1.0):
        edges = numbers.between(100 * share.low, 100 * share.high)
        return f"{numbers.number(100 * share.value)}%{numbers.THIN}({edges})"
    margin = numbers.number(50 * (share.high - share.low), 1)
    return f"{numbers.number(100 * share.value, 1)}%{numbers.THIN}±{numbers.THIN}{margin}"


def topics_of(
    rows: Conversations, n: int, before: Conversations | None, n_before: int
) -> list[Topic]:
    """The topics asked about, most asked first; what fits none of them last."""
    now, then = topics(rows), topics(before) if before is not None and n_before else {}
    # A topic may be new: it is compared with none before.
    codes = sorted(now, key=lambda code: (code == "", -now[code].conversations, code))
    tests = [two_proportions(_n(now, code), n, _n(then, code), n_before) for code in codes]
    stand = benjamini_hochberg([test.p_value for test in tests]) if n_before else None
    found = []
    for place, code in enumerate(codes):
        one = now[code]
        change = (
            proportion_difference(one.conversations, n, _n(then, code), n_before)
            if n_before
            else None
        )
        adjusted = stand.adjusted[place] if stand else None
        moved = 0
        if change is not None and change.value and adjusted is not None and adjusted < 0.05:
            moved = 1 if change.value > 0 else -1
        found.append(
            Topic(
                code=code or OTHER,
                title=topic_title(code) if code else _("Something else"),
                n=one.conversations,
                before=_n(then, code) if n_before else None,
                share=top_box(one.conversations, n),
                change=change,
                moved=moved,
                left_open=top_box(one.left_open, one.conversations),
                left=one.left_open,
            )
        )
    return found


def _n(found: dict[str, Asked], code: str) -> int:
    return found[code].conversations if code in found else 0
