"""A year of answers: after a visit and after a purchase."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from peakend.demo.calendar import draw_days, draw_minutes, moments
from peakend.demo.cast import KITCHEN, KITCHENS, SHOP, SHOPS, STORES
from peakend.demo.guests import MEMBER, NEW, Guests
from peakend.demo.opinions import Floats, Ints
from peakend.demo.speech import Speaker
from peakend.demo.stories import Plan
from peakend.inbox.signals import Response, Who
from peakend.questionnaire.presets import reason_after, recommendation

VISIT, PURCHASE = "after-visit", "after-purchase"
VISITS, PURCHASES = 5_100, 900
PARTS = ("environment", "service", "food", "speed")
_PART_ASPECTS = {
    "environment": ("decoration", "cleanliness", "noise", "space"),
    "service": ("waiters_attitude", "proactive_care"),
    "food": ("taste", "portion", "look"),
    "speed": (*("wait_time",) * 7, "serving_speed"),
}
_SHOP_ASPECTS = ("quality", "price", "logistics", "customer_service", "after_sales", "packaging")
_WEIGHTS = np.array([0.2, 0.28, 0.32, 0.2])  # of the parts in the whole
_DISAPPOINTED = 0.55  # share of guests who came for the drink that was replaced
_REASON_GIVEN = 0.45


def _rating(code: str, zh: str, en: str, name: str) -> dict[str, Any]:
    return {
        "code": code,
        "type": "rating",
        "name": {"zh": name, "en": code.capitalize()},
        "text": {"zh": zh, "en": en},
        "low": {"zh": "很差", "en": "Very poor"},
        "high": {"zh": "很好", "en": "Very good"},
    }


def _whole(name_zh: str, name_en: str) -> list[dict[str, Any]]:
    return [
        recommendation(name_zh, name_en),
        {
            "code": "csat",
            "type": "csat",
            "text": {"zh": "总体上您满意吗？", "en": "Overall, how satisfied are you?"},
            "low": {"zh": "很不满意", "en": "Very dissatisfied"},
            "high": {"zh": "很满意", "en": "Very satisfied"},
        },
    ]


VISIT_QUESTIONS = {
    "questions": [
        *_whole("禾野小馆", "Heye Kitchen"),
        _rating("environment", "用餐环境怎么样？", "How was the place?", "用餐环境"),
        _rating("service", "服务怎么样？", "How was the service?", "服务"),
        _rating("food", "菜品怎么样？", "How was the food?", "菜品"),
        _rating(
            "speed", "等位和上菜的速度怎么样？", "How quickly were you seated and served?", "速度"
        ),
        reason_after("nps"),
    ]
}
PURCHASE_QUESTIONS = {"questions": [*_whole("禾野生活", "Heye Living"), reason_after("nps")]}


def visits_of(plan: Plan, guests: Guests) -> Iterator[tuple[str, Response]]:
    """Answers after a visit as (moment, signal)."""
    rng = np.random.default_rng([plan.seed, 20])
    guest, day, store = _asked(rng, plan, guests, VISITS, KITCHENS)
    felt = _parts_felt(rng, plan, guests.segment(guest, day), store, day)
    parts = np.clip(np.round(felt), 1, 5).astype(np.int64)
    whole = felt @ _WEIGHTS + rng.normal(0, 0.4, VISITS)
    missing = np.zeros(VISITS, dtype=bool)
    if plan.drink:
        there = np.isin(store, plan.drink.stores) & (day >= (plan.drink.since - plan.since).days)
        missing = there & (rng.random(VISITS) < _DISAPPOINTED)
        whole = whole - 1.6 * missing
    csat = np.clip(np.round(whole), 1, 5).astype(np.int64)
    nps = np.clip(np.round(2.6 * whole - 2.1 + rng.normal(0, 1.2, VISITS)), 0, 10).astype(np.int64)
    given = rng.random(VISITS) < _REASON_GIVEN
    names_drink = missing & (rng.random(VISITS) < 0.12)
    times = moments(plan.since, day, draw_minutes(rng, VISITS))
    order = np.argsort(felt + rng.normal(0, 0.5, felt.shape), axis=1)
    picks = rng.random((VISITS, 2))
    speaker = Speaker(rng)
    for row in range(VISITS):
        answers: dict[str, Any] = {"nps": int(nps[row]), "csat": int(csat[row])}
        answers.update(zip(PARTS, parts[row].tolist(), strict=True))
        if given[row]:
            opinions = _reasons(parts[row], order[row], picks[row])
            answers["reason"] = speaker.say(
                "survey",
                opinions,
                foreign=bool(guests.foreign[guest[row]]),
                replaced_drink=bool(names_drink[row]),
            )
        yield (
            times[row],
            _response(VISIT, row, times[row], answers, store[row], KITCHEN[0], guests, guest[row]),
        )


def purchases_of(plan: Plan, guests: Guests) -> Iterator[tuple[str, Response]]:
    """Answers after a purchase as (moment, signal)."""
    rng = np.random.default_rng([plan.seed, 21])
    guest, day, store = _asked(rng, plan, guests, PURCHASES, SHOPS)
    whole = rng.normal(4.0, 0.9, PURCHASES)
    csat = np.clip(np.round(whole), 1, 5).astype(np.int64)
    nps = np.clip(np.round(2.6 * whole - 2.1 + rng.normal(0, 1.2, PURCHASES)), 0, 10)
    given = rng.random(PURCHASES) < _REASON_GIVEN
    times = moments(plan.since, day, draw_minutes(rng, PURCHASES))
    aspect = rng.choice(_SHOP_ASPECTS, PURCHASES)
    speaker = Speaker(rng)
    for row in range(PURCHASES):
        answers: dict[str, Any] = {"nps": int(nps[row]), "csat": int(csat[row])}
        if given[row]:
            opinion = (str(aspect[row]), 1 if csat[row] >= 4 else -1)
            answers["reason"] = speaker.say(
                "shop", [opinion], foreign=bool(guests.foreign[guest[row]])
            )
        yield (
            times[row],
            _response(PURCHASE, row, times[row], answers, store[row], SHOP[0], guests, guest[row]),
        )


def _asked(
    rng: np.random.Generator, plan: Plan, guests: Guests, size: int, places: tuple[int, ...]
) -> tuple[Ints, Ints, Ints]:
    """Who was asked, on which day, about which store."""
    day = draw_days(rng, plan.since, size)
    guest = rng.choice(len(guests.names), size, p=guests.visits / guests.visits.sum())
    day = np.maximum(day, guests.first[guest])
    home = guests.home[guest]
    at_home = np.isin(home, places) & (rng.random(size) < 0.6)
    return guest, day, np.where(at_home, home, rng.choice(places, size))


def _parts_felt(
    rng: np.random.Generator, plan: Plan, segment: Ints, store: Ints, day: Ints
) -> Floats:
    """How the four parts felt, before they are rounded to a scale."""
    size = len(store)
    base = np.array([3.8, 3.7, 4.75, 3.6])
    # Stores differ a little, at everything and always.
    character = np.random.default_rng([plan.seed, 22]).normal(0, 0.12, (len(STORES), 4))
    felt = (
        base + character[store] + rng.normal(0, 0.35, size)[:, None] + rng.normal(0, 0.6, (size, 4))
    )
    newcomer, member = segment == NEW, segment == MEMBER
    service, speed = PARTS.index("service"), PARTS.index("speed")
    if plan.different_pits:
        felt[newcomer, speed] -= 1.0
        felt[member, speed] += 0.3
        felt[member, service] -= 0.9
    else:
        felt[:, speed] -= 0.5
    if plan.waiting:
        week = (day - (plan.waiting.monday - plan.since).days) // 7
        felt[(store == plan.waiting.store) & (week == 0), speed] -= 1.6
        felt[(store == plan.waiting.store) & (week == 1), speed] -= 0.8
    if plan.worked:
        before = day < (plan.worked.launch - plan.since).days
        felt[np.isin(store, plan.worked.stores) & before, speed] -= 0.3
    return felt


def _reasons(parts: Ints, order: Ints, picks: Floats) -> list[tuple[str, int]]:
    """The weakest part if it was weak, the best if it was good; at least one of them."""
    opinions = []
    weakest, best = int(order[0]), int(order[-1])
    if parts[weakest] <= 3:
        choices = _PART_ASPECTS[PARTS[weakest]]
        opinions.append((choices[int(picks[0] ** 1.5 * len(choices))], -1))
    if parts[best] >= 4 and (not opinions or picks[1] < 0.5):
        choices = _PART_ASPECTS[PARTS[best]]
        opinions.append((choices[int(picks[1] ** 1.5 * len(choices))], 1))
    return opinions or [("overall", 0)]


def _response(
    survey: str, row: int, time: str, answers: dict[str, Any], store: int, brand: str,
    guests: Guests, guest: int,
) -> Response:  # fmt: skip
    return Response(
        survey=survey,
        time=time,
        answers=answers,
        id=f"{row:05}",
        unit=STORES[store].code,
        brand=brand,
        channel="link",
        customer=Who(ids={"member": guests.ids[guest]["member"]}),
    )
