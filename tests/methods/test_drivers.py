"""Drivers against published decompositions, brute force, statsmodels, and planted truths."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peakend.methods.drivers import (
    CrossProducts,
    diminishing_returns,
    hidden_driver,
    hidden_driver_by_segment,
    importance_performance,
    lmg,
    lmg_by_segment,
    lmg_from_products,
    penalty_reward,
    relative_weights,
    relative_weights_from_products,
    variance_inflation,
)
from peakend.methods.drivers.resampling import resampled_correlations
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate, Reason
from peakend.methods.moments import Moments

NAN = float("nan")

# Swiss fertility about 1888 in 47 provinces (Mosteller and Tukey 1977, pp. 549-551): fertility, the whole, then
# agriculture, examination, education, catholic, infant mortality
SWISS = [
    (80.2, 17.0, 15, 12, 9.96, 22.2), (83.1, 45.1, 6, 9, 84.84, 22.2), (92.5, 39.7, 5, 5, 93.40, 20.2),
    (85.8, 36.5, 12, 7, 33.77, 20.3), (76.9, 43.5, 17, 15, 5.16, 20.6), (76.1, 35.3, 9, 7, 90.57, 26.6),
    (83.8, 70.2, 16, 7, 92.85, 23.6), (92.4, 67.8, 14, 8, 97.16, 24.9), (82.4, 53.3, 12, 7, 97.67, 21.0),
    (82.9, 45.2, 16, 13, 91.38, 24.4), (87.1, 64.5, 14, 6, 98.61, 24.5), (64.1, 62.0, 21, 12, 8.52, 16.5),
    (66.9, 67.5, 14, 7, 2.27, 19.1), (68.9, 60.7, 19, 12, 4.43, 22.7), (61.7, 69.3, 22, 5, 2.82, 18.7),
    (68.3, 72.6, 18, 2, 24.20, 21.2), (71.7, 34.0, 17, 8, 3.30, 20.0), (55.7, 19.4, 26, 28, 12.11, 20.2),
    (54.3, 15.2, 31, 20, 2.15, 10.8), (65.1, 73.0, 19, 9, 2.84, 20.0), (65.5, 59.8, 22, 10, 5.23, 18.0),
    (65.0, 55.1, 14, 3, 4.52, 22.4), (56.6, 50.9, 22, 12, 15.14, 16.7), (57.4, 54.1, 20, 6, 4.20, 15.3),
    (72.5, 71.2, 12, 1, 2.40, 21.0), (74.2, 58.1, 14, 8, 5.23, 23.8), (72.0, 63.5, 6, 3, 2.56, 18.0),
    (60.5, 60.8, 16, 10, 7.72, 16.3), (58.3, 26.8, 25, 19, 18.46, 20.9), (65.4, 49.5, 15, 8, 6.10, 22.5),
    (75.5, 85.9, 3, 2, 99.71, 15.1), (69.3, 84.9, 7, 6, 99.68, 19.8), (77.3, 89.7, 5, 2, 100.0, 18.3),
    (70.5, 78.2, 12, 6, 98.96, 19.4), (79.4, 64.9, 7, 3, 98.22, 20.2), (65.0, 75.9, 9, 9, 99.06, 17.8),
    (92.2, 84.6, 3, 3, 99.46, 16.3), (79.3, 63.1, 13, 13, 96.83, 18.1), (70.4, 38.4, 26, 12, 5.62, 20.3),
    (65.7, 7.7, 29, 11, 13.79, 20.5), (72.7, 16.7, 22, 13, 11.22, 18.9), (64.4, 17.6, 35, 32, 16.92, 23.0),
    (77.6, 37.6, 15, 7, 4.97, 20.0), (67.6, 18.7, 25, 7, 8.65, 19.5), (35.0, 1.2, 37, 53, 42.34, 18.0),
    (44.7, 46.6, 16, 29, 50.43, 18.2), (42.8, 27.7, 22, 29, 58.33, 19.3),
]  # fmt: skip


def made_rows(seed=0, n=200, drivers=4):
    """Correlated drivers and a whole that depends on them."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, drivers)) @ rng.normal(size=(drivers, drivers)) + rng.normal(
        size=drivers
    )
    return X, X @ rng.normal(size=drivers) + rng.normal(0, 2, n)


def r_squared(X, y, columns, weights=None):
    scale = np.sqrt(np.ones(len(y)) if weights is None else weights)
    if not columns:
        return 0.0
    mean = np.average(y, weights=scale**2)
    design = np.column_stack([np.ones(len(y)), X[:, list(columns)]]) * scale[:, None]
    fitted = design @ np.linalg.lstsq(design, y * scale, rcond=None)[0]
    return 1 - ((y * scale - fitted) ** 2).sum() / (scale**2 @ (y - mean) ** 2)


