"""What the voices can be narrowed to beside aspect and polarity: a theme, a reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from peakend.organization.access import Scope
from peakend.reasons.queries import reasons_of
from peakend.themes.queries import current_themes, mentions_of
from peakend.web.filters import ViewFilter
from peakend.web.shell.quotes import prefixed

MOST = 15


@dataclass(frozen=True)
class Choice:
    """One line of a menu: its key, its words, and how many voices of the filter it has."""

    key: str
    title: str
    voices: int


def theme_choices(view: ViewFilter) -> list[Choice]:
    """The open themes that voices of the filter mention, most mentioned first."""
    themes = {theme.pk: theme for theme in current_themes()}
    rows = (
        mentions_of(themes.values(), prefixed(view.voices(), "voice"))
        .values("theme_id")
        .annotate(voices=Count("pk"))
        .order_by("-voices", "theme_id")[:MOST]
    )
    return [
        Choice(str(row["theme_id"]), themes[row["theme_id"]].title, row["voices"]) for row in rows
    ]


def reason_choices(view: ViewFilter) -> list[Choice]:
    """The reasons given for the chosen aspect, blame before praise; none without an aspect."""
    if not view.aspect:
        return []
    sides = (int(view.polarity),) if view.polarity in ("-1", "1") else (-1, 1)
    within, scope = prefixed(view.voices(), "voice"), Scope(view.scope_units)
    return [
        Choice(str(one.reason.pk), one.words, one.voices)
        for side in sides
        for one in reasons_of([view.aspect], side, within, scope)[view.aspect].reasons[:MOST]
    ]
