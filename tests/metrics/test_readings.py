"""Figures carry what one needs to believe them."""

from datetime import date

import pytest

from peakend.inbox.signals import Who
from peakend.methods.scores import nps, nps_difference
from peakend.metrics.definitions import CATALOGUE, UnknownMetric
from peakend.metrics.pain_points import ranked_points
from peakend.metrics.queries import reading, readings, readings_by_aspect
from peakend.voices.models import Source
from peakend.warehouse.cells import Slice
from tests.builders import a_response_signal, a_unit, a_voice_signal, an_event_signal, hear

pytestmark = pytest.mark.django_db

JUNE = Slice(since=date(2026, 6, 1), until=date(2026, 7, 1))
JULY = Slice(since=date(2026, 7, 1), until=date(2026, 8, 1))


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


def answers(scores: list[int], day: str) -> list:
    return [a_response_signal({"nps": score}, time=f"{day}T12:00:00+08:00") for score in scores]


def test_nps_has_interval_n_and_its_change_against_the_month_before() -> None:
    hear(*answers([10] * 60 + [8] * 25 + [0] * 15, "2026-07-10"))
    hear(*answers([10] * 45 + [8] * 30 + [0] * 25, "2026-06-10"))
    now = reading("nps", JULY, compare=JUNE)

    expected = nps(60, 25, 15)
    assert (now.value, now.low, now.high, now.n) == (
        expected.value, expected.low, expected.high, 100,
    )  # fmt: skip
    difference = nps_difference((60, 25, 15), (45, 30, 25))
    assert now.change is not None
    assert (now.change.value, now.change.low) == (difference.value, difference.low)
    assert now.verdict == 1


def test_a_change_within_noise_is_no_verdict() -> None:
    hear(*answers([10] * 20 + [0] * 20, "2026-07-10"), *answers([10] * 19 + [0] * 21, "2026-06-10"))
    now = reading("nps", JULY, compare=JUNE)
    assert now.change is not None
    assert now.change.noise
    assert now.verdict == 0


def test_too_few_answers_say_so() -> None:
    hear(*answers([9, 9, 3], "2026-07-10"))
    few = reading("nps", JULY)
    assert (few.enough, few.reason, few.n) == (False, "too_few", 3)


def test_no_answers_say_so() -> None:
    none = reading("nps", JULY)
    assert (none.value, none.reason, none.enough) == (None, "no_data", False)


def test_every_metric_of_the_catalogue_reads_without_data_and_with_it() -> None:
    def read_all() -> list:
        return [
            reading(code, JULY, compare=JUNE, aspect="wait_time" if metric.of_aspect else "")
            for code, metric in CATALOGUE.items()
        ]

    assert all(one.value is None for one in read_all())
    recorded = ("case_first_reply", "case_closed", "delivery", "queue_call", "page_load", "visit")
    hear(
        *[a_voice_signal(rating=2, scale=(1, 5)) for _ in range(40)],
        *[a_response_signal({"nps": 9, "csat": 4, "ces": 5}) for _ in range(40)],
        *[an_event_signal(event, 20.0) for event in recorded for _ in range(40)],
        *[
            an_event_signal("purchase", 20.0, customer=Who({"member": f"M{n}"}), time=time)
            for n in range(40)
            for time in ("2026-04-10T10:00:00+08:00", "2026-07-20T10:00:00+08:00")
        ],
    )
    for one in read_all():
        assert one.value is not None, one.metric.code
        assert one.n >= 40, one.metric.code
        assert one.method, one.metric.code


def test_mention_share_is_of_all_voices_and_negative_share_of_those_who_speak_of_it() -> None:
    hear(
        *[a_voice_signal("等位太久了，等了两个小时") for _ in range(30)],
        *[a_voice_signal("没有等位，直接进去了，很快") for _ in range(10)],
        *[a_voice_signal("味道很好，很好吃") for _ in range(60)],
    )
    mentioned = reading("mention_share", Slice(), aspect="wait_time")
    blamed = reading("negative_share", Slice(), aspect="wait_time")
    assert mentioned.value == pytest.approx(blamed.n / 100)
    assert blamed.value == pytest.approx(30 / blamed.n)


def test_readings_by_week_come_in_order_and_by_unit_with_their_comparison() -> None:
    store = a_unit(code="s1")
    for week in ("2026-07-08", "2026-07-01"):
        hear(
            *[
                a_response_signal({"csat": 4 + n % 2}, unit="s1", time=f"{week}T12:00:00+08:00")
                for n in range(40)
            ]
        )
    weekly = readings("csat", JULY, ("week",))
    assert [one.key for one in weekly] == [(date(2026, 6, 29),), (date(2026, 7, 6),)]
    (unit,) = readings("csat", JULY, ("unit",), compare=JUNE)
    assert unit.key == (store.pk,)
    assert unit.change is None  # nothing was answered in June


def test_an_unknown_metric_and_a_missing_aspect_are_named() -> None:
    with pytest.raises(UnknownMetric, match="happiness"):
        reading("happiness", JULY)
    with pytest.raises(ValueError, match="negative_share"):
        readings("negative_share", JULY)


def test_the_gravest_pain_of_most_voices_comes_first_with_100() -> None:
    hear(
        *[a_voice_signal("等位太久了，等了两个小时") for _ in range(50)],
        *[a_voice_signal("停车很不方便") for _ in range(10)],
        *[a_voice_signal("味道很好，非常好吃") for _ in range(30)],
    )
    pains = ranked_points(Slice())
    assert pains[0].aspect == "wait_time"
    assert (pains[0].voices, pains[0].impact) == (50, 100)
    assert [one.impact for one in pains] == sorted((one.impact for one in pains), reverse=True)
    delights = ranked_points(Slice(), polarity=1)
    assert delights[0].aspect == "dish_taste" or "taste" in delights[0].aspect
    assert delights[0].voices == 30


def test_aspects_are_read_in_one_go() -> None:
    hear(*[a_voice_signal("等位太久了", customer=Who({"member": f"M{n}"})) for n in range(35)])
    by_aspect = {one.aspect: one for one in readings_by_aspect("negative_share", Slice())}
    assert by_aspect["wait_time"].n == 35