def shares_by_definition(X, y, weights=None):
    drivers = X.shape[1]
    shares = np.zeros(drivers)
    for driver in range(drivers):
        others = [other for other in range(drivers) if other != driver]
        for size in range(drivers):
            chance = factorial(size) * factorial(drivers - 1 - size) / factorial(drivers)
            for before in combinations(others, size):
                gain = r_squared(X, y, (*before, driver), weights) - r_squared(
                    X, y, before, weights
                )
                shares[driver] += chance * gain
    return shares


def test_lmg_gives_the_shares_relaimpo_published_for_swiss_fertility():
    # Grömping (2006), Journal of Statistical Software 17(1): calc.relimp(swiss), R² 70.67%
    rows = np.array(SWISS)
    found = lmg(rows[:, 1:], rows[:, 0])
    assert found.shares.round(8).tolist() == [
        0.05709122,
        0.17117303,
        0.26013468,
        0.10557015,
        0.11276592,
    ]
    assert round(found.r_squared, 4) == 0.7067


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.booleans())
def test_lmg_is_what_its_definition_says_over_all_orders_of_entry(seed, drivers, weighted):
    X, y = made_rows(seed, 60, drivers)
    weights = np.random.default_rng(seed).uniform(0.5, 3, 60) if weighted else None
    found = lmg(X, y, weights=weights)
    assert found.shares == pytest.approx(shares_by_definition(X, y, weights), abs=1e-9)


def test_relative_weights_follow_johnsons_definition():
    X, y = made_rows(3)
    standard = (X - X.mean(0)) / X.std(0)
    # the orthogonal matrix closest to the drivers, by singular values (Johnson 2000)
    left, _, right = np.linalg.svd(standard, full_matrices=False)
    orthogonal = left @ right * np.sqrt(len(y))
    slopes = orthogonal.T @ ((y - y.mean()) / y.std()) / len(y)
    loadings = orthogonal.T @ standard / len(y)
    assert relative_weights(X, y).shares == pytest.approx((loadings**2).T @ slopes**2, abs=1e-12)


@pytest.mark.parametrize("decompose", [lmg, relative_weights])
def test_shares_sum_to_r_squared_and_survive_units_origin_and_order(decompose):
    X, y = made_rows(1)
    found = decompose(X, y)
    assert found.shares.sum() == pytest.approx(found.r_squared, abs=1e-12)
    assert found.r_squared == pytest.approx(r_squared(X, y, range(4)), abs=1e-12)
    moved = decompose(X * [1e-3, 5, 100, 2] + [10, 0, -7, 3], 9 - 2 * y)
    assert moved.shares == pytest.approx(found.shares, abs=1e-9)
    order = [2, 0, 3, 1]
    assert decompose(X[:, order], y).shares == pytest.approx(found.shares[order], abs=1e-12)
    assert found.relative.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("decompose", [lmg, relative_weights])
def test_uncorrelated_drivers_get_their_squared_correlation(decompose):
    X = np.array([[a, b] for a in (-1, 1) for b in (-1, 1)] * 10, dtype=float)
    y = 2 * X[:, 0] + X[:, 1] + np.tile([0.3, -0.3], 20)
    expected = [np.corrcoef(X[:, k], y)[0, 1] ** 2 for k in (0, 1)]
    assert decompose(X, y).shares == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("decompose", [lmg, relative_weights])
def test_a_driver_entered_twice_shares_its_credit_and_is_named(decompose):
    X, y = made_rows(2, drivers=3)
    once, twice = decompose(X, y), decompose(np.column_stack([X, X[:, 1]]), y)
    assert twice.r_squared == pytest.approx(once.r_squared, abs=1e-9)
    assert twice.shares[1] == pytest.approx(twice.shares[3], abs=1e-9)
    assert twice.collinear == (1, 3)
    assert np.isinf(twice.variance_inflation[[1, 3]]).all()
    assert twice.shares.sum() == pytest.approx(twice.r_squared)
    assert once.collinear == ()


def test_drivers_that_nearly_repeat_each_other_are_named_too():
    X, y = made_rows(2, drivers=3)
    noise = np.random.default_rng(1).normal(0, 0.01, len(y))
    assert lmg(np.column_stack([X, X[:, 1] + noise]), y).collinear == (1, 3)


def test_a_constant_driver_explains_nothing_and_is_named():
    X, y = made_rows(5, drivers=2)
    found = lmg(np.column_stack([X, np.full(len(y), 0.1)]), y)
    assert found.constant == (2,)
    assert found.shares[2] == 0.0
    assert found.shares[:2] == pytest.approx(lmg(X, y).shares)


