"""What guests speak of and how they judge it: the demo's probabilities, stories included."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from peakend.demo.cast import COMPETITORS
from peakend.demo.guests import MEMBER, NEW
from peakend.demo.stories import Plan

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# aspect → (how often it is spoken of, how often it is judged badly)
DINING: Mapping[str, tuple[float, float]] = {
    "taste": (1.0, 0.07),
    "waiters_attitude": (0.80, 0.22),
    "wait_time": (0.36, 0.40),
    "serving_speed": (0.46, 0.30),
    "decoration": (0.45, 0.20),
    "cleanliness": (0.38, 0.22),
    "value_for_money": (0.40, 0.28),
    "price_level": (0.28, 0.34),
    "portion": (0.28, 0.22),
    "proactive_care": (0.15, 0.20),
    "discount": (0.14, 0.33),
    "look": (0.14, 0.12),
    "noise": (0.12, 0.45),
    "space": (0.14, 0.35),
    "queue_calling": (0.08, 0.50),
    "easy_to_find": (0.06, 0.30),
    "parking": (0.08, 0.45),
    "traffic": (0.06, 0.20),
    "recommendation": (0.22, 0.08),
    "overall": (0.26, 0.18),
}
TAKEAWAY: Mapping[str, tuple[float, float]] = {
    "taste": (1.0, 0.15),
    "delivery_time": (0.70, 0.33),
    "packaging": (0.40, 0.32),
    "order_accuracy": (0.25, 0.75),
    "portion": (0.40, 0.24),
    "price_level": (0.24, 0.32),
    "value_for_money": (0.28, 0.28),
    "overall": (0.20, 0.18),
}
SHOPPING: Mapping[str, tuple[float, float]] = {
    "quality": (1.0, 0.18),
    "look": (0.40, 0.15),
    "taste_freshness": (0.28, 0.16),
    "price": (0.40, 0.28),
    "logistics": (0.40, 0.26),
    "packaging": (0.30, 0.24),
    "order_accuracy": (0.10, 0.75),
    "customer_service": (0.40, 0.28),
    "after_sales": (0.24, 0.42),
    "ease_of_use": (0.22, 0.22),
    "overall": (0.25, 0.16),
}

# Who telephones has a reason to; who posts pictures had a good evening. In log-odds.
CHANNEL_MOOD = {"hotline": 2.4, "xiaohongshu": -0.5, "delivery": 0.1, "miniprogram": -0.2}
COMPETITOR_MOOD = 0.35  # the others are a little worse at most things
REPLACED_DRINK_NAMED = 0.05  # of the voices heard where the drink was replaced


@dataclass(frozen=True)
class Circumstances:
    """Where, when and who, as columns; -1 for no store or an unknown segment."""

    source: str
    brand: str
    store: Ints
    day: Ints
    segment: Ints


def odds(probability: float) -> float:
    """Log-odds of a probability."""
    return float(np.log(probability / (1 - probability)))


def draw_topics(rng: Generator, habits: Mapping[str, tuple[float, float]], counts: Ints) -> Ints:
    """Up to four different aspects a voice, in the order they come to mind; -1 fills up."""
    weights = np.log([share for share, _bad in habits.values()])
    # Gumbel's trick: the order of perturbed log-weights is a draw without replacement.
    order = np.argsort(-(weights + rng.gumbel(size=(len(counts), len(weights)))), axis=1)[:, :4]
    return np.where(np.arange(4) < counts[:, None], order, -1)


def judge(
    rng: Generator,
    plan: Plan,
    habits: Mapping[str, tuple[float, float]],
    topics: Ints,
    of: Circumstances,
) -> Ints:
    """The polarity of every aspect spoken of: -1, 0 or 1."""
    names = list(habits)
    leaning = np.array([odds(bad) for _share, bad in habits.values()])[topics]
    leaning = leaning + CHANNEL_MOOD.get(of.source, 0.0)
    leaning = leaning + rng.normal(0, 0.5, len(topics))[:, None]  # some are easily pleased
    for aspect, shift in _story_shifts(plan, of).items():
        if aspect in names:
            leaning = np.where(topics == names.index(aspect), leaning + shift[:, None], leaning)
    bad = rng.random(topics.shape) < 1 / (1 + np.exp(-leaning))
    polarity = np.where(bad, -1, 1)
    return _conclude(rng, topics, polarity, names.index("overall"))


def _conclude(rng: Generator, topics: Ints, polarity: Ints, overall: int) -> Ints:
    """The whole follows from the parts where there are any, and is lukewarm when they disagree."""
    concluding = topics == overall
    parts = np.where((topics >= 0) & ~concluding, polarity, 0).sum(1)
    alone = ((topics >= 0).sum(1) == 1) & (rng.random(len(topics)) < 0.8)
    verdict = np.where(alone[:, None], polarity, np.sign(parts)[:, None])
    return np.where(concluding, verdict, polarity)


def _story_shifts(plan: Plan, of: Circumstances) -> dict[str, Floats]:
    """What the stories add to the log-odds of a bad word, by aspect."""
    size = len(of.store)
    if of.brand in {code for code, _name, _english in COMPETITORS}:
        # A fresh column for each aspect: the better one goes the other way.
        shifts = {a: np.full(size, COMPETITOR_MOOD) for a in (*DINING, *TAKEAWAY)}
        better = plan.competitor
        if better and better.brand == of.brand:
            shifts[better.aspect] = np.full(size, odds(0.04) - odds(DINING[better.aspect][1]))
        return shifts
    shifts = {}
    newcomer, member = of.segment == NEW, of.segment == MEMBER
    if plan.different_pits:
        shifts["wait_time"] = np.where(newcomer, 1.5, 0.0) - np.where(member, 0.5, 0.0)
        shifts["waiters_attitude"] = np.where(member, 1.5, 0.0) - np.where(newcomer, 0.2, 0.0)
    else:
        shifts["wait_time"] = np.where(newcomer | member, 0.6, 0.0)
    if plan.worked:
        before = of.day < (plan.worked.launch - plan.since).days
        there = np.isin(of.store, plan.worked.stores)
        shifts[plan.worked.aspect] = np.where(there, np.where(before, 1.8, -0.6), 0.0)
    if plan.failed:
        there = np.isin(of.store, plan.failed.stores)
        shifts[plan.failed.aspect] = shifts.get(plan.failed.aspect, 0.0) + np.where(there, 0.5, 0.0)
    return shifts
