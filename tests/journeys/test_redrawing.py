"""A map is drawn, edited cell by cell and put in another order."""

from decimal import Decimal

import pytest
from django.utils import translation

from peakend.journeys.errors import JourneyError
from peakend.journeys.fields import FIELDS, typed_value
from peakend.journeys.models import Journey, Touchpoint
from peakend.journeys.queries import map_of, may_redraw, touchpoint_of_code
from peakend.journeys.services import (
    StagePlan,
    TouchpointPlan,
    add_stage,
    add_touchpoint,
    draw_journey,
    edit_touchpoint,
    move_stage,
    move_touchpoint,
    remove_stage,
    remove_touchpoint,
    rename_stage,
    shift_touchpoint,
)
from peakend.journeys.vocabulary import Vocabulary
from peakend.organization.access import Scope, scope_of
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey() -> Journey:
    return draw_journey(
        name="到店用餐",
        name_en="Dining in",
        stages=[
            StagePlan("售前", "Before", (TouchpointPlan("看到推荐"), TouchpointPlan("预订取号"))),
            StagePlan(
                "售中",
                "During",
                (
                    TouchpointPlan("到店等位", "Waiting", codes=("wait_time",)),
                    TouchpointPlan("用餐", "Eating", codes=("taste",), minutes=Decimal(45)),
                ),
            ),
        ],
    )


def names(journey: Journey) -> list[list[str]]:
    return [[point.name for point in lane.touchpoints] for lane in map_of(journey).lanes]


def point(journey: Journey, name: str) -> Touchpoint:
    return Touchpoint.objects.get(stage__journey=journey, name=name)


def test_a_new_journey_has_the_three_stages_every_sale_has():
    journey = draw_journey(name="买礼盒")
    assert [lane.stage.name for lane in map_of(journey).lanes] == ["售前", "售中", "售后"]


def test_two_journeys_of_one_name_have_two_codes():
    assert {draw_journey(name="X").code, draw_journey(name="X").code} == {"x", "x-2"}


def test_the_map_reads_in_order_and_in_few_queries(journey, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert names(journey) == [["看到推荐", "预订取号"], ["到店等位", "用餐"]]


def test_words_are_edited_in_the_language_they_are_read_in(journey):
    waiting = point(journey, "到店等位")
    with translation.override("zh-hans"):
        edit_touchpoint(waiting, "behaviour", " 坐等,反复问桌数 ")
    with translation.override("en"):
        assert waiting.said("behaviour") == "坐等,反复问桌数"
        edit_touchpoint(waiting, "behaviour", "Sits and asks")
        assert waiting.said("behaviour") == "Sits and asks"
    waiting.refresh_from_db()
    assert (waiting.behaviour, waiting.behaviour_en) == ("坐等,反复问桌数", "Sits and asks")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("wait_minutes <= 20 分", ("wait_minutes", "<=", Decimal(20), "分")),
        ("score:environment ≥ 4.2", ("score:environment", ">=", Decimal("4.2"), "")),
        ("temperature >= −18 °C", ("temperature", ">=", Decimal(-18), "°C")),
    ],
)
def test_a_standard_is_typed_as_one_line(journey, typed, stored):
    waiting = point(journey, "到店等位")
    edit_touchpoint(waiting, "measure", typed)
    waiting.refresh_from_db()
    assert stored == (
        waiting.standard_metric,
        waiting.standard_comparator,
        waiting.standard_value,
        waiting.standard_unit,
    )
    again = typed_value(waiting, "measure")
    edit_touchpoint(waiting, "measure", again)
    waiting.refresh_from_db()
    assert waiting.standard_value == stored[2]
    edit_touchpoint(waiting, "measure", "")
    waiting.refresh_from_db()
    assert waiting.standard_value is None


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("measure", "twenty minutes", "bad_measure"),
        ("measure", "m <= 1.2.3", "bad_measure"),
        ("minutes", "0", "bad_minutes"),
        ("minutes", "NaN", "bad_minutes"),
        ("codes", "a b<script>", "bad_codes"),
        ("unit", "nowhere", "unknown_unit"),
        ("name", "  ", "name_missing"),
        ("name", "长" * 121, "too_long"),
        ("position", "3", "unknown_field"),
        ("stage_id", "3", "unknown_field"),
    ],
)
def test_what_cannot_stand_in_a_cell_is_refused_with_a_reason(journey, field, typed, code):
    waiting = point(journey, "到店等位")
    with pytest.raises(JourneyError) as refusal:
        edit_touchpoint(waiting, field, typed)
    assert refusal.value.code == code
    assert Touchpoint.objects.filter(pk=waiting.pk, name="到店等位", codes=["wait_time"]).exists()


