"""The demo's customers: who they are, where they go, and when they became members."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from peakend.demo.cast import KITCHENS, STORES
from peakend.demo.phrasebook.slots import ENGLISH_NAMES, SURNAMES, TITLES
from peakend.demo.stories import WEEKS, Plan
from peakend.inbox.signals import CustomerUpdate, Who

COUNT = 3_000
NEW, MEMBER = 0, 1
SEGMENTS = ("new", "member")


@dataclass(frozen=True)
class Guests:
    """Customers as columns. ``joined`` is the day of the year they became members, 400 for never."""

    names: tuple[str, ...]
    ids: tuple[dict[str, str], ...]
    home: NDArray[np.int64]  # index of the store they go to
    joined: NDArray[np.int64]
    first: NDArray[np.int64]  # day of the year they were first known
    visits: NDArray[np.float64]  # how often they come, relative to others
    foreign: NDArray[np.bool_]

    def segment(self, guest: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
        """NEW or MEMBER of each guest on each day."""
        return (self.joined[guest] <= day).astype(np.int64)


def invite_guests(plan: Plan) -> Guests:
    """Draw the customers; members come more often, and some join during the year."""
    rng = np.random.default_rng([plan.seed, 1])
    foreign = rng.random(COUNT) < 0.06
    surnames = rng.integers(len(SURNAMES), size=COUNT)
    titles = rng.integers(len(TITLES), size=COUNT)
    english = rng.integers(len(ENGLISH_NAMES), size=COUNT)
    names = tuple(
        ENGLISH_NAMES[english[i]] if foreign[i] else SURNAMES[surnames[i]] + TITLES[titles[i]]
        for i in range(COUNT)
    )
    numbers = rng.permutation(900_000)[:COUNT] + 100_000
    has_mail, has_open_id = rng.random(COUNT) < 0.4, rng.random(COUNT) < 0.7
    ids = []
    for i in range(COUNT):
        known = {"member": f"M{numbers[i]}"}
        if has_open_id[i]:
            known["openid"] = f"demo-{numbers[i] * 7919 % 1_000_003:07}"
        if has_mail[i]:
            known["email"] = f"guest{numbers[i]}@example.com"
        ids.append(known)
    stores = np.concatenate([np.repeat(KITCHENS, 4), np.arange(len(STORES))])
    known_before = rng.random(COUNT) < 0.55
    joined = np.where(
        known_before, 0, np.where(rng.random(COUNT) < 0.25, rng.integers(60, 7 * WEEKS, COUNT), 400)
    )
    first = np.where(known_before, 0, np.minimum(rng.integers(0, 300, COUNT), joined // 2))
    visits = rng.gamma(1.5, 1.0, COUNT) * np.where(known_before, 1.2, 1.0)
    return Guests(names, tuple(ids), rng.choice(stores, COUNT), joined, first, visits, foreign)


def introduce(plan: Plan, guests: Guests) -> list[tuple[str, CustomerUpdate]]:
    """What the CRM says of them: who they are, their tags, and when they became members."""
    rng = np.random.default_rng([plan.seed, 2])
    families, offices, quiet = (rng.random(COUNT) < share for share in (0.3, 0.35, 0.15))
    said = []
    for i, (name, ids) in enumerate(zip(guests.names, guests.ids, strict=True)):
        tags = [
            tag
            for tag, holds in (
                ("带孩子", families[i]), ("工作日午餐", offices[i]), ("少打扰", quiet[i]),
            )
            if holds
        ]  # fmt: skip
        store = STORES[guests.home[i]].code
        start = SEGMENTS[MEMBER if guests.joined[i] == 0 else NEW]
        for step, (day, segment) in enumerate(
            [(int(guests.first[i]), start)]
            + ([(int(guests.joined[i]), SEGMENTS[MEMBER])] if 0 < guests.joined[i] < 400 else [])
        ):
            time = f"{plan.since + timedelta(days=day)}T00:00:00+08:00"
            who = Who(ids=ids, name=name, attributes={"segment": segment})
            key = f"{ids['member']}-{step}"
            said.append(
                (
                    time,
                    CustomerUpdate(
                        "crm", time, who, key, unit=store, tags=tags if step == 0 else []
                    ),
                )
            )
    return said
