"""A year of reviews, posts, calls and comments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from peakend.demo.calendar import DAYS, draw_days, draw_minutes, moments
from peakend.demo.cast import COMPETITORS, KITCHEN, KITCHENS, SHOP, SHOPS, STORES
from peakend.demo.guests import Guests
from peakend.demo.novelty import Novelty
from peakend.demo.opinions import (
    DINING,
    REPLACED_DRINK_NAMED,
    SHOPPING,
    TAKEAWAY,
    Circumstances,
    Ints,
    draw_topics,
    judge,
)
from peakend.demo.reasons import Reasons
from peakend.demo.speech import Speaker
from peakend.demo.stories import Plan
from peakend.inbox.signals import Voice, Who


@dataclass(frozen=True)
class Stream:
    """One source's voices about one brand: its share of all, and who speaks there."""

    source: str
    brand: str
    share: float
    habits: Mapping[str, tuple[float, float]]
    known: float  # share of voices whose customer is recognised
    rated: bool
    words: tuple[float, ...]  # chance of one, two, three, four aspects


_BRIEF, _USUAL, _LONG = (0.45, 0.4, 0.15, 0.0), (0.2, 0.4, 0.3, 0.1), (0.05, 0.3, 0.4, 0.25)

STREAMS = (
    Stream("dianping", KITCHEN[0], 0.31, DINING, 0.25, True, _LONG),
    Stream("xiaohongshu", KITCHEN[0], 0.10, DINING, 0.15, False, _USUAL),
    Stream("delivery", KITCHEN[0], 0.16, TAKEAWAY, 0.6, True, _BRIEF),
    Stream("hotline", KITCHEN[0], 0.08, DINING, 0.8, False, _USUAL),
    Stream("miniprogram", KITCHEN[0], 0.11, DINING, 1.0, True, _BRIEF),
    Stream("shop", SHOP[0], 0.06, SHOPPING, 0.8, True, _USUAL),
    *(
        Stream(source, brand, share, habits, 0.0, rated, words)
        for brand, _name, _english in COMPETITORS
        for source, share, habits, rated, words in (
            ("dianping", 0.06, DINING, True, _LONG),
            ("xiaohongshu", 0.02, DINING, False, _USUAL),
            ("delivery", 0.010, TAKEAWAY, True, _BRIEF),
        )
    ),
)

# How the week after week of the waiting story compares with the week it began.
_RECOVERY = (1.0, 0.4, 0.15)
_CROWD = 45  # voices more than usual in the first week: a bad evening makes people write


def voices_of(plan: Plan, guests: Guests, total: int) -> Iterator[tuple[str, Voice]]:
    """``total`` voices as (moment, signal), stream after stream."""
    crowd = [round(_CROWD * step) for step in _RECOVERY] if plan.waiting else []
    sizes = [int((total - sum(crowd)) * stream.share) for stream in STREAMS]
    sizes[0] += total - sum(crowd) - sum(sizes)
    for number, (stream, size) in enumerate(zip(STREAMS, sizes, strict=True)):
        rng = np.random.default_rng([plan.seed, 10, number])
        of, guest = _circumstances(rng, plan, guests, stream, size)
        if number == 0 and plan.waiting:
            of, guest = _crowded(rng, plan, of, guest, crowd)
        novelty, reasons = Novelty(plan.seed, number), Reasons(plan.seed, number)
        yield from _spoken(rng, plan, guests, stream, of, guest, novelty, reasons)


def _circumstances(
    rng: Generator, plan: Plan, guests: Guests, stream: Stream, size: int
) -> tuple[Circumstances, Ints]:
    day = draw_days(rng, plan.since, size)
    own = stream.brand in (KITCHEN[0], SHOP[0])
    places = SHOPS if stream.brand == SHOP[0] else KITCHENS
    store = rng.choice(places, size) if own else np.full(size, -1)
    guest = rng.choice(len(guests.names), size, p=guests.visits / guests.visits.sum())
    known = (rng.random(size) < stream.known) & (guests.first[guest] <= day)
    guest = np.where(known, guest, -1)
    # Those who are known mostly write about the store they go to.
    at_home = known & np.isin(guests.home[guest], places) & (rng.random(size) < 0.7)
    store = np.where(at_home, guests.home[guest], store)
    segment = np.where(known, guests.segment(guest, day), -1)
    return Circumstances(stream.source, stream.brand, store, day, segment), guest


