"""A load generator: observations of a company with many units, over three years.

Every dimension is drawn **independently** of the others (nothing is a low bit of one hash, which
would make cells look far better than they are), with the skew that real ones have (a few units,
products and aspects make most of the noise), and time has growth, seasons, weekends, festivals
and late arrivals. The observations of one signal share its customer, unit, channel and so on, as
they do in the product.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from peakend.warehouse.schema import OBSERVATIONS

CACHE = Path("build/bench-data")
STEP = 1_000_000
FIRST_DAY = date(2023, 11, 20)
DAYS = 1_096
PER_SIGNAL = 3.26  # observations, about


@dataclass(frozen=True)
class Dimension:
    """Values and how unequal they are: the share of the k-th goes with 1 / k ** skew."""

    name: str
    values: int
    skew: float
    absent: float = 0.0

    @property
    def shares(self) -> "np.ndarray":
        """The probability of each value."""
        weights = 1.0 / np.arange(1, self.values + 1) ** self.skew
        return np.asarray(weights / weights.sum() * (1 - self.absent))


UNITS = Dimension("unit", 200, 0.7)
CUSTOMERS = 2_000_000
TEXT = (
    Dimension("segment", 6, 0.8, absent=0.2),
    Dimension("channel", 8, 1.0),
    Dimension("product", 60, 1.0, absent=0.3),
    Dimension("brand", 3, 1.5),
    Dimension("source", 16, 0.9),
    Dimension("language", 2, 4.0),
)
ASPECTS = Dimension("aspect", 60, 1.0)
SCORES = ("nps", "csat", "ces", "rating", "tangibles", "reliability", "assurance", "empathy")
EVENTS = ("visit", "purchase", "delivery", "reply", "return", "complaint", "renewal", "login")


def observations(rows: int) -> list[Path]:
    """Files of ``rows`` observations in the order of their signals, made once and kept."""
    place = CACHE / f"observations-{rows}"
    if not (place / "done").exists():
        place.mkdir(parents=True, exist_ok=True)
        for number, table in enumerate(generate(rows)):
            pq.write_table(table, place / f"{number:03}.parquet", compression="zstd")
        (place / "done").touch()
    return sorted(place.glob("*.parquet"))


def generate(rows: int, seed: int = 7) -> Iterator[pa.Table]:
    """Tables of up to a million observations, together ``rows`` of them."""
    rng = np.random.default_rng(seed)
    signals = int(rows / PER_SIGNAL * 1.02) + 1_000  # a little more than needed
    times = _times(rng, signals)
    made = taken = 0
    while made < rows:
        assert taken < signals, "PER_SIGNAL promises too much"
        step = times[taken : taken + int(STEP / PER_SIGNAL)]
        table = _observed(rng, step, taken + 1)
        table = table.slice(0, min(table.num_rows, rows - made))
        made += table.num_rows
        taken += len(step)
        yield table


def _times(rng: "np.random.Generator", signals: int) -> "np.ndarray":
    """When each signal happened, in microseconds, in the order of arrival."""
    day = np.arange(DAYS)
    daily = 1.0 + 0.8 * day / DAYS  # growth
    daily *= 1.0 + 0.25 * np.sin(2 * np.pi * (day - 60) / 365.25)  # summer and winter
    daily *= np.where(day % 7 >= 5, 1.4, 1.0)  # weekends
    daily[rng.integers(0, DAYS, 24)] *= 2.5  # festivals and launches
    days = rng.choice(DAYS, signals, p=daily / daily.sum())
    hours = np.clip(rng.normal(15, 4.5, signals), 0, 23.99)
    epoch = (FIRST_DAY - date(1970, 1, 1)).days
    happened = ((epoch + days) * 86_400 + hours * 3_600) * 1_000_000
    arrived = happened + rng.exponential(600e6, signals)
    late = rng.random(signals) < 0.02
    arrived[late] += rng.exponential(14 * 86_400e6, int(late.sum()))
    return np.asarray(happened[np.argsort(arrived)].astype(np.int64))


def _observed(rng: "np.random.Generator", times: "np.ndarray", position: int) -> pa.Table:
    """The observations of some signals: voices with opinions, responses with scores, events."""
    n = len(times)
    kind = rng.choice(3, n, p=(0.45, 0.3, 0.25))  # voice, response, event
    opinions = np.where(kind == 0, np.minimum(rng.poisson(2.2, n), 12), 0)
    scores = np.where(
        kind == 1, rng.integers(2, len(SCORES), n), (kind == 0) & (rng.random(n) < 0.5)
    )
    counts = (kind != 1) + opinions + scores
    at = np.repeat(np.arange(n), counts)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    mood = np.repeat(rng.normal(0.3, 1.0, n), counts)  # one customer's answers agree a little

    is_text = (nth == 0) & (kind[at] == 0)
    is_event = kind[at] == 2
    is_score = (kind[at] == 1) | ((kind[at] == 0) & (nth > opinions[at]))
    family = np.select([is_text, is_event, is_score], [0, 3, 2], 1)

    aspect = rng.choice(ASPECTS.values, len(at), p=ASPECTS.shares)
    asked = np.where(kind[at] == 1, nth, SCORES.index("rating"))
    happened = rng.choice(len(EVENTS), len(at), p=_shares(len(EVENTS), 1.0))
    names = ["voice", *(f"aspect_{k:02}" for k in range(ASPECTS.values)), *SCORES, *EVENTS]
    code = np.select(
        [is_text, is_score, is_event],
        [0, 1 + ASPECTS.values + asked, 1 + ASPECTS.values + len(SCORES) + happened],
        1 + aspect,
    )
    value, polarity = _judged(rng, family, asked, mood)
    strength = np.where(family == 1, rng.integers(1, 6, len(at)), 0).astype(np.float32)
    first, first_negative = _firsts(at * len(names) + code, polarity)

    dictionary = pa.DictionaryArray.from_arrays
    time = pa.array(times[at], pa.timestamp("us", tz="UTC"))
    day = pc.cast(
        pc.local_timestamp(time.cast(pa.timestamp("us", tz="Asia/Shanghai"))), pa.date32()
    )
    numbers = position + at
    columns = {
        "id": pa.array(numbers * 1_024 + nth),
        "signal": pa.array(numbers),
        "voice": pa.array(numbers * 16, mask=kind[at] != 0),
        "time": time,
        "day": day,
        "month": pc.strftime(day, "%Y-%m"),
        "family": dictionary(pa.array(family), ["voice", "opinion", "score", "event"]),
        "code": dictionary(pa.array(code), names),
        "value": pa.array(value, mask=np.isnan(value)),
        "polarity": pa.array(polarity, mask=is_event),
        "strength": pa.array(strength, mask=family != 1),
        "weight": pa.array(np.ones(len(at))),
        "first": pa.array(first),
        "first_negative": pa.array(first_negative),
        "customer": pa.array(_customers(rng, n)[at], mask=(rng.random(n) < 0.4)[at]),
        "unit": pa.array(rng.choice(UNITS.values, n, p=UNITS.shares)[at] + 1),
    }
    for one in TEXT:
        columns[one.name] = _drawn(rng, one, n).take(pa.array(at))
    arrays = [columns[name].cast(OBSERVATIONS.field(name).type) for name in OBSERVATIONS.names]
    return pa.table(arrays, schema=OBSERVATIONS)


def _judged(
    rng: "np.random.Generator", family: "np.ndarray", asked: "np.ndarray", mood: "np.ndarray"
) -> tuple["np.ndarray", "np.ndarray"]:
    """Value and polarity: a sentiment, an opinion's sign, a score on its own scale, a duration."""
    n = len(family)
    feeling = mood + rng.normal(0, 1.0, n)
    sign = np.where(feeling > 0.4, 1, np.where(feeling < -0.3, -1, 0)).astype(np.int8)
    nps = np.clip(np.round(7.3 + 1.9 * feeling), 0, 10)
    five = np.clip(np.round(3.6 + 0.9 * feeling), 1, 5)
    score = np.where(asked == SCORES.index("nps"), nps, five)
    of_score = np.where(
        asked == SCORES.index("nps"), (nps >= 9) * 1 - (nps <= 6) * 1, np.sign(five - 3)
    ).astype(np.int8)
    value = np.select(
        [family == 0, family == 1, family == 2],
        [np.tanh(feeling), sign.astype(float), score],
        np.round(rng.lognormal(3, 1, n), 2),
    )
    value[(family == 3) & (rng.random(n) < 0.5)] = np.nan  # a visit has no value
    return value, np.where(family == 2, of_score, sign).astype(np.int8)


def _firsts(group: "np.ndarray", polarity: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
    first = np.zeros(len(group), dtype=np.int8)
    first[np.unique(group, return_index=True)[1]] = 1
    first_negative = np.zeros(len(group), dtype=np.int8)
    negative = np.flatnonzero(polarity < 0)
    first_negative[negative[np.unique(group[negative], return_index=True)[1]]] = 1
    return first, first_negative


def _customers(rng: "np.random.Generator", n: int) -> "np.ndarray":
    """A few customers speak often, most of them once."""
    return np.asarray((CUSTOMERS * rng.random(n) ** 1.6).astype(np.int64) + 1)


def _drawn(rng: "np.random.Generator", one: Dimension, n: int) -> pa.DictionaryArray:
    names = [*(f"{one.name}_{k:02}" for k in range(one.values)), ""]
    shares = [*one.shares, one.absent]
    return pa.DictionaryArray.from_arrays(pa.array(rng.choice(len(names), n, p=shares)), names)


def _shares(n: int, skew: float) -> "np.ndarray":
    return Dimension("", n, skew).shares
