"""The metric registry: own metrics, what a company sets, and indexes made of parts."""

from dataclasses import replace
from datetime import date

import pytest

from peakend.inbox.signals import Who
from peakend.methods.moments import Moments
from peakend.methods.scores import event_rate, mean_score, net_share, top_box
from peakend.metrics.catalogue import CATALOGUE
from peakend.metrics.definitions import UnknownMetric, all_metrics, definition_of, may_see
from peakend.metrics.errors import (
    CodeTaken,
    InUse,
    InvalidCode,
    InvalidFormula,
    NotAPart,
    NoWholeness,
)
from peakend.metrics.models import Metric
from peakend.metrics.queries import reading, reading_of, readings
from peakend.metrics.registry import read_once
from peakend.metrics.services import (
    MetricDraft,
    Settings,
    drafted,
    remove_metric,
    save_metric,
    set_metric,
    set_parts,
)
from peakend.organization.choices import Role
from peakend.surveys.services import create_survey
from peakend.voices.models import Source
from peakend.warehouse.cells import Slice
from tests.builders import (
    a_response_signal,
    a_unit,
    a_user,
    a_voice_signal,
    an_event_signal,
    hear,
)

pytestmark = pytest.mark.django_db

JUNE = Slice(since=date(2026, 6, 1), until=date(2026, 7, 1))
JULY = Slice(since=date(2026, 7, 1), until=date(2026, 8, 1))


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


def a_draft(kind: str = "answers_share", **changes) -> MetricDraft:
    values = {
        "code": "delighted", "name": "惊喜率", "name_en": "Delighted", "kind": kind,
        "parameters": {"codes": ["csat"], "at_least": 5, "at_most": 5}, "display": "percent",
    }  # fmt: skip
    return MetricDraft(**{**values, **changes})


def answers(code: str, scores: list[int], day: str = "2026-07-10", **more) -> list:
    return [
        a_response_signal({code: score}, time=f"{day}T12:00:00+08:00", **more) for score in scores
    ]


def test_an_own_metric_reads_like_a_shipped_one(settings) -> None:
    hear(
        *answers("csat", [5] * 30 + [4] * 50 + [2] * 20),
        *answers("csat", [5] * 10 + [3] * 30, "2026-06-10"),
    )
    save_metric(a_draft(), by=None)

    now = reading("delighted", JULY, compare=JUNE)

    expected = top_box(30, 100)
    assert (now.value, now.low, now.high, now.n) == (
        expected.value, expected.low, expected.high, 100,
    )  # fmt: skip
    assert now.change is not None
    assert now.change.before == 0.25
    assert "delighted" in {metric.code for metric in all_metrics()}


def test_its_name_and_formula_are_said_in_the_readers_language() -> None:
    from django.utils.translation import override

    save_metric(a_draft(), by=None)
    metric = definition_of("delighted")

    with override("en"):
        assert str(metric.name) == "Delighted"
        assert "5–5" in str(metric.formula)
    with override("zh-hans"):
        assert str(metric.name) == "惊喜率"


@pytest.mark.parametrize(
    ("kind", "parameters", "heard", "expected"),
    [
        ("answers_mean", {"codes": ["csat"]}, answers("csat", [5] * 20 + [2] * 20),
         mean_score(Moments.from_values([5] * 20 + [2] * 20))),
        ("answers_net", {"codes": ["csat"], "at_least": 5, "at_most": 2},
         answers("csat", [5] * 25 + [4] * 5 + [1] * 10), net_share(25, 5, 10)),
        ("event_within", {"code": "delivery", "at_most": 30},
         [an_event_signal("delivery", minutes) for minutes in [20.0] * 30 + [30.0] * 5 + [31.0] * 5],
         top_box(35, 40)),
        ("event_mean", {"code": "delivery"},
         [an_event_signal("delivery", minutes) for minutes in [20.0] * 20 + [40.0] * 20],
         mean_score(Moments.from_values([20.0] * 20 + [40.0] * 20))),
        ("event_rate", {"codes": ["return"], "occasions": ["purchase"]},
         [an_event_signal("purchase") for _ in range(50)] + [an_event_signal("return") for _ in range(4)],
         event_rate(4, 50)),
    ],
)  # fmt: skip
def test_each_kind_of_formula_computes_what_it_says(kind, parameters, heard, expected) -> None:
    hear(*heard)
    save_metric(a_draft(kind, parameters=parameters), by=None)

    now = reading("delighted", JULY)

    assert (now.value, now.low, now.high, now.n) == pytest.approx(
        (expected.value, expected.low, expected.high, expected.n)
    )


