"""What a dashboard shows, read in a handful of queries: figures, their change, trend, one breakdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from peakend.metrics.asking import questions_of
from peakend.metrics.definition import Definition
from peakend.metrics.errors import UnknownMetric
from peakend.metrics.queries import Reading, reading_of, readings_of
from peakend.metrics.registry import definition_of, may_see, read_once
from peakend.organization.choices import Role
from peakend.organization.models import User
from peakend.warehouse.ahead import read_ahead
from peakend.warehouse.cells import Slice
from peakend.warehouse.questions import Question

FEWEST, MOST = 1, 7  # figures; more than seven nobody takes in at a glance
OF = "@"  # between a metric and the aspect it is asked of
LEAST_ANSWERS = 5  # in a week, below which the trend has a gap
PERIODS = ("day", "week", "month")
VOICES = (("voice",), ("voice",))  # family and code of what customers wrote

# What each role is shown before anybody has chosen.
STANDARD: dict[str, tuple[str, ...]] = {
    Role.VIEWER: ("experience_index", "nps", "csat", "sentiment", "negative_voices"),
    Role.FRONTLINE: ("rating", "negative_voices", "response_time"),
    Role.UNIT_OWNER: ("nps", "csat", "rating", "negative_voices", "response_time", "on_time_rate"),
    Role.ANALYST: ("nps", "csat", "rating", "sentiment", "negative_voices", "voices"),
    Role.CX_LEAD: ("nps", "csat", "rating", "sentiment", "negative_voices", "response_time"),
    Role.ADMINISTRATOR: ("nps", "csat", "rating", "sentiment", "negative_voices"),
}


@dataclass(frozen=True)
class Chosen:
    """One metric of a dashboard; of a metric of aspects, the aspect it is asked of."""

    definition: Definition
    aspect: str = ""

    @property
    def code(self) -> str:
        """How a dashboard keeps it."""
        return f"{self.definition.code}{OF}{self.aspect}" if self.aspect else self.definition.code


@dataclass(frozen=True)
class Figure:
    """One figure with its change and its last weeks, gaps included."""

    chosen: Chosen
    reading: Reading
    trend: tuple[Reading | None, ...]


@dataclass(frozen=True)
class Seen:
    """Everything a dashboard shows. ``breakdown`` is of one figure, by one dimension."""

    figures: tuple[Figure, ...]
    weeks: tuple[date, ...]
    broken_down: Figure | None
    by: str
    breakdown: tuple[Reading, ...]
    queries: int  # over the cells, for this reading


@read_once()
def read_dashboard(
    metrics: Sequence[Chosen],
    slice: Slice,
    *,
    compare: Slice | None = None,
    history: Slice | None = None,
    of: str = "",
    by: str = "unit",
) -> Seen:
    """The figures of ``slice`` with their change against ``compare`` and their weeks in ``history``.

    ``of`` is the code of the figure that is broken down, else the first; ``by`` a dimension or
    period. However many figures there are, it takes one or two queries a cut: now, before, by week,
    and the breakdown now and before.
    """
    metrics = metrics[:MOST]
    one = next((chosen for chosen in metrics if chosen.code == of), metrics[0] if metrics else None)
    slices = [slice] if compare is None else [slice, compare]
    asked = questions_of(
        [(chosen.definition, chosen.aspect) for chosen in metrics],
        [*((each, ()) for each in slices), *([(history, ("week",))] if history else [])],
    )
    apart = slices[:1] if by in PERIODS else slices
    closely = [(one.definition, one.aspect)] if one is not None else []
    queries = read_ahead(
        [
            Question(slice, (), *VOICES),  # how many lie behind the page stands beside its filter
            *asked,
            *questions_of(closely, [(each, (by,)) for each in apart]),
        ]
    )
    weeks = _weeks(history)
    figures = tuple(_figure(chosen, slice, compare, history, weeks) for chosen in metrics)
    broken_down = next((figure for figure in figures if figure.chosen is one), None)
    breakdown = _breakdown(one, slice, None if by in PERIODS else compare, by) if one else ()
    return Seen(figures, weeks, broken_down, by, breakdown, queries)


def chosen_of(codes: Sequence[str], reader: User | None = None) -> list[Chosen]:
    """The metrics that a dashboard's codes stand for, those the reader may see, each once."""
    found: dict[str, Chosen] = {}
    for code in codes:
        name, _at, aspect = code.partition(OF)
        try:
            definition = definition_of(name)
        except UnknownMetric:
            continue  # taken out of use
        if definition.of_aspect != bool(aspect):
            continue
        if reader is None or may_see(definition, reader):
            chosen = Chosen(definition, aspect)
            found[chosen.code] = chosen
    return list(found.values())


def _figure(
    chosen: Chosen,
    slice: Slice,
    compare: Slice | None,
    history: Slice | None,
    weeks: Sequence[date],
) -> Figure:
    now = reading_of(chosen.definition, slice, aspect=chosen.aspect, compare=compare)
    if history is None:
        return Figure(chosen, now, ())
    found = {
        one.key[0]: one
        for one in readings_of(chosen.definition, history, ("week",), aspect=chosen.aspect)
        if one.value is not None and one.n >= min(LEAST_ANSWERS, chosen.definition.minimum_n)
    }
    return Figure(chosen, now, tuple(found.get(week) for week in weeks))


def _breakdown(chosen: Chosen, slice: Slice, compare: Slice | None, by: str) -> tuple[Reading, ...]:
    found = readings_of(chosen.definition, slice, (by,), aspect=chosen.aspect, compare=compare)
    return tuple(one for one in found if one.n)


def _weeks(history: Slice | None) -> tuple[date, ...]:
    if history is None or history.since is None or history.until is None:
        return ()
    first = history.since - timedelta(days=history.since.weekday())
    count = max(0, -(-(history.until - first).days // 7))
    return tuple(first + timedelta(weeks=step) for step in range(count))
