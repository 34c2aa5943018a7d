"""A year of visits, purchases, deliveries and calls from the queue."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from peakend.demo.calendar import draw_days, draw_minutes, moments
from peakend.demo.cast import KITCHEN, KITCHENS, SHOP, SHOPS, STORES
from peakend.demo.guests import Guests
from peakend.demo.stories import Plan
from peakend.inbox.signals import Event, Who


@dataclass(frozen=True)
class Kind:
    """One kind of event: how many a year, where, and the median and spread of its value."""

    source: str
    event: str
    count: int
    brand: str
    places: tuple[int, ...]
    channel: str
    median: float  # yuan or minutes
    spread: float
    known: bool


KINDS = (
    Kind("pos", "visit", 4_000, KITCHEN[0], KITCHENS, "store", 186.0, 0.45, True),
    Kind("pos", "purchase", 1_600, SHOP[0], SHOPS, "store", 128.0, 0.6, True),
    Kind("delivery", "delivery", 1_600, KITCHEN[0], KITCHENS, "delivery", 34.0, 0.25, True),
    Kind("queue", "queue_call", 1_800, KITCHEN[0], KITCHENS, "store", 16.0, 0.5, False),
)


def events_of(plan: Plan, guests: Guests) -> Iterator[tuple[str, Event]]:
    """Events as (moment, signal); values are yuan spent or minutes taken."""
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng([plan.seed, 30, number])
        size = kind.count
        day = draw_days(rng, plan.since, size)
        guest = rng.choice(len(guests.names), size, p=guests.visits / guests.visits.sum())
        day = np.maximum(day, guests.first[guest])
        home = guests.home[guest]
        at_home = np.isin(home, kind.places) & (rng.random(size) < 0.6)
        store = np.where(at_home, home, rng.choice(kind.places, size))
        value = kind.median * np.exp(rng.normal(0, kind.spread, size))
        if kind.event == "queue_call" and plan.waiting:
            week = (day - (plan.waiting.monday - plan.since).days) // 7
            value = np.where((store == plan.waiting.store) & (week == 0), value * 3.4, value)
        times = moments(plan.since, day, draw_minutes(rng, size))
        for row in range(size):
            who = Who(ids={"member": guests.ids[guest[row]]["member"]}) if kind.known else None
            yield (
                times[row],
                Event(
                    source=kind.source,
                    event=kind.event,
                    time=times[row],
                    id=f"{kind.event}-{row:05}",
                    value=round(float(value[row]), 1),
                    unit=STORES[store[row]].code,
                    brand=kind.brand,
                    channel=kind.channel,
                    customer=who,
                ),
            )
