"""Rules over metrics: beyond a line, out of control, and how often they would cry wolf."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from peakend.alerts.kinds import KINDS
from peakend.alerts.queries import preview, wolf
from peakend.voices.models import Source
from tests.builders import a_response_signal, a_unit, a_voice_signal, hear

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 26, 12, tzinfo=UTC)
MONDAY = date(2026, 7, 20)


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


def a_week(back: int, good: int, bad: int, unit: str = "s1") -> list:
    """So many answers of 5 and of 1 in the week that many weeks ago."""
    day = f"{MONDAY - timedelta(weeks=back, days=-2)}T12:00:00+08:00"
    return [
        a_response_signal({"csat": score}, time=day, unit=unit) for score in [5] * good + [1] * bad
    ]


def test_a_week_fires_when_its_whole_interval_lies_beyond_the_line():
    a_unit(code="s1")
    hear(*a_week(0, 4, 26), *a_week(1, 14, 16), *a_week(2, 30, 0))
    rule = {"metric": "csat_top_two", "line": 50, "least_answers": 20}

    found = preview("metric_beyond_line", rule, NOW)

    assert found.cases == 1, "47% of 30 may well be 50%"
    facts = found.examples[0].facts
    assert (facts["week"], facts["n"]) == (MONDAY.isoformat(), 30)
    assert "50.0%" in KINDS["metric_beyond_line"].title("", facts)


def test_the_line_is_typed_as_the_metric_is_shown():
    a_unit(code="s1")
    hear(*a_week(0, 5, 25))
    assert preview("metric_beyond_line", {"metric": "csat", "line": 3}, NOW).cases == 1
    assert preview("metric_beyond_line", {"metric": "csat", "line": 1.1}, NOW).cases == 0


def test_the_whole_company_can_be_watched_where_single_units_are_too_small():
    for number in range(3):
        a_unit(code=f"s{number}")
    hear(*[signal for number in range(3) for signal in a_week(0, 1, 9, f"s{number}")])
    rule = {"metric": "csat", "line": 3, "least_answers": 20}
    assert preview("metric_beyond_line", rule, NOW).cases == 0
    (cause,) = preview("metric_beyond_line", {**rule, "place": "company"}, NOW).examples
    assert cause.unit_id is None


def test_a_week_out_of_control_is_found_on_the_worse_side_only():
    a_unit(code="s1")
    steady = [signal for back in range(1, 14) for signal in a_week(back, 20 + back % 3, 8)]
    hear(*steady, *a_week(0, 5, 25))
    rule = {"metric": "csat_top_two", "baseline_weeks": 10}

    (cause,) = preview("metric_out_of_control", rule, NOW).examples

    assert cause.facts["week"] == MONDAY.isoformat()
    assert cause.facts["metric_limit"] < 0.72
    better = {"metric": "csat_top_two", "baseline_weeks": 10}
    hear(*a_week(0, 200, 0))
    assert preview("metric_out_of_control", better, NOW).cases == 0


def test_a_new_level_is_one_cause_at_its_first_week():
    a_unit(code="s1")
    before = [signal for back in range(6, 16) for signal in a_week(back, 20 + back % 3, 8)]
    after = [signal for back in range(6) for signal in a_week(back, 8 + back % 3, 20)]
    hear(*before, *after)

    (cause,) = preview(
        "metric_out_of_control", {"metric": "csat_top_two", "test": "level"}, NOW
    ).examples

    assert cause.facts["week"] == (MONDAY - timedelta(weeks=5)).isoformat()


def test_a_looser_limit_cries_wolf_more_often():
    a_unit(code="s1")
    rng = np.random.default_rng(4)
    hear(*[signal for back in range(40) for signal in a_week(back, int(rng.binomial(30, 0.7)), 9)])
    rates = [
        wolf("metric_out_of_control", {"metric": "csat_top_two", "sigmas": sigmas}, NOW)
        for sigmas in (2.0, 3.0, 4.0)
    ]
    assert rates[0].weekly > rates[1].weekly > rates[2].weekly
    assert rates[0].low <= rates[0].weekly <= rates[0].high
    assert all(rate.series == 1 for rate in rates)


def test_the_false_alarms_of_every_unit_add_up():
    rng = np.random.default_rng(5)
    for number in range(3):
        a_unit(code=f"s{number}")
    hear(
        *[
            signal
            for number in range(3)
            for back in range(30)
            for signal in a_week(back, int(rng.binomial(30, 0.7)), 9, f"s{number}")
        ]
    )
    rate = wolf("metric_out_of_control", {"metric": "csat_top_two", "sigmas": 2.0}, NOW)
    assert rate.series == 3
    assert rate.weekly > 0.03


def test_without_history_nothing_is_claimed():
    rate = wolf("metric_out_of_control", {"metric": "csat"}, NOW)
    assert (rate.weekly, rate.series) == (None, 0)


def test_a_rule_over_single_answers_has_no_such_rate():
    assert wolf("low_score", {"nps": 3}, NOW) is None


def test_complaints_are_judged_by_their_exact_improbability():
    a_unit(code="s1")
    rng = np.random.default_rng(6)
    voices = []
    for back in range(20):
        day = f"{MONDAY - timedelta(weeks=back, days=-2)}T12:00:00+08:00"
        bad = int(rng.binomial(20, 0.4))
        texts = ["等位太久了，等了两个小时"] * bad + ["没有等位，直接进去了，很快"] * (20 - bad)
        voices += [a_voice_signal(text, time=day, unit="s1") for text in texts]
    hear(*voices)
    loose = wolf("negative_share_out_of_control", {"sigmas": 2.0}, NOW)
    strict = wolf("negative_share_out_of_control", {"sigmas": 4.0}, NOW)
    assert loose.series >= 1
    assert loose.weekly > strict.weekly