def test_variance_inflation_equals_statsmodels():
    peer = pytest.importorskip("statsmodels.stats.outliers_influence")
    X, _ = made_rows(7)
    design = np.column_stack([np.ones(len(X)), X])
    expected = [peer.variance_inflation_factor(design, column) for column in range(1, 5)]
    assert variance_inflation(np.corrcoef(X.T)) == pytest.approx(expected)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 59))
def test_sums_of_parts_of_raw_rows_and_of_a_query_give_the_same_shares(seed, cut):
    X, y = made_rows(seed, 60, 3)
    whole = lmg(X, y).shares
    head, tail = (
        CrossProducts.from_rows(X[:cut], y[:cut]),
        CrossProducts.from_rows(X[cut:], y[cut:]),
    )
    joined = np.column_stack([X, y])
    queried = CrossProducts.from_sums(60, joined.sum(0), joined.T @ joined)
    assert lmg_from_products(head + tail).shares == pytest.approx(whole, abs=1e-9)
    assert lmg_from_products(queried).shares == pytest.approx(whole, abs=1e-8)
    assert relative_weights_from_products(queried).shares == pytest.approx(
        relative_weights(X, y).shares, abs=1e-8
    )
    assert ((head + tail) - tail).products == pytest.approx(head.products, abs=1e-7)


def test_whole_weights_are_rows_written_more_than_once():
    X, y = made_rows(4, 50, 3)
    times = np.random.default_rng(4).integers(1, 5, 50)
    repeated = lmg(np.repeat(X, times, axis=0), np.repeat(y, times))
    assert lmg(X, y, weights=times).shares == pytest.approx(repeated.shares, abs=1e-10)


def test_bootstrap_bounds_cover_the_true_shares_about_as_often_as_they_say():
    rng = np.random.default_rng(12)
    truth = lmg(
        *(lambda X: (X, X @ [1, 0.5, 0] + rng.normal(size=400_000)))(rng.normal(size=(400_000, 3)))
    )
    hits = 0
    for _ in range(60):
        X = rng.normal(size=(200, 3))
        found = lmg(X, X @ [1, 0.5, 0] + rng.normal(size=200), draws=200, rng=rng)
        assert (found.low <= found.shares).all()
        assert (found.shares <= found.high).all()
        hits += found.low[0] <= truth.shares[0] <= found.high[0]
    assert hits >= 51


def test_resampled_correlations_scatter_as_those_of_new_samples_would():
    # Rows enough for several blocks; a correlation of normal variables has the error (1 − ρ²)/√n.
    rng = np.random.default_rng(3)
    part = rng.normal(size=(9_000, 1))
    whole = 0.6 * part[:, 0] + 0.8 * rng.normal(size=9_000)
    drawn = resampled_correlations(part, whole, None, 600, rng)[:, 0, 1]
    seen = np.corrcoef(part[:, 0], whole)[0, 1]
    error = (1 - seen**2) / np.sqrt(9_000)
    assert drawn.mean() == pytest.approx(seen, abs=4 * error / np.sqrt(600))
    assert drawn.std() == pytest.approx(error, rel=0.12)


@pytest.mark.parametrize("level", [0.0, 3.6, 1e3, 1e7])
def test_shares_do_not_depend_on_how_far_from_zero_the_scale_lies(level):
    X, y = made_rows(6, 400, 4)
    assert lmg(X + level, y - level).shares == pytest.approx(lmg(X, y).shares, abs=1e-8)


def test_the_same_generator_gives_the_same_bounds():
    X, y = made_rows(1)
    one, other = (relative_weights(X, y, draws=50, rng=np.random.default_rng(9)) for _ in range(2))
    assert one.low.tolist() == other.low.tolist()
    assert one.draws == 50


def test_segments_have_drivers_of_their_own():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(400, 2))
    codes = ["family", "business"] * 200
    business = np.array(codes) == "business"
    y = np.where(business, X[:, 0], X[:, 1]) + rng.normal(0, 0.5, 400)
    found = lmg_by_segment(X, y, codes)
    assert list(found) == ["family", "business"]
    assert found["family"].shares.argmax() == 1
    assert found["business"].shares.argmax() == 0


def made_units(seed, units=40, bad=(), shortfall=0.5):
    """Stores whose whole is the mean of their parts, but for those where something unasked is at work."""
    rng = np.random.default_rng(seed)
    parts = rng.normal(4.2, 0.25, size=(units, 3))
    whole = parts.mean(axis=1) + rng.normal(0, 0.06, units)
    whole[list(bad)] -= shortfall
    return parts, whole