def test_opinions_on_several_aspects_are_counted_together() -> None:
    hear(
        *[a_voice_signal("等位太久了，等了两个小时") for _ in range(30)],
        *[a_voice_signal("味道很好，非常好吃") for _ in range(30)],
    )
    aspects = {"codes": ["wait_time", "dish_taste", "taste"]}
    save_metric(a_draft("opinions_net", parameters=aspects, display="points"), by=None)

    now = reading("delighted", JULY)

    assert now.n >= 60
    assert now.value == pytest.approx(0, abs=0.2)


def test_no_event_in_a_period_with_occasions_is_a_rate_of_nought_not_a_gap() -> None:
    hear(*[an_event_signal("purchase") for _ in range(50)])
    rate = {"codes": ["return"], "occasions": ["purchase"]}
    save_metric(a_draft("event_rate", parameters=rate), by=None)

    now = reading("delighted", JULY)

    assert (now.value, now.n) == (0.0, 50)
    assert now.high > 0


def test_customers_who_came_again_and_who_stayed_away() -> None:
    def bought(member: int, day: str):
        who = Who({"member": f"M{member}"})
        return an_event_signal("purchase", 10.0, customer=who, time=f"{day}T12:00:00+08:00")

    hear(
        *[bought(n, "2026-03-20") for n in range(40)],  # 90 days later: 18 June
        *[bought(n, "2026-06-05") for n in range(25)],  # in time
        *[bought(n, "2026-07-05") for n in range(25, 30)],  # too late for the 90 days
    )

    churn = reading("churn", JUNE)
    again = reading("repurchase", replace(JUNE, since=date(2026, 6, 1)))

    assert (churn.value, churn.n) == (15 / 40, 40)
    assert (again.value, again.n) == (1.0, 25)


def test_churn_is_not_told_before_the_days_have_passed() -> None:
    who = Who({"member": "M1"})
    hear(an_event_signal("purchase", 10.0, customer=who, time="2026-06-20T12:00:00+08:00"))

    soon = reading("churn", Slice(since=date(2026, 9, 1), until=date(2026, 10, 1)))

    assert (soon.value, soon.n) == (None, 0)


def test_strangers_purchases_are_not_counted_as_customers() -> None:
    hear(*[an_event_signal("purchase", 10.0, time="2026-07-05T12:00:00+08:00") for _ in range(40)])
    assert reading("repurchase", JULY).reason == "no_data"


def test_what_a_company_sets_is_in_the_definition_of_a_shipped_metric() -> None:
    owner = a_unit(code="care", kind="department")
    set_metric(
        "nps", Settings(standard=0.4, target=0.5, owner=owner, minimum_n=100, roles=[Role.CX_LEAD])
    )

    metric = definition_of("nps")

    assert (metric.standard, metric.target, metric.owner, metric.minimum_n) == (
        0.4, 0.5, owner.pk, 100,
    )  # fmt: skip
    assert str(metric.name) == str(CATALOGUE["nps"].name)
    assert may_see(metric, a_user(Role.CX_LEAD))
    assert not may_see(metric, a_user(Role.VIEWER))


def test_a_metric_collected_in_some_channels_counts_only_them() -> None:
    hear(
        *answers("csat", [5] * 40, channel="store"),
        *answers("csat", [1] * 40, channel="link"),
    )
    set_metric("csat", Settings(channels=["link"]))

    assert (reading("csat", JULY).value, reading("csat", JULY).n) == (1.0, 40)
    assert reading("csat", replace(JULY, channels=("store",))).reason == "no_data"
    assert reading("csat", replace(JULY, channels=("store", "link"))).n == 40


def test_what_is_set_holds_within_a_request_and_is_read_again_after_a_change() -> None:
    with read_once():
        assert definition_of("nps").minimum_n == 30
        set_metric("nps", Settings(minimum_n=50))
        assert definition_of("nps").minimum_n == 50
    assert definition_of("nps").minimum_n == 50


def test_a_metric_taken_out_of_use_is_unknown_and_its_code_is_not_given_again() -> None:
    row = save_metric(a_draft(), by=None)
    remove_metric(row)
    with pytest.raises(UnknownMetric):
        definition_of("delighted")
    with pytest.raises(CodeTaken):
        save_metric(a_draft(), by=None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "New Metric"}, InvalidCode),
        ({"code": "preview"}, InvalidCode),
        ({"code": "nps"}, CodeTaken),
        ({"parameters": {"codes": []}}, InvalidFormula),
        ({"parameters": {"codes": ["csat"], "at_least": 5, "at_most": 4}}, InvalidFormula),
        ({"parameters": {"codes": ["csat"], "typo": 1}}, InvalidFormula),
        ({"scale": (5.0, 1.0)}, InvalidFormula),
    ],
)
def test_what_contradicts_itself_is_refused(changes, error) -> None:
    with pytest.raises(error):
        save_metric(a_draft(**changes), by=None)
    assert not Metric.objects.exists()


