"""Replies after which customers felt better, as candidates for a script.

A reply to somebody angry is followed by a better mood more easily than one to somebody content, so
each wording is held against other replies given in the same mood.
"""

from __future__ import annotations

from dataclasses import dataclass

from peakend.conversations.queries import (
    Conversations,
    Used,
    examples,
    turns_by_felt,
    used_replies,
)
from peakend.methods.comparison import benjamini_hochberg, stratified_mean_difference
from peakend.methods.estimate import Comparison
from peakend.methods.moments import Moments
from peakend.methods.scores import top_box
from peakend.web.shell import numbers

LEAST = 5  # times a wording must have been used to be compared
COMPARED = 200  # wordings, the most used first
SHOWN = 8
MOST = 10_000  # conversations read, the newest


@dataclass(frozen=True)
class Script:
    """One wording ready to draw: ``lift`` is the mood it adds beyond other replies."""

    wording: int
    text: str
    uses: int
    conversations: int
    better: int
    lift: Comparison
    stands: bool  # beyond chance, over all wordings compared

    @property
    def lift_text(self) -> str:
        """``+31 ± 12``."""
        half = ((self.lift.high or 0.0) - (self.lift.low or 0.0)) / 2
        return numbers.plus_minus(100 * (self.lift.value or 0.0), 100 * half)

    @property
    def better_interval(self) -> str:
        """``55–88%``: how often the mood rose, with Wilson's interval."""
        share = top_box(self.better, self.uses)
        return numbers.between(100 * (share.low or 0), 100 * (share.high or 0)) + "%"


@dataclass(frozen=True)
class Compared:
    """The candidates, and how many wordings and replies were looked at."""

    scripts: tuple[Script, ...]
    wordings: int
    replies: int


def scripts_of(rows: Conversations) -> Compared:
    """The wordings that did better than others in the same mood, the surest first."""
    # Of very many conversations the newest are compared; a wording of last year is no script.
    rows = rows.order_by("-started_at", "-pk")[:MOST] if rows.count() > MOST else rows
    every = turns_by_felt(rows)
    replies = int(sum(moments.n for moments in every.values()))
    used = used_replies(rows, LEAST, COMPARED)
    lifts = [_lift(one, every) for one in used]
    adjusted = benjamini_hochberg([lift.p_value for lift in lifts]).adjusted if used else ()
    rising = [
        (one, lift, p is not None and p < 0.05)
        for one, lift, p in zip(used, lifts, adjusted, strict=True)
        if lift.value is not None and lift.low is not None and lift.value > 0
    ]
    # What stands first; among each, by the lower end of the interval: sure before large.
    rising.sort(key=lambda item: (not item[2], -(item[1].low or 0.0), item[0].wording))
    shown = rising[:SHOWN]
    texts = examples(rows, [one.wording for one, _lift_, _stands in shown])
    return Compared(
        tuple(
            Script(
                one.wording, texts[one.wording].text, one.n, one.conversations, one.better, lift,
                stands,
            )
            for one, lift, stands in shown
        ),
        len(used),
        replies,
    )  # fmt: skip


def _lift(one: Used, every: dict[int, Moments]) -> Comparison:
    strata = []
    for felt, own in one.by_felt.items():
        whole = every[felt]
        others = Moments(
            whole.n - own.n, whole.total - own.total, max(0.0, whole.squares - own.squares)
        )
        strata.append((own, others))
    return stratified_mean_difference(strata)
