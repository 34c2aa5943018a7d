"""What a journey's curves say, in words and as a chart."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from peakend.journeys.experience import BETTER, SAME, WORSE, Lived, gap_between
from peakend.journeys.models import Journey, Touchpoint
from peakend.journeys.queries import Map
from peakend.web.charts.journey import Track, journey_curve
from peakend.web.shell.names import segment_title
from peakend.web.shell.numbers import number, signed


@dataclass(frozen=True)
class Story:
    """The headline, the sentence under it, and the moment the page looks at."""

    headline: str
    lede: str
    curve: Lived | None
    place: int | None
    selected: Touchpoint | None
    role: str  # peak, pit or end, where the moment is one


def segment_name(code: str) -> str:
    """The segment as people call it; all customers where none is known."""
    return segment_title(code) if code else _("All customers")


def chosen(typed: str, drawn: Map) -> int | None:
    """The place of the touchpoint the address names."""
    for place, point in enumerate(drawn.touchpoints):
        if str(point.pk) == typed:
            return place
    return None


def tell(journey: Journey, drawn: Map, curves: list[Lived], place: int | None) -> Story:
    """Find what is most worth saying: the segment whose memory differs most from what it lived."""
    telling = [curve for curve in curves if curve.difference is not None]
    if not telling:
        headline = (
            _("%(journey)s: nobody has been heard along it yet")
            if not any(curve.n for curve in curves)
            else _("%(journey)s: too few have been heard for a curve")
        )
        point = drawn.touchpoints[place] if place is not None else None
        lede = _(
            "Let each touchpoint listen to aspects and questions; the curve then draws itself."
        )
        return Story(
            headline % {"journey": journey.title},
            lede,
            curves[0] if curves else None,
            place,
            point,
            "",
        )
    first = max(telling, key=_notable)
    if place is None:
        place = first.curve.pit
    return Story(
        headline=_headline(journey, drawn, first),
        lede=_lede(drawn, first, [curve for curve in telling if curve is not first]),
        curve=first,
        place=place,
        selected=drawn.touchpoints[place] if place is not None else None,
        role=_role(first, place),
    )


def _notable(curve: Lived) -> tuple[bool, float]:
    return curve.memory == WORSE, abs(curve.difference or 0.0)


def _role(curve: Lived, place: int | None) -> str:
    roles = [
        (curve.curve.peak, pgettext("moment", "Peak")),
        (curve.curve.pit, pgettext("moment", "Pit")),
        (curve.curve.end, pgettext("moment", "End")),
    ]
    if place is None:
        return ""
    return pgettext("between moments", "·").join(name for at, name in roles if at == place)


def _headline(journey: Journey, drawn: Map, curve: Lived) -> str:
    intense, end = curve.curve.intense, curve.curve.end
    assert intense is not None
    assert end is not None
    order = sorted((intense, end), key=lambda at: curve.points[at].value or 0.0)
    remembered = order[0] if curve.memory == WORSE else order[-1]
    facts = {
        "journey": journey.title,
        "segment": segment_name(curve.segment),
        "touchpoint": drawn.touchpoints[remembered].title,
        "mean": signed(curve.mean),
        "score": signed(curve.peak_end),
    }
    sentence = {
        WORSE: _(
            "%(segment)s remember %(touchpoint)s: the way averages %(mean)s, what stays is %(score)s"
        ),
        BETTER: _(
            "%(segment)s remember %(touchpoint)s: what stays is %(score)s, the way averages %(mean)s"
        ),
        SAME: _("%(segment)s remember %(journey)s as it was: %(score)s"),
    }.get(curve.memory, _("%(segment)s on %(journey)s: the peak-end score is %(score)s"))
    return sentence % facts


def _lede(drawn: Map, first: Lived, others: list[Lived]) -> str:
    if not others:
        pit, peak = first.curve.pit, first.curve.peak
        if pit is None or peak is None:
            return ""
        return _("Peak at %(peak)s %(high)s, pit at %(pit)s %(low)s.") % {
            "peak": drawn.touchpoints[peak].title,
            "high": signed(first.points[peak].value),
            "pit": drawn.touchpoints[pit].title,
            "low": signed(first.points[pit].value),
        }
    other = others[0]
    walk = _("%(segment)s walk the same way and keep %(score)s.") % {
        "segment": segment_name(other.segment),
        "score": signed(other.peak_end),
    }
    gaps = [
        (abs(gap.value or 0.0), place)
        for place in range(len(drawn.touchpoints))
        if (gap := gap_between(first, other, place)).excludes(0.0)
        and first.points[place].low is not None
        and other.points[place].low is not None
    ]
    if not gaps:
        return walk
    _largest, place = max(gaps)
    peaks = (
        _("Both peak at %(peak)s; they part most at %(touchpoint)s (%(one)s against %(two)s).")
        if first.curve.peak == other.curve.peak and first.curve.peak is not None
        else _("They part most at %(touchpoint)s (%(one)s against %(two)s).")
    )
    parting = peaks % {
        "peak": drawn.touchpoints[first.curve.peak or 0].title,
        "touchpoint": drawn.touchpoints[place].title,
        "one": signed(first.points[place].value),
        "two": signed(other.points[place].value),
    }
    return pgettext("two sentences", "%(first)s %(second)s") % {"first": walk, "second": parting}


@dataclass(frozen=True)
class ScoreRow:
    """One segment in the table that is also the legend. Counted moments are printed bold."""

    style: int
    name: str
    n: str
    peak: str
    pit: str
    end: str
    bold: frozenset[str]
    score: str
    score_margin: str
    mean: str
    mean_margin: str
    difference: str
    difference_margin: str
    reading: str
    tone: str


def score_rows(drawn: Map, curves: list[Lived]) -> list[ScoreRow]:
    """The segments with peak, pit, end and scores."""
    return [_score_row(index, drawn, curve) for index, curve in enumerate(curves)]


READINGS = {WORSE: "bad", BETTER: "good", SAME: ""}


def _score_row(index: int, drawn: Map, curve: Lived) -> ScoreRow:
    found = curve.curve
    places = {"peak": found.peak, "pit": found.pit, "end": found.end}
    readings = {
        WORSE: _("Worse than lived"),
        BETTER: _("Better than lived"),
        SAME: _("As lived"),
    }

    def moment(place: int | None, *, named: bool = True) -> str:
        if place is None:
            return "–"
        value = signed(curve.points[place].value)
        return f"{drawn.touchpoints[place].title} {value}" if named else value

    return ScoreRow(
        style=index,
        name=segment_name(curve.segment),
        n=number(curve.n),
        peak=moment(found.peak),
        pit=moment(found.pit),
        end=moment(found.end, named=False),
        bold=frozenset(
            name
            for name, at in places.items()
            if at is not None and at in (found.intense, found.end)
        ),
        score=signed(curve.peak_end),
        score_margin=_margin(curve.peak_end_margin),
        mean=signed(curve.mean),
        mean_margin=_margin(curve.mean_margin),
        difference=signed(curve.difference),
        difference_margin=_margin(curve.difference_margin),
        reading=readings.get(curve.memory, _("Not enough")),
        tone=READINGS.get(curve.memory, ""),
    )


def _margin(half: float | None) -> str:
    return "" if half is None else f"± {number(half)}"


def curve_option(
    request: HttpRequest, drawn: Map, curves: list[Lived], selected: int | None
) -> dict[str, Any] | None:
    """The chart, or nothing where nobody was heard."""
    if not any(curve.n for curve in curves):
        return None
    urls = [_at(request, point) for point in drawn.touchpoints]
    tracks = [_track(drawn, curve, urls) for curve in curves]
    labels = [point.title for point in drawn.touchpoints]
    return journey_curve(labels, tracks, selected, _("neutral"))


def _at(request: HttpRequest, point: Touchpoint) -> str:
    query = request.GET.copy()
    query["at"] = str(point.pk)
    return f"?{query.urlencode()}"


def _track(drawn: Map, curve: Lived, urls: list[str]) -> Track:
    name = segment_name(curve.segment)
    tips = [
        f"{name}\n{point.title} {signed(one.value)}"
        + (f" ({signed(one.low)} … {signed(one.high)})" if one.low is not None else "")
        + f"\nn = {number(one.n)}"
        for point, one in zip(drawn.touchpoints, curve.points, strict=True)
    ]
    marks = {
        place: f"{_role(curve, place)} {signed(curve.points[place].value)}"
        for place in {curve.curve.peak, curve.curve.pit, curve.curve.end}
        if place is not None
    }
    return Track(
        name=name,
        values=[one.value for one in curve.points],
        lows=[one.low for one in curve.points],
        highs=[one.high for one in curve.points],
        tips=tips,
        urls=urls,
        marks=marks,
        end=curve.curve.end,
    )
