"""Answers that are too good, or too alike, to be taken as they come: somebody should look."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

import msgspec
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.alerts.causes import Cause, Evidence, Window
from peakend.alerts.choices import Route
from peakend.alerts.finders.answer_habits import Habits, habits_of
from peakend.alerts.finders.kind import Kind
from peakend.alerts.finders.weeks import day_of, monday_of
from peakend.alerts.wolf import WEEKS, Watched
from peakend.methods.comparison import benjamini_hochberg
from peakend.methods.plausibility import against_peers, longest_run_tail
from peakend.methods.quantiles import binomial_tail, normal_above
from peakend.methods.scores import top_box
from peakend.metrics.brands import own_brands
from peakend.metrics.questions import scale_of, title_of_question
from peakend.warehouse.cells import Slice, read_cells

CODE = "too_good"
LONG_WEEKS = 13  # taken together for a unit that hears too little in fewer
PAST_WEEKS = 26  # what a unit's sudden evenness is held against

Answers = Mapping[int, Sequence[int]]  # by unit: how many gave each answer from the lowest up

QuestionCode = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=64,
        extra={"label": gettext_lazy("Question"), "asks_for": "question"},
    ),
]
Span = Annotated[
    int,
    msgspec.Meta(
        ge=1,
        le=26,
        extra={
            "label": gettext_lazy("Weeks taken together"),
            "help": gettext_lazy("A unit with fewer answers is judged by its newest 13 weeks."),
        },
    ),
]
Least = Annotated[
    int, msgspec.Meta(ge=20, le=1_000, extra={"label": gettext_lazy("Answers a unit needs")})
]
Chance = Annotated[
    float,
    msgspec.Meta(
        gt=0,
        le=0.05,
        extra={
            "label": gettext_lazy("Share of false alarms to bear"),
            "help": gettext_lazy("Over every unit and sign together: 0.01 is one in a hundred."),
        },
    ),
]


class TooGood(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit whose answers to a question are improbably good or alike among its peers."""

    question: QuestionCode = "csat"
    weeks: Span = 4
    least_answers: Least = 30
    chance: Chance = 0.01


@dataclass(frozen=True)
class Seen:
    """How often a sign showed at one unit, what is usual, and how probable so much is by chance."""

    unit: int
    sign: str
    hits: int
    n: int
    usual: float
    p_value: float
    weeks: int = 0  # it was looked for in

    @property
    def share(self) -> float:
        return self.hits / self.n


@dataclass(frozen=True)
class Sign:
    """One way in which answers are too alike. Below ``least`` it is no matter, however improbable."""

    least: float
    words: str | Promise


SIGNS: dict[str, Sign] = {
    "ceiling": Sign(0.9, gettext_lazy("{seen} gave the best answer, {usual} elsewhere")),
    "even": Sign(0.9, gettext_lazy("{seen} gave one and the same answer, {usual} elsewhere")),
    "sudden": Sign(0.9, gettext_lazy("{seen} gave the best answer, {usual} in the weeks before")),
    "straight": Sign(0.7, gettext_lazy("{seen} answered every question alike, {usual} elsewhere")),
    "close": Sign(
        0.3, gettext_lazy("{seen} came within a minute of the one before, {usual} elsewhere")
    ),
    "one_hour": Sign(
        0.7, gettext_lazy("{seen} came in the same hour of the day, {usual} elsewhere")
    ),
    "fast": Sign(0.3, gettext_lazy("{seen} were done within seconds, {usual} elsewhere")),
    "run": Sign(0.0, gettext_lazy("{hits} equal answers in a row among {n}")),
}


@dataclass(frozen=True)
class Look:
    """What was answered in some weeks: by unit how many gave each answer, then and before, and how."""

    weeks: int
    answers: Answers
    past: Answers
    habits: Mapping[int, Habits]

    def enough(self, least: int) -> set[int]:
        """The units with enough answers to be judged."""
        return {unit for unit, bars in self.answers.items() if sum(bars) >= least}

    def share(self, unit: int, sign: str) -> float:
        """How much of a sign these weeks show at a unit, 0 where nobody answered."""
        if sign in _HABITS:
            hits, n = _HABITS[sign](self.habits[unit]) if unit in self.habits else (0, 0)
        else:
            bars = self.answers.get(unit, (0,))
            hits, n = max(bars) if sign == "even" else bars[-1], sum(bars)
        return hits / n if n else 0.0


def find(parameters: TooGood, window: Window) -> Iterator[Cause]:
    """The units that stand out in the newest weeks that are over, the surest sign of each."""
    until = monday_of(day_of(window.until))
    if until <= day_of(window.since):
        return
    looks = looks_at(parameters, until)
    by_unit: dict[int, list[Seen]] = defaultdict(list)
    for seen in standing(parameters, looks):
        by_unit[seen.unit].append(seen)
    for unit, signs in sorted(by_unit.items()):
        look = next(look for look in looks if look.weeks == signs[0].weeks)
        yield _cause(parameters, unit, signs, until, look.habits)