def test_studentised_residuals_equal_those_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    parts, whole = made_units(1)
    peer = sm.OLS(whole, sm.add_constant(parts)).fit().get_influence()
    found = hidden_driver(parts, whole)
    assert found.alarms == ()
    assert [unit.statistic for unit in found.units] == pytest.approx(
        peer.resid_studentized_external.tolist()
    )


def test_the_gap_of_a_unit_is_its_distance_from_the_model_of_all_others():
    parts, whole = made_units(1)
    others = np.arange(40) != 5
    design = np.column_stack([np.ones(40), parts])
    slopes = np.linalg.lstsq(design[others], whole[others], rcond=None)[0]
    unit = hidden_driver(parts, whole).units[5]
    assert unit.expected == pytest.approx(design[5] @ slopes)
    assert unit.value == pytest.approx(whole[5] - design[5] @ slopes)
    assert unit.low < unit.value < unit.high


def test_the_lounge_with_the_silently_replaced_drink_is_found():
    # given lounges whose environment, courtesy and drinks are rated well, one of them badly as a whole
    parts, whole = made_units(3, bad=[17])
    found = hidden_driver(parts, whole)
    assert found.alarms == (17,)
    assert found.value == 1
    assert found.units[17].value == pytest.approx(-0.5, abs=0.15)
    assert found.units[17].adjusted < 0.05


def test_several_bad_units_cannot_hide_one_another():
    bad = (2, 9, 14, 23, 31, 36)
    alarms = hidden_driver(*made_units(4, bad=bad)).alarms
    assert set(bad) <= set(alarms)
    assert len(alarms) <= 7  # a share of 5% may be false


def test_a_whole_better_than_its_parts_is_no_alarm():
    parts, whole = made_units(3, bad=[17], shortfall=-0.5)
    found = hidden_driver(parts, whole)
    assert found.alarms == ()
    assert found.units[17].p_value > 0.99


@pytest.mark.slow
def test_healthy_companies_are_alarmed_about_as_seldom_as_the_level_says():
    false = sum(hidden_driver(*made_units(seed)).value > 0 for seed in range(300))
    assert false <= 0.09 * 300


def test_units_of_few_answers_weigh_little_and_need_a_larger_gap():
    parts, whole = made_units(3, bad=[17], shortfall=0.2)
    many = hidden_driver(parts, whole, weights=[200.0] * 40)
    weights = [200.0] * 40
    weights[17] = 2.0
    few = hidden_driver(parts, whole, weights=weights)
    assert few.units[17].p_value > many.units[17].p_value
    assert few.units[17].high - few.units[17].low > many.units[17].high - many.units[17].low


def test_a_shortfall_too_small_to_matter_is_no_alarm():
    parts, whole = made_units(3, bad=[17])
    assert hidden_driver(parts, whole, least=0.8).alarms == ()


def made_segment(rng, n, shift=0.0):
    parts = rng.normal(4, 0.7, size=(n, 3))
    return CrossProducts.from_rows(parts, parts @ [0.5, 0.3, 0.2] + shift + rng.normal(0, 0.6, n))


def test_the_gap_of_a_segment_is_its_mean_residual_under_the_model_of_the_others():
    rng = np.random.default_rng(6)
    blocks = [(rng.normal(4, 0.7, size=(n, 3)), rng.normal(4, 1, n)) for n in (90, 120, 60)]
    found = hidden_driver_by_segment([CrossProducts.from_rows(X, y) for X, y in blocks])
    X = np.concatenate([blocks[0][0], blocks[1][0]])
    y = np.concatenate([blocks[0][1], blocks[1][1]])
    design = np.column_stack([np.ones(len(y)), X])
    slopes = np.linalg.lstsq(design, y, rcond=None)[0]
    residuals = blocks[2][1] - np.column_stack([np.ones(60), blocks[2][0]]) @ slopes
    unit = found.units[2]
    assert unit.value == pytest.approx(residuals.mean())
    noise = ((y - design @ slopes) ** 2).sum() / (len(y) - 4)
    mean_row = np.concatenate([[1.0], blocks[2][0].mean(0)])
    predicting = noise * mean_row @ np.linalg.inv(design.T @ design) @ mean_row
    assert unit.statistic == pytest.approx(
        residuals.mean() / np.sqrt(residuals.var(ddof=1) / 60 + predicting)
    )


def test_the_segment_with_a_hidden_driver_is_found_among_many():
    rng = np.random.default_rng(8)
    segments = [made_segment(rng, 150) for _ in range(9)] + [made_segment(rng, 60, -0.5)]
    assert hidden_driver_by_segment(segments).alarms == (9,)


def test_segments_without_a_hidden_driver_are_seldom_alarmed():
    rng = np.random.default_rng(10)
    false = sum(
        hidden_driver_by_segment([made_segment(rng, 40) for _ in range(8)]).value > 0
        for _ in range(200)
    )
    assert false <= 0.09 * 200


