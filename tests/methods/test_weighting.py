"""Weights, allocations, designs and response rates: against definitions, textbooks and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.moments import Moments
from peakend.methods.weighting import (
    Dispositions,
    allocate,
    design_effect,
    rake,
    rao_scott,
    response_rates,
    stratified_mean,
    stratified_mean_from_moments,
)

NAN = float("nan")


def plain_rake(weights, margins, rounds=300):
    """Raking as the textbook writes it, row by row."""
    w = np.asarray(weights, dtype=float)
    for _ in range(rounds):
        for codes, targets in margins:
            totals = np.bincount(codes, w, minlength=len(targets))
            w = w * (np.asarray(targets) / totals)[codes]
    return w


def made_margins(seed, n=400, sizes=(2, 3, 4)):
    rng = np.random.default_rng(seed)
    codes = [rng.integers(0, size, n) for size in sizes]
    targets = [1000 * rng.dirichlet(np.full(size, 8.0)) for size in sizes]
    return rng.uniform(0.5, 2, n), list(zip(codes, targets, strict=True))


sampled = st.lists(
    st.tuples(st.integers(1, 10), st.integers(1, 4), st.integers(0, 2)), min_size=1, max_size=20
)  # value, weight, stratum


@settings(max_examples=40)
@given(sampled, st.integers(1, 9), st.integers(-9, 9), st.randoms(use_true_random=False))
def test_a_stratified_mean_keeps_its_unit_and_minds_no_order_or_size_of_weights(
    rows, scale, origin, random
):
    found = stratified_mean(*zip(*rows, strict=True))
    moved = stratified_mean(
        *zip(
            *[(scale * y + origin, 7 * w, h) for y, w, h in random.sample(rows, len(rows))],
            strict=True,
        )
    )
    assert found.reason == moved.reason
    assert min(y for y, _, _ in rows) - 1e-9 <= found.value <= max(y for y, _, _ in rows) + 1e-9
    assert moved.value == pytest.approx(scale * found.value + origin)
    if found.low is not None:
        assert found.low <= found.value <= found.high
        assert moved.standard_error == pytest.approx(scale * found.standard_error)


@settings(max_examples=40)
@given(sampled, st.randoms(use_true_random=False))
def test_moments_of_strata_tell_what_their_rows_tell(rows, random):
    parts = {
        h: (Moments.from_values([y for y, _, own in rows if own == h]), 100.0 * (h + 1))
        for h in sorted({h for _, _, h in rows})
    }
    found = stratified_mean_from_moments(list(parts.values()))
    mixed = stratified_mean_from_moments(random.sample(list(parts.values()), len(parts)))
    by_row = stratified_mean(
        [y for y, _, _ in rows],
        [parts[h][1] / parts[h][0].n for _, _, h in rows],
        [h for *_, h in rows],
    )
    assert found.value == pytest.approx(by_row.value) == pytest.approx(mixed.value)
    assert found.reason == mixed.reason
    if found.standard_error is not None:
        assert found.standard_error == pytest.approx(by_row.standard_error)
        assert mixed.low == pytest.approx(found.low)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(*[st.integers(0, 2)] * 2, st.integers(1, 4)), min_size=2, max_size=25),
    st.randoms(use_true_random=False),
)
def test_answers_go_together_alike_whichever_is_called_rows(answers, random):
    mixed = random.sample(answers, len(answers))
    found = rao_scott(*zip(*answers, strict=True))
    turned = rao_scott(*zip(*[(two, one, 10 * w) for one, two, w in mixed], strict=True))
    assert found.reason == turned.reason
    if found.value is not None:
        assert 0 <= found.p_value <= 1
        assert found.pearson >= -1e-9
        assert turned.pearson == pytest.approx(found.pearson, abs=1e-7)
        assert turned.p_value == pytest.approx(found.p_value, abs=1e-6)
        assert found.shares.sum() == pytest.approx(1)


def test_raking_reproduces_a_table_fitted_by_hand():
    # classic 2×2: with margins 50/50 and 40/60 the odds ratio of the start, 3, is kept (Deming and Stephan 1940)
    start = np.array([[3.0, 1.0], [2.0, 2.0]])
    rows, columns = np.repeat([0, 0, 1, 1], [3, 1, 2, 2]), np.repeat([0, 1, 0, 1], [3, 1, 2, 2])
    found = rake(np.ones(8), [(rows, [50, 50]), (columns, [40, 60])])
    table = np.zeros((2, 2))
    np.add.at(table, (rows, columns), found.weights)
    assert table.sum(axis=1) == pytest.approx([50, 50])
    assert table.sum(axis=0) == pytest.approx([40, 60])
    odds = table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])
    assert odds == pytest.approx(start[0, 0] * start[1, 1] / (start[0, 1] * start[1, 0]))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_raking_by_combinations_equals_raking_row_by_row(seed):
    weights, margins = made_margins(seed)
    found = rake(weights, margins)
    assert found.weights == pytest.approx(plain_rake(weights, margins), rel=1e-6)
    assert found.largest_gap <= 1e-8
    for codes, targets in margins:
        assert np.bincount(codes, found.weights) == pytest.approx(targets, rel=1e-7)


def test_many_categories_with_few_rows_each_give_the_same_weights():
    weights, margins = made_margins(3, n=200, sizes=(5, 4, 5, 4, 3, 4))
    # then combinations outnumber rows and only those that occur are kept
    assert rake(weights, margins).weights == pytest.approx(plain_rake(weights, margins), rel=1e-6)


def test_the_order_of_rows_and_the_size_of_base_weights_do_not_matter():
    weights, margins = made_margins(1)
    order = np.random.default_rng(0).permutation(400)
    shuffled = rake(7 * weights[order], [(codes[order], targets) for codes, targets in margins])
    assert shuffled.weights == pytest.approx(rake(weights, margins).weights[order], rel=1e-6)


def test_targets_may_be_given_by_name():
    found = rake([1, 1, 1], [(["女", "男", "男"], {"男": 0.5, "女": 0.5})])
    assert found.weights == pytest.approx([0.5, 0.25, 0.25])


def test_trimmed_weights_stay_under_their_ceiling_and_keep_the_margins_where_possible():
    rng = np.random.default_rng(5)
    codes = [(rng.random(2000) < share).astype(int) for share in (0.1, 0.15)]
    margins = [(codes[0], [0.6, 0.4]), (codes[1], [0.6, 0.4])]
    free, held = rake(np.ones(2000), margins), rake(np.ones(2000), margins, most=6.0)
    mean = 1.0 / 2000
    assert free.weights.max() > 8 * mean
    assert held.weights.max() <= 6 * mean * 1.01
    assert held.design_effect < free.design_effect


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(2, 5))
def test_design_effect_is_one_plus_squared_variation_and_ignores_scale(weights, scale):
    found = design_effect(weights)
    expected = 1 + np.var(weights) / np.mean(weights) ** 2
    assert found.value == pytest.approx(expected)
    assert design_effect(np.multiply(weights, scale)).value == pytest.approx(expected)


def test_allocations_of_cochrans_kind():
    assert allocate(100, [5000, 3000, 2000]).value == (50, 30, 20)
    neyman = allocate(120, [400, 300, 300], method="neyman", deviations=[4, 5, 6]).value
    assert neyman == (39, 37, 44)  # 120 · N s / 4900 = 39.2, 36.7, 44.1
    assert allocate(10, [100] * 3, method="equal").value == (4, 3, 3)
    assert allocate(60, [100] * 3, method="quota", quotas=[3, 2, 1]).value == (30, 20, 10)
    dear = allocate(90, [100, 100], method="neyman", deviations=[1, 1], costs=[1, 4]).value
    assert dear == (60, 30)


@given(
    st.integers(0, 300),
    st.lists(st.integers(0, 200), min_size=1, max_size=8),
    st.integers(0, 5),
    st.data(),
)
def test_allocations_add_up_and_never_ask_more_than_there_are(n, sizes, least, data):
    deviations = data.draw(st.lists(st.integers(0, 9), min_size=len(sizes), max_size=len(sizes)))
    for found in (
        allocate(n, sizes, least=least),
        allocate(n, sizes, method="neyman", deviations=deviations, least=least),
    ):
        if found.value is None:
            assert sum(sizes) == 0 or not any(s * d for s, d in zip(sizes, deviations, strict=True))
            continue
        assert sum(found.value) == min(n, sum(sizes))
        assert all(0 <= told <= size for told, size in zip(found.value, sizes, strict=True))
        if sum(min(least, size) for size in sizes) < min(n, sum(sizes)):
            assert all(
                told >= min(least, size) for told, size in zip(found.value, sizes, strict=True)
            )


def test_stratified_mean_with_design_weights_is_the_textbook_formula():
    rng = np.random.default_rng(4)
    sizes, populations = [30, 50, 20], [3000, 9000, 1000]
    strata = np.repeat(["a", "b", "c"], sizes)
    values = rng.normal(np.repeat([3, 4, 5], sizes), 1)
    weights = np.repeat(np.divide(populations, sizes), sizes)
    found = stratified_mean(values, weights, strata)
    parts = [Moments.from_values(values[strata == name]) for name in "abc"]
    shares = np.divide(populations, sum(populations))
    error = np.sqrt(sum(w**2 * p.variance / p.n for w, p in zip(shares, parts, strict=True)))
    assert found.value == pytest.approx(sum(w * p.mean for w, p in zip(shares, parts, strict=True)))
    assert found.standard_error == pytest.approx(error)
    summed = stratified_mean_from_moments(list(zip(parts, populations, strict=True)))
    assert (summed.value, summed.standard_error) == pytest.approx((found.value, error))
    corrected = stratified_mean(
        values, weights, strata, populations=dict(zip("abc", populations, strict=True))
    )
    finite = stratified_mean_from_moments(list(zip(parts, populations, strict=True)), finite=True)
    assert corrected.standard_error == pytest.approx(finite.standard_error)
    assert corrected.standard_error < found.standard_error


def test_whole_clusters_count_once_however_many_rows_they_have():
    rng = np.random.default_rng(6)
    values = rng.normal(4, 1, 24)
    once = stratified_mean(values, np.ones(24), np.zeros(24))
    often = stratified_mean(
        np.repeat(values, 5), np.ones(120), np.zeros(120), clusters=np.repeat(np.arange(24), 5)
    )
    assert (often.value, often.low) == pytest.approx((once.value, once.low))


def test_stratified_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(300):
        strata = np.repeat([0, 1], 25)
        values = rng.normal(np.repeat([2.0, 4.0], 25), np.repeat([0.5, 1.5], 25))
        found = stratified_mean(values, np.repeat([3.0, 1.0], 25), strata)
        hits += found.low <= 2.5 <= found.high
    assert hits >= 0.91 * 300


def made_answers(seed, n=200):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 3, n)
    columns = (rows + rng.integers(0, 2, n)) % 3
    return rows, columns


def test_rao_scott_without_weights_is_pearson_but_for_n_minus_one():
    stats = pytest.importorskip("scipy.stats")
    rows, columns = made_answers(1)
    found = rao_scott(rows, columns, np.ones(200))
    table = np.zeros((3, 3))
    np.add.at(table, (rows, columns), 1)
    assert found.pearson == pytest.approx(stats.chi2_contingency(table, correction=False).statistic)
    assert found.design_effect == pytest.approx(200 / 199)
    assert found.numerator == pytest.approx(4)
    assert found.statistic == pytest.approx(found.pearson / 4 * 199 / 200)


def test_rao_scott_is_not_fooled_by_answers_written_down_five_times():
    rows, columns = made_answers(2, 60)
    once = rao_scott(rows, columns, np.ones(60))
    copied = rao_scott(
        np.repeat(rows, 5),
        np.repeat(columns, 5),
        np.ones(300),
        clusters=np.repeat(np.arange(60), 5),
    )
    assert copied.pearson == pytest.approx(5 * once.pearson)
    assert copied.statistic == pytest.approx(once.statistic)
    assert copied.p_value == pytest.approx(once.p_value)


def test_rao_scott_keeps_its_error_rate_where_pearson_loses_it():
    rng = np.random.default_rng(9)
    wrong = 0
    for _ in range(200):
        store = rng.random((30, 2))
        rows = (rng.random((30, 8)) < store[:, :1]).astype(int).ravel()
        columns = (rng.random((30, 8)) < store[:, 1:]).astype(int).ravel()
        weights = rng.uniform(0.5, 2, 240)
        found = rao_scott(rows, columns, weights, clusters=np.repeat(np.arange(30), 8))
        wrong += found.p_value < 0.05
    assert wrong <= 0.1 * 200


def test_response_rates_follow_the_standard():
    # every rate written out from the formulas of AAPOR, Standard Definitions (2023)
    d = Dispositions(
        complete=300,
        partial=50,
        refusal=100,
        no_contact=150,
        other=20,
        unknown_household=300,
        unknown_other=80,
        ineligible=100,
    )
    rates = response_rates(d, eligible_share=0.5)
    assert rates.rr1.value == pytest.approx(300 / 1000)
    assert rates.rr2.value == pytest.approx(350 / 1000)
    assert rates.rr3.value == pytest.approx(300 / 810)
    assert rates.rr4.value == pytest.approx(350 / 810)
    assert rates.rr5.value == pytest.approx(300 / 620)
    assert rates.rr6.value == pytest.approx(350 / 620)
    assert [rate.value for rate in rates.cooperation] == pytest.approx(
        [300 / 470, 350 / 470, 300 / 450, 350 / 450]
    )
    assert [rate.value for rate in rates.refusal] == pytest.approx([0.1, 100 / 810, 100 / 620])
    assert [rate.value for rate in rates.contact] == pytest.approx([0.47, 470 / 810, 470 / 620])
    assert response_rates(d).eligible_share == pytest.approx(620 / 720)


@given(st.lists(st.integers(0, 50), min_size=8, max_size=8))
def test_response_rates_rise_from_the_strictest_to_the_kindest(counts):
    rates = response_rates(Dispositions(*counts))
    if rates.rr5.value is None:
        return
    assert rates.rr1.value <= rates.rr3.value + 1e-12
    assert rates.rr3.value <= rates.rr5.value + 1e-12
    assert rates.rr2.value <= rates.rr4.value + 1e-12 <= rates.rr6.value + 2e-12


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (rake([], [([], [1.0])]), Reason.NO_DATA),
        (rake([1, NAN], [([0, 0], [1.0])]), Reason.NOT_FINITE),
        (rake([0, 0], [([0, 0], [1.0])]), Reason.ZERO_WEIGHT),
        (rake([1, 1], [([0, 0], [1.0, 1.0])]), Reason.EMPTY_CELL),
        (
            rake([1, 1], [([0, 1], [1.0, 3.0]), ([0, 1], [3.0, 1.0])], iterations=20),
            Reason.NOT_CONVERGED,
        ),
        (design_effect([]), Reason.NO_DATA),
        (design_effect([0, 0]), Reason.ZERO_WEIGHT),
        (design_effect([NAN]), Reason.NOT_FINITE),
        (allocate(10, []), Reason.NO_DATA),
        (allocate(10, [5, 5], method="neyman", deviations=[0, 0]), Reason.NO_VARIANCE),
        (allocate(10, [5, 5], method="neyman", deviations=[NAN, 1]), Reason.NOT_FINITE),
        (stratified_mean([], [], []), Reason.NO_DATA),
        (stratified_mean([1, NAN], [1, 1], [0, 0]), Reason.NOT_FINITE),
        (stratified_mean([1, 2], [0, 0], [0, 0]), Reason.ZERO_WEIGHT),
        (stratified_mean([1, 2, 3], [1, 1, 1], [0, 0, 1]), Reason.TOO_FEW),
        (stratified_mean([2, 2], [1, 1], [0, 0]), Reason.NO_VARIANCE),
        (stratified_mean_from_moments([]), Reason.NO_DATA),
        (stratified_mean_from_moments([(Moments.from_values([]), 5)]), Reason.EMPTY_CELL),
        (stratified_mean_from_moments([(Moments.from_values([1]), 5)]), Reason.TOO_FEW),
        (stratified_mean_from_moments([(Moments.from_values([1, 1]), 5)]), Reason.NO_VARIANCE),
        (stratified_mean_from_moments([(Moments.from_values([NAN]), 5)]), Reason.NOT_FINITE),
        (rao_scott([], [], []), Reason.NO_DATA),
        (rao_scott([0, 1], [0, 1], [0, 0]), Reason.ZERO_WEIGHT),
        (rao_scott([0, 0], [0, 1], [1, 1]), Reason.NO_VARIANCE),
        (rao_scott([0, 1], [0, 1], [1, NAN]), Reason.NOT_FINITE),
        (rao_scott([0, 1], [0, 1], [1, 1], clusters=[0, 0]), Reason.TOO_FEW),
        (response_rates(Dispositions(0)), Reason.NO_DATA),
        (response_rates(Dispositions(NAN)), Reason.NOT_FINITE),
    ],
)
def test_a_sample_that_cannot_speak_says_why(result, reason):
    assert result.reason is reason


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: rake([1], []), "no_margin"),
        (lambda: rake([1, 1], [([0], [1.0])]), "shape"),
        (lambda: rake([1, 1], [([0, 2], [1.0, 1.0])]), "unknown_code"),
        (lambda: rake([1, 1], [(["a", "c"], {"a": 1.0, "b": 1.0})]), "unknown_code"),
        (lambda: rake([1, 1], [([0, 1], [1, 1]), ([0, 1], [2, 2])]), "totals_differ"),
        (lambda: rake([-1, 1], [([0, 1], [1, 1])]), "negative"),
        (lambda: allocate(10, [5], method="magic"), "method"),
        (lambda: allocate(10, [5], method="neyman"), "half_given"),
        (lambda: allocate(10, [5], method="quota", quotas=[1, 2]), "shape"),
        (lambda: stratified_mean([1, 2], [1], [0, 0]), "shape"),
        (lambda: stratified_mean([1, 2], [1, 1], [0, 0], populations={0: 1}), "more_than_all"),
        (lambda: Dispositions(complete=-1), "negative"),
        (lambda: response_rates(Dispositions(1), eligible_share=2), "not_a_fraction"),
    ],
)
def test_a_sample_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
