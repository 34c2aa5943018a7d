"""What drives the whole, from answers that belong to one respondent."""

from datetime import date

import numpy as np
import pytest

from peakend.inbox.signals import Who
from peakend.methods.drivers import lmg
from peakend.metrics.definitions import definition_of
from peakend.metrics.drivers import LEAST_ROWS, Analysis, analyse, shortfalls, subjects
from peakend.metrics.hidden_drivers import hidden_segments
from peakend.metrics.services import MetricDraft, save_metric
from peakend.metrics.weights import NothingToTake, take_weights, weights_of
from peakend.surveys.services import create_survey
from peakend.warehouse.cells import Slice
from tests.builders import a_response_signal, a_unit, hear

pytestmark = pytest.mark.django_db

PARTS = ("room", "staff", "speed")


def a_question(code: str, kind: str = "rating") -> dict:
    return {"code": code, "type": kind, "text": {"zh": code, "en": code}}


@pytest.fixture(autouse=True)
def survey(home):
    questions = [a_question("csat", "csat"), *map(a_question, PARTS)]
    return create_survey(slug="after-visit", title="回访", definition={"questions": questions})


def answered(n: int = 300, seed: int = 1, shift: float = 0.0, **more) -> np.ndarray:
    """Answers in which the room decides most, the staff some, the speed nothing."""
    rng = np.random.default_rng(seed)
    parts = rng.integers(1, 6, (n, 3))
    whole = 0.7 * parts[:, 0] + 0.3 * parts[:, 1] + shift + rng.normal(0, 0.4, n)
    csat = np.clip(np.round(whole), 1, 5).astype(int)
    segment = more.pop("segment", "")
    hear(
        *[
            a_response_signal(
                {"csat": int(csat[row]), **dict(zip(PARTS, parts[row].tolist(), strict=True))},
                time="2026-07-10T12:00:00+08:00",
                customer=Who({"member": f"{segment}{seed}-{row}"}, attributes={"segment": segment}),
                **more,
            )
            for row in range(n)
        ]
    )
    return np.column_stack([csat, parts])


def of_everything(whole: str = "csat") -> Analysis:
    (subject,) = subjects()
    return analyse(subject, whole, Slice(), draws=60)


def test_importance_is_the_shapley_share_of_answers_joined_by_response():
    rows = answered()

    found = of_everything()

    expected = lmg(rows[:, 1:], rows[:, 0])
    assert [one.importance.value for one in found.drivers] == pytest.approx(
        expected.shares.tolist()
    )
    assert found.r_squared == pytest.approx(expected.r_squared)
    assert found.n == 300
    assert sum(one.weight for one in found.drivers) == pytest.approx(1)
    for one in found.drivers:
        assert one.importance.low <= one.importance.value <= one.importance.high
    room = found.driver("room")
    assert room.importance.low > found.driver("speed").importance.high


def test_the_same_answers_give_the_same_intervals():
    answered()
    one, other = of_everything(), of_everything()
    assert one.drivers == other.drivers


def test_who_left_a_part_out_does_not_enter_and_is_counted():
    answered(200)
    hear(
        *[
            a_response_signal({"csat": 5, "room": 1}, time="2026-07-10T12:00:00+08:00")
            for _ in range(50)
        ]
    )
    found = of_everything()
    assert (found.n, found.answered) == (200, 250)


def test_a_part_that_few_were_asked_of_is_left_out_instead_of_everybody_else():
    answered(100)
    hear(
        *[
            a_response_signal(
                {"csat": 1 + n % 5, "room": 1 + n % 5, "staff": 1 + n % 3},
                time="2026-07-10T12:00:00+08:00",
            )
            for n in range(150)
        ]
    )
    found = of_everything()
    assert found.left_out == ("speed",)
    assert found.n == 250


def test_too_few_answers_say_so():
    answered(LEAST_ROWS - 1)
    found = of_everything()
    assert (found.is_known, str(found.reason)) == (False, "too_few")


def test_a_whole_that_never_varies_says_so():
    hear(
        *[
            a_response_signal(
                {"csat": 5, "room": 1 + n % 5, "staff": 1 + n % 4, "speed": 2},
                time="2026-07-10T12:00:00+08:00",
            )
            for n in range(80)
        ]
    )
    assert str(of_everything().reason) == "no_variance"


def test_each_segment_has_drivers_of_its_own():
    answered(200, seed=1, segment="vip")
    rng = np.random.default_rng(3)
    hear(
        *[
            a_response_signal(
                {
                    "csat": speed,
                    "room": int(rng.integers(1, 6)),
                    "staff": int(rng.integers(1, 6)),
                    "speed": speed,
                },
                time="2026-07-10T12:00:00+08:00",
                customer=Who({"member": f"new{n}"}, attributes={"segment": "new"}),
            )
            for n in range(150)
            for speed in [1 + n % 5]
        ]
    )
    found = of_everything()
    weights = {segment: one.weights for segment, one in found.segments.items()}
    assert max(weights["vip"], key=weights["vip"].get) == "room"
    assert max(weights["new"], key=weights["new"].get) == "speed"