def test_questions_of_different_scales_have_no_common_mean() -> None:
    text = {"zh": "问", "en": "?"}
    questions = [
        {"code": "ease", "type": "rating", "text": text},
        {"code": "friends", "type": "nps", "metric": "friends", "text": text},
    ]
    create_survey(slug="s", title="s", definition={"questions": questions})
    with pytest.raises(InvalidFormula):
        save_metric(a_draft("answers_mean", parameters={"codes": ["ease", "friends"]}), by=None)


# Indexes


def an_index(*parts: tuple[str, float]) -> None:
    save_metric(a_draft("index", parameters={}, parts=parts, display="index"), by=None)


def test_an_index_is_the_weighted_mean_of_its_parts_on_a_scale_of_one() -> None:
    hear(*answers("csat", [5] * 20 + [3] * 20), *answers("nps", [10] * 30 + [0] * 10))
    an_index(("csat", 3), ("nps", 1))

    now = reading("delighted", JULY)

    csat, nps = reading("csat", JULY), reading("nps", JULY)
    expected = (3 * (csat.value - 1) / 4 + (nps.value + 1) / 2) / 4
    assert now.value == pytest.approx(expected)
    assert now.low == pytest.approx((3 * (csat.low - 1) / 4 + (nps.low + 1) / 2) / 4)
    assert now.n == 40


def test_a_part_that_is_better_when_smaller_counts_the_other_way_round() -> None:
    hear(*[a_voice_signal(f"等位太久了，等了两个小时{n}") for n in range(30)],
         *[a_voice_signal(f"味道很好，非常好吃{n}") for n in range(10)])  # fmt: skip
    an_index(("negative_voices", 1))
    negative = reading("negative_voices", JULY)
    assert reading("delighted", JULY).value == pytest.approx(1 - negative.value)


def test_an_index_without_one_of_its_parts_has_no_value_and_says_so() -> None:
    hear(*answers("csat", [5] * 40))
    an_index(("csat", 1), ("nps", 1))
    now = reading("delighted", JULY)
    assert (now.value, now.reason, now.enough) == (None, "empty_cell", False)


def test_the_change_of_an_index_compares_what_was_felt_with_todays_weights() -> None:
    for day, high in (("2026-07-10", 30), ("2026-06-10", 10)):
        hear(*answers("csat", [5] * high + [1] * (40 - high), day), *answers("nps", [8] * 40, day))
    an_index(("csat", 1), ("nps", 1))

    change = reading("delighted", JULY, compare=JUNE).change

    assert change.value == pytest.approx(0.5 * (30 - 10) / 40)
    assert not change.noise


def test_a_segment_has_weights_of_its_own() -> None:
    for segment, score in (("vip", 5), ("new", 1)):
        who = [Who({"member": f"{segment}{n}"}, attributes={"segment": segment}) for n in range(40)]
        hear(
            *[
                a_response_signal(
                    {"csat": score, "nps": 8}, time="2026-07-10T12:00:00+08:00", customer=one
                )
                for one in who
            ]
        )
    an_index(("csat", 1), ("nps", 1))
    set_parts("delighted", [("csat", 1), ("nps", 0)], by=None, segment="vip")

    by_segment = {one.key[0]: one.value for one in readings("delighted", JULY, ("segment",))}

    assert by_segment["vip"] == pytest.approx(1.0)
    assert by_segment["new"] == pytest.approx(0.25)  # (0 + 0.5) / 2
    assert reading("delighted", replace(JULY, segments=("vip",))).value == pytest.approx(1.0)


def test_an_index_may_be_part_of_another_but_not_of_itself() -> None:
    an_index(("csat", 1))
    save_metric(a_draft("index", code="outer", parameters={}, parts=[("delighted", 1)]), by=None)
    with pytest.raises(NoWholeness):
        set_parts("delighted", [("outer", 1)], by=None)
    with pytest.raises(NoWholeness):
        set_parts("delighted", [("delighted", 1)], by=None)


def test_what_has_no_scale_or_better_side_is_no_part() -> None:
    an_index(("csat", 1))
    for code in ("voices", "queue_time", "net_sentiment"):
        with pytest.raises(NotAPart):
            set_parts("delighted", [(code, 1)], by=None)
    with pytest.raises(InvalidFormula):
        set_parts("delighted", [("csat", 0)], by=None)


def test_a_metric_others_are_made_of_stays_in_use() -> None:
    row = save_metric(a_draft(), by=None)
    save_metric(a_draft("index", code="outer", parameters={}, parts=[("delighted", 1)]), by=None)
    with pytest.raises(InUse):
        remove_metric(row)


def test_a_preview_reads_a_draft_that_nobody_has_kept() -> None:
    hear(*answers("csat", [5] * 30 + [4] * 50 + [2] * 20))
    shown = reading_of(drafted(a_draft()), JULY)
    assert (shown.value, shown.n) == (0.3, 100)
    assert not Metric.objects.exists()