def looks_at(parameters: TooGood, until: date) -> list[Look]:
    """The newest weeks, and more of them for units that hear too little in so few."""
    found = []
    for weeks in _spans(parameters):
        since = until - timedelta(weeks=weeks)
        found.append(
            Look(
                weeks,
                _answers(parameters.question, since, until),
                _answers(parameters.question, since - timedelta(weeks=PAST_WEEKS), since),
                habits_of(parameters.question, since, until),
            )
        )
    return found


def _spans(parameters: TooGood) -> list[int]:
    return sorted({parameters.weeks, max(parameters.weeks, LONG_WEEKS)})


def standing(parameters: TooGood, looks: Sequence[Look]) -> list[Seen]:
    """What stands after false-discovery control over every unit and sign, the surest first.

    A unit is judged by the fewest weeks in which it heard enough. Where those are more than were
    asked for, the newest must still show the sign: what is over has been looked at.
    """
    looked: list[Seen] = []
    judged: set[int] = set()
    for look in looks:
        units = look.enough(parameters.least_answers) - judged
        looked += [
            replace(seen, weeks=look.weeks)
            for signs in (_of_answers(look.answers, look.past), _of_habits(look.habits))
            for seen in signs
            if (seen.unit in units and seen.n >= parameters.least_answers)
            # Twenty that follow within moments say enough, however few there are in all.
            or (seen.unit not in judged and seen.sign == "close" and seen.n >= 20)
        ]
        judged |= units
    found = benjamini_hochberg([seen.p_value for seen in looked], level=parameters.chance)
    stands = [
        seen
        for seen, stays in zip(looked, found.rejected, strict=True)
        if stays and seen.share >= SIGNS[seen.sign].least and seen.share > seen.usual
    ]
    newest = looks[0]
    return sorted(
        (
            seen
            for seen in stands
            if seen.weeks == newest.weeks
            # Which answers a run is made of is not kept by week.
            or (seen.sign != "run" and newest.share(seen.unit, seen.sign) >= SIGNS[seen.sign].least)
        ),
        key=lambda seen: (seen.p_value, seen.unit, seen.sign),
    )


def _answers(question: str, since: date, until: date) -> dict[int, tuple[int, ...]]:
    within, bars = Slice(since, until, brands=own_brands()), _bars(question)
    rows = read_cells(within, ("unit",), ("score",), (question,))
    return {row.key[0]: row.histogram[bars] for row in rows if row.key[0] is not None}


def _bars(question: str) -> slice:
    """Where the question's answers stand in a histogram of 0 to 10."""
    low, high = (0, 10) if question == "nps" else map(round, scale_of(question))
    return slice(low, high + 1)


def _of_answers(answers: Answers, past: Answers) -> Iterator[Seen]:
    """What the answers themselves show, from sums."""
    yield from _against("ceiling", {unit: (bars[-1], sum(bars)) for unit, bars in answers.items()})
    # Where the best answer is the commonest, that is the ceiling and not another sign.
    even = {unit: (max(bars), sum(bars)) for unit, bars in answers.items()}
    for seen in _against("even", even):
        if answers[seen.unit][-1] < seen.hits:
            yield seen
    for unit, bars in sorted(answers.items()):
        before = past.get(unit, ())
        if sum(before) < 30 or not sum(bars):
            continue
        # Held against what its past allows at most, since that is an estimate too.
        high = top_box(before[-1], sum(before), confidence=0.99).high or 1.0
        p_value = binomial_tail(bars[-1], sum(bars), min(high, 1 - 1e-9))
        yield Seen(unit, "sudden", bars[-1], sum(bars), before[-1] / sum(before), p_value)


def _of_habits(habits: Mapping[int, Habits]) -> Iterator[Seen]:
    """What shows only answer by answer: their order, their times, the other questions."""
    for sign, pick in _HABITS.items():
        counts = {unit: pick(one) for unit, one in habits.items()}
        for seen in _against(sign, counts):
            chance = habits[seen.unit].close.p_value
            if sign == "close" and chance is not None and chance > seen.p_value:
                # Busy hours bring answers close together without anybody's help.
                seen = Seen(seen.unit, sign, seen.hits, seen.n, seen.usual, chance)
            yield seen
    for unit, one in sorted(habits.items()):
        share = top_box(one.commonest, one.n).high or 1.0
        if one.n and share < 1.0:
            p_value = longest_run_tail(max(1, one.longest_run), one.n, share)
            yield Seen(unit, "run", one.longest_run, one.n, 0.0, p_value)


