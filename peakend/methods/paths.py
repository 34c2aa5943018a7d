"""Ways through a journey: how many get from stage to stage, what follows what, and how long it takes."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate, Reason, all_finite, unknown
from peakend.methods.scores import top_box

START = "__start__"
END = "__end__"


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage: how many reached it, the share of the stage before (`step`) and of the first (`overall`)."""

    stage: Hashable
    reached: int
    step: Estimate
    overall: Estimate


@dataclass(frozen=True, slots=True)
class Funnel:
    """A journey narrowing: `value` is the share that reaches the last stage; `narrowest` the position with the
    smallest step, where most are lost (None without steps)."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    stages: tuple[FunnelStage, ...]
    narrowest: int | None
    method: str = "funnel_wilson"
    reason: Reason | None = None


def funnel(
    journeys: Iterable[Iterable[Hashable]], stages: Sequence[Hashable], *, confidence: float = 0.95
) -> Funnel:
    """Return how many customers get from stage to stage, in order.

    Formula: a customer reaches stage k if the stages 1 … k occur in this order, with anything in between; shares with
    Wilson's interval.
    Source: Kotler, Kartajaya and Setiawan (2017), Marketing 4.0, ch. 5, for the path aware, appeal, ask, act, advocate;
    Wilson (1927) for the interval.
    Shapes: `journeys` one sequence of stages per customer, in the order of time; `stages` in the order of the funnel.
    Units: customers; shares in [0, 1].
    Errors: `InvalidInput` for no stages or one named twice; nobody at the first stage ends in `no_data`.

    >>> found = funnel([["aware", "ask", "act"], ["aware", "ask"], ["aware"], ["ask"]], ["aware", "ask", "act"])
    >>> [stage.reached for stage in found.stages], round(found.value, 3), found.narrowest
    ([3, 2, 1], 0.333, 2)
    """
    _distinct(stages)
    reached = [0] * len(stages)
    for journey in journeys:
        position = 0
        for event in journey:
            if position < len(stages) and event == stages[position]:
                reached[position] += 1
                position += 1
    return funnel_from_counts(reached, stages, confidence=confidence)


def funnel_from_counts(
    reached: Sequence[int], stages: Sequence[Hashable], *, confidence: float = 0.95
) -> Funnel:
    """Return the funnel from how many reached each stage, which must not rise.

    Formula, source, units, errors: as `funnel`. Shapes: one count per stage; `InvalidInput` for counts that rise or differ in number from the stages;
    NaN ends in `not_finite`.

    >>> found = funnel_from_counts([1000, 400, 100], ["aware", "ask", "act"])
    >>> [round(stage.step.value, 2) for stage in found.stages], found.value
    ([1.0, 0.4, 0.25], 0.1)
    """
    _distinct(stages)
    if len(reached) != len(stages):
        raise InvalidInput("shape", f"{len(stages)} stages but {len(reached)} counts")
    if any(count < 0 for count in reached):
        raise InvalidInput("negative", "counts must not be negative")
    if any(later > earlier for earlier, later in itertools.pairwise(reached)):
        raise InvalidInput("rising", "more reach a stage than the one before")
    if not all_finite(*reached):
        return Funnel(None, None, None, 0, (), None, reason=Reason.NOT_FINITE)
    told = tuple(
        FunnelStage(
            stage,
            int(count),
            top_box(count, reached[max(0, place - 1)], confidence=confidence),
            top_box(count, reached[0], confidence=confidence),
        )
        for place, (stage, count) in enumerate(zip(stages, reached, strict=True))
    )
    last = told[-1].overall
    steps = [(place, told[place].step.value) for place in range(1, len(told))]
    known = [(share, place) for place, share in steps if share is not None]
    return Funnel(
        value=last.value,
        low=last.low,
        high=last.high,
        n=int(reached[0]),
        stages=told,
        narrowest=min(known)[1] if known else None,
        reason=last.reason,
    )


@dataclass(frozen=True, slots=True)
class Edge:
    """One step seen: from, to, how often, by how many customers, and the median time it took (None untimed)."""

    source: Hashable
    target: Hashable
    count: int
    customers: int
    median_duration: float | None


@dataclass(frozen=True, slots=True)
class DirectlyFollows:
    """What directly follows what; `value` counts the different steps, `n` all of them. Commonest first.

    The codes `START` and `END` stand for the beginning and the end of a journey.
    """

    value: int | None
    edges: tuple[Edge, ...]
    nodes: Mapping[Hashable, int]
    n: int
    method: str = "directly_follows"
    reason: Reason | None = None


def directly_follows(
    journeys: Iterable[Sequence[Hashable]], *, times: Iterable[Sequence[float]] | None = None
) -> DirectlyFollows:
    """Return the graph of what customers do directly after what.

    Formula: counts of neighbouring pairs within each journey, with its beginning and end.
    Source: van der Aalst (2016), Process Mining, 2nd ed., §5.2.
    Shapes: `journeys` one sequence of stages per customer, in the order of time; `times` the same shape or none.
    Units: durations in the unit of the times.
    Errors: `InvalidInput` for times that differ in shape or go backwards; no journeys, or only empty ones, end in
    `no_data`, NaN times in `not_finite`.

    >>> found = directly_follows([["ask", "buy"], ["ask", "ask", "buy"], ["ask"]])
    >>> [(edge.source, edge.target, edge.count) for edge in found.edges if edge.source == "ask"]
    [('ask', 'buy', 2), ('ask', '__end__', 1), ('ask', 'ask', 1)]
    """
    count: Counter[tuple[Hashable, Hashable]] = Counter()
    who: Counter[tuple[Hashable, Hashable]] = Counter()
    nodes: Counter[Hashable] = Counter()
    spans: dict[tuple[Hashable, Hashable], list[float]] = {}
    timed = None if times is None else iter(times)
    finite = True
    for journey in journeys:
        if timed is not None:
            clock = next(timed, None)
            if clock is None or len(clock) != len(journey):
                raise InvalidInput("shape", "times need the shape of the journeys")
            finite = finite and all(math.isfinite(moment) for moment in clock)
            for place in range(1, len(journey)):
                span = clock[place] - clock[place - 1]
                if span < 0:
                    raise InvalidInput("backwards", "times within a journey must not go backwards")
                spans.setdefault((journey[place - 1], journey[place]), []).append(span)
        if not journey:
            continue
        nodes.update(journey)
        steps = list(zip((START, *journey), (*journey, END), strict=True))
        count.update(steps)
        who.update(set(steps))
    if not finite:
        return DirectlyFollows(None, (), {}, 0, reason=Reason.NOT_FINITE)
    if not count:
        return DirectlyFollows(None, (), {}, 0, reason=Reason.NO_DATA)
    # Ties in the order of their names, so that the same data tell the same story.
    ordered = sorted(count, key=lambda step: (-count[step], str(step[0]), str(step[1])))
    edges = tuple(
        Edge(
            source,
            target,
            count[source, target],
            who[source, target],
            float(np.median(spans[source, target])) if spans.get((source, target)) else None,
        )
        for source, target in ordered
    )
    return DirectlyFollows(len(edges), edges, dict(nodes), sum(count.values()))


@dataclass(frozen=True, slots=True)
class Transitions:
    """The chance of each next stage: `shares[from][to]` with Wilson's interval; `value` counts the stages left from.

    `stationary` is the share of steps spent in each stage in the long run, None where there is no such.
    """

    value: int | None
    shares: Mapping[Hashable, Mapping[Hashable, Estimate]]
    n: int
    stationary: Mapping[Hashable, float] | None = None
    method: str = "transitions_wilson"
    reason: Reason | None = None

    def chance(self, source: Hashable, target: Hashable) -> Estimate:
        """Return the chance of `target` right after `source`; unknown where `source` was never left."""
        told = self.shares.get(source)
        if told is None:
            return unknown("transitions_wilson", Reason.NO_DATA)
        if target in told:
            return told[target]
        return top_box(0, next(iter(told.values())).n)


def transitions(
    journeys: Iterable[Sequence[Hashable]], *, ends: bool = False, confidence: float = 0.95
) -> Transitions:
    """Return how likely each stage follows each other: a first-order Markov chain.

    Formula: p(to | from) = count(from, to)/count(from, ·) with Wilson's interval; the stationary shares solve πP = π.
    Source: Anderson and Goodman (1957), Annals of Mathematical Statistics 28, 89-110; Wilson (1927).
    Shapes: `journeys` one sequence of stages per customer; with `ends` the beginning and end count as stages.
    Units: steps; shares in [0, 1].
    Errors: no step at all ends in `no_data`.

    >>> found = transitions([["ask", "buy", "ask", "ask", "buy"], ["ask", "buy"]])
    >>> found.chance("ask", "buy").value, found.chance("buy", "ask").value
    (0.75, 1.0)
    """
    graph = directly_follows(journeys)
    kept = [edge for edge in graph.edges if ends or (edge.source != START and edge.target != END)]
    if not kept:
        return Transitions(None, {}, 0, reason=Reason.NO_DATA)
    leaving: Counter[Hashable] = Counter()
    for edge in kept:
        leaving[edge.source] += edge.count
    shares: dict[Hashable, dict[Hashable, Estimate]] = {}
    for edge in kept:
        shares.setdefault(edge.source, {})[edge.target] = top_box(
            edge.count, leaving[edge.source], confidence=confidence
        )
    return Transitions(len(shares), shares, sum(leaving.values()), _stationary(shares))


def _stationary(
    shares: Mapping[Hashable, Mapping[Hashable, Estimate]],
) -> Mapping[Hashable, float] | None:
    names = sorted({*shares, *(target for told in shares.values() for target in told)}, key=str)
    if any(name not in shares for name in names):
        return None  # a stage nobody leaves swallows everybody
    place = {name: index for index, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    for source, told in shares.items():
        for target, estimate in told.items():
            matrix[place[source], place[target]] = estimate.value or 0.0
    # πP = π with Σπ = 1; a second solution means the chain falls apart.
    system = np.vstack([matrix.T - np.eye(len(names)), np.ones(len(names))])
    if np.linalg.matrix_rank(system) < len(names):
        return None
    goal = np.zeros(len(names) + 1)
    goal[-1] = 1.0
    solution = np.linalg.lstsq(system, goal, rcond=None)[0]
    if float(np.abs(system @ solution - goal).max()) > 1e-9:
        return None
    return {name: float(max(0.0, solution[place[name]])) for name in names}


def _distinct(stages: Sequence[Hashable]) -> None:
    if not stages:
        raise InvalidInput("shape", "a funnel needs stages")
    if len(set(stages)) != len(stages):
        raise InvalidInput("twice", "a funnel names each stage once")
