"""The filter bar's state is the address: read once into a frozen ViewFilter.

Whatever cannot be understood in an address is left out, as if it had not been asked; what lies
outside the reader's scope never enters a slice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from peakend.offerings.models import Brand
from peakend.organization.access import Scope
from peakend.organization.models import Unit
from peakend.reasons.queries import is_given_within
from peakend.text import EMOTIONS, INTENTS
from peakend.themes.queries import is_mentioned_within
from peakend.warehouse.cells import Slice, newest_day

PERIODS = ("week", "last_week", "4w", "90d", "12m", "all", "custom")
COMPARISONS = ("previous", "year", "none")
DEFAULT_PERIOD = "4w"
MANY = ("channel", "segment", "brand", "product", "source")
MOST_VALUES = 60  # of one dimension in one address


@dataclass(frozen=True)
class ViewFilter:
    """What a page shows: a period, what it is compared with, and a choice in each dimension.

    ``since`` is the first day and ``until`` the day after the last; ``as_of`` is the newest day
    there is an observation of, never later than today. ``allowed`` holds the units of choice and
    scope together, ``None`` for the whole company.
    """

    as_of: date
    period: str = DEFAULT_PERIOD
    since: date | None = None
    until: date | None = None
    compare: str = "previous"
    channel: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    brand: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    unit: tuple[int, ...] = ()
    aspect: str = ""
    polarity: str = ""
    intent: str = ""
    emotion: str = ""
    theme: str = ""  # key of a theme, as an address writes it
    cause: str = ""  # key of a reason
    answer: str = ""  # what was answered beside the words: 'nps:3', or 'nps' whatever was answered
    q: str = ""
    allowed: frozenset[int] | None = None
    scope_units: frozenset[int] | None = None
    own_brands: tuple[str, ...] = ()
    rival_brands: tuple[str, ...] = ()
    has_data: bool = True
    default_period: str = DEFAULT_PERIOD  # of this page, where its address names none
    # What else the page's address says, so that it stays when the filter changes.
    page: tuple[tuple[str, str], ...] = ()

    @property
    def slice(self) -> Slice:
        """The observations of the page. Without a choice of brand: one's own, not the competitors'."""
        return Slice(
            since=self.since,
            until=self.until,
            units=self.allowed,
            channels=self.channel,
            brands=self.brands,
            segments=self.segment,
            products=self.product,
            sources=self.source,
        )

    @property
    def brands(self) -> tuple[str, ...]:
        """The brands shown: those chosen, else one's own and what has no brand."""
        if self.brand or not self.rival_brands:
            return self.brand
        return (*self.own_brands, "")

    @property
    def answered(self) -> tuple[str, int | None]:
        """The question's code and the score it was answered with; no score means whatever it was."""
        code, _colon, score = self.answer.rpartition(":")
        if code and score.isascii() and score.isdigit() and len(score) < 3:
            return code, int(score)
        return self.answer, None

    @property
    def compare_slice(self) -> Slice | None:
        """The same observations in the period compared with, or nothing."""
        span = self.compared_span
        return replace(self.slice, since=span[0], until=span[1]) if span else None

    @property
    def compared_span(self) -> tuple[date, date] | None:
        """First day and day after the last of the period compared with."""
        if self.compare == "none" or self.since is None or self.until is None:
            return None
        if self.compare == "year":
            year = timedelta(weeks=52)  # whole weeks, so that weekdays meet weekdays
            return self.since - year, self.until - year
        length = self.until - self.since
        if self.period == "week":
            # A week that has only begun is compared with the same days of the week before.
            return self.since - timedelta(weeks=1), self.until - timedelta(weeks=1)
        return self.since - length, self.since

    def history(self, weeks: int = 26) -> Slice:
        """The page's slice over the whole weeks up to its end, for trends."""
        end = self.until or self.as_of + timedelta(days=1)
        monday = end - timedelta(days=1)
        monday -= timedelta(days=monday.weekday())
        start = monday - timedelta(weeks=weeks - 1)
        return replace(self.slice, since=start, until=end)

    def against(self, brand: str) -> Slice:
        """The same period and topics for a competitor, whose voices have no unit of ours."""
        return replace(
            self.slice, brands=(brand,), units=None, segments=(), sources=(), products=()
        )

    @property
    def sees_rivals(self) -> bool:
        """Voices of no unit belong to the whole company: only who sees it all sees competitors."""
        return self.scope_units is None and bool(self.rival_brands)

    def voices(self) -> Q:
        """The verbatims of the slice."""
        wanted = Q()
        if self.since:
            wanted &= Q(occurred_at__gte=_midnight(self.since))
        if self.until:
            wanted &= Q(occurred_at__lt=_midnight(self.until))
        if self.allowed is not None:
            wanted &= Q(unit__in=self.allowed)
        for values, field in (
            (self.channel, "channel"),
            (self.segment, "segment"),
            (self.product, "product"),
            (self.source, "source__code"),
        ):
            if values:
                wanted &= Q(**{f"{field}__in": values})
        if self.brands:
            named = Q(brand__code__in=[code for code in self.brands if code])
            wanted &= named | Q(brand=None) if "" in self.brands else named
        return wanted

    def parameters(self, **changes: Any) -> Iterator[tuple[str, str]]:
        """Names and values of the address; what is as by default is left out."""
        state: dict[str, Any] = {
            # Where the page's own default is another, the usual one has to be said as well.
            "period": "" if self.period == DEFAULT_PERIOD == self.default_period else self.period,
            "since": self.since if self.period == "custom" else "",
            "until": self.until - timedelta(days=1)
            if self.period == "custom" and self.until
            else "",
            "compare": "" if self.compare == "previous" else self.compare,
            "unit": self.unit,
            **{name: getattr(self, name) for name in MANY},
            "aspect": self.aspect,
            "polarity": self.polarity,
            "intent": self.intent,
            "emotion": self.emotion,
            "theme": self.theme,
            "cause": self.cause,
            "answer": self.answer,
            "q": self.q,
            **changes,
        }
        yield from ((name, value) for name, value in self.page if name not in changes)
        for name, value in state.items():
            for one in value if isinstance(value, tuple | list | set | frozenset) else (value,):
                if one not in (None, ""):
                    yield name, str(one)

    def query_string(self, **changes: Any) -> str:
        """The address's query with some of it changed; an empty value takes a filter away."""
        return urlencode(list(self.parameters(**changes)))


