"""What a customer is worth, simply; and who bought how recently, how often, for how much."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason

Number = Decimal | int | float | str


@dataclass(frozen=True, slots=True)
class LifetimeValue:
    """A lifetime value in money, with the assumptions it rests on, by name."""

    value: Decimal | None
    assumptions: tuple[tuple[str, Decimal], ...]
    method: str = "simple_lifetime_value"
    reason: Reason | None = None


def simple_lifetime_value(
    spend: Number,
    purchases_per_year: Number,
    years: Number,
    *,
    margin: Number = 1,
    retention: Number | None = None,
    discount: Number = 0,
) -> LifetimeValue:
    """Return what a customer is worth over a number of years.

    Formula: spend × purchases a year × margin × Σ_t (retention/(1 + discount))^t over whole years t = 0 … years − 1
    (and the fraction of the last one); without retention and discount spend × purchases × years × margin.
    Source: Kotler and Keller (2016), Marketing Management, ch. 5; Gupta and Lehmann (2003), Journal of Interactive
    Marketing 17, 9-24, for retention and discount.
    Units: money, exactly (a binary float counts as it is written, 0.1 as one tenth); `margin`, `retention` shares in [0, 1], `discount` a year.
    Shapes: single numbers.
    Errors: `InvalidInput` for negative numbers, shares above 1, or what is no number; NaN ends in `not_finite`.

    >>> str(simple_lifetime_value(50_000, 3, 1).value)
    '150000'
    >>> str(simple_lifetime_value("100", 2, 2, margin="0.3", retention="0.5").value)
    '90.000'
    """
    given = {
        "spend": spend,
        "purchases_per_year": purchases_per_year,
        "years": years,
        "margin": margin,
        "retention": 1 if retention is None else retention,
        "discount": discount,
    }
    told = {name: _exact(name, number) for name, number in given.items()}
    if any(not number.is_finite() for number in told.values()):
        return LifetimeValue(None, tuple(told.items()), reason=Reason.NOT_FINITE)
    for name in ("margin", "retention"):
        if told[name] > 1:
            raise InvalidInput("not_a_fraction", f"{name} must lie in [0, 1], got {told[name]}")
    step = told["retention"] / (1 + told["discount"])
    whole = told["years"] // 1
    # To Decimal nothing to the power of nothing is no number; here it is everybody, before the first year.
    left = step**whole if whole else Decimal(1)
    held = whole if step == 1 else (1 - left) / (1 - step)
    held += (told["years"] - whole) * left
    value = told["spend"] * told["purchases_per_year"] * told["margin"] * held
    return LifetimeValue(value, tuple(told.items()))


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """One customer's purchases summed up, as `BetaGeoNbd` and `GammaGamma` take them.

    `frequency` repeat purchases, `recency` time from first to last, `age` time from first to now, in periods;
    `monetary` the mean amount of the repeats (None without any), `total` of all; `since_last` periods since the last.
    """

    customer: Hashable
    frequency: int
    recency: float
    age: float
    since_last: float
    monetary: Decimal | None
    total: Decimal


@dataclass(frozen=True, slots=True)
class RecencyFrequency:
    """All customers with a purchase up to now, in the order of their codes as text; `value` counts them."""

    value: int | None
    customers: tuple[CustomerHistory, ...]
    n: int
    method: str = "recency_frequency"
    reason: Reason | None = None


def recency_frequency(
    purchases: Iterable[tuple[Hashable, datetime, Number]],
    as_of: datetime,
    *,
    period: timedelta = timedelta(days=1),
) -> RecencyFrequency:
    """Return how recently, how often and for how much each customer bought.

    Formula: purchases within the same period of a customer count as one (their amounts add up), as the models assume;
    frequency = periods with a purchase − 1, recency = last − first, age = as_of − first.
    Source: Fader, Hardie and Lee (2005); Hughes (1994), Strategic Database Marketing.
    Shapes: (customer, time, amount) per purchase, in any order; times all aware or all naive, as `as_of` is.
    Units: times in periods since the first purchase; money in Decimal. Purchases after `as_of` are left out.
    Errors: `InvalidInput` for a period that is not positive or an amount that is no number; no purchases end in
    `no_data`, a NaN amount in `not_finite`.

    >>> day = lambda d: datetime(2026, 1, d)
    >>> found = recency_frequency([("li", day(1), 10), ("li", day(4), 30), ("li", day(4), 5), ("wu", day(2), 8)], day(11))
    >>> [(c.customer, c.frequency, c.recency, c.age, c.monetary) for c in found.customers]
    [('li', 1, 3.0, 10.0, Decimal('35')), ('wu', 0, 0.0, 9.0, None)]
    """
    if period <= timedelta(0):
        raise InvalidInput("not_positive", "a period is longer than nothing")
    kept: dict[Hashable, list[tuple[datetime, Decimal]]] = {}
    n = 0
    for customer, time, amount in purchases:
        if time <= as_of:
            kept.setdefault(customer, []).append((time, _decimal("amount", amount)))
            n += 1
    if not all(amount.is_finite() for bought in kept.values() for _, amount in bought):
        return RecencyFrequency(None, (), n, reason=Reason.NOT_FINITE)
    if not kept:
        return RecencyFrequency(None, (), 0, reason=Reason.NO_DATA)
    customers = tuple(
        _history(customer, sorted(kept[customer]), as_of, period)
        for customer in sorted(kept, key=str)
    )
    return RecencyFrequency(len(customers), customers, n)


@dataclass(frozen=True, slots=True)
class RfmScore:
    """One customer's place among all: 1 (lowest) to `bins` for recency, frequency and money."""

    customer: Hashable
    recency: int
    frequency: int
    monetary: int

    @property
    def code(self) -> str:
        """The three scores side by side, as 555."""
        return f"{self.recency}{self.frequency}{self.monetary}"