def test_importance_against_performance_names_the_quadrant_and_the_order_to_act():
    found = importance_performance([0.30, 0.22, 0.05, 0.10, 0.28], [3.1, 3.5, 3.0, 4.6, 4.4])
    assert [driver.quadrant for driver in found.drivers] == [
        "concentrate", "concentrate", "low_priority", "possible_overkill", "keep_up",
    ]  # fmt: skip
    assert found.value == (0, 1)
    assert found.importance_line == pytest.approx(0.19)


def test_a_driver_whose_interval_crosses_a_line_is_not_certain():
    wide = Estimate(3.1, 2.5, 4.5, 9, "student_t")
    sure = Estimate(3.1, 3.0, 3.2, 900, "student_t")
    weight = Estimate(0.4, 0.35, 0.45, 900, "lmg")
    placed = importance_performance(
        [weight, weight, 0.1], [wide, sure, 4.5], importance_line=0.2, performance_line=4.0
    ).drivers
    assert [driver.certain for driver in placed] == [False, True, False]


def test_drivers_without_a_number_keep_their_reason_and_leave_the_lines_alone():
    found = importance_performance([0.3, None, 0.1], [3.0, 4.0, NAN])
    assert found.n == 1
    assert [driver.reason for driver in found.drivers] == [None, Reason.NO_DATA, Reason.NOT_FINITE]


def test_penalty_and_reward_equal_a_dummy_regression_with_robust_errors():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(3)
    X = rng.integers(1, 6, size=(300, 2)).astype(float)
    y = 4 - 0.9 * (X[:, 0] <= 2) + 0.5 * (X[:, 1] >= 4) + rng.normal(0, 0.6, 300)
    found = penalty_reward(X, y, low_until=2, high_from=4)
    dummies = [X[:, 0] <= 2, X[:, 0] >= 4, X[:, 1] <= 2, X[:, 1] >= 4]
    peer = sm.OLS(y, sm.add_constant(np.column_stack(dummies).astype(float))).fit(cov_type="HC3")
    told = [side for part in found.parts for side in (part.penalty, part.reward)]
    assert [side.value for side in told] == pytest.approx(peer.params[1:].tolist())
    assert [side.standard_error for side in told] == pytest.approx(peer.bse[1:].tolist())
    assert found.r_squared == pytest.approx(peer.rsquared)
    assert found.value == ("must_be", "delighter")


def test_parts_are_told_apart_as_must_be_delighter_performance_and_indifferent():
    rng = np.random.default_rng(14)
    X = rng.integers(1, 6, size=(2000, 4)).astype(float)
    low, high = X <= 2, X >= 4
    y = 4 - 1.0 * low[:, 0] + 0.9 * high[:, 1] + 0.6 * (high[:, 2] - 1.0 * low[:, 2])
    found = penalty_reward(X, y + rng.normal(0, 0.5, 2000), low_until=2, high_from=4)
    assert found.value == ("must_be", "delighter", "performance", "indifferent")


def test_a_side_nobody_is_on_is_said_and_the_other_still_told():
    rng = np.random.default_rng(1)
    X = rng.integers(3, 6, size=(300, 1)).astype(float)
    y = 3 + 1.0 * (X[:, 0] >= 4) + rng.normal(0, 0.4, 300)
    (part,) = penalty_reward(X, y, low_until=2, high_from=4).parts
    assert part.penalty.reason is Reason.EMPTY_CELL
    assert part.low_share == 0.0
    assert part.reward.value == pytest.approx(1.0, abs=0.15)
    # What a low score would cost nobody has shown: it may count both ways.
    assert part.kind is None


def test_what_a_single_answer_says_is_no_effect():
    rng = np.random.default_rng(1)
    x = np.concatenate([[1], rng.integers(3, 6, 600)]).astype(float)
    y = 3 + 1.0 * (x >= 4) + rng.normal(0, 0.4, x.size)

    (part,) = penalty_reward(x, y, low_until=2, high_from=4).parts

    assert part.penalty.value is None
    assert part.penalty.reason is Reason.TOO_FEW
    assert part.asymmetry.reason is Reason.TOO_FEW
    assert part.kind is None


def test_an_effect_held_against_a_few_answers_is_not_told():
    x = np.array([1.0] * 50 + [3.0] * 4 + [5.0] * 50)

    (part,) = penalty_reward(
        x, x + np.random.default_rng(1).normal(size=104), low_until=2, high_from=4
    ).parts

    assert (part.penalty.reason, part.reward.reason) == (Reason.TOO_FEW, Reason.TOO_FEW)


