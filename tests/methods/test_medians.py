"""The median: its interval holds whatever the distribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.scores import median_difference, median_score


@pytest.mark.parametrize("draw", ["exponential", "lognormal", "normal"])
def test_the_interval_covers_at_least_as_often_as_it_says(draw):
    rng = np.random.default_rng(4)
    truth = {"exponential": np.log(2), "lognormal": 1.0, "normal": 0.0}[draw]
    hits = 0
    for _ in range(500):
        found = median_score(getattr(rng, draw)(size=25))
        hits += found.low <= truth <= found.high
    assert hits >= 0.94 * 500


def test_the_ranks_are_those_of_the_tables():
    # Conover, table A3: n = 20 at 95 %: the 6th and the 15th value
    found = median_score(list(range(1, 21)))
    assert (found.value, found.low, found.high) == (10.5, 6.0, 15.0)
    six = median_score([1, 2, 3, 4, 5, 6])
    assert (six.low, six.high) == (1.0, 6.0)
    assert median_score([1, 2, 3, 4, 5]).reason is Reason.TOO_FEW


waits = st.lists(st.integers(0, 1000), max_size=25)


@given(waits, waits, st.integers(1, 60), st.randoms(use_true_random=False))
def test_a_difference_of_medians_keeps_scale_turns_with_its_sides_and_ignores_order(
    first, second, scale, random
):
    gap = median_difference(first, second)
    turned = median_difference(second, first)
    grown = median_difference(
        *([scale * x for x in random.sample(side, len(side))] for side in (first, second))
    )
    assert gap.reason == turned.reason == grown.reason
    if gap.value is not None:
        assert turned.value == -gap.value
        assert grown.value == pytest.approx(scale * gap.value)
    if gap.low is not None:
        assert gap.low <= gap.value <= gap.high
        assert (grown.low, turned.low) == pytest.approx((scale * gap.low, -gap.high))


def test_one_very_long_wait_moves_nothing():
    assert median_score([10] * 20 + [1e9]).high == 10


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=60))
def test_there_is_a_median_within_its_interval_or_a_reason(values):
    found = median_score(values)
    if found.value is None:
        assert found.reason in (Reason.NO_DATA, Reason.NOT_FINITE)
    elif found.low is not None:
        assert found.low <= found.value <= found.high
        assert found.value == pytest.approx(float(np.median(values)), rel=1e-9, abs=1e-300)


def test_a_confidence_that_is_none_is_refused():
    with pytest.raises(InvalidInput):
        median_score([1, 2], confidence=1.0)


def test_a_hundred_thousand_waits_take_no_time():
    found = median_score(np.arange(100_000))
    assert found.high - found.low < 1_000


def test_the_difference_of_two_medians_is_that_of_the_authors_program():
    # statpsych 1.6, ci.median2(.05, y1, y2) of its manual
    one, two = [32, 39, 26, 35, 43, 27, 40, 37, 34, 29], [36, 44, 47, 42, 49, 39, 46, 31, 33, 48]
    found = median_difference(one, two)
    assert found.value == -8.5
    assert found.standard_error == pytest.approx(4.316291, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((-16.95977, -0.04022524), abs=1e-5)
    mirrored = median_difference(two, one)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low))


@pytest.mark.parametrize(
    ("one", "two", "reason"),
    [
        ([], [1, 2, 3, 4], Reason.NO_DATA),
        ([1, 2, 3], [1, 2, 3, 4], Reason.TOO_FEW),
        ([5] * 8, [3] * 9, Reason.NO_VARIANCE),
        ([1, float("nan")], [1, 2], Reason.NOT_FINITE),
    ],
)
def test_a_difference_of_medians_without_interval_says_why(one, two, reason):
    found = median_difference(one, two)
    assert (found.reason, found.low) == (reason, None)


@pytest.mark.parametrize("draw", ["exponential", "lognormal"])
def test_equal_medians_are_rarely_told_apart(draw):
    rng = np.random.default_rng(9)
    hits = sum(
        not median_difference(getattr(rng, draw)(size=40), getattr(rng, draw)(size=60)).excludes(0)
        for _ in range(400)
    )
    assert hits >= 0.93 * 400
