"""The median: its interval holds whatever the distribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.scores import median_score


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
