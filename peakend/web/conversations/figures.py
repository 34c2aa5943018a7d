"""The figures of the insight page: each with n, interval and what it was before."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from peakend.conversations.queries import (
    BETTER,
    Conversations,
    Key,
    Totals,
    Waits,
    totals,
    waits,
)
from peakend.methods.estimate import Estimate
from peakend.methods.scores import (
    mean_difference,
    mean_score,
    median_difference,
    median_score,
    proportion_difference,
    top_box,
)
from peakend.web.conversations.times import seconds_title
from peakend.web.shell import numbers
from peakend.web.shell.figures import ChangeView, FigureView

LEAST = 20  # conversations from which a figure is told
WHOLE: Key = ()


@dataclass(frozen=True)
class Sums:
    """Everything the figures of one group of conversations are computed from."""

    totals: Totals
    first: Waits
    median: Waits


@dataclass(frozen=True)
class Figure:
    """One figure and the list it leads to."""

    view: FigureView
    estimate: Estimate
    change: Estimate | None
    facets: dict[str, str]
    how: str


def sums_of(rows: Conversations) -> Sums:
    """The sums of all conversations together."""
    return Sums(
        totals(rows)[WHOLE],
        waits(rows, "first_reply").get(WHOLE, Waits()),
        waits(rows, "median_reply").get(WHOLE, Waits()),
    )


def figures_of(now: Sums, before: Sums | None) -> dict[str, Figure]:
    """First reply, every reply, open questions, resolution, mood: by code."""
    return {
        "first": _time(
            _("First reply, median"), now.first, before.first if before else None,
            _("Seconds from the customer's first unanswered words to the first reply, of a person where one replied, else of the robot; the middle conversation, with a distribution-free interval. Conversations nobody answered have no time and are counted apart."),
        ),
        "median": _time(
            _("Any reply, median"), now.median, before.median if before else None,
            _("The middle waiting time within each conversation, and of those the middle conversation, so that long conversations do not count more."),
        ),
        "open": _share(
            _("Left without an answer"), _pair(now, "left_open", "asked"), _before(before, "left_open", "asked"), -1,
            {"left": "open"},
            _("Of the conversations in which the customer asked something: those that ended with a question after which nobody replied. Wilson's interval."),
        ),
        "solved": _share(
            _("Solved at the end"), _solved(now.totals), _solved(before.totals) if before else None, 1,
            {"end": "unsolved"},
            _("Read from the customer's last words: thanks and 'it works' against displeasure or one more question. Conversations whose last words tell neither are left out of n."),
        ),
        "mood": _mood(now.totals, before.totals if before else None),
    }  # fmt: skip


def seconds_of(found: Waits) -> list[float]:
    """One value a conversation, as the median reads them."""
    return [float(second) for second, n in sorted(found.items()) for _one in range(n)]


def _pair(sums: Sums, part: str, whole: str) -> tuple[int, int]:
    return getattr(sums.totals, part), getattr(sums.totals, whole)


def _before(sums: Sums | None, part: str, whole: str) -> tuple[int, int] | None:
    return _pair(sums, part, whole) if sums else None


def _solved(sums: Totals) -> tuple[int, int]:
    return sums.solved, sums.solved + sums.unsolved


def _time(title: str, now: Waits, before: Waits | None, how: str) -> Figure:
    values = seconds_of(now)
    estimate = median_score(values)
    change = median_difference(values, seconds_of(before)) if before else None
    view = FigureView(
        metric="",
        title=title,
        value=seconds_title(estimate.value) if len(values) >= LEAST else "",
        unit="",
        of="",
        n=numbers.number(len(values)),
        interval=_between(estimate),
        change=_changed(change, -1, _time_change) if len(values) >= LEAST else None,
        reason="",
        needed=LEAST,
        progress=min(1.0, len(values) / LEAST),
    )
    return Figure(view, estimate, change, {}, how)


def _share(
    title: str,
    now: tuple[int, int],
    before: tuple[int, int] | None,
    better: int,
    facets: dict[str, str],
    how: str,
) -> Figure:
    estimate = top_box(*now)
    change = proportion_difference(*now, *before) if before and before[1] and now[1] else None
    known = now[1] >= LEAST and estimate.value is not None
    view = FigureView(
        metric="",
        title=title,
        value=numbers.number(100 * (estimate.value or 0.0), 1) if known else "",
        unit="%",
        of="",
        n=numbers.number(now[1]),
        interval=numbers.between(100 * (estimate.low or 0), 100 * (estimate.high or 0), 1)
        if known
        else "",
        change=_changed(change, better, _points) if known else None,
        reason="",
        needed=LEAST,
        progress=min(1.0, now[1] / LEAST),
    )
    return Figure(view, estimate, change, facets, how)


def _mood(now: Totals, before: Totals | None) -> Figure:
    estimate = mean_score(now.drift)
    n = int(now.drift.n)
    change = mean_difference(now.drift, before.drift) if before and before.drift.n > 1 and n > 1 else None  # fmt: skip
    known = n >= LEAST and estimate.value is not None and estimate.low is not None
    view = FigureView(
        metric="",
        title=_("Mood from first to last turn"),
        value=numbers.signed(100 * (estimate.value or 0.0)) if known else "",
        unit="",
        of=pgettext("mood", "of ±200") if known else "",
        n=numbers.number(n),
        interval=numbers.between(100 * (estimate.low or 0), 100 * (estimate.high or 0))
        if known
        else "",
        change=_changed(change, 1, _hundredths) if known else None,
        reason="",
        needed=LEAST,
        progress=min(1.0, n / LEAST),
    )
    how = _(
        "The customer's mood (−100 to +100, read from the words; a plain question reproaches nobody) in the last turn less that in the first, in the mean of all conversations with at least two turns of the customer; Student's interval. A turn counts as better or worse from {points} points."
    ).format(points=round(100 * BETTER))
    return Figure(view, estimate, change, {"mood": "worse"}, how)


def _between(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return _("{low} to {high}").format(
        low=seconds_title(estimate.low), high=seconds_title(estimate.high)
    )


def _time_change(value: float, margin: float) -> str:
    sign = "+" if value > 0 else numbers.MINUS if value < 0 else ""
    thin = numbers.THIN
    return f"{sign}{seconds_title(abs(value))}{thin}±{thin}{seconds_title(margin)}"


def _points(value: float, margin: float) -> str:
    return numbers.plus_minus(100 * value, 100 * margin, 1)


def _hundredths(value: float, margin: float) -> str:
    return numbers.plus_minus(100 * value, 100 * margin)


def _changed(change: Estimate | None, better: int, write: object) -> ChangeView | None:
    """A change in words: grey within noise, else better or worse."""
    if change is None or change.value is None or change.low is None or change.high is None:
        return None
    assert callable(write)
    text = write(change.value, (change.high - change.low) / 2)
    if not change.excludes(0.0):
        tone, word, icon = "noise", _("within noise"), "equal"
    else:
        good = better * change.value > 0
        tone, word = ("good", _("better")) if good else ("bad", _("worse"))
        icon = "arrow-up-right" if change.value > 0 else "arrow-down-right"
    span = (change.value, change.low, change.high)
    return ChangeView(text, tone, word, icon, span, better < 0)
