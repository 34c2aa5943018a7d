"""Online chat: turns of guests, the robot and four colleagues, since the desk opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from numpy.random import Generator

from peakend.demo.calendar import draw_minutes
from peakend.demo.cast import KITCHEN, KITCHENS, SHOP, SHOPS, STORES
from peakend.demo.guests import Guests
from peakend.demo.phrasebook import chats
from peakend.demo.phrasebook.chats import EN_MANNERS, ZH_MANNERS, Manners, Matter
from peakend.demo.phrasebook.slots import EN, ZH
from peakend.demo.sentences import Draws, Grammar
from peakend.demo.stories import Plan
from peakend.inbox.signals import Turn, Who

OPEN_WEEKS = 16  # since when there is a desk
A_WEEK = 75
# In the last weeks guests ask about ordering by QR code, as they write in reviews.
NEW_WEEKS, NEW_TIMES = 3, 7.0
ANGRY, FOREIGN, SHOPPERS, KNOWN = 0.3, 0.05, 0.2, 0.6
LAST_MINUTE = 22 * 60 + 20
LATE = 22 * 60  # from then on there is only the robot


@dataclass(frozen=True)
class Colleague:
    """Somebody at the desk: the middle of their reply times, and how often they reply how."""

    name: str
    seconds: float
    manners: tuple[float, float, float]  # clear, usual, curt


DESK = (
    Colleague("小禾", 35, (0.5, 0.4, 0.1)),
    Colleague("小苗", 50, (0.35, 0.5, 0.15)),
    Colleague("小满", 75, (0.3, 0.5, 0.2)),
    Colleague("阿谷", 120, (0.15, 0.5, 0.35)),
)
# How guests take a reply, by its manner: pleased, settled, displeased.
TAKEN = {
    "clear": (0.62, 0.34, 0.04),
    "usual": (0.16, 0.66, 0.18),
    "curt": (0.02, 0.43, 0.55),
}
MANNERS = ("clear", "usual", "curt")


def chats_of(plan: Plan, guests: Guests) -> list[tuple[str, Turn]]:
    """Every turn as (moment, signal), conversation after conversation."""
    rng = np.random.default_rng([plan.seed, 30])
    desk = _Desk(rng, guests, datetime.combine(plan.until, time(), ZoneInfo(settings.TIME_ZONE)))
    return [
        (turn.time, turn)
        for number in range(OPEN_WEEKS * A_WEEK)
        for turn in desk.conversation(number)
    ]


class _Desk:
    """Holds conversations, one after the other."""

    def __init__(self, rng: Generator, guests: Guests, midnight: datetime) -> None:
        self.rng, self.guests, self.midnight = rng, guests, midnight
        self.draws = Draws(rng)
        digits = {"digits": tuple(f"{n:04}" for n in range(1000, 9999, 7))}
        self.languages = {
            language: Grammar({**slots, **_MANNERS[language].slots, **digits}, self.draws)
            for language, slots in ((_ZH, ZH), (_EN, EN))
        }

    def conversation(self, number: int) -> Iterator[Turn]:
        """One conversation, its last turn before the day ends."""
        rng = self.rng
        days_ago = int(rng.integers(1, 7 * OPEN_WEEKS + 1))
        minute = min(int(draw_minutes(rng, 1)[0]), LAST_MINUTE)
        at = self.midnight - timedelta(days=days_ago) + timedelta(minutes=minute)
        shops = rng.random() < SHOPPERS
        language = _EN if not shops and rng.random() < FOREIGN else _ZH
        matter = self._matter(shops, language, days_ago <= 7 * NEW_WEEKS)
        places = SHOPS if shops else KITCHENS
        who = int(rng.integers(len(self.guests.ids)))
        known = rng.random() < KNOWN
        colleague = DESK[int(rng.choice(len(DESK), p=(0.35, 0.3, 0.2, 0.15)))]
        guest = Who(ids={"member": self.guests.ids[who]["member"]}) if known else None
        unit = STORES[int(rng.choice(places))].code
        for place, (speaker, wait, text) in enumerate(
            self._turns(matter, language, colleague, minute)
        ):
            at += timedelta(seconds=wait)
            yield Turn(
                source="shop_chat" if shops else "chat",
                conversation=f"{'S' if shops else 'K'}{number:05}",
                speaker=speaker,
                text=text,
                time=at.isoformat(),
                id=str(place),
                name=colleague.name if speaker == "staff" else "",
                unit=unit,
                brand=SHOP[0] if shops else KITCHEN[0],
                customer=guest if speaker == "customer" else None,
            )

    def _matter(self, shops: bool, language: str, lately: bool) -> Matter:
        matters = chats.SHOP if shops else chats.ENGLISH if language == _EN else chats.KITCHEN
        shares = np.array([
            matter.share * (NEW_TIMES if matter.code == "qr" and lately else 1.0)
            for matter in matters
        ])  # fmt: skip
        return matters[int(self.rng.choice(len(matters), p=shares / shares.sum()))]

    def _turns(
        self, matter: Matter, language: str, colleague: Colleague, minute: int
    ) -> Iterator[tuple[str, float, str]]:
        """(speaker, seconds since the turn before, words)."""
        rng, say, manners = self.rng, self.languages[language].speak, _MANNERS[language]
        pick = self.draws.pick
        angry = rng.random() < ANGRY
        if rng.random() < 0.3:
            yield "customer", 0, say(pick(manners.greetings))
        yield (
            "customer",
            float(rng.integers(4, 15)),
            say(pick(matter.angry if angry else matter.calm)),
        )
        yield "robot", 1, manners.robot
        if minute >= LATE or rng.random() < 0.03:
            yield "system", float(rng.integers(900, 1_500)), manners.closed
            return  # nobody is there
        manner = MANNERS[int(rng.choice(3, p=colleague.manners))]
        yield "staff", self._wait(colleague, minute), say(getattr(matter, manner))
        if manner == "usual" and rng.random() < 0.25:
            yield "customer", float(rng.integers(8, 40)), say(pick(manners.phone))
            yield "staff", self._wait(colleague, minute), pick(manners.answers)
        yield "customer", float(rng.integers(8, 60)), self._taken(manner, angry, manners, say)
        if rng.random() < 0.35:
            yield "customer", float(rng.integers(5, 40)), say(pick(manners.once_more))
            if rng.random() < {"clear": 0.08, "usual": 0.3, "curt": 0.6}[manner]:
                return  # the question stays open
            yield "staff", self._wait(colleague, minute), pick(manners.answers)
            yield "customer", float(rng.integers(6, 40)), say(pick(manners.settled))
        if rng.random() < 0.6:
            yield "staff", float(rng.integers(5, 40)), manners.goodbye
        yield "system", 600, manners.closed

    def _wait(self, colleague: Colleague, minute: int) -> float:
        """Longer where everybody eats."""
        busy = 2.5 if 18 * 60 <= minute < 20 * 60 + 30 else 1.0
        return float(min(1_200, round(busy * colleague.seconds * self.rng.lognormal(0, 0.7))))

    def _taken(self, manner: str, angry: bool, manners: Manners, say: object) -> str:
        assert callable(say)
        chances = np.array(TAKEN[manner]) * ((0.6, 1.0, 2.0) if angry else (1.0, 1.0, 0.6))
        words: Sequence[Sequence[str]] = (manners.pleased, manners.settled, manners.displeased)
        kind = int(self.rng.choice(3, p=chances / chances.sum()))
        return str(say(self.draws.pick(words[kind])))


_ZH, _EN = "zh", "en"
_MANNERS = {_ZH: ZH_MANNERS, _EN: EN_MANNERS}