def test_what_was_expected_is_held_against_what_was_perceived(survey):
    survey.definition["questions"].append(a_question("room_expected"))
    survey.save()
    hear(
        *[
            a_response_signal(
                {
                    "csat": 1 + n % 5,
                    "room": 3 + n % 2,
                    "staff": 1 + n % 4,
                    "speed": 1 + n % 3,
                    "room_expected": 5,
                },
                time="2026-07-10T12:00:00+08:00",
            )
            for n in range(100)
        ]
    )
    found = of_everything()
    assert [one.code for one in found.drivers] == list(PARTS), "an expectation is no driver"
    gap = found.driver("room").gap
    assert gap.value == pytest.approx(-1.5)
    assert gap.high < 0
    assert found.driver("staff").gap is None


def test_weights_go_into_an_index_with_their_day_and_answers():
    answered()
    save_metric(MetricDraft("service_index", "服务指数", "index", {}, parts=[("csat", 1)]), by=None)
    found = of_everything()

    take_weights(found, "service_index", on=date(2026, 7, 11), by=None)

    parts = {part.code: part for part in definition_of("service_index").parts}
    assert set(parts) == {f"score:{code}" for code in PARTS}
    assert parts["score:room"].weight == pytest.approx(100 * found.driver("room").weight, abs=0.05)
    assert parts["score:room"].taken_on == date(2026, 7, 11)
    origin = parts["score:room"].origin
    assert (origin["survey"], origin["whole"], origin["n"]) == ("after-visit", "csat", 300)


def test_a_segments_weights_stand_beside_everybodys():
    answered(200, segment="vip")
    save_metric(MetricDraft("service_index", "服务指数", "index", {}, parts=[("csat", 1)]), by=None)
    found = of_everything()

    take_weights(found, "service_index", on=date(2026, 7, 11), by=None, segment="vip")

    index = definition_of("service_index")
    assert {part.code for part in index.weights_in("")} == {"csat"}
    assert {part.code for part in index.weights_in("vip")} == {f"score:{code}" for code in PARTS}
    with pytest.raises(NothingToTake):
        weights_of(found, "unheard_of")


def test_a_segment_whose_whole_falls_below_its_parts_raises_the_alarm():
    answered(300, seed=1, segment="new")
    answered(200, seed=2, segment="member")
    answered(150, seed=3, segment="vip", shift=-1.0)

    (alarm,) = hidden_segments(of_everything())

    assert (alarm.segment, alarm.n) == ("vip", 150)
    assert alarm.high < -0.2


def test_the_answers_farthest_below_their_parts_come_first():
    a_unit(code="s1")
    store = a_unit(code="s2")
    answered(200, seed=1, unit="s1")
    hear(
        a_response_signal(
            {"csat": 1, "room": 5, "staff": 5, "speed": 5},
            unit="s2",
            time="2026-07-10T12:00:00+08:00",
        ),
        a_response_signal(
            {"csat": 4, "room": 5, "staff": 5, "speed": 5},
            unit="s2",
            time="2026-07-10T12:00:00+08:00",
        ),
        a_response_signal(
            {"csat": 5, "room": 1, "staff": 1, "speed": 1},
            unit="s2",
            time="2026-07-10T12:00:00+08:00",
        ),
    )
    found = shortfalls(of_everything(), [store.pk])
    assert [signal for signal, _gap in found] == [201, 202]
    assert found[0][1] < found[1][1] < 0


def test_what_each_score_adds_is_told_where_enough_gave_it():
    rows = answered()

    room = of_everything().driver("room")

    means = [rows[rows[:, 1] == score, 0].mean() for score in room.scores]
    assert room.scores == (1, 2, 3, 4, 5)
    assert [gain.value for gain in room.steps.gains] == pytest.approx(np.diff(means).tolist())
    speed = of_everything().driver("speed")
    assert speed.steps.enough_from == 0


def test_a_kind_is_not_told_where_hardly_anybody_was_unhappy():
    rng = np.random.default_rng(4)
    rows = np.column_stack([rng.integers(3, 6, 200), rng.integers(1, 6, (200, 2))])
    rows[0, 0] = 1
    hear(
        *[
            a_response_signal(
                {
                    "csat": int(np.clip(row[0] + rng.integers(-1, 2), 1, 5)),
                    **dict(zip(PARTS, row.tolist(), strict=True)),
                },
                time="2026-07-10T12:00:00+08:00",
                customer=Who({"member": str(place)}),
            )
            for place, row in enumerate(rows)
        ]
    )

    room = of_everything().driver("room")

    assert room.kind is None
    assert room.penalty.value is None
    assert room.reward.low > 0
    assert room.scores == (3, 4, 5)
