"""Scales and indices against worked examples, SciPy and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.reliability import (
    cronbach_alpha,
    satisfaction_index,
    servqual_gap,
    system_usability_scale,
)

NAN = float("nan")


def made_items(seed, n=60, k=4, common=1.0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1)) * common + rng.normal(size=(n, k))


def test_alpha_is_the_mean_split_corrected_and_its_interval_feldts():
    stats = pytest.importorskip("scipy.stats")
    items = made_items(1)
    found = cronbach_alpha(items)
    total = items.sum(axis=1).var(ddof=1)
    alpha = 4 / 3 * (1 - items.var(axis=0, ddof=1).sum() / total)
    assert found.value == pytest.approx(alpha)
    bounds = [1 - (1 - alpha) * stats.f.ppf(share, 59, 59 * 3) for share in (0.975, 0.025)]
    assert (found.low, found.high) == pytest.approx(bounds)


marks = st.lists(st.tuples(*[st.integers(1, 10)] * 4), min_size=1, max_size=15)


@given(marks, st.randoms(use_true_random=False))
def test_gaps_to_expectation_mind_no_order_of_people_and_turn_with_their_sides(rows, random):
    mixed = np.array(random.sample(rows, len(rows)), dtype=float)
    table = np.array(rows, dtype=float)
    found = servqual_gap(table[:, :2], table[:, 2:], weights=[3, 1])
    turned = servqual_gap(mixed[:, 2:], mixed[:, :2], weights=[30, 10])
    assert turned.value == pytest.approx(-found.value)
    assert found.value == pytest.approx((3 * found.gaps[0].value + found.gaps[1].value) / 4)
    assert found.reason == turned.reason
    if found.low is not None:
        assert found.low <= found.value <= found.high
        assert turned.low == pytest.approx(-found.high)


@given(marks, st.randoms(use_true_random=False))
def test_a_satisfaction_index_lies_on_its_scale_in_any_unit(rows, random):
    table = np.array(rows, dtype=float)
    found = satisfaction_index(table)
    mixed = np.array(random.sample(rows, len(rows)), dtype=float)
    moved = satisfaction_index(10 * mixed - 10, scale=(0.0, 90.0))
    assert 0 <= found.value <= 100
    assert sum(found.weights) == pytest.approx(1)
    assert all(weight >= 0 for weight in found.weights)
    assert moved.value == pytest.approx(found.value)
    assert found.low is None or 0 <= found.low <= found.value <= found.high <= 100


def test_alpha_of_parallel_items_is_spearman_browns():
    # two items correlating 0.5 in the whole population of four people
    items = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) + np.array([[1], [1], [-1], [-1]]) * 0.0
    assert cronbach_alpha(items).reason is None
    assert cronbach_alpha(items).value == pytest.approx(0.0)
    together = np.array([[2, 2], [1, 0], [0, 1], [-1, -1], [-2, -2]], dtype=float)
    r = np.corrcoef(together.T)[0, 1]
    assert cronbach_alpha(together).value == pytest.approx(2 * r / (1 + r))


def test_feldts_interval_covers_as_often_as_it_says():
    # true alpha of four parallel items with common variance 1 and own variance 1 is 4·1/(4·1 + 1) = 0.8
    hits = 0
    for seed in range(300):
        found = cronbach_alpha(made_items(seed, n=40))
        hits += found.low <= 0.8 <= found.high
    assert hits >= 0.91 * 300


def test_an_item_that_does_not_belong_is_seen_by_what_alpha_would_be_without_it():
    items = made_items(2)
    items[:, 3] = np.random.default_rng(5).normal(size=60)
    found = cronbach_alpha(items)
    assert max(range(4), key=lambda item: found.without[item]) == 3
    assert found.without[3] > found.value
    assert found.without[3] == pytest.approx(cronbach_alpha(items[:, :3]).value)


@settings(max_examples=30)
@given(st.integers(0, 1000), st.sampled_from([0.5, 2.0, 10.0]), st.integers(-5, 5))
def test_alpha_ignores_unit_origin_and_order(seed, scale, shift):
    items = made_items(seed)
    assert cronbach_alpha(items[::-1, ::-1] * scale + shift).value == pytest.approx(
        cronbach_alpha(items).value
    )


def test_servqual_gaps_are_paired_and_weighted_by_points():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(3)
    expected = rng.integers(5, 8, size=(50, 5)).astype(float)
    perceived = expected - rng.integers(-1, 4, size=(50, 5))
    points = [30, 25, 20, 15, 10]
    found = servqual_gap(expected, perceived, weights=points)
    gaps = perceived - expected
    for column, gap in enumerate(found.gaps):
        peer = stats.ttest_rel(perceived[:, column], expected[:, column])
        assert gap.value == pytest.approx(gaps[:, column].mean())
        assert gap.p_value == pytest.approx(peer.pvalue)
    assert found.value == pytest.approx(gaps.mean(axis=0) @ points / 100)
    assert found.low < found.value < found.high < 0


def test_the_example_of_brookes_paper_scores_55():
    # Brooke (1996): the ten contributions of the example add up to 22, SUS = 55
    found = system_usability_scale([[5, 4, 2, 1, 2, 3, 2, 4, 5, 2]])
    assert found.scores == (55.0,)
    assert found.grade == "D"
    assert found.reason is Reason.TOO_FEW


@given(st.lists(st.lists(st.integers(1, 5), min_size=10, max_size=10), min_size=1, max_size=20))
def test_usability_scores_stay_within_0_and_100_and_step_by_two_and_a_half(answers):
    found = system_usability_scale(answers)
    assert 0 <= found.value <= 100
    assert all(score % 2.5 == 0 for score in found.scores)
    mirrored = system_usability_scale(6 - np.array(answers))
    assert mirrored.value == pytest.approx(100 - found.value)


def test_satisfaction_index_has_the_form_of_the_american_one():
    # ACSI: 100 (Σ w x̄ − Σ w)/(9 Σ w)
    answers = np.array([[8, 7, 6], [9, 9, 7], [6, 5, 5], [10, 9, 9], [7, 8, 6]])
    weights = np.array([0.4, 0.35, 0.25])
    found = satisfaction_index(answers, weights=weights)
    expected = 100 * (weights @ answers.mean(axis=0) - weights.sum()) / (9 * weights.sum())
    assert found.value == pytest.approx(expected)
    assert found.weights == pytest.approx(weights)
    assert found.low < found.value < found.high


def test_without_weights_the_question_that_tells_nothing_counts_least():
    rng = np.random.default_rng(4)
    felt = rng.normal(6, 1.5, 300)
    noisy = np.column_stack(
        [felt + rng.normal(0, 0.4, 300) for _ in range(2)] + [rng.normal(6, 1.5, 300)]
    )
    found = satisfaction_index(np.clip(noisy, 1, 10))
    assert found.weights[2] < 0.2 < 0.4 < found.weights[0]
    assert sum(found.weights) == pytest.approx(1)


TEN = [[3] * 10, [4] * 10]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (cronbach_alpha(np.empty((0, 3))), Reason.NO_DATA),
        (cronbach_alpha([[1, 2, 3]]), Reason.TOO_FEW),
        (cronbach_alpha([[1, 2], [1, 2]]), Reason.NO_VARIANCE),
        (cronbach_alpha([[1, 2], [2, 1]]), Reason.NO_VARIANCE),
        (cronbach_alpha([[1, NAN], [2, 1]]), Reason.NOT_FINITE),
        (servqual_gap(np.empty((0, 2)), np.empty((0, 2))), Reason.NO_DATA),
        (servqual_gap([[1, 2]], [[2, 2]]), Reason.TOO_FEW),
        (servqual_gap([[1], [2]], [[2], [3]]), Reason.NO_VARIANCE),
        (servqual_gap([[1], [NAN]], [[2], [3]]), Reason.NOT_FINITE),
        (servqual_gap([[1], [2]], [[2], [3]], weights=[0]), Reason.ZERO_WEIGHT),
        (system_usability_scale(np.empty((0, 10))), Reason.NO_DATA),
        (system_usability_scale([[NAN] * 10]), Reason.NOT_FINITE),
        (system_usability_scale([[3] * 10] * 3), Reason.NO_VARIANCE),
        (satisfaction_index(np.empty((0, 3))), Reason.NO_DATA),
        (satisfaction_index([[5, 5, 5]]), Reason.TOO_FEW),
        (satisfaction_index([[5, 5, NAN]]), Reason.NOT_FINITE),
        (satisfaction_index([[5, 5]], weights=[0, 0]), Reason.ZERO_WEIGHT),
    ],
)
def test_an_instrument_that_cannot_be_judged_says_why(result, reason):
    assert result.reason is reason


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: cronbach_alpha([[1], [2]]), "shape"),
        (lambda: servqual_gap([[1, 2]], [[1]]), "shape"),
        (lambda: servqual_gap([[1, 2]], [[1, 2]], weights=[-1, 2]), "negative"),
        (lambda: system_usability_scale([[1] * 9]), "shape"),
        (lambda: system_usability_scale([[1] * 9 + [6]]), "off_scale"),
        (lambda: satisfaction_index([[0, 5]]), "off_scale"),
        (lambda: satisfaction_index([[5, 5]], weights=[1]), "shape"),
        (lambda: satisfaction_index([[5, 5]], scale=(10, 1)), "scale"),
    ],
)
def test_an_instrument_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
