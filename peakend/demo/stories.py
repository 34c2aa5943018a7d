"""What is planted: six stories, each of which can be left out as if it had never happened."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from peakend.demo.cast import COMPETITORS, KITCHENS, REGIONS, STORES

WEEKS = 52


class Key(StrEnum):
    """The stories by name."""

    WAITING = "sudden_shift"
    HIDDEN = "hidden_driver"
    SEGMENTS = "segment_pits"
    WORKED = "improvement_worked"
    FAILED = "improvement_failed"
    COMPETITOR = "competitor_better"


@dataclass(frozen=True)
class Waiting:
    """In the week from ``monday`` on, waiting goes wrong in one store and recovers slowly."""

    store: int
    monday: date


@dataclass(frozen=True)
class ReplacedDrink:
    """From ``since`` on, a drink many come for is replaced at these stores without a word."""

    stores: tuple[int, ...]
    since: date


@dataclass(frozen=True)
class Improvement:
    """An initiative in the stores of two regions, launched at ``launch``."""

    regions: tuple[str, str]
    aspect: str
    launch: date

    @property
    def stores(self) -> tuple[int, ...]:
        return tuple(i for i in KITCHENS if STORES[i].region in self.regions)


@dataclass(frozen=True)
class BetterCompetitor:
    """A competitor whom guests judge better at one aspect."""

    brand: str
    aspect: str


@dataclass(frozen=True)
class Plan:
    """One year of the demo company: its last day is the one before ``until``."""

    seed: int
    until: date
    omitted: frozenset[Key]
    waiting: Waiting | None
    drink: ReplacedDrink | None
    different_pits: bool
    worked: Improvement | None
    failed: Improvement | None
    competitor: BetterCompetitor | None

    @property
    def since(self) -> date:
        return self.until - timedelta(weeks=WEEKS)


def draw_plan(seed: int, until: date, omit: frozenset[Key] = frozenset()) -> Plan:
    """Draw where and when the stories happen; what is omitted is drawn too, and then left out."""
    rng = np.random.default_rng([seed, 0])
    places = [int(i) for i in rng.permutation(KITCHENS)]
    regions = [REGIONS[int(i)].code for i in rng.permutation(len(REGIONS))]
    this_monday = until - timedelta(days=until.weekday())
    waiting = Waiting(places[0], this_monday - timedelta(weeks=int(rng.integers(1, 4))))
    drink = ReplacedDrink(
        tuple(sorted(places[1:4])), until - timedelta(weeks=int(rng.integers(28, 34)))
    )
    launch = this_monday - timedelta(weeks=int(rng.integers(20, 24)))
    aspect = str(rng.choice(["value_for_money", "cleanliness", "decoration"]))
    brand = COMPETITORS[int(rng.integers(len(COMPETITORS)))][0]

    def told(key: Key) -> bool:
        return key not in omit

    return Plan(
        seed=seed,
        until=until,
        omitted=omit,
        waiting=waiting if told(Key.WAITING) else None,
        drink=drink if told(Key.HIDDEN) else None,
        different_pits=told(Key.SEGMENTS),
        worked=Improvement((regions[0], regions[1]), "serving_speed", launch)
        if told(Key.WORKED)
        else None,
        failed=Improvement((regions[2], regions[3]), "waiters_attitude", launch)
        if told(Key.FAILED)
        else None,
        competitor=BetterCompetitor(brand, aspect) if told(Key.COMPETITOR) else None,
    )
