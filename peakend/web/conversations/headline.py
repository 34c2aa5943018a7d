"""The insight page in words: what moved beyond chance first, then how fast and how well."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from peakend.web.conversations.asked import Topic
from peakend.web.conversations.figures import LEAST, Figure, Sums
from peakend.web.conversations.within import OTHER
from peakend.web.shell import numbers


def told(sums: Sums, figures: dict[str, Figure], topics: Sequence[Topic]) -> tuple[str, str]:
    """Headline and lede."""
    n = sums.totals.conversations
    if n < LEAST:
        return (
            _("Too few conversations to say"),
            _("{n} in this period; figures are told from {least}.").format(
                n=numbers.number(n), least=LEAST
            ),
        )
    rising = [one for one in topics if one.moved > 0 and one.code != OTHER]
    worse = [
        (one.view, one.view.change)
        for one in figures.values()
        if one.view.value and one.view.change and one.view.change.tone == "bad"
    ]
    if rising:
        most = max(rising, key=lambda one: one.change.value or 0.0 if one.change else 0.0)
        headline = _("More customers ask about {topic}: {share} of conversations, {change} points").format(
            topic=most.title, share=most.share_text, change=most.change_text
        )  # fmt: skip
    elif worse:
        first, change = worse[0]
        headline = _("{figure} is {value}, worse than before ({change})").format(
            figure=first.title, value=first.value + first.unit, change=change.text
        )
    else:
        headline = _level(figures, topics)
    return numbers.kept_together(headline), _lede(sums, figures)


def _level(figures: dict[str, Figure], topics: Sequence[Topic]) -> str:
    first = figures["first"].view.value
    named = [one for one in topics if one.code != OTHER]
    if named and first:
        return _("Customers ask most about {topic} and wait {time} for a first reply").format(
            topic=named[0].title, time=first
        )
    if first:
        return _("Customers wait {time} for a first reply").format(time=first)
    return _("Nobody answers these conversations")


def _lede(sums: Sums, figures: dict[str, Figure]) -> str:
    parts = [_("{n} conversations.").format(n=numbers.number(sums.totals.conversations))]
    first, left = figures["first"].view, figures["open"].view
    if first.value:
        parts.append(
            _("Half of those answered had a first reply within {time}.").format(time=first.value)
        )
    if left.value:
        parts.append(
            _("{share}% of those who asked got no answer to their last question.").format(
                share=left.value
            )
        )
    if sums.totals.unheard:
        parts.append(_("{n} had no reply at all.").format(n=numbers.number(sums.totals.unheard)))
    gap = "" if (get_language() or "").startswith("zh") else " "
    return numbers.kept_together(gap.join(parts))