def test_a_penalty_of_few_answers_is_covered_as_often_as_promised():
    rng = np.random.default_rng(8)
    covered = 0
    for _ in range(400):
        x = np.repeat([1.0, 3.0, 5.0], [12, 200, 200])
        y = -0.5 * (x < 2) + rng.normal(0, 1 + (x < 2), x.size)
        penalty = penalty_reward(x, y, low_until=2, high_from=4).parts[0].penalty
        covered += penalty.low <= -0.5 <= penalty.high
    assert 0.91 <= covered / 400 <= 0.98


def test_two_parts_always_scored_alike_are_said_to_be_collinear():
    rng = np.random.default_rng(1)
    x = rng.integers(1, 6, 200).astype(float)
    found = penalty_reward(
        np.column_stack([x, x]), x + rng.normal(size=200), low_until=2, high_from=4
    )
    assert [part.penalty.reason for part in found.parts] == [Reason.COLLINEAR] * 2
    assert found.value == (None, None)


def test_perfecting_a_part_pays_less_and_less():
    rng = np.random.default_rng(5)
    levels = [1, 2, 3, 4, 5]
    means = [1.0, 2.6, 3.6, 4.0, 4.02]
    found = diminishing_returns(
        levels, [Moments.from_values(rng.normal(m, 0.7, 200)) for m in means]
    )
    assert found.diminishing
    assert found.high < 0
    assert found.enough_from == 3
    assert found.gains[0].value > found.gains[1].value > found.gains[2].value


def test_curvature_equals_a_weighted_quadratic_fit():
    rng = np.random.default_rng(5)
    levels = [0, 2, 3, 7]
    groups = [rng.normal(3 + 0.4 * x - 0.02 * x * x, 0.5, 20 + 10 * x) for x in levels]
    found = diminishing_returns(levels, [Moments.from_values(group) for group in groups])
    quadratic = np.polyfit(
        levels, [g.mean() for g in groups], 2, w=np.sqrt([g.size for g in groups])
    )
    assert found.value == pytest.approx(2 * quadratic[0])


def test_a_part_that_pays_evenly_does_not_diminish():
    rng = np.random.default_rng(6)
    groups = [Moments.from_values(rng.normal(level, 0.7, 200)) for level in (1, 2, 3, 4, 5)]
    found = diminishing_returns([1, 2, 3, 4, 5], groups)
    assert not found.diminishing
    assert found.enough_from is None


seeds = st.integers(0, 10_000)
scales = st.sampled_from([0.01, 0.5, 3.0, 100.0])


@settings(max_examples=25)
@given(seeds, st.integers(8, 60), st.integers(1, 4))
def test_segments_hold_the_shares_of_their_own_rows(seed, n, kinds):
    X, y = made_rows(seed, n, 2)
    codes = np.random.default_rng(seed).integers(0, kinds, n)
    found = lmg_by_segment(X, y, codes.tolist())
    assert list(found) == list(dict.fromkeys(codes.tolist()))
    for code, told in found.items():
        alone = lmg(X[codes == code], y[codes == code])
        assert (told.n, told.reason) == (alone.n, alone.reason)
        if told.shares is not None:
            assert told.shares.tolist() == alone.shares.tolist()
            assert 0 <= told.r_squared <= 1
            assert told.shares.sum() == pytest.approx(told.r_squared)


@settings(max_examples=25)
@given(seeds, st.integers(2, 5))
def test_inflation_is_that_of_its_driver_in_any_order_and_at_least_one(seed, drivers):
    X, _ = made_rows(seed, 50, drivers)
    correlations = np.corrcoef(X.T)
    found = variance_inflation(correlations)
    order = np.random.default_rng(seed).permutation(drivers)
    assert (found >= 1 - 1e-9).all()
    assert variance_inflation(correlations[np.ix_(order, order)]) == pytest.approx(found[order])
    # R² of the first driver on the others, from its raw rows
    others = np.column_stack([np.ones(50), X[:, 1:]])
    residuals = X[:, 0] - others @ np.linalg.lstsq(others, X[:, 0], rcond=None)[0]
    assert found[0] == pytest.approx(X[:, 0].var() / residuals.var(), rel=1e-4)


@settings(max_examples=20)
@given(seeds, st.integers(7, 20), scales, st.floats(-5, 5))
def test_units_are_judged_alike_in_any_order_and_unit(seed, n, scale, origin):
    X, y = made_rows(seed, n, 2)
    order = np.random.default_rng(seed).permutation(n)
    found = hidden_driver(X, y)
    moved = hidden_driver(X[order], scale * y[order] + origin)
    assert sorted(order[list(moved.alarms)].tolist()) == list(found.alarms)
    for place, unit in zip(order, moved.units, strict=True):
        told = found.units[place]
        assert told.low <= told.value <= told.high
        assert told.p_value <= told.adjusted <= 1
        assert unit.value == pytest.approx(scale * told.value, rel=1e-5, abs=1e-6 * scale)
        assert unit.p_value == pytest.approx(told.p_value, abs=1e-5)