def read_filter(request: HttpRequest, default_period: str = DEFAULT_PERIOD) -> ViewFilter:
    """What the request's address asks for, cut to what its reader may see."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return filter_of(request.GET, scope, default_period)


def filter_of(asked: QueryDict, scope: Scope, default_period: str = DEFAULT_PERIOD) -> ViewFilter:
    """The same for an address nobody has opened yet, as one that a page is about to link to."""
    newest = newest_day()
    as_of = min(newest, timezone.localdate()) if newest else timezone.localdate()
    period = asked.get("period", default_period)
    period = period if period in PERIODS else default_period
    since, until = _span(period, as_of, asked)
    compare = asked.get("compare", "previous")
    units = tuple(
        int(code)
        for code in asked.getlist("unit")[:MOST_VALUES]
        if code.isdecimal() and len(code) < 19
    )
    brands = list(Brand.objects.order_by("pk").values_list("code", "is_own"))
    return ViewFilter(
        as_of=as_of,
        period=period,
        since=since,
        until=until,
        compare=compare if compare in COMPARISONS else "previous",
        unit=units,
        aspect=asked.get("aspect", "").replace("\0", "")[:64],
        polarity=asked.get("polarity", "") if asked.get("polarity") in ("-1", "0", "1") else "",
        intent=_one_of(INTENTS, asked.get("intent", "")),
        emotion=_one_of(EMOTIONS, asked.get("emotion", "")),
        theme=_key(asked.get("theme", ""), is_mentioned_within, scope),
        cause=_key(asked.get("cause", ""), is_given_within, scope),
        answer=asked.get("answer", "").replace("\0", "")[:120],
        q=asked.get("q", "").replace("\0", "").strip()[:200],
        allowed=_allowed(units, scope),
        scope_units=scope.units,
        own_brands=tuple(code for code, is_own in brands if is_own),
        rival_brands=tuple(code for code, is_own in brands if not is_own),
        has_data=newest is not None,
        page=(),
        default_period=default_period,
        **{name: _values(asked, name) for name in MANY},
    )


def _one_of(known: tuple[str, ...], given: str) -> str:
    return given if given in known else ""


def _key(given: str, is_heard: Callable[[int, Scope], bool], scope: Scope) -> str:
    """The key, if a voice within the scope stands behind it: what it names is words of voices."""
    if not (given.isascii() and given.isdigit() and len(given) < 18):
        return ""
    return given if is_heard(int(given), scope) else ""


def _values(asked: QueryDict, name: str) -> tuple[str, ...]:
    # No database keeps a NUL, and some refuse to look for one.
    given = (value.replace("\0", "")[:120] for value in asked.getlist(name)[:MOST_VALUES])
    return tuple(dict.fromkeys(value for value in given if value))


def _span(period: str, as_of: date, asked: QueryDict) -> tuple[date | None, date | None]:
    """First day and day after the last of a period that ends with what is known."""
    tomorrow = as_of + timedelta(days=1)
    monday = as_of - timedelta(days=as_of.weekday())
    spans: dict[str, tuple[date | None, date | None]] = {
        "week": (monday, tomorrow),
        "last_week": (monday - timedelta(weeks=1), monday),
        "4w": (tomorrow - timedelta(weeks=4), tomorrow),
        "90d": (tomorrow - timedelta(days=90), tomorrow),
        "12m": (tomorrow - timedelta(days=365), tomorrow),
        "all": (None, None),
    }
    if period != "custom":
        return spans[period]
    since, last = _day(asked.get("since", "")), _day(asked.get("until", ""))
    if since and last and last < since:
        since, last = last, since
    return since, last + timedelta(days=1) if last else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Beyond this, a year earlier or a day later would leave the calendar.
    return day if 1900 <= day.year <= 2200 else None


def _allowed(units: tuple[int, ...], scope: Scope) -> frozenset[int] | None:
    """The units chosen with all below them, cut to the scope."""
    if not units:
        return scope.units
    paths = list(Unit.objects.filter(pk__in=units).order_by("pk").values_list("path", flat=True))
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    chosen = frozenset(Unit.objects.filter(below).order_by("pk").values_list("pk", flat=True))
    return chosen if scope.units is None else chosen & scope.units


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
