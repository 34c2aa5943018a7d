"""The same figures by unit, channel, agent and by who answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from peakend.conversations.queries import Conversations, Totals, Waits, totals, waits
from peakend.methods.scores import mean_score, median_score, top_box
from peakend.web.conversations.asked import plus_minus
from peakend.web.conversations.figures import seconds_of
from peakend.web.conversations.times import seconds_title
from peakend.web.conversations.within import ANSWERED_BY
from peakend.web.shell import names, numbers

LEAST = 10  # conversations of a group from which its figures are told
MOST = 40


@dataclass(frozen=True)
class Grouping:
    """One way to tell conversations apart. ``titles`` makes, once a page, what names a value."""

    title: Any
    column: str
    titles: Callable[[], Callable[[Any], str]]
    parameter: str = ""  # of the address, where it is not the column's name


@dataclass(frozen=True)
class Cell:
    """A figure of a group, its interval, and what the list is narrowed to behind it."""

    text: str
    interval: str
    facets: dict[str, str]


@dataclass(frozen=True)
class Group:
    """One row of the table."""

    title: str
    n: int
    where: dict[str, str]
    cells: tuple[Cell, ...]


def _unit_titles() -> Callable[[Any], str]:
    found = names.unit_titles()
    return lambda unit: found.get(unit, "")


GROUPINGS = {
    "unit": Grouping(pgettext_lazy("organisation", "Unit"), "unit_id", _unit_titles, "unit"),
    "channel": Grouping(_("Channel"), "channel", lambda: names.channel_title),
    "agent": Grouping(_("Agent"), "agent", lambda: str),
    "answered": Grouping(
        _("Answered by"),
        "answered_by",
        lambda: lambda code: str(ANSWERED_BY[code or "nobody"]),
        "by",
    ),
}


def groups_of(rows: Conversations, grouping: Grouping) -> tuple[list[Group], int]:
    """The groups with the most conversations first, and how many are too small to be told."""
    sums = totals(rows, grouping.column)
    times = waits(rows, "first_reply", grouping.column)
    title_of = grouping.titles()
    known = [(key, one) for key, one in sums.items() if grouping.column == "answered_by" or key[0]]
    known.sort(key=lambda item: (-item[1].conversations, str(item[0][0])))
    told = [(key, one) for key, one in known if one.conversations >= LEAST]
    groups = [
        _group(key[0], one, times.get(key, Waits()), grouping, title_of(key[0]))
        for key, one in told[:MOST]
    ]
    return groups, len(known) - len(told)


def _group(value: Any, one: Totals, times: Waits, grouping: Grouping, title: str) -> Group:
    name = grouping.parameter or grouping.column
    where = {name: str(value or "nobody")}
    first = median_score(seconds_of(times))
    interval = (
        f"{seconds_title(first.low)} – {seconds_title(first.high)}"
        if first.low is not None and first.high is not None
        else ""
    )
    ended = one.solved + one.unsolved
    mood = mean_score(one.drift)
    cells = (
        Cell(seconds_title(first.value), interval, where),
        _share(one.left_open, one.asked, {**where, "left": "open"}),
        _share(one.solved, ended, {**where, "end": "solved"}),
        Cell(
            "–"
            if mood.value is None or mood.low is None or mood.high is None
            else numbers.plus_minus(100 * mood.value, 50 * (mood.high - mood.low)),
            f"n = {numbers.number(one.drift.n)}",
            {**where, "mood": "worse"},
        ),
    )
    return Group(title, one.conversations, where, cells)


def _share(part: int, whole: int, facets: dict[str, str]) -> Cell:
    return Cell(plus_minus(top_box(part, whole)), f"n = {numbers.number(whole)}", facets)