@settings(max_examples=20)
@given(seeds, st.integers(2, 5), scales)
def test_segments_are_judged_alike_in_any_order_and_unit_and_from_joined_days(seed, kinds, scale):
    rng = np.random.default_rng(seed)
    rows = [made_rows(seed + kind, int(rng.integers(5, 40)), 2) for kind in range(kinds)]
    found = hidden_driver_by_segment([CrossProducts.from_rows(X, y) for X, y in rows])
    moved = hidden_driver_by_segment(
        [
            CrossProducts.from_rows(X[:2], scale * y[:2])
            + CrossProducts.from_rows(X[2:], scale * y[2:])
            for X, y in rows[::-1]
        ]
    )
    assert found.value == moved.value == len(found.alarms)
    for told, other in zip(found.units, moved.units[::-1], strict=True):
        assert told.reason == other.reason
        if told.value is not None:
            assert told.low <= told.value <= told.high
            assert 0 <= told.p_value <= told.adjusted <= 1
            assert other.value == pytest.approx(scale * told.value, rel=1e-5, abs=1e-6 * scale)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=10), scales)
def test_quadrants_do_not_depend_on_the_order_of_drivers_or_their_units(pairs, scale):
    found = importance_performance(*zip(*pairs, strict=True))
    turned = importance_performance(
        [one for one, _ in pairs[::-1]], [other for _, other in pairs[::-1]]
    )
    assert [d.quadrant for d in turned.drivers[::-1]] == [d.quadrant for d in found.drivers]
    assert {len(pairs) - 1 - place for place in turned.value} == set(found.value)
    assert sum(driver.gap for driver in found.drivers) == pytest.approx(0, abs=1e-9)
    power_of_two = 2.0 ** round(np.log2(scale))  # exact, so that none lying on a line falls off it
    grown = importance_performance(
        [power_of_two * one for one, _ in pairs], [other for _, other in pairs]
    )
    assert [d.quadrant for d in grown.drivers] == [d.quadrant for d in found.drivers]


@settings(max_examples=20)
@given(seeds, st.integers(40, 90), scales, st.floats(-5, 5))
def test_penalties_and_rewards_keep_the_unit_of_the_whole_and_mind_no_order(seed, n, scale, origin):
    rng = np.random.default_rng(seed)
    X, order = rng.integers(1, 6, size=(n, 2)).astype(float), rng.permutation(n)
    y = (X[:, 0] >= 4) - 1.0 * (X[:, 1] <= 2) + rng.normal(size=n)
    found = penalty_reward(X, y, low_until=2, high_from=4)
    moved = penalty_reward(X[order], scale * y[order] + origin, low_until=2, high_from=4)
    assert moved.value == found.value
    assert 0 <= found.r_squared <= 1
    assert moved.r_squared == pytest.approx(found.r_squared)
    for told, other in zip(found.parts, moved.parts, strict=True):
        assert told.low_share + told.high_share <= 1 + 1e-12
        assert told.penalty.reason == other.penalty.reason
        if told.penalty.value is not None:
            assert other.penalty.value == pytest.approx(
                scale * told.penalty.value, abs=1e-6 * scale
            )
        if told.penalty.value is not None and told.reward.value is not None:
            both = told.penalty.value + told.reward.value
            assert told.asymmetry.value == pytest.approx(both, abs=1e-9)


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.integers(1, 5), max_size=8), min_size=1, max_size=5),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_returns_diminish_alike_in_any_unit_of_part_and_whole(heard, step, scale):
    levels = list(range(1, len(heard) + 1))
    found = diminishing_returns(levels, [Moments.from_values(rows) for rows in heard])
    moved = diminishing_returns(
        [step * level for level in levels],
        [Moments.from_values([scale * x for x in rows[::-1]]) for rows in heard],
    )
    assert (moved.reason, moved.enough_from) == (found.reason, found.enough_from)
    if found.value is not None:
        assert moved.value == pytest.approx(found.value * scale / step**2, abs=1e-7)
    if found.low is not None:
        assert found.low <= found.value <= found.high
        assert found.diminishing == (found.high < 0)


