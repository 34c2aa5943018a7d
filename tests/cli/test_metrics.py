"""`peakend metrics` as people type it."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from peakend.cli import main
from peakend.loop.figures_published import publish_figures
from peakend.metrics.services import MetricDraft, save_metric
from tests.builders import a_response_signal, hear

pytestmark = pytest.mark.django_db


def typed(*words: str) -> Result:
    return CliRunner().invoke(main, ["metrics", *words], env={"PEAKEND_LANGUAGE": "en"})


@pytest.fixture
def answered(home):
    signals = []
    for month, scores in (("06", [10] * 20 + [0] * 20), ("07", [10] * 60 + [0] * 20)):
        day = f"2026-{month}-20T12:00:00+08:00"
        signals += [a_response_signal({"nps": score}, time=day) for score in scores]
    hear(*signals)


def test_the_list_names_every_metric_and_can_be_cut_to_a_level(home):
    everything = json.loads(typed("list", "--json").output)
    results = json.loads(typed("list", "--level", "result", "--json").output)

    assert {"nps", "response_time", "experience_index"} <= {one["code"] for one in everything}
    assert {one["level"] for one in results} == {"result"}


def test_a_figure_carries_n_interval_and_change(answered):
    told = json.loads(
        typed("show", "nps", "--since", "2026-07-01", "--until", "2026-07-31", "--json").output
    )

    (reading,) = told["readings"]
    assert told["computed_at"].startswith(str(datetime.now(UTC).year))
    assert told["position"] == 120, "how far the answers are in it"
    assert (reading["value"], reading["n"]) == (0.5, 80)
    assert reading["low"] < 0.5 < reading["high"]
    assert reading["change"]["value"] == 0.5
    assert not reading["change"]["noise"]


def test_a_period_without_answers_has_no_reading(answered):
    told = json.loads(
        typed("show", "nps", "--since", "2026-08-01", "--until", "2026-08-31", "--json").output
    )
    assert told["readings"] == []


def test_below_the_minimum_there_is_a_reason_and_no_value(home):
    day = "2026-07-20T12:00:00+08:00"
    hear(*[a_response_signal({"nps": 9}, time=day) for _ in range(5)])

    (reading,) = json.loads(typed("show", "nps", "--json").output)["readings"]

    assert (reading["value"], reading["n"], reading["reason"]) == (None, 5, "too_few")


def test_months_stand_under_each_other_in_words(answered):
    shown = typed(
        "show", "nps", "--by", "month", "--since", "2026-06-01", "--until", "2026-07-31"
    ).output
    assert "2026-06-01" in shown
    assert "+50" in shown


def test_what_is_computed_how_and_when_not_to_believe_it(home):
    save_metric(MetricDraft("happy", "满意", "answers_share", {"codes": ["csat"]}), by=None)

    told = json.loads(typed("explain", "happy", "--json").output)
    assert told["is_own"]
    assert told["observations"] == ["score:csat"]
    words = typed("explain", "nps").output
    assert "When not to believe it" in words
    assert "0.4 × nps" in typed("explain", "experience_index").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "happiness"), "There is no metric “happiness”"),
        (("show", "negative_share"), "give --aspect"),
        (("show", "nps", "--unit", "nowhere"), "There is no unit “nowhere”"),
    ],
)
def test_what_cannot_be_is_said_in_words(home, words, said):
    ended = typed(*words)
    assert ended.exit_code
    assert said in ended.output


def test_a_day_in_the_past_is_told_as_it_was_known_then(home):
    week = "2026-07-22T12:00:00+08:00"
    closed, later = (datetime(2026, month, 3, tzinfo=UTC) for month in (8, 9))
    hear(*[a_response_signal({"nps": score}, time=week) for score in [10] * 30 + [0] * 10])
    publish_figures(closed)
    hear(*[a_response_signal({"nps": 0}, time=week) for _ in range(10)])
    publish_figures(later)

    def told(day: str) -> list:
        return json.loads(typed("show", "nps", "--as-of", day, "--json").output)["periods"]

    assert told("2026-07-28") == []
    (then,) = told("2026-08-20")
    assert (then["starts_on"], then["then"]["value"], then["now"]["value"]) == (
        "2026-07-20", 0.5, 0.2,
    )  # fmt: skip
    assert (then["then"]["n"], then["late"], then["corrected"]) == (40, 10, 0)
    assert then["then"]["computed_at"].startswith("2026-08-03")
    (now,) = told("2026-09-03")
    assert (now["then"]["value"], now["late"]) == (0.2, 0)
    assert "+50" in typed("show", "nps", "--as-of", "2026-08-20").output
    assert typed("show", "nps", "--as-of", "2026-08-20", "--by", "unit").exit_code == 2
