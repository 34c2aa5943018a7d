"""A dashboard's figures as they are drawn, each with the way to the words behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from peakend.metrics.dashboards import Chosen, Figure, Seen
from peakend.warehouse.cells import Slice
from peakend.warehouse.ever import heard_ever
from peakend.web.dashboards.state import State
from peakend.web.filters import MOST_VALUES, ViewFilter
from peakend.web.metrics import tables
from peakend.web.shell import figures

Sources = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FigureLine:
    """One figure ready to draw: ``words`` behind it, ``how`` it is computed, ``up`` and ``down`` in order."""

    figure: Figure
    title: str
    words: str
    how: str
    trend: tuple[float | None, ...]
    pick: str
    is_picked: bool
    up: str
    down: str
    away: str


def lines_of(state: State, seen: Seen, sources: Sources) -> list[FigureLine]:
    """The figures in their order."""
    return [_line(state, seen, sources, place) for place in range(len(seen.figures))]


def sources_of(chosen: Sequence[Chosen]) -> Sources:
    """The sources each question's answers come from, those of most answers first: one query.

    Of the whole company and of any time, which a rollup holds ready; a link narrows it anyway.
    """
    codes = {code for one in chosen if _is_score(one) for code in one.definition.codes}
    if not codes:
        return {}
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    heard = heard_ever(Slice(), ("source", "code"), ("score",), tuple(sorted(codes)))
    for (source, code), one in heard.items():
        if source:
            found[code].append((-one.n, source))
    return {code: tuple(name for _n, name in sorted(held)) for code, held in found.items()}


def words_of(view: ViewFilter, chosen: Chosen, sources: Sources) -> str:
    """The verbatims behind a figure; the metric's own page where it rests on no words."""
    definition = chosen.definition
    if definition.family == "event":
        return how_of(view, chosen)
    changes = {"source": asked} if (asked := sources_asked(view, chosen, sources)) else {}
    return tables.words_url(view, definition, chosen.aspect, **changes)


def sources_asked(view: ViewFilter, chosen: Chosen, sources: Sources) -> tuple[str, ...]:
    """The sources whose words stand behind a question's answers, within those of the page."""
    if not _is_score(chosen):
        return ()
    known = [name for code in chosen.definition.codes for name in sources.get(code, ())]
    within = [name for name in dict.fromkeys(known) if not view.source or name in view.source]
    return tuple(within)[:MOST_VALUES] or view.source


def how_of(view: ViewFilter, chosen: Chosen) -> str:
    """The page of the metric, where it says how it is computed."""
    query = view.query_string(aspect=chosen.aspect)
    path = reverse("metrics:metric", args=[chosen.definition.code])
    return f"{path}?{query}#how" if query else f"{path}#how"


def _line(state: State, seen: Seen, sources: Sources, place: int) -> FigureLine:
    figure, codes = seen.figures[place], list(state.codes)
    chosen = figure.chosen

    def moved(step: int) -> str:
        other = place + step
        if not 0 <= other < len(codes):
            return ""
        order = list(codes)
        order[place], order[other] = order[other], order[place]
        return state.address(m=order)

    away = [code for code in codes if code != chosen.code]
    return FigureLine(
        figure=figure,
        title=figures.title_of(chosen.definition, chosen.aspect),
        words=words_of(state.view, chosen, sources),
        how=how_of(state.view, chosen),
        trend=tuple(one.value if one else None for one in figure.trend),
        pick=chosen.code,
        is_picked=figure is seen.broken_down,
        up=moved(-1),
        down=moved(1),
        away=state.address(m=away) if away else "",
    )


def _is_score(chosen: Chosen) -> bool:
    return chosen.definition.family == "score"
