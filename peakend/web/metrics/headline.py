"""The metrics page and the page of one metric, said in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peakend.metrics.queries import Reading
from peakend.web.metrics.chart import Trend, period_title
from peakend.web.shell import figures, numbers


@dataclass(frozen=True)
class Headline:
    """Headline and lede."""

    headline: str
    lede: str


def headline_of_all(shown: Sequence[Reading]) -> str:
    """How many metrics moved beyond noise, and which way."""
    worse = [one for one in shown if one.verdict < 0]
    better = [one for one in shown if one.verdict > 0]
    if not any(one.change for one in shown):
        return _("What is measured, and how sure it is")
    if not worse and not better:
        return _("No metric moved beyond noise")
    parts = []
    if worse:
        said = ngettext("{n} metric got worse", "{n} metrics got worse", len(worse))
        parts.append(said.format(n=len(worse)))
    if better:
        said = ngettext("{n} got better", "{n} got better", len(better))
        parts.append(said.format(n=len(better)))
    steady = sum(1 for one in shown if one.change and one.change.noise)
    if steady:
        said = ngettext("{n} is within noise", "{n} are within noise", steady)
        parts.append(said.format(n=steady))
    return _(", ").join(parts)


def headline_of(now: Reading) -> Headline:
    """The metric's value with interval, and what became of it."""
    title = figures.title_of(now.metric, now.aspect)
    if not now.enough or now.value is None:
        lede = _("{n} answers; a figure is shown from {needed}.").format(
            n=numbers.number(now.n), needed=now.metric.minimum_n
        )
        return Headline(_("{metric}: too few answers to say").format(metric=title), lede)
    value = figures.written(now.value, now.metric)
    margin = figures.half_width(now)
    said = f"{title} {value}{numbers.THIN}±{numbers.THIN}{margin}" if margin else f"{title} {value}"
    change = figures.change_view(now.change, now.metric)
    lede = str(now.metric.definition)
    if change is not None and change.word:
        moved = _("Change {change}, {word}.").format(change=change.text, word=change.word)
        return Headline(said, f"{lede} {moved}")
    return Headline(said, lede)


RULES = {
    "two_of_three_beyond_two_sigma": gettext_lazy("two of three in a row far off the usual"),
    "four_of_five_beyond_one_sigma": gettext_lazy("four of five in a row off the usual"),
    "eight_on_one_side": gettext_lazy("eight in a row on one side of the usual"),
}


def control_words(trend: Trend) -> str:
    """Whether the newest periods are in control, by their own history."""
    control = trend.control
    if not control.is_known:
        return ""
    last = len(trend.series) - 1
    recent = [place for place in control.outside if place >= last - 3]
    if recent:
        place = recent[-1]
        point, high = control.chart.points[place], control.chart.high[place]
        is_above = point is not None and high is not None and point > high
        words = (
            _("{period} lies above its upper control limit.")
            if is_above
            else _("{period} lies below its lower control limit.")
        )
        return words.format(period=period_title(trend.period, trend.starts[place]))
    patterns = [one for one in control.signals if one.index >= last - 1 and one.rule in RULES]
    if patterns:
        return _("Within its control limits, but {pattern}.").format(
            pattern=RULES[patterns[-1].rule]
        )
    return _("Within its control limits: no single period stands out.")
