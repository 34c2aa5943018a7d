"""Scores that are too good: found where they are improbable, and left alone where they are not."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.utils import translation

from peakend.alerts.causes import Cause
from peakend.alerts.choices import Severity
from peakend.alerts.kinds import title_of_cause
from peakend.alerts.queries import preview, wolf
from peakend.alerts.services import ensure_standard_rules
from peakend.cases.models import Case
from peakend.loop.alerts_raised import evaluate
from peakend.organization.choices import UnitKind
from tests.builders import a_response_signal, a_unit, hear

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 26, 12, tzinfo=UTC)
FIRST = date(2026, 6, 22)  # of the four weeks before the one that runs
SHARES = (0.05, 0.1, 0.2, 0.35, 0.3)
UNITS = 10
ANSWERS = 60


@pytest.fixture(autouse=True)
def _shops(home) -> None:
    group = a_unit(code="group", kind=UnitKind.GROUP)
    for number in range(UNITS):
        a_unit(group, code=f"s{number}")


def ordinary(rng: np.random.Generator, unit: int, n: int = ANSWERS, start: date = FIRST) -> list:
    """Answers of ordinary guests: some are happy, they come at all hours of opening."""
    leaning = rng.dirichlet(40 * np.array(SHARES))
    return [
        answer(unit, int(rng.choice(5, p=leaning)) + 1, when(rng, start), rng) for _ in range(n)
    ]


def when(rng: np.random.Generator, start: date = FIRST) -> datetime:
    minutes = int(rng.integers(0, 28)) * 1440 + int(rng.integers(3 * 60, 14 * 60))
    noon = datetime(start.year, start.month, start.day, tzinfo=UTC)
    return noon + timedelta(minutes=minutes, seconds=int(rng.integers(0, 60)))


def answer(unit: int, csat: int, at: datetime, rng: np.random.Generator, **more: object) -> object:
    others = {code: int(np.clip(csat + rng.integers(-2, 2), 1, 5)) for code in ("food", "service")}
    return a_response_signal(
        {"csat": csat, **others}, unit=f"s{unit}", time=at.isoformat(),
        attributes={"seconds": int(rng.integers(25, 90))}, **more,
    )  # fmt: skip


def found(signals: Iterable) -> list[Cause]:
    hear(*signals)
    return list(preview("too_good", {"question": "csat"}, NOW).examples)


def everybody(rng: np.random.Generator, but: int | None = None) -> list:
    return [one for unit in range(UNITS) if unit != but for one in ordinary(rng, unit)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ordinary_shops_are_left_alone(seed):
    assert found(everybody(np.random.default_rng(seed))) == []


def test_a_shop_where_everybody_is_delighted_is_worth_a_look():
    rng = np.random.default_rng(4)
    odd = [answer(0, 5, when(rng), rng) for _ in range(ANSWERS)]

    (cause,) = found([*everybody(rng, but=0), *odd])

    assert cause.facts["sign"] == "ceiling"
    assert (cause.facts["seen"], cause.facts["n"]) == (1.0, ANSWERS)
    assert not cause.answers_somebody
    assert sum(one.response_id is not None for one in cause.evidence) == 20
    with translation.override("en"):
        said = title_of_cause("", cause.facts)
    assert said.startswith("Please look")
    assert "100% gave the best answer" in said


def test_a_good_shop_is_no_suspect():
    rng = np.random.default_rng(5)
    good = [answer(0, int(rng.choice([4, 5], p=[0.3, 0.7])), when(rng), rng) for _ in range(60)]
    assert found([*everybody(rng, but=0), *good]) == []


def test_one_and_the_same_answer_is_found_below_the_top_as_well():
    rng = np.random.default_rng(6)
    odd = [answer(0, 4, when(rng), rng) for _ in range(ANSWERS)]
    (cause,) = found([*everybody(rng, but=0), *odd])
    assert cause.facts["sign"] == "even"


def test_answers_within_moments_of_each_other_are_found():
    rng = np.random.default_rng(7)
    row = []
    for day in (3, 9, 17):
        closing = datetime(2026, 6, 22, 13, 5, tzinfo=UTC) + timedelta(days=day)
        row += [
            answer(0, int(rng.integers(3, 6)), closing + timedelta(seconds=40 * place), rng)
            for place in range(20)
        ]
    (cause,) = found([*everybody(rng, but=0), *row])
    assert {"close", "one_hour"} <= set(cause.facts["signs"])


def test_every_question_answered_alike_is_found():
    rng = np.random.default_rng(8)
    alike = [
        a_response_signal(
            {"csat": score, "food": score, "service": score}, unit="s0", time=when(rng).isoformat()
        )
        for score in rng.choice([3, 4, 5], 60).tolist()
    ]
    (cause,) = found([*everybody(rng, but=0), *alike])
    assert cause.facts["sign"] == "straight"


def test_answers_nobody_had_the_time_to_give_are_found():
    rng = np.random.default_rng(9)
    fast = [
        a_response_signal(
            {"csat": int(rng.integers(1, 6)), "food": int(rng.integers(1, 6)), "service": 3},
            unit="s0", time=when(rng).isoformat(), attributes={"seconds": 2},
        )
        for _ in range(60)
    ]  # fmt: skip
    (cause,) = found([*everybody(rng, but=0), *fast])
    assert cause.facts["sign"] == "fast"


def test_a_shop_that_suddenly_pleases_everybody_is_found_even_without_peers():
    rng = np.random.default_rng(10)
    before = ordinary(rng, 0, 200, FIRST - timedelta(weeks=6))
    odd = [answer(0, 5, when(rng), rng) for _ in range(ANSWERS)]
    (cause,) = found([*before, *odd])
    assert cause.facts["sign"] == "sudden"


def test_a_row_of_equal_answers_is_found():
    rng = np.random.default_rng(11)
    start = datetime(2026, 6, 23, 4, tzinfo=UTC)
    mixed = [
        answer(0, 1 + place % 5, start + timedelta(hours=3 * place), rng) for place in range(50)
    ]
    row = [
        answer(0, 5, start + timedelta(hours=160, minutes=9 * place), rng) for place in range(20)
    ]
    (cause,) = found([*everybody(rng, but=0), *mixed, *row])
    assert "run" in cause.facts["signs"]


def quarter(rng: np.random.Generator, unit: int, months: Iterable[int] = (2, 1, 0)) -> list:
    """A small shop: a dozen answers in four weeks, too few to judge it by."""
    return [
        one
        for month in months
        for one in ordinary(rng, unit, 12, FIRST - timedelta(weeks=4 * month))
    ]


def delighted(rng: np.random.Generator, months: Iterable[int], n: int = 12) -> list:
    return [
        answer(0, 5, when(rng, FIRST - timedelta(weeks=4 * month)), rng)
        for month in months
        for _ in range(n)
    ]


def small_shops(rng: np.random.Generator, *, but: int | None = None) -> list:
    return [one for unit in range(UNITS) if unit != but for one in quarter(rng, unit)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_small_ordinary_shops_are_left_alone(seed):
    assert found(small_shops(np.random.default_rng(seed))) == []


def test_a_small_shop_is_judged_by_a_quarter():
    rng = np.random.default_rng(4)

    (cause,) = found([*small_shops(rng, but=0), *delighted(rng, (2, 1, 0))])

    assert (cause.facts["sign"], cause.facts["weeks"], cause.facts["n"]) == ("ceiling", 13, 36)


def test_what_is_over_at_a_small_shop_is_not_raised_again():
    rng = np.random.default_rng(4)
    hear(*small_shops(rng, but=0), *delighted(rng, (2, 1), 20))

    assert len(found([answer(0, 5, when(rng), rng)])) == 1
    assert found([answer(0, 3, when(rng), rng) for _ in range(2)]) == [], (
        "the newest show it no more"
    )


def test_the_rule_tells_of_small_shops_too_how_often_it_would_cry_wolf():
    rng = np.random.default_rng(12)
    hear(*[one for unit in range(UNITS) for one in quarter(rng, unit, range(6))])

    rate = wolf("too_good", {"question": "csat"}, NOW)

    assert (rate.series, rate.fired) == (UNITS, 0)


def test_the_rule_tells_how_often_it_would_cry_wolf():
    rng = np.random.default_rng(12)
    for month in range(3):
        start = FIRST - timedelta(weeks=4 * month)
        hear(*[one for unit in range(UNITS) for one in ordinary(rng, unit, start=start)])
    rate = wolf("too_good", {"question": "csat"}, NOW)
    assert (rate.series, rate.fired) == (UNITS, 0)
    assert rate.weekly < 0.05


def test_the_standard_rule_asks_the_company_and_not_the_shop():
    rng = np.random.default_rng(4)
    hear(*everybody(rng, but=0), *[answer(0, 5, when(rng), rng) for _ in range(ANSWERS)])
    ensure_standard_rules()

    report = evaluate(NOW, tell=False)
    again = evaluate(NOW, tell=False)

    assert report.by_rule["too-good"] == 1
    assert again.by_rule["too-good"] == 0
    case = Case.objects.get(rule__code="too-good")
    assert case.severity == Severity.LOW
    assert (case.unit.code, case.origin.code) == ("group", "s0")
