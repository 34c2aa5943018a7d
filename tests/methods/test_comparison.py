"""Comparisons against SciPy, statsmodels and published examples, and against their own raw rows."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from peakend.methods.comparison import (
    benjamini_hochberg,
    cochran_q,
    cohen_d,
    difference_in_differences,
    difference_in_differences_by_cluster,
    holm,
    interrupted_series,
    mcnemar,
    paired_t,
    stratified_difference,
    stratified_mean_difference,
    two_proportions,
    welch,
)
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.moments import Moments, sum_moments

NAN = float("nan")
moments = Moments.from_values
scores = st.lists(st.integers(0, 10), min_size=2, max_size=30)


@pytest.mark.filterwarnings("ignore:Precision loss")
@given(scores, scores)
def test_welch_from_sums_equals_scipy_from_rows(first, second):
    stats = pytest.importorskip("scipy.stats")
    assume(len(set(first)) > 1 or len(set(second)) > 1)
    ours = welch(moments(first), moments(second))
    peer = stats.ttest_ind(first, second, equal_var=False)
    interval = peer.confidence_interval(0.95)
    assert ours.statistic == pytest.approx(peer.statistic, rel=1e-9, abs=1e-9)
    assert ours.degrees_of_freedom == pytest.approx(peer.df)
    assert ours.p_value == pytest.approx(peer.pvalue, rel=1e-6, abs=1e-12)
    assert (ours.low, ours.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)


@given(scores, scores)
def test_swapping_the_sides_mirrors_the_difference(first, second):
    one, other = welch(moments(first), moments(second)), welch(moments(second), moments(first))
    assert one.value == pytest.approx(-other.value)
    assert one.reason == other.reason
    if one.low is not None:
        assert one.low == pytest.approx(-other.high)


few = st.lists(st.integers(0, 10), max_size=8)
units = (st.integers(-9, 9), st.integers(1, 20))  # origin, scale


def same_in_other_units(found, moved, scale):
    """The same comparison, of scores multiplied by `scale`."""
    assert moved.reason == found.reason
    if found.value is not None:
        assert moved.value == pytest.approx(scale * found.value, abs=1e-9)
    if found.low is not None:
        assert found.low <= found.value <= found.high
        assert moved.low == pytest.approx(scale * found.low, abs=1e-9)
        assert moved.p_value == pytest.approx(found.p_value, abs=1e-9)


@given(few, *units)
def test_a_paired_change_is_the_same_in_any_unit_and_order(differences, origin, scale):
    found = paired_t(moments(differences))
    same_in_other_units(found, paired_t(moments([scale * x for x in differences[::-1]])), scale)
    shifted = paired_t(moments([x + origin for x in differences]))
    assert found.value is None or shifted.value == pytest.approx(found.value + origin, abs=1e-9)


@given(few, few, *units)
def test_a_standardised_difference_has_no_unit_and_turns_with_its_sides(
    first, second, origin, scale
):
    found = cohen_d(moments(first), moments(second))
    moved = cohen_d(
        *(moments([origin + scale * x for x in side[::-1]]) for side in (second, first))
    )
    assert (found is None) == (moved is None)
    assert found is None or moved == pytest.approx(-found, abs=1e-9)


@given(few, few, few, few, *units)
def test_a_difference_in_differences_ignores_what_moves_both_and_keeps_scale(
    before, after, other_before, other_after, origin, scale
):
    rows = (before, after, other_before, other_after)
    found = difference_in_differences(*map(moments, rows))
    moved = difference_in_differences(
        *(
            moments([scale * x + origin * place for x in side])
            for side, place in zip(rows, (1, 2, 1, 2), strict=True)
        )
    )
    same_in_other_units(found, moved, scale)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(few, few), max_size=4),
    st.lists(st.tuples(few, few), max_size=4),
    st.sampled_from(["collapsed", "sandwich"]),
    *units,
)
def test_clusters_may_come_in_any_order_and_unit(treated, control, form, origin, scale):
    sides = [[(moments(a), moments(b)) for a, b in side] for side in (treated, control)]
    others = [
        [tuple(moments([scale * x + origin for x in rows]) for rows in pair) for pair in side[::-1]]
        for side in (treated, control)
    ]
    found = difference_in_differences_by_cluster(*sides, form=form)
    same_in_other_units(found, difference_in_differences_by_cluster(*others, form=form), scale)


@given(st.tuples(*[st.integers(0, 80)] * 4))
def test_a_change_among_the_same_people_turns_with_time_and_stays_in_bounds(counts):
    gained, lost, kept, never = counts
    found, back = mcnemar(gained, lost, kept, never), mcnemar(lost, gained, kept, never)
    assert found.reason == back.reason
    if found.value is not None:
        assert -1 <= found.low <= found.value <= found.high <= 1
        assert (back.value, back.low) == pytest.approx((-found.value, -found.high))
        assert back.p_value == found.p_value


@given(
    st.lists(st.tuples(*[st.integers(0, 1)] * 3), max_size=20),
    st.permutations([0, 1, 2]),
    st.randoms(use_true_random=False),
)
def test_cochrans_q_minds_neither_the_order_of_people_nor_that_of_things(rows, order, random):
    found = cochran_q([list(row) for row in rows])
    mixed = cochran_q([[row[place] for place in order] for row in random.sample(rows, len(rows))])
    assert (found.value, found.statistic, found.reason) == (
        mixed.value,
        mixed.statistic,
        mixed.reason,
    )
    assert found.p_value is None or 0 <= found.p_value <= 1


hits = st.integers(0, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(st.tuples(hits, hits), max_size=5))
def test_a_stratified_difference_of_shares_turns_with_its_sides_within_bounds(strata):
    found = stratified_difference([(*one, *two) for one, two in strata])
    turned = stratified_difference([(*two, *one) for one, two in strata[::-1]])
    if found.value is None:
        assert found.reason is turned.reason is Reason.NO_DATA
    else:
        assert -1 <= found.low <= found.value <= found.high <= 1
        assert (turned.value, turned.low) == pytest.approx((-found.value, -found.high))


@given(st.lists(st.tuples(few, few), max_size=4), *units)
def test_a_stratified_difference_of_means_ignores_the_level_of_a_stratum(strata, origin, scale):
    found = stratified_mean_difference([(moments(a), moments(b)) for a, b in strata])
    moved = stratified_mean_difference(
        [
            tuple(moments([scale * x + origin * place for x in side]) for side in pair)
            for place, pair in enumerate(strata)
        ]
    )
    same_in_other_units(found, moved, scale)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 20), min_size=8, max_size=16), st.integers(2, 6), *units)
def test_an_interruption_is_the_same_in_any_unit(series, start, origin, scale):
    found = interrupted_series(series, start)
    moved = interrupted_series([origin + scale * x for x in series], start)
    assert moved.reason == found.reason
    if found.value is not None:
        assert found.low <= found.value <= found.high
        assert 0 <= found.autocorrelation <= 0.95
        assert moved.autocorrelation == pytest.approx(found.autocorrelation, abs=1e-3)
        assert moved.value == pytest.approx(scale * found.value, rel=1e-2, abs=1e-2 * scale)


def test_student_1908_sleep_data_paired():
    # Student (1908): extra hours of sleep under two drugs; t = 4.0621 on 9 degrees, p = 0.002833
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    change = paired_t(moments(np.subtract(second, first)))
    assert round(change.statistic, 4) == 4.0621
    assert (change.degrees_of_freedom, round(change.p_value, 6)) == (9, 0.002833)
    assert (round(change.low, 4), round(change.high, 4)) == (0.7001, 2.4599)


def test_cohen_d_of_distant_groups():
    assert cohen_d(moments([5, 4, 4, 5]), moments([3, 4, 2, 3])) == pytest.approx(
        1.5 / np.sqrt(0.5)
    )
    assert cohen_d(moments([5]), moments([3, 4])) is None


def test_two_proportions_agrees_with_statsmodels_and_newcombe():
    peer = pytest.importorskip("statsmodels.stats.proportion")
    ours = two_proportions(56, 70, 48, 80)
    statistic, p_value = peer.proportions_ztest([56, 48], [70, 80])
    assert (ours.statistic, ours.p_value) == pytest.approx((statistic, p_value))
    assert (round(ours.low, 4), round(ours.high, 4)) == (0.0524, 0.3339)


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_a_difference_of_shares_lies_within_its_interval_and_bounds(a, n, b, m):
    assume(a <= n and b <= m)
    change = two_proportions(a, n, b, m)
    assert -1 - 1e-12 <= change.low <= change.value <= change.high <= 1 + 1e-12


def test_mcnemar_exact_agrees_with_statsmodels_on_agrestis_approval_ratings():
    # Agresti (2002), Categorical Data Analysis, table 10.1: prime minister's approval, asked twice
    peer = pytest.importorskip("statsmodels.stats.contingency_tables")
    ours = mcnemar(gained=86, lost=150, kept=794, never=570)
    theirs = peer.mcnemar([[794, 150], [86, 570]], exact=True)
    assert ours.p_value == pytest.approx(theirs.pvalue)
    assert ours.value == pytest.approx(-0.04)
    assert ours.excludes(0)
    # Agresti's Wald interval is (−0.0587, −0.0213); two added pairs move it by a hair
    assert (ours.low, ours.high) == pytest.approx((-0.0588, -0.0211), abs=2e-4)


def test_cochran_q_agrees_with_statsmodels():
    peer = pytest.importorskip("statsmodels.stats.contingency_tables")
    rng = np.random.default_rng(5)
    table = (rng.random((40, 4)) < [0.3, 0.5, 0.6, 0.4]).astype(int)
    theirs = peer.cochrans_q(table)
    ours = cochran_q(table.tolist())
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_within_strata_a_mix_of_sources_does_not_pass_for_a_difference():
    # given two brands alike in each source, one heard mostly where everybody complains (Simpson's paradox)
    reviews, hotline = (8, 80, 2, 20), (14, 20, 56, 80)
    pooled = two_proportions(8 + 14, 100, 2 + 56, 100)
    assert pooled.excludes(0)
    within = stratified_difference([reviews, hotline])
    assert within.value == pytest.approx(0.0)
    assert not within.excludes(0)


def test_a_single_stratum_is_the_plain_difference_and_order_does_not_matter():
    assert stratified_difference([(56, 70, 48, 80)]).value == pytest.approx(0.2)
    strata = [(30, 100, 20, 100), (80, 90, 70, 120), (4, 9, 3, 11)]
    one, other = stratified_difference(strata), stratified_difference(strata[::-1])
    assert (one.value, one.low) == pytest.approx((other.value, other.low))
    mirrored = stratified_difference([(c, d, a, b) for a, b, c, d in strata])
    assert mirrored.value == pytest.approx(-one.value)


def test_means_within_strata_are_the_least_squares_effect_of_the_group():
    rng = np.random.default_rng(3)
    group, stratum = rng.random(200) < 0.3, rng.integers(3, size=200)
    y = 0.4 * group + np.array([0.0, 2.0, -1.0])[stratum] + rng.normal(size=200)
    cells = [
        (
            Moments.from_values(y[(stratum == s) & group]),
            Moments.from_values(y[(stratum == s) & ~group]),
        )
        for s in range(3)
    ]
    design = np.column_stack([group, stratum == 0, stratum == 1, stratum == 2]).astype(float)
    effect = np.linalg.lstsq(design, y, rcond=None)[0][0]
    assert stratified_mean_difference(cells).value == pytest.approx(effect)
    # with one stratum it is Student's t with a pooled variance
    one, two = y[group], y[~group]
    plain = stratified_mean_difference([(Moments.from_values(one), Moments.from_values(two))])
    student = stats.ttest_ind(one, two)
    assert (plain.statistic, plain.p_value) == pytest.approx((student.statistic, student.pvalue))


@pytest.mark.parametrize(
    ("strata", "reason"),
    [
        ([], Reason.NO_DATA),
        ([(Moments(0, 0.0, 0.0), Moments(3, 3.0, 3.0))], Reason.NO_DATA),
        ([(Moments(1, 1.0, 1.0), Moments(1, 2.0, 4.0))], Reason.TOO_FEW),
        ([(Moments(2, 2.0, 2.0), Moments(2, 4.0, 8.0))], Reason.NO_VARIANCE),
        ([(Moments(2, NAN, 2.0), Moments(2, 4.0, 8.0))], Reason.NOT_FINITE),
    ],
)
def test_means_that_cannot_be_compared_within_strata_say_why(strata, reason):
    found = stratified_mean_difference(strata)
    assert (found.reason, found.low) == (reason, None)


def test_the_stratified_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(21)
    hits = 0
    for _ in range(400):
        strata = [
            (rng.binomial(n, base + 0.1), n, rng.binomial(m, base), m)
            for n, m, base in ((30, 60, 0.2), (50, 20, 0.5), (15, 15, 0.85))
        ]
        change = stratified_difference(strata)
        hits += change.low <= 0.1 <= change.high
    assert hits >= 0.92 * 400


def made_panel(seed=3, clusters=14):
    """Answers of stores before and after: (store, treated, after, score)."""
    rng = np.random.default_rng(seed)
    rows = []
    for store in range(clusters):
        treated, level = store % 2, rng.normal(0, 0.5)
        for after in (0, 1):
            for _ in range(int(rng.integers(4, 12))):
                rows.append((store, treated, after, level + 0.8 * treated * after + rng.normal()))
    return np.array(rows)


def cell(rows, **where):
    columns = {"store": 0, "treated": 1, "after": 2}
    keep = np.all([rows[:, columns[name]] == value for name, value in where.items()], axis=0)
    return moments(rows[keep, 3])


def test_difference_in_differences_is_the_interaction_of_a_regression_with_unequal_variances():
    sm = pytest.importorskip("statsmodels.api")
    rows = made_panel()
    ours = difference_in_differences(
        cell(rows, treated=1, after=0),
        cell(rows, treated=1, after=1),
        cell(rows, treated=0, after=0),
        cell(rows, treated=0, after=1),
    )
    design = np.column_stack([np.ones(len(rows)), rows[:, 1], rows[:, 2], rows[:, 1] * rows[:, 2]])
    peer = sm.OLS(rows[:, 3], design).fit(cov_type="HC2")  # HC2 of a saturated model is Σ s²/n
    assert ours.value == pytest.approx(peer.params[3])
    assert ours.standard_error == pytest.approx(peer.bse[3])


def test_clustered_difference_in_differences_equals_statsmodels_cluster_robust_errors():
    sm = pytest.importorskip("statsmodels.api")
    rows = made_panel(clusters=30)
    pairs = {
        side: [
            (cell(rows, store=store, after=0), cell(rows, store=store, after=1))
            for store in range(30)
            if store % 2 == side
        ]
        for side in (0, 1)
    }
    ours = difference_in_differences_by_cluster(pairs[1], pairs[0], form="sandwich")
    design = np.column_stack([np.ones(len(rows)), rows[:, 1], rows[:, 2], rows[:, 1] * rows[:, 2]])
    peer = sm.OLS(rows[:, 3], design).fit(
        cov_type="cluster", cov_kwds={"groups": rows[:, 0].astype(int)}, use_t=True
    )
    assert ours.value == pytest.approx(peer.params[3])
    assert ours.standard_error == pytest.approx(peer.bse[3])
    assert ours.p_value == pytest.approx(peer.pvalues[3])


def test_collapsed_clusters_are_welch_of_store_changes():
    rows = made_panel()
    pairs = {
        side: [
            (cell(rows, store=store, after=0), cell(rows, store=store, after=1))
            for store in range(14)
            if store % 2 == side
        ]
        for side in (0, 1)
    }
    ours = difference_in_differences_by_cluster(pairs[1], pairs[0])
    changes = {side: [after.mean - before.mean for before, after in pairs[side]] for side in (0, 1)}
    peer = welch(moments(changes[1]), moments(changes[0]))
    assert (ours.value, ours.low, ours.p_value) == (peer.value, peer.low, peer.p_value)
    assert ours.n == len(rows)


def test_collapsed_clusters_keep_the_false_alarm_rate_where_plain_cells_do_not():
    # given stores that drift on their own and no effect at all
    rng = np.random.default_rng(8)
    wrong = {"plain": 0, "clustered": 0}
    for _ in range(200):
        pairs = [
            [
                (moments(rng.normal(0, 1, 30)), moments(rng.normal(rng.normal(0, 0.6), 1, 30)))
                for _ in range(6)
            ]
            for _ in range(2)
        ]
        befores, afters = zip(
            *[(sum_moments(p[0] for p in side), sum_moments(p[1] for p in side)) for side in pairs],
            strict=True,
        )
        plain = difference_in_differences(befores[0], afters[0], befores[1], afters[1])
        wrong["plain"] += plain.p_value < 0.05
        wrong["clustered"] += difference_in_differences_by_cluster(*pairs).p_value < 0.05
    assert wrong["clustered"] <= 20 < 60 < wrong["plain"]


def made_series(seed, n=40, start=24, rho=0.5, effect=-0.5):
    """Scores with a trend, AR(1) errors and an effect from `start` on, with their design matrix."""
    rng = np.random.default_rng(seed)
    errors = np.zeros(n + 30)
    for step in range(1, n + 30):
        errors[step] = rho * errors[step - 1] + rng.normal(0, 0.2)
    time = np.arange(n)
    since = (time >= start).astype(float)
    design = np.column_stack([np.ones(n), time, since, since * (time - start)])
    return 5 + 0.02 * time + effect * since + errors[30:], design


def test_interrupted_series_equals_statsmodels_generalised_least_squares_at_its_correlation():
    sm = pytest.importorskip("statsmodels.api")
    series, design = made_series(2)
    ours = interrupted_series(series, 24)
    assert ours.autocorrelation > 0.05
    steps = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
    peer = sm.GLS(series, design, sigma=ours.autocorrelation**steps).fit()
    for told, column in ((ours.level, 2), (ours.slope, 3)):
        assert told.value == pytest.approx(peer.params[column])
        assert told.standard_error == pytest.approx(peer.bse[column])
    contrast = peer.t_test([0, 0, 1, float(np.mean(np.arange(16)))])
    assert ours.value == pytest.approx(contrast.effect[0])
    assert ours.effect.standard_error == pytest.approx(contrast.sd[0, 0])


def test_the_chosen_correlation_has_the_greatest_restricted_likelihood():
    series, design = made_series(2)

    def deviance(rho):  # written out with full matrices
        steps = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
        covariance = rho**steps
        inverse = np.linalg.inv(covariance)
        bread = design.T @ inverse @ design
        residuals = series - design @ np.linalg.solve(bread, design.T @ inverse @ series)
        return (
            36 * np.log(residuals @ inverse @ residuals)
            + np.linalg.slogdet(covariance)[1]
            + np.linalg.slogdet(bread)[1]
        )

    grid = np.linspace(0.001, 0.94, 500)
    best = grid[np.argmin([deviance(rho) for rho in grid])]
    assert interrupted_series(series, 24).autocorrelation == pytest.approx(best, abs=0.003)


def test_stable_series_are_seldom_called_an_effect():
    # given twenty weeks without any effect, independent or mildly autocorrelated
    for rho, most in ((0.0, 0.07), (0.3, 0.12)):
        wrong = sum(
            interrupted_series(
                made_series(seed, n=20, start=10, rho=rho, effect=0)[0], 10
            ).effect.excludes(0)
            for seed in range(150)
        )
        assert wrong <= most * 150


def test_answers_behind_each_point_weigh_it():
    series, _ = made_series(3, rho=0.0)
    even = interrupted_series(series, 24, weights=[7.0] * 40)
    assert even.value == pytest.approx(interrupted_series(series, 24).value)
    broken = series.copy()
    broken[30] = 50.0
    thin = interrupted_series(broken, 24, weights=[1000.0] * 30 + [0.001] + [1000.0] * 9)
    assert thin.value == pytest.approx(even.value, abs=0.1)


def test_expected_without_the_action_plus_the_effect_is_what_was_fitted():
    rng = np.random.default_rng(6)
    ours = interrupted_series(rng.normal(4, 0.1, 30), 18)
    gaps = np.subtract(ours.fitted[18:], ours.expected)
    assert gaps.mean() == pytest.approx(ours.value)


def test_a_season_does_not_pass_for_an_effect():
    rng = np.random.default_rng(10)
    series = 4 + np.tile([0.0, 0.5, 1.0, 0.5], 10) + rng.normal(0, 0.05, 40)
    after = np.arange(40) >= 20
    assert not interrupted_series(series, 20, season=4).effect.excludes(0)
    assert interrupted_series(series + 0.4 * after, 20, season=4).effect.excludes(0)


def test_benjamini_hochberg_reproduces_the_authors_example():
    # Benjamini and Hochberg (1995), §4.1: of fifteen comparisons four stand at q = 0.05; Bonferroni keeps three
    published = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    assert benjamini_hochberg(published).value == 4
    assert holm(published).value == 3


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_adjusted_p_values_follow_their_tests_in_any_order_and_never_fall(p_values, random):
    peer = pytest.importorskip("statsmodels.stats.multitest")
    shuffled = random.sample(p_values, len(p_values))
    for adjust, name in ((benjamini_hochberg, "fdr_bh"), (holm, "holm")):
        told = adjust(shuffled)
        assert told.adjusted == pytest.approx(peer.multipletests(shuffled, method=name)[1])
        assert all(p - 1e-12 <= a <= 1 for p, a in zip(shuffled, told.adjusted, strict=True))


flat, one, empty = moments([3, 3]), moments([3]), moments([])
good = moments([3, 4, 5])


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (welch(empty, good), Reason.NO_DATA),
        (welch(one, good), Reason.TOO_FEW),
        (welch(flat, flat), Reason.NO_VARIANCE),
        (welch(moments([NAN]), good), Reason.NOT_FINITE),
        (welch(moments([1.0, 2.0], weights=[0, 0]), good), Reason.ZERO_WEIGHT),
        (paired_t(empty), Reason.NO_DATA),
        (paired_t(one), Reason.TOO_FEW),
        (paired_t(flat), Reason.NO_VARIANCE),
        (two_proportions(0, 0, 1, 2), Reason.NO_DATA),
        (two_proportions(2, 2, 3, 3), Reason.NO_VARIANCE),
        (two_proportions(NAN, 2, 3, 3), Reason.NOT_FINITE),
        (mcnemar(0, 0, 0, 0), Reason.NO_DATA),
        (mcnemar(0, 0, 4, 4), Reason.NO_DIFFERENCES),
        (cochran_q([]), Reason.NO_DATA),
        (cochran_q([[1, 1], [0, 0]]), Reason.NO_DIFFERENCES),
        (difference_in_differences(empty, good, good, good), Reason.EMPTY_CELL),
        (difference_in_differences(one, good, good, good), Reason.TOO_FEW),
        (difference_in_differences(flat, flat, flat, flat), Reason.NO_VARIANCE),
        (difference_in_differences(moments([NAN]), good, good, good), Reason.NOT_FINITE),
        (difference_in_differences_by_cluster([], [(good, good)]), Reason.NO_DATA),
        (difference_in_differences_by_cluster([(good, good)], [(good, good)]), Reason.TOO_FEW),
        (
            difference_in_differences_by_cluster([(good, good)], [(good, good)], form="sandwich"),
            Reason.TOO_FEW,
        ),
        (
            difference_in_differences_by_cluster([(empty, good)], [(good, good)], form="sandwich"),
            Reason.EMPTY_CELL,
        ),
        (stratified_difference([]), Reason.NO_DATA),
        (stratified_difference([(1, 2, 0, 0)]), Reason.NO_DATA),
        (stratified_difference([(NAN, 2, 1, 2)]), Reason.NOT_FINITE),
        (interrupted_series([], 0), Reason.NO_DATA),
        (interrupted_series([1, 2, 3, 4], 2), Reason.TOO_FEW),
        (interrupted_series([1, 2, NAN, 4, 5, 6], 3), Reason.NOT_FINITE),
        (interrupted_series([1.0] * 12, 6), Reason.NO_VARIANCE),
        (interrupted_series([1, 2, 3, 5, 4, 6, 3, 4, 5], 4, season=7), Reason.TOO_FEW),
        (benjamini_hochberg([]), Reason.NO_DATA),
        (holm([None, None]), Reason.NO_DATA),
        (holm([NAN]), Reason.NOT_FINITE),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(result, reason):
    assert result.reason is reason


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (empty, good, Reason.NO_DATA),
        (one, good, Reason.TOO_FEW),
        (flat, flat, Reason.NO_VARIANCE),
        (moments([1.0, 2.0], weights=[0, 0]), good, Reason.ZERO_WEIGHT),
    ],
)
def test_there_is_no_standardised_difference_where_welch_says_why(first, second, reason):
    assert welch(first, second).reason is reason
    assert cohen_d(first, second) is None


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: two_proportions(3, 2, 1, 2), "more_than_all"),
        (lambda: mcnemar(-1, 0, 0, 0), "negative"),
        (lambda: cochran_q([[1, 0], [1]]), "shape"),
        (lambda: stratified_difference([(3, 2, 1, 2)]), "more_than_all"),
        (lambda: cochran_q([[1, 2]]), "not_binary"),
        (lambda: difference_in_differences_by_cluster([], [], form="magic"), "form"),
        (lambda: interrupted_series([1, 2, 3], 5), "start"),
        (lambda: interrupted_series([1, 2, 3], 1, weights=[1, 2]), "shape"),
        (lambda: benjamini_hochberg([1.2]), "not_a_probability"),
        (lambda: holm([0.2], level=5), "not_a_fraction"),
    ],
)
def test_a_comparison_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
