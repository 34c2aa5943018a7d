"""How often themes are mentioned in what the page shows: now, before, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q

from peakend.methods.estimate import Estimate
from peakend.methods.scores import net_share, proportion_difference, top_box
from peakend.themes.models import Theme
from peakend.themes.queries import Day, mention_days, sources_of, units_by_theme
from peakend.warehouse.cells import Slice, read_cells
from peakend.web.filters import ViewFilter
from peakend.web.shell.quotes import prefixed

WEEKS = 12
LEAST_NET = 10  # voices from which their net sentiment is told


@dataclass(frozen=True)
class Week:
    """Mentions of one week, and the voices they are a part of."""

    monday: date
    mentions: int
    voices: int


@dataclass(frozen=True)
class Counted:
    """One theme within the page's filter.

    ``share`` is of all voices of the sources its taxonomy reads; ``change`` is the share less the
    share of the period compared with, nothing where there is none.
    """

    theme: Theme
    now: int
    voices: int
    before: int | None
    voices_before: int
    share: Estimate
    change: Estimate | None
    parts: tuple[int, int, int]  # negative, neutral, positive
    net: Estimate | None
    units: int
    weeks: tuple[Week, ...]

    @property
    def rises(self) -> bool:
        """Whether its share grew beyond noise within this very filter."""
        return (
            self.change is not None and self.change.excludes(0.0) and (self.change.value or 0) > 0
        )

    @property
    def falls(self) -> bool:
        """Whether its share shrank beyond noise."""
        return (
            self.change is not None and self.change.excludes(0.0) and (self.change.value or 0) < 0
        )


def counted(themes: Collection[Theme], view: ViewFilter, every: dict[str, int]) -> list[Counted]:
    """The themes that are mentioned in the page's period, most mentioned first.

    ``every`` says, by taxonomy, that one voice in so many was looked at.
    """
    past = view.history(WEEKS)
    span = view.compared_span
    starts = [day for day in (view.since, past.since, span[0] if span else None) if day]
    wide = replace(view, since=min(starts) if view.since and starts else None)
    days: dict[int, list[Day]] = defaultdict(list)
    for day in mention_days(themes, within(wide)):
        days[day.theme].append(day)
    units = units_by_theme(themes, within(view))
    heard = {code: _voices(wide, code, every.get(code, 1)) for code in {t.taxonomy for t in themes}}
    found = [
        _counted(theme, days[theme.pk], heard[theme.taxonomy], view, units.get(theme.pk, 0))
        for theme in themes
        if theme.pk in days
    ]
    return sorted((one for one in found if one.now), key=lambda one: (-one.now, one.theme.pk))


def within(view: ViewFilter) -> Q:
    """The page's voices as a condition on mentions."""
    return prefixed(view.voices(), "voice")


def slice_of(view: ViewFilter, taxonomy: str) -> Slice:
    """The page's slice cut to the sources that the taxonomy reads."""
    own = sources_of(taxonomy)
    chosen = tuple(code for code in own if code in view.source) if view.source else own
    return replace(view.slice, sources=chosen or ("",))


def _voices(view: ViewFilter, taxonomy: str, every: int) -> dict[date, int]:
    rows = read_cells(slice_of(view, taxonomy), ("day",), ("voice",))
    # Of very many voices a part was read: a share is of that part.
    return {row.key[0]: max(1, round(row.signals / every)) for row in rows}


def _counted(
    theme: Theme, days: Sequence[Day], heard: dict[date, int], view: ViewFilter, units: int
) -> Counted:
    in_now = [day for day in days if _between(day.day, view.since, view.until)]
    now, voices = sum(day.voices for day in in_now), _sum(heard, view.since, view.until)
    before, voices_before, change = None, 0, None
    if span := view.compared_span:
        before = sum(day.voices for day in days if _between(day.day, *span))
        voices_before = _sum(heard, *span)
        if voices and voices_before:
            change = proportion_difference(
                min(now, voices), voices, min(before, voices_before), voices_before
            )
    parts = tuple(sum(d.voices for d in in_now if d.polarity == sign) for sign in (-1, 0, 1))
    return Counted(
        theme=theme,
        now=now,
        voices=voices,
        before=before,
        voices_before=voices_before,
        share=top_box(min(now, voices), voices),
        change=change,
        parts=parts,  # type: ignore[arg-type]
        net=net_share(*reversed(parts)) if now >= LEAST_NET else None,
        units=units,
        weeks=_weekly(days, heard, view),
    )


def _weekly(days: Sequence[Day], heard: dict[date, int], view: ViewFilter) -> tuple[Week, ...]:
    past = view.history(WEEKS)
    assert past.since is not None
    mondays = [past.since + timedelta(weeks=step) for step in range(WEEKS)]
    return tuple(
        Week(
            monday,
            sum(day.voices for day in days if monday <= day.day < monday + timedelta(weeks=1)),
            _sum(heard, monday, monday + timedelta(weeks=1)),
        )
        for monday in mondays
    )


def _sum(heard: dict[date, int], since: date | None, until: date | None) -> int:
    return sum(count for day, count in heard.items() if _between(day, since, until))


def _between(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or since <= day) and (until is None or day < until)
