"""The words that mark one group of customers against another."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from peakend.customers.models import Erasure
from peakend.themes.keywords import LEAST_TEXTS, MarkingWord, marking_words
from peakend.voices.models import Voice
from peakend.web.access import requires
from peakend.web.filters import ViewFilter, read_filter
from peakend.web.shell import numbers
from peakend.web.shell.filterbar import filter_bar
from peakend.web.themes.groups import GROUPINGS, REST, Group, Grouping, rest_of
from peakend.web.themes.pictures import odds

MOST_TEXTS = 20_000  # of each group, the newest
TOP = 15
FARTHEST = 50.0  # times the odds at the right edge, at most
KEPT = 64  # comparisons that a process remembers


@dataclass(frozen=True)
class Line:
    """One word ready to draw."""

    phrase: str
    url: str
    here: str
    there: str
    times: str
    interval: str
    picture: SafeString


@dataclass(frozen=True)
class Side:
    """What one group says more than the other."""

    title: str
    voices: int
    lines: tuple[Line, ...]


@requires("voices.read")
def index(request: HttpRequest) -> HttpResponse:
    """Two groups, chosen in the address, and the words of each."""
    view = read_filter(request)
    scope = request.scope  # type: ignore[attr-defined]
    grouping, values = _grouping(request, view)
    here, there = _chosen(request, view, grouping, values)
    sides = _sides(here, there) if here and there else []
    context: dict[str, Any] = {
        "view_filter": view,
        "filter_bar": filter_bar(view, scope),
        "groupings": [(code, one.title) for code, one in GROUPINGS.items()],
        "grouping": grouping,
        "values": values,
        "here": here,
        "there": there,
        "sides": sides,
        "kept": [
            (key, value) for key, value in view.parameters() if key not in ("by", "here", "there")
        ],
        "least": LEAST_TEXTS,
        "told": _told(here, there, sides),
    }
    return render(request, "themes/words.html", context)


def _grouping(request: HttpRequest, view: ViewFilter) -> tuple[Grouping, list[tuple[str, str]]]:
    """The way to tell voices apart that was asked for, else the first that tells any apart."""
    scope = request.scope  # type: ignore[attr-defined]
    asked = GROUPINGS.get(request.GET.get("by", ""))
    if asked is not None:
        return asked, asked.values(view, scope)
    for one in GROUPINGS.values():
        if len(values := one.values(view, scope)) > 1:
            return one, values
    return GROUPINGS["period"], []


def _chosen(
    request: HttpRequest, view: ViewFilter, grouping: Grouping, values: list[tuple[str, str]]
) -> tuple[Group | None, Group | None]:
    titles = dict(values)
    if not titles:
        return None, None
    codes = list(titles)
    asked = request.GET.get("here", "")
    first = asked if asked in titles else codes[0]
    here = grouping.group(view, first, titles[first])
    other = request.GET.get("there", REST)
    if other in titles and other != first:
        return here, grouping.group(view, other, titles[other])
    if grouping.has_rest and len(codes) > 1:
        return here, rest_of(view, here)
    second = next((code for code in codes if code != first), None)
    return here, None if second is None else grouping.group(view, second, titles[second])


Compared = tuple[int, int, list[MarkingWord], list[MarkingWord]]
_remembered: dict[tuple[Any, ...], Compared] = {}
_remembering = Lock()


def _compared(here: Group, there: Group) -> Compared:
    """The words of both sides, remembered until new voices come or somebody is erased."""
    edition = (
        Voice.objects.aggregate(newest=Max("id"))["newest"],
        Erasure.objects.aggregate(newest=Max("id"))["newest"],
    )
    key = (edition, str(here.condition), str(there.condition))
    found = _remembered.get(key)
    if found is None:
        ours, theirs = _texts(here), _texts(there)
        found = (
            len(ours), len(theirs),
            marking_words(ours, theirs, top=TOP), marking_words(theirs, ours, top=TOP),
        )  # fmt: skip
        with _remembering:
            # Of another edition nothing is asked again, and erased words must not stay.
            for past in [one for one in _remembered if one[0] != edition]:
                del _remembered[past]
            _remembered[key] = found
            while len(_remembered) > KEPT:
                del _remembered[next(iter(_remembered))]
    return found


def _texts(group: Group) -> list[str]:
    rows = Voice.objects.filter(group.condition).exclude(text="").order_by("-occurred_at", "-id")
    return list(rows.values_list("text", flat=True)[:MOST_TEXTS])


def _sides(here: Group, there: Group) -> list[Side]:
    ours, theirs, of_here, of_there = _compared(here, there)
    every = [*of_here, *of_there]
    reach = max((min(word.high, FARTHEST) for word in every), default=2.0)
    return [
        Side(here.title, ours, tuple(_line(w, here, ours, theirs, reach) for w in of_here)),
        Side(there.title, theirs, tuple(_line(w, there, theirs, ours, reach) for w in of_there)),
    ]


def _line(word: MarkingWord, group: Group, voices: int, others: int, reach: float) -> Line:
    times = f"{numbers.number(word.times, 0 if word.times >= 20 else 1)}×"
    interval = numbers.between(word.low, word.high, 0 if word.low >= 20 else 1)
    label = _("{phrase}: {times} the odds, 95% interval {interval}").format(
        phrase=word.phrase, times=times, interval=interval
    )
    return Line(
        phrase=word.phrase,
        url=f"{reverse('voices:index')}?{group.view.query_string(q=word.phrase, sort='newest')}",
        here=_part(word.here, voices),
        there=_part(word.there, others),
        times=times,
        interval=interval,
        picture=odds(word.times, word.low, word.high, reach, label),
    )


def _part(count: int, voices: int) -> str:
    share = 100 * count / voices if voices else 0.0
    return f"{numbers.number(share, 1)}%"


def _told(here: Group | None, there: Group | None, sides: list[Side]) -> tuple[str, str]:
    if not here or not there or not sides:
        return _("There is only one group of voices here"), _("Widen the period or the filter.")
    if min(side.voices for side in sides) < LEAST_TEXTS:
        headline = _("Too few voices to tell {here} from {there}")
        return headline.format(here=here.title, there=there.title), _(
            "Each group needs {n} voices with words."
        ).format(n=LEAST_TEXTS)
    lede = _("{here}: {n} voices; {there}: {m} voices.").format(
        here=here.title, there=there.title,
        n=numbers.number(sides[0].voices), m=numbers.number(sides[1].voices),
    )  # fmt: skip
    if not sides[0].lines and not sides[1].lines:
        return _("{here} and {there} speak alike").format(here=here.title, there=there.title), lede
    told = sides[0] if sides[0].lines else sides[1]
    other = sides[1] if sides[0].lines else sides[0]
    said = _("What marks {here} against {there}: “{words}”")
    words = _("” and “").join(line.phrase for line in told.lines[:2])
    return said.format(here=told.title, there=other.title, words=words), lede
