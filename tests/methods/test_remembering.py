"""Memory explained by peak, end and mean: planted truths, statsmodels, and every way to know nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.experience import peak_end, remembered_experience

NAN = float("nan")


def made_visits(seed, n=400):
    return np.random.default_rng(seed).integers(1, 6, size=(n, 6)).astype(float).tolist()


def intense(visit):
    return visit[peak_end(visit, 3).intense]


def test_memories_of_peak_and_end_are_told_from_memories_of_the_mean():
    rng = np.random.default_rng(2)
    visits = made_visits(1)
    followed = [(intense(visit) + visit[-1]) / 2 + rng.normal(0, 0.4) for visit in visits]
    averaged = [np.mean(visit) + rng.normal(0, 0.2) for visit in visits]
    by_peak = remembered_experience(visits, followed, 3)
    by_mean = remembered_experience(visits, averaged, 3)
    assert by_peak.peak_end_r_squared > 2 * by_peak.mean_r_squared
    assert by_mean.mean_r_squared > by_mean.peak_end_r_squared
    assert by_peak.peak.value == pytest.approx(0.5, abs=0.1)
    assert by_peak.end.value == pytest.approx(0.5, abs=0.1)
    assert not by_peak.mean.excludes(0)
    assert by_mean.mean.value == pytest.approx(1.0, abs=0.15)
    assert sum(by_peak.shares) == pytest.approx(by_peak.value)


def test_slopes_and_errors_equal_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(3)
    visits = made_visits(4, 120)
    memories = [0.3 * visit[-1] + 0.2 * np.mean(visit) + rng.normal() for visit in visits]
    weights = rng.uniform(0.5, 2, 120)
    rows = [(intense(visit), visit[-1], np.mean(visit)) for visit in visits]
    peer = sm.WLS(memories, sm.add_constant(np.array(rows)), weights=weights).fit(cov_type="HC3")
    found = remembered_experience(visits, memories, 3, weights=weights)
    told = (found.peak, found.end, found.mean)
    assert [slope.value for slope in told] == pytest.approx(peer.params[1:].tolist())
    assert [slope.standard_error for slope in told] == pytest.approx(peer.bse[1:].tolist())
    assert found.value == pytest.approx(peer.rsquared)


def test_visits_without_a_memory_or_a_score_are_passed_over():
    visits = [*made_visits(5, 30), [None, None], [4.0, 5.0]]
    memories = [*(visit[-1] + 0.1 * place for place, visit in enumerate(visits[:30])), 3.0, None]
    assert remembered_experience(visits, memories, 3).n == 30


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(10, 40), st.floats(0.5, 20), st.floats(-9, 9))
def test_what_memory_rests_on_minds_neither_order_nor_the_scale_of_memory(seed, n, scale, origin):
    rng = np.random.default_rng(seed)
    visits = made_visits(seed, n)
    memories = np.array([visit[-1] + rng.normal() for visit in visits])
    order = rng.permutation(n)
    found = remembered_experience(visits, memories, 3)
    moved = remembered_experience(
        [visits[place] for place in order], scale * memories[order] + origin, 3
    )
    assert 0 <= found.value <= 1
    assert sum(found.shares) == pytest.approx(found.value)
    assert min(found.shares) >= -1e-12
    assert moved.shares == pytest.approx(found.shares)
    assert moved.end.value == pytest.approx(scale * found.end.value)
    assert found.peak_end_r_squared <= found.value + 1e-9


def test_experiences_of_a_single_moment_cannot_tell_peak_from_end():
    rng = np.random.default_rng(6)
    visits = [[float(score)] for score in rng.integers(1, 6, 50)]
    found = remembered_experience(visits, [visit[0] + rng.normal() for visit in visits], 3)
    assert [slope.reason for slope in (found.peak, found.end, found.mean)] == [Reason.COLLINEAR] * 3
    assert sum(found.shares) == pytest.approx(found.value)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (remembered_experience([], [], 3), Reason.NO_DATA),
        (remembered_experience([[1, 2]], [None], 3), Reason.NO_DATA),
        (remembered_experience([[1, 2]] * 5, [3] * 5, 3), Reason.TOO_FEW),
        (remembered_experience(made_visits(1, 20), [3] * 20, 3), Reason.NO_VARIANCE),
        (remembered_experience([[NAN, 2]] * 20, range(20), 3), Reason.NOT_FINITE),
        (remembered_experience([[1, 2]] * 20, [NAN] * 20, 3), Reason.NOT_FINITE),
        (remembered_experience([[1, 2]] * 20, range(20), 3, weights=[0] * 20), Reason.ZERO_WEIGHT),
    ],
)
def test_a_memory_that_cannot_be_explained_says_why(result, reason):
    assert result.value is None
    assert result.reason is reason


def test_memories_and_experiences_that_do_not_pair_are_refused():
    with pytest.raises(InvalidInput) as refusal:
        remembered_experience([[1]], [1, 2], 3)
    assert refusal.value.code == "shape"