def rfm_scores(customers: Sequence[CustomerHistory], *, bins: int = 5) -> tuple[RfmScore, ...]:
    """Return recency-frequency-monetary scores, customers in the order given.

    Formula: each of the three is cut into `bins` parts of equal size by mid-rank, ties alike: score =
    ⌈bins × mid-rank/n⌉; the most recent, the most frequent and the largest total score highest.
    Source: Hughes (1994), Strategic Database Marketing, ch. 5.
    Shapes: one history per customer. Units: scores from 1 to `bins`.
    Errors: `InvalidInput` for fewer than two bins or NaN; no customers give no scores.

    >>> day = lambda d: datetime(2026, 1, d)
    >>> found = recency_frequency([("a", day(1), 9), ("b", day(5), 5), ("b", day(9), 50)], day(10))
    >>> [score.code for score in rfm_scores(found.customers, bins=2)]
    ['111', '222']
    """
    if bins < 2:
        raise InvalidInput("bins", f"scores need at least two bins, got {bins}")
    if not all(math.isfinite(each.since_last) and each.total.is_finite() for each in customers):
        raise InvalidInput("not_finite", "times and totals must be numbers")
    recent = _scores([Decimal(-each.since_last) for each in customers], bins)
    often = _scores([Decimal(each.frequency) for each in customers], bins)
    much = _scores([each.total for each in customers], bins)
    return tuple(
        RfmScore(each.customer, *scores)
        for each, *scores in zip(customers, recent, often, much, strict=True)
    )


def _exact(name: str, number: Number) -> Decimal:
    exact = _decimal(name, number)
    if exact.is_finite() and exact < 0:
        raise InvalidInput("negative", f"{name} must not be negative, got {exact}")
    return exact


def _decimal(name: str, number: Number) -> Decimal:
    try:
        # A binary float is taken as it is written, 0.1 as one tenth.
        return Decimal(str(number))
    except InvalidOperation:
        raise InvalidInput("not_a_number", f"{name} is no number: {number!r}") from None


def _history(
    customer: Hashable,
    purchases: Sequence[tuple[datetime, Decimal]],
    as_of: datetime,
    period: timedelta,
) -> CustomerHistory:
    first = purchases[0][0]
    amounts: dict[int, Decimal] = {}
    for time, amount in purchases:
        number = (time - first) // period
        amounts[number] = amounts.get(number, Decimal(0)) + amount
    repeats = [amounts[number] for number in sorted(amounts)][1:]
    last = max(amounts)
    age = (as_of - first) / period
    return CustomerHistory(
        customer=customer,
        frequency=len(repeats),
        recency=float(last),
        age=max(float(last), age),
        since_last=max(0.0, age - last),
        monetary=sum(repeats, Decimal(0)) / len(repeats) if repeats else None,
        total=sum(amounts.values(), Decimal(0)),
    )


def _scores(values: Sequence[Decimal], bins: int) -> list[int]:
    n = len(values)
    ordered = sorted(values)
    first: dict[Decimal, int] = {}
    last: dict[Decimal, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
        last[value] = place
    return [max(1, -(-bins * (first[value] + last[value]) // (2 * n))) for value in values]
