"""Ways through a journey: funnels, what follows what, transitions."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.paths import (
    END,
    START,
    directly_follows,
    funnel,
    funnel_from_counts,
    transitions,
)
from peakend.methods.scores import top_box

FIVE_A = ["aware", "appeal", "ask", "act", "advocate"]
journeys = st.lists(st.lists(st.sampled_from("abcd"), max_size=8), max_size=15)


def test_customers_who_come_ask_and_never_buy_point_to_act():
    visits = [["aware", "appeal", "ask"]] * 60 + [FIVE_A[:4]] * 6 + [FIVE_A] * 4 + [["aware"]] * 10
    found = funnel(visits, FIVE_A)
    assert [stage.reached for stage in found.stages] == [80, 70, 70, 10, 4]
    assert found.narrowest == 3
    assert found.value == pytest.approx(4 / 80)
    step = found.stages[3].step
    assert (step.value, step.low) == (top_box(10, 70).value, top_box(10, 70).low)


def test_detours_and_returns_count_and_jumps_do_not():
    found = funnel([["a", "x", "b", "a", "c"], ["b", "c"], ["a", "c"]], ["a", "b", "c"])
    assert [stage.reached for stage in found.stages] == [2, 1, 1]


@given(journeys)
def test_a_funnel_never_widens_and_ignores_the_order_of_customers(walks):
    found = funnel(walks, ["a", "b", "c"])
    reached = [stage.reached for stage in found.stages]
    assert reached == sorted(reached, reverse=True)
    assert [stage.reached for stage in funnel(walks[::-1], ["a", "b", "c"]).stages] == reached
    assert funnel_from_counts(reached, ["a", "b", "c"]).stages == found.stages


def test_the_running_example_of_process_mining():
    # van der Aalst (2016), event log L1: ⟨a,b,c,d⟩³, ⟨a,c,b,d⟩², ⟨a,e,d⟩
    log = [list("abcd")] * 3 + [list("acbd")] * 2 + [list("aed")]
    found = directly_follows(log)
    counts = {(edge.source, edge.target): edge.count for edge in found.edges}
    assert counts == {
        (START, "a"): 6, ("a", "b"): 3, ("a", "c"): 2, ("a", "e"): 1, ("b", "c"): 3, ("c", "b"): 2,
        ("c", "d"): 3, ("b", "d"): 2, ("e", "d"): 1, ("d", END): 6,
    }  # fmt: skip
    assert found.nodes == {"a": 6, "b": 5, "c": 5, "d": 6, "e": 1}


@given(journeys)
def test_every_step_is_counted_once(walks):
    found = directly_follows(walks)
    filled = [walk for walk in walks if walk]
    assert found.n == sum(len(walk) + 1 for walk in filled)
    into = Counter()
    for edge in found.edges:
        into[edge.target] += edge.count
        assert edge.customers <= min(edge.count, len(filled))
    for stage, times in found.nodes.items():
        assert into[stage] == times


def test_durations_of_a_step_are_told_by_their_median():
    found = directly_follows(
        [["ask", "buy"], ["ask", "buy"], ["ask", "buy"]], times=[[0, 5], [1, 2], [0, 90]]
    )
    (edge,) = [edge for edge in found.edges if edge.source == "ask"]
    assert edge.median_duration == 5
    assert found.edges[0].median_duration is None


@given(journeys)
def test_chances_of_leaving_a_stage_add_up_to_one(walks):
    found = transitions(walks, ends=True)
    if found.value is None:
        assert not any(walks)
        return
    for told in found.shares.values():
        assert sum(share.value for share in told.values()) == pytest.approx(1)
        assert all(0 <= share.low <= share.value <= share.high <= 1 for share in told.values())


def test_a_weather_chain_settles_where_its_equations_say():
    # given sunny → sunny 3 of 4, rainy → sunny 1 of 2: two thirds sunny in the long run
    walk = ["s", "s", "s", "s", "r", "r", "s"]
    found = transitions([walk])
    assert found.chance("s", "s").value == pytest.approx(3 / 4)
    assert found.chance("r", "s").value == pytest.approx(1 / 2)
    assert found.stationary == pytest.approx({"s": 2 / 3, "r": 1 / 3})


def test_a_stage_nobody_leaves_leaves_no_long_run():
    found = transitions([["a", "b"]])
    assert found.stationary is None
    assert found.chance("a", "c").value == 0.0
    assert found.chance("b", "a").reason is Reason.NO_DATA


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (funnel([], ["a"]), Reason.NO_DATA),
        (funnel([["b"]], ["a", "b"]), Reason.NO_DATA),
        (directly_follows([]), Reason.NO_DATA),
        (directly_follows([[]]), Reason.NO_DATA),
        (directly_follows([["a", "b"]], times=[[0, float("nan")]]), Reason.NOT_FINITE),
        (transitions([["a"]]), Reason.NO_DATA),
        (funnel_from_counts([0, 0], ["a", "b"]), Reason.NO_DATA),
        (funnel_from_counts([float("nan")], ["a"]), Reason.NOT_FINITE),
    ],
)
def test_a_path_that_cannot_be_told_says_why(result, reason):
    assert result.reason is reason
    assert result.value is None


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: funnel([], []), "shape"),
        (lambda: funnel([], ["a", "a"]), "twice"),
        (lambda: funnel_from_counts([1, 2], ["a", "b"]), "rising"),
        (lambda: funnel_from_counts([1], ["a", "b"]), "shape"),
        (lambda: directly_follows([["a", "b"]], times=[[0]]), "shape"),
        (lambda: directly_follows([["a", "b"]], times=[[5, 1]]), "backwards"),
    ],
)
def test_a_path_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
