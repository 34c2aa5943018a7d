"""What a journey's curves say, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from peakend.journeys.experience import BETTER, SAME, WORSE, Lived, gap_between
from peakend.journeys.models import Journey, Touchpoint
from peakend.journeys.queries import Map
from peakend.web.shell.names import segment_title
from peakend.web.shell.numbers import signed


@dataclass(frozen=True)
class Headline:
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


def headline_of(
    journey: Journey, drawn: Map, curves: list[Lived], place: int | None, who: str = ""
) -> Headline:
    """Find what is most worth saying: the segment whose memory differs most from what it lived.

    The moment looked at is of the segment ``who`` where it is named and heard, else of that one.
    """
    asked = next((curve for curve in curves if who and curve.segment == who), None)
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
        return Headline(
            headline % {"journey": journey.title},
            lede,
            asked or (curves[0] if curves else None),
            place,
            point,
            "",
        )
    first = max(telling, key=_notable)
    shown = asked or first
    if place is None:
        place = shown.curve.pit
    return Headline(
        headline=_headline(journey, drawn, first),
        lede=_lede(drawn, first, [curve for curve in telling if curve is not first]),
        curve=shown,
        place=place,
        selected=drawn.touchpoints[place] if place is not None else None,
        role=role_of(shown, place),
    )


def _notable(curve: Lived) -> tuple[bool, float]:
    return curve.memory == WORSE, abs(curve.difference or 0.0)


def role_of(curve: Lived, place: int | None) -> str:
    """Peak, pit or end, where the moment is one."""
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