_HABITS: dict[str, Callable[[Habits], tuple[int, int]]] = {
    "straight": lambda one: (one.straight, one.with_several),
    "close": lambda one: (one.close.hits, one.close.n),
    "one_hour": lambda one: (one.busiest_hour, one.timed),
    "fast": lambda one: (one.fast, one.with_seconds),
}


def _against(sign: str, counts: Mapping[int, tuple[int, int]]) -> Iterator[Seen]:
    units = sorted(counts)
    hits, sizes = [counts[unit][0] for unit in units], [counts[unit][1] for unit in units]
    peers = against_peers(hits, sizes)
    for unit, hit, size, p, usual in zip(
        units, hits, sizes, peers.p_values, peers.usual, strict=True
    ):
        if p is not None and usual is not None:
            yield Seen(unit, sign, hit, size, usual, p)


def _cause(
    parameters: TooGood, unit: int, signs: list[Seen], until: date, habits: Mapping[int, Habits]
) -> Cause:
    first = signs[0]
    end = datetime.combine(until, time.min, timezone.get_default_timezone()) - timedelta(seconds=1)
    responses = habits[unit].examples(first.sign) if unit in habits else ()
    return Cause(
        key=f"{CODE}:{parameters.question}:unit:{unit}",
        occurred_at=end.astimezone(UTC),
        evidence=(
            Evidence(f"week:{(until - timedelta(weeks=1)).isoformat()}"),
            *(Evidence(f"response:{pk}", response_id=pk) for pk in responses),
        ),
        unit_id=unit,
        answers_somebody=False,
        facts={
            "question": parameters.question,
            "sign": first.sign,
            "signs": [one.sign for one in signs],
            "seen": first.share,
            "hits": first.hits,
            "elsewhere": first.usual,
            "n": first.n,
            "weeks": first.weeks,
            "week": (until - timedelta(weeks=1)).isoformat(),
        },
    )


def watched(parameters: TooGood, as_of: datetime) -> Watched:
    """Each unit's weeks over the past year, by how improbable its share of best answers was."""
    until = monday_of(day_of(as_of))
    since = until - timedelta(weeks=WEEKS)
    bars = _bars(parameters.question)
    rows = read_cells(
        Slice(since, until, brands=own_brands()), ("week", "unit"), ("score",),
        (parameters.question,),
    )  # fmt: skip
    weekly: dict[date, dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        monday, unit = row.key
        answers: tuple[int, ...] = row.histogram[bars]
        total = sum(answers)
        if unit is not None and total:
            weekly[monday][unit] = (answers[-1], total)
    series: dict[int, list[Seen]] = defaultdict(list)
    for step in range(parameters.weeks, WEEKS + 1):
        judged: set[int] = set()
        for span in _spans(parameters):
            counts: dict[int, tuple[int, int]] = {}
            for back in range(1, min(span, step) + 1):
                for unit, (hits, n) in weekly[since + timedelta(weeks=step - back)].items():
                    held = counts.get(unit, (0, 0))
                    counts[unit] = (held[0] + hits, held[1] + n)
            for seen in _against("ceiling", counts):
                if seen.n >= parameters.least_answers and seen.unit not in judged:
                    judged.add(seen.unit)
                    series[seen.unit].append(seen)
    limit = normal_above(parameters.chance / max(1, len(series)))

    def score(seen: Seen) -> float:
        # Short of the ceiling it is no matter, however improbable.
        improbable = normal_above(seen.p_value)
        return improbable if seen.share >= SIGNS["ceiling"].least else min(improbable, limit)

    return Watched(
        tuple([score(seen) for seen in one] for _unit, one in sorted(series.items())),
        lambda values: [place for place, value in enumerate(values) if value > limit],
    )


def title(aspect: str, facts: Mapping[str, Any]) -> str:
    """The question and its surest sign: a request to look, not a verdict."""
    sign = SIGNS.get(str(facts.get("sign", "")))
    if sign is None or "elsewhere" not in facts:
        return ""
    said = str(sign.words).format(
        seen=f"{facts['seen']:.0%}", usual=f"{facts['elsewhere']:.0%}",
        hits=facts["hits"], n=facts["n"],
    )  # fmt: skip
    return _("Please look: {question}, {said}").format(
        question=title_of_question(str(facts["question"])), said=said
    )


KIND = Kind(
    CODE,
    gettext_lazy("Scores too good to be taken as they come"),
    gettext_lazy(
        "A unit's answers are improbably good or alike among its peers: at the top, all the same, in a row, within moments of each other. There may be a good reason; look how they were gathered before praising or using them."
    ),
    TooGood,
    find,
    title,
    incremental=False,
    watched=watched,
    # Whoever gathered the answers is not the one to look how they were gathered.
    route=Route.COMPANY,
)
