"""The filter bar as it is drawn: one menu a dimension, each choice an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.metrics.dashboards import VOICES
from peakend.metrics.questions import title_of_question
from peakend.opinions.queries import aspect_title
from peakend.organization.access import Scope
from peakend.organization.queries import tree_of
from peakend.reasons.queries import words_of_reason
from peakend.themes.queries import theme_title
from peakend.warehouse.cells import Slice, read_cells
from peakend.warehouse.ever import heard_ever
from peakend.web.filters import COMPARISONS, PERIODS, ViewFilter
from peakend.web.shell import names, numbers
from peakend.web.shell.feelings import EMOTION_TITLES, INTENT_TITLES

SELDOM = ("brand", "product", "source")
PERIOD_TITLES = {
    "week": gettext_lazy("This week"),
    "last_week": gettext_lazy("Last week"),
    "4w": gettext_lazy("Last 4 weeks"),
    "90d": gettext_lazy("Last 90 days"),
    "12m": gettext_lazy("Last 12 months"),
    "all": gettext_lazy("All time"),
    "custom": gettext_lazy("Own dates"),
}
COMPARISON_TITLES = {
    "previous": gettext_lazy("Period before"),
    "year": gettext_lazy("A year earlier"),
    "none": gettext_lazy("Nothing"),
}
POLARITY_TITLES = {
    "-1": gettext_lazy("Negative"),
    "0": gettext_lazy("Neutral"),
    "1": gettext_lazy("Positive"),
}


@dataclass(frozen=True)
class Choice:
    """One line of a menu."""

    value: str
    label: str
    query: str = ""
    is_chosen: bool = False
    level: int = 0


@dataclass(frozen=True)
class Menu:
    """One dimension: what is chosen now and what else could be."""

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...]
    is_many: bool = False
    is_active: bool = False
    clear: str = ""
    kept: tuple[tuple[str, str], ...] = ()  # what else the address says, for the menu's form
    is_long: bool = False


@dataclass(frozen=True)
class FilterBar:
    """All menus, and how much lies behind the page."""

    menus: tuple[Menu, ...]
    further: tuple[Menu, ...]  # seldom asked, behind one menu until something is chosen
    kept: tuple[tuple[str, str], ...]
    pills: tuple[Choice, ...]
    period: Menu
    voices: str
    as_of: str
    since: str
    until: str


def filter_bar(view: ViewFilter, scope: Scope, counted: bool = True) -> FilterBar:
    """The bar for a page that shows ``view``."""
    period = _period(view)
    dimensions = [_comparison(view), *_dimensions(view, scope)]
    further = [menu for menu in dimensions if menu.name in SELDOM and not menu.is_active]
    menus = [menu for menu in dimensions if menu not in further]
    voices = ""
    if counted:
        found = read_cells(view.slice, (), *VOICES)
        voices = numbers.number(sum(row.signals for row in found))
    return FilterBar(
        menus=tuple(menus),
        further=tuple(further),
        kept=tuple(view.parameters(**{menu.name: "" for menu in further})),
        pills=tuple(_pills(view)),
        period=period,
        voices=voices,
        as_of=f"{view.as_of.year}/{names.day_title(view.as_of)}",
        since=view.since.isoformat() if view.since else "",
        until=(view.until.fromordinal(view.until.toordinal() - 1)).isoformat()
        if view.until
        else "",
    )


def _period(view: ViewFilter) -> Menu:
    choices = tuple(
        Choice(code, str(PERIOD_TITLES[code]),
               replace(view, period=code).query_string(since="", until=""), code == view.period)
        for code in PERIODS
        if code != "custom"
    )  # fmt: skip
    span = names.span_title(view.since, view.until)
    title = str(PERIOD_TITLES[view.period])
    if view.since and view.since.year != view.as_of.year and view.period != "custom":
        span = ""  # the title says it shorter
    value = span if view.period == "custom" and span else f"{title}\u2002{span}".strip()
    kept = tuple(view.parameters(period="", since="", until=""))
    return Menu("period", _("Period"), value, choices, kept=kept)


def _comparison(view: ViewFilter) -> Menu:
    choices = tuple(
        Choice(code, str(COMPARISON_TITLES[code]), view.query_string(compare=_unless(code, "previous")),
               code == view.compare)
        for code in COMPARISONS
    )  # fmt: skip
    return Menu("compare", _("Compared with"), str(COMPARISON_TITLES[view.compare]), choices)


def _unless(code: str, default: str) -> str:
    return "" if code == default else code


def _dimensions(view: ViewFilter, scope: Scope) -> Iterable[Menu]:
    within = Slice(units=scope.units)
    own = replace(within, brands=view.brands)
    channels = {code: names.channel_title(code) for code in _present(own, "channel")}
    yield _many(view, "channel", _("Channel"), channels)
    branches = [
        b for b in tree_of(scope, counted=False) if b.unit.is_active and b.unit.kind != "department"
    ]
    units = [
        Choice(
            str(b.unit.pk), b.unit.title, is_chosen=b.unit.pk in view.unit, level=min(b.depth, 2)
        )
        for b in branches
    ]
    if len(units) > 1:
        stores = sum(b.unit.kind == "store" for b in branches)
        yield _menu(view, "unit", _("Store"), units, stores)
    segments = {code: names.segment_title(code) for code in _present(own, "segment")}
    yield _many(view, "segment", _("Segment"), segments)
    brands = names.brand_titles()
    if len(brands) > 1 and view.scope_units is None:
        yield _many(view, "brand", _("Brand"), brands)
    products = _present(own, "product")
    if len(products) > 1:
        yield _many(view, "product", _("Product"), {code: code for code in products[:200]})
    titles = names.source_titles()
    sources = {code: titles.get(code, code) for code in _present(own, "source")}
    if len(sources) > 1:
        yield _many(view, "source", _("Source"), sources)


def _present(slice: Slice, dimension: str) -> list[str]:
    """The values that occur, most heard first."""
    heard = heard_ever(slice, (dimension,), ("voice", "score"))
    found = sorted(heard.items(), key=lambda one: (-one[1].signals, one[0][0] or ""))
    return [value for (value,), _heard in found if value]


def _many(view: ViewFilter, name: str, label: str, titles: dict[str, str]) -> Menu:
    chosen = getattr(view, name)
    choices = [Choice(code, title, is_chosen=code in chosen) for code, title in titles.items()]
    missing = [Choice(code, code, is_chosen=True) for code in chosen if code not in titles]
    return _menu(view, name, label, [*choices, *missing])


def _menu(view: ViewFilter, name: str, label: str, choices: list[Choice], count: int = 0) -> Menu:
    """``count`` is how many there are in all, where not every choice is one of them."""
    chosen = [choice.label for choice in choices if choice.is_chosen]
    separator = _(", ")
    if not chosen:
        value = (
            _("all {count}").format(count=count or len(choices)) if len(choices) > 1 else _("all")
        )
    elif len(chosen) > 2:
        value = _("{first} and {more} more").format(first=chosen[0], more=len(chosen) - 1)
    else:
        value = separator.join(chosen)
    return Menu(
        name=name,
        label=label,
        value=value,
        choices=tuple(choices),
        is_many=True,
        is_active=bool(chosen),
        clear=view.query_string(**{name: ""}) if chosen else "",
        kept=tuple(view.parameters(**{name: ""})),
        is_long=len(choices) > 10,
    )


def _pills(view: ViewFilter) -> Iterable[Choice]:
    """What a page was opened with and the reader may take away again."""
    found: list[tuple[str, Any, Any]] = [
        ("aspect", _("Aspect"), view.aspect and aspect_title(view.aspect)),
        ("polarity", _("Polarity"), POLARITY_TITLES.get(view.polarity)),
        ("intent", _("Intent"), INTENT_TITLES.get(view.intent)),
        ("emotion", _("Emotion"), EMOTION_TITLES.get(view.emotion)),
        ("theme", _("Theme"), view.theme and theme_title(int(view.theme))),
        (
            "cause",
            _("Reason"),
            view.cause and words_of_reason(int(view.cause), Scope(view.scope_units)),
        ),
        ("answer", _("Answer"), view.answer and _answer(view)),
        ("q", _("Words"), view.q),
    ]
    for name, label, value in found:
        if value:
            yield Choice(str(label), str(value), view.query_string(**{name: ""}))


def _answer(view: ViewFilter) -> str:
    """The question, and what it was answered with: 'NPS 3'."""
    code, score = view.answered
    title = title_of_question(code)
    return title if score is None else f"{title} {score}"