def _crowded(
    rng: Generator, plan: Plan, of: Circumstances, guest: Ints, crowd: list[int]
) -> tuple[Circumstances, Ints]:
    """The same voices, and those that the waiting story adds."""
    assert plan.waiting is not None
    monday = (plan.waiting.monday - plan.since).days
    days = [
        min(monday + 7 * week + int(rng.integers(7)), DAYS - 1)
        for week, size in enumerate(crowd)
        for _ in range(size)
    ]
    nobody = np.full(len(days), -1)
    more = Circumstances(
        of.source,
        of.brand,
        np.concatenate([of.store, np.full(len(days), plan.waiting.store)]),
        np.concatenate([of.day, np.array(days, dtype=np.int64)]),
        np.concatenate([of.segment, nobody]),
    )
    return more, np.concatenate([guest, nobody])


def _spoken(
    rng: Generator,
    plan: Plan,
    guests: Guests,
    stream: Stream,
    of: Circumstances,
    guest: Ints,
    novelty: Novelty,
    reasons: Reasons,
) -> Iterator[tuple[str, Voice]]:
    size = len(of.day)
    names = list(stream.habits)
    counts = 1 + rng.choice(4, size, p=stream.words)
    topics = draw_topics(rng, _habits(plan, stream), counts)
    polarity = judge(rng, plan, stream.habits, topics, of)
    _tell_of_waiting(rng, plan, names, topics, polarity, of)
    drink = _miss_the_drink(rng, plan, stream, of)
    mood = np.where(topics >= 0, polarity, 0).sum(1) / counts - 0.4 * drink
    rating = np.clip(np.round(3.3 + 1.6 * mood + rng.normal(0, 0.5, size)), 1, 5)
    foreign = np.where(guest >= 0, guests.foreign[guest], rng.random(size) < 0.05)
    times = moments(plan.since, of.day, draw_minutes(rng, size))
    speaker = Speaker(rng, reasons)
    tone = stream.source
    new = novelty.tellers(stream.source, stream.brand, of.day, plan.since, plan.until)
    columns = zip(
        times, topics.tolist(), polarity.tolist(), of.store.tolist(), guest.tolist(),
        foreign.tolist(), drink.tolist(), rating.tolist(), new.tolist(), strict=True,
    )  # fmt: skip
    for number, (time, about, judged, store, who, abroad, missing, stars, tells) in enumerate(
        columns
    ):
        opinions = [(names[a], p) for a, p in zip(about, judged, strict=True) if a >= 0]
        text = speaker.say(tone, opinions, foreign=abroad, replaced_drink=missing)
        if tells:
            text = novelty.added_to(text, abroad)
        yield (
            time,
            Voice(
                source=stream.source,
                text=text,
                time=time,
                id=f"{stream.brand}-{number}",
                rating=stars if stream.rated else None,
                unit=STORES[store].code if store >= 0 else "",
                brand=stream.brand,
                customer=Who(ids={"member": guests.ids[who]["member"]}) if who >= 0 else None,
            ),
        )


def _habits(plan: Plan, stream: Stream) -> Mapping[str, tuple[float, float]]:
    """What is spoken of in the stream: what a competitor is good at, more often."""
    better = plan.competitor
    if better is None or better.brand != stream.brand or better.aspect not in stream.habits:
        return stream.habits
    often, bad = stream.habits[better.aspect]
    return {**stream.habits, better.aspect: (1.8 * often, bad)}


def _tell_of_waiting(
    rng: Generator, plan: Plan, names: list[str], topics: Ints, polarity: Ints, of: Circumstances
) -> None:
    """In the weeks it went wrong, most voices of that store begin with the wait."""
    if plan.waiting is None or "wait_time" not in names:
        return
    week = (of.day - (plan.waiting.monday - plan.since).days) // 7
    for step, strength in enumerate(_RECOVERY):
        there = (of.store == plan.waiting.store) & (week == step)
        hit = there & (rng.random(len(week)) < 0.85 * strength)
        wait = names.index("wait_time")
        said_already = (topics == wait) & hit[:, None]
        topics[said_already] = topics[np.nonzero(said_already)[0], 0]
        topics[hit, 0] = wait
        polarity[hit, 0] = -1
        # What was moved from the front stands twice now where the wait was said later on.
        later = (topics[:, 1:] == wait) & hit[:, None]
        topics[:, 1:][later] = -1


def _miss_the_drink(rng: Generator, plan: Plan, stream: Stream, of: Circumstances) -> Ints:
    """Who names the drink that was replaced: few, where it was, and only at table."""
    if plan.drink is None or stream.brand != KITCHEN[0] or stream.source == "delivery":
        return np.zeros(len(of.day), dtype=np.int64)
    there = np.isin(of.store, plan.drink.stores) & (of.day >= (plan.drink.since - plan.since).days)
    return (there & (rng.random(len(there)) < REPLACED_DRINK_NAMED)).astype(np.int64)