def test_every_cell_can_be_read_and_written_back(journey):
    waiting, store = point(journey, "到店等位"), a_unit()
    edit_touchpoint(waiting, "unit", store.code)
    for name in FIELDS:
        before = typed_value(waiting, name)
        edit_touchpoint(waiting, name, before)
        waiting.refresh_from_db()
        assert typed_value(waiting, name) == before


def test_touchpoints_move_within_and_across_stages(journey):
    during = map_of(journey).lanes[1].stage
    move_touchpoint(point(journey, "看到推荐"), during, 1)
    assert names(journey) == [["预订取号"], ["到店等位", "看到推荐", "用餐"]]
    shift_touchpoint(point(journey, "到店等位"), -1)
    assert names(journey) == [["预订取号", "到店等位"], ["看到推荐", "用餐"]]
    shift_touchpoint(point(journey, "到店等位"), 1)
    shift_touchpoint(point(journey, "用餐"), 1)
    shift_touchpoint(point(journey, "预订取号"), -1)
    assert names(journey) == [["预订取号"], ["到店等位", "看到推荐", "用餐"]]


def test_a_touchpoint_does_not_wander_into_another_journey(journey):
    elsewhere = map_of(draw_journey(name="买礼盒")).lanes[0].stage
    with pytest.raises(JourneyError, match="other_journey"):
        move_touchpoint(point(journey, "用餐"), elsewhere, 0)


def test_stages_are_added_moved_renamed_and_removed_when_empty(journey):
    after = add_stage(journey, name="售后")
    add_touchpoint(after, name="回访")
    move_stage(after, 0)
    rename_stage(after, "之后")
    assert [lane.stage.name for lane in map_of(journey).lanes] == ["之后", "售前", "售中"]
    with pytest.raises(JourneyError, match="stage_not_empty"):
        remove_stage(after)
    remove_touchpoint(point(journey, "回访"))
    remove_stage(after)
    assert names(journey) == [["看到推荐", "预订取号"], ["到店等位", "用餐"]]


def test_a_pain_finds_the_moment_it_belongs_to(journey):
    assert touchpoint_of_code("wait_time").name == "到店等位"
    assert touchpoint_of_code("parking") is None


def test_only_whose_scope_holds_the_journey_may_redraw_it(journey):
    group = a_unit()
    store, other = a_unit(parent=group), a_unit(parent=group)
    lead = scope_of(a_user(unit=store))
    assert may_redraw(scope_of(a_user(unit=group)), journey)
    assert not may_redraw(lead, journey)
    journey.unit = store
    assert may_redraw(lead, journey)
    assert not may_redraw(scope_of(a_user(unit=other)), journey)
    assert not may_redraw(Scope(frozenset()), journey)


WORDS = Vocabulary(
    codes={
        "wait_time": ("等位时间", "Wait time"),
        "price": ("价格", "Price, value"),
        "hotel_price": ("价格", "Price, value"),
    },
    metrics={"event:wait_minutes": ("等位分钟", "Minutes waited"), "score:taste": ()},
    offered=("wait_time", "price"),
)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("等位时间、价格", ["wait_time", "price"]),
        ("wait time, Price, value", ["wait_time", "price"]),
        ("wait_time hotel_price", ["wait_time", "hotel_price"]),
        ("", []),
    ],
)
def test_a_touchpoint_listens_to_names_as_well_as_codes(journey, typed, codes):
    waiting = point(journey, "到店等位")
    edit_touchpoint(waiting, "codes", typed, WORDS)
    waiting.refresh_from_db()
    assert waiting.codes == codes


def test_names_nobody_knows_are_refused_by_name_and_deafen_nothing(journey):
    waiting = point(journey, "到店等位")
    with pytest.raises(JourneyError) as refusal:
        edit_touchpoint(waiting, "codes", "等位时间, waiting around, 排对", WORDS)
    assert refusal.value.details["names"] == ["waiting around", "排对"]
    waiting.refresh_from_db()
    assert waiting.codes == ["wait_time"]


@pytest.mark.parametrize(
    "typed", ["wait_minutes <= 20 min", "minutes waited ≤ 20 min", "等位分钟<=20"]
)
def test_a_standard_is_measured_by_a_name_or_a_bare_code(journey, typed):
    waiting = point(journey, "到店等位")
    edit_touchpoint(waiting, "measure", typed, WORDS)
    waiting.refresh_from_db()
    assert (waiting.standard_metric, waiting.standard_value) == ("event:wait_minutes", 20)


def test_a_measure_nobody_knows_is_refused_with_those_there_are(journey):
    with pytest.raises(JourneyError, match="unknown_metric") as refusal:
        edit_touchpoint(point(journey, "到店等位"), "measure", "patience <= 3", WORDS)
    assert refusal.value.details == {"name": "patience", "known": ["等位分钟", "score:taste"]}
