"""The segments' scores in the table that is also the legend of the chart."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from peakend.journeys.experience import BETTER, SAME, WORSE, Lived
from peakend.journeys.queries import Map
from peakend.web.journeys.headline import segment_name
from peakend.web.shell.numbers import number, signed


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