X5, Y5 = made_rows(1, 30, 2)
WIDE = np.random.default_rng(0).normal(size=(60, 21))
part = Moments.from_values([3, 4, 5])


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (lmg(np.empty((0, 2)), []), Reason.NO_DATA),
        (lmg(X5[:1], Y5[:1]), Reason.TOO_FEW),
        (lmg(X5[:3], Y5[:3]), Reason.TOO_FEW),
        (lmg(X5, np.full(30, 0.1)), Reason.NO_VARIANCE),
        (lmg(np.where(X5 > 9, X5, NAN), Y5), Reason.NOT_FINITE),
        (lmg(X5, Y5, weights=np.zeros(30)), Reason.ZERO_WEIGHT),
        (lmg(WIDE, WIDE[:, 0]), Reason.TOO_MANY_DRIVERS),
        (relative_weights(np.empty((0, 2)), []), Reason.NO_DATA),
        (lmg_from_products(CrossProducts.from_rows(np.empty((0, 2)), [])), Reason.NO_DATA),
        (lmg_from_products(CrossProducts.from_rows(X5, Y5 * NAN)), Reason.NOT_FINITE),
        (lmg_from_products(CrossProducts.from_rows(X5, Y5 * 0)), Reason.NO_VARIANCE),
        (relative_weights_from_products(CrossProducts.from_rows(X5[:1], Y5[:1])), Reason.TOO_FEW),
        (relative_weights_from_products(CrossProducts.from_rows(X5, Y5 * 0)), Reason.NO_VARIANCE),
        (lmg_by_segment(X5, Y5, ["a"] * 29 + ["b"])["b"], Reason.TOO_FEW),
        (lmg_by_segment(X5, Y5 * 0, ["a"] * 30)["a"], Reason.NO_VARIANCE),
        (lmg_by_segment(X5, Y5, ["a"] * 30, weights=[0] * 30)["a"], Reason.ZERO_WEIGHT),
        (hidden_driver(np.empty((0, 2)), []), Reason.NO_DATA),
        (hidden_driver(X5[:5], Y5[:5]), Reason.TOO_FEW),
        (hidden_driver(X5, np.full(30, 3.0)), Reason.NO_VARIANCE),
        (hidden_driver(X5, X5.sum(axis=1)), Reason.NO_VARIANCE),
        (hidden_driver(X5, np.full(30, NAN)), Reason.NOT_FINITE),
        (hidden_driver(X5 * 1e300, Y5), Reason.NOT_FINITE),
        (hidden_driver(X5, Y5, weights=[1.0] * 29 + [0.0]).units[29], Reason.ZERO_WEIGHT),
        (hidden_driver_by_segment([]), Reason.NO_DATA),
        (hidden_driver_by_segment([CrossProducts.from_rows(X5, Y5)]), Reason.TOO_FEW),
        (importance_performance([], []), Reason.NO_DATA),
        (importance_performance([NAN], [1.0]), Reason.NOT_FINITE),
        (penalty_reward(np.empty((0, 2)), [], low_until=2, high_from=4), Reason.NO_DATA),
        (penalty_reward(X5[:4], Y5[:4], low_until=2, high_from=4), Reason.TOO_FEW),
        (penalty_reward(X5, np.ones(30), low_until=2, high_from=4), Reason.NO_VARIANCE),
        (penalty_reward(X5, Y5 * NAN, low_until=2, high_from=4), Reason.NOT_FINITE),
        (penalty_reward(X5, Y5, low_until=2, high_from=4, weights=[0] * 30), Reason.ZERO_WEIGHT),
        (diminishing_returns([], []), Reason.NO_DATA),
        (diminishing_returns([1, 2], [part, part]), Reason.TOO_FEW),
        (diminishing_returns([1, NAN], [part, part]), Reason.NOT_FINITE),
        (diminishing_returns([1, 2, 3], [Moments.from_values([3, 3])] * 3), Reason.NO_VARIANCE),
    ],
)
def test_drivers_that_cannot_be_told_say_why(result, reason):
    assert result.reason is reason


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: lmg(X5, Y5[:3]), "shape"),
        (lambda: lmg(np.empty((3, 0)), [1, 2, 3]), "shape"),
        (lambda: lmg(X5, Y5, weights=[-1.0] * 30), "negative"),
        (lambda: lmg(X5, Y5, draws=10), "draws"),
        (lambda: lmg_by_segment(X5, Y5, ["a"]), "shape"),
        (lambda: variance_inflation([[1.0, NAN], [NAN, 1.0]]), "not_finite"),
        (lambda: variance_inflation([1.0, 2.0]), "shape"),
        (lambda: hidden_driver(X5, Y5, least=-1), "negative"),
        (lambda: importance_performance([1.0], []), "shape"),
        (lambda: penalty_reward(X5, Y5, low_until=4, high_from=2), "thresholds"),
        (lambda: diminishing_returns([2, 1], [part, part]), "not_rising"),
    ],
)
def test_drivers_that_cannot_be_meant_are_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
