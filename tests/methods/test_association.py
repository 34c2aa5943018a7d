"""Associations against SciPy, published tables and their own definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peakend.methods.association import (
    chi_square,
    log_likelihood,
    log_odds,
    mid_ranks,
    normalised_information,
    pointwise_mutual_information,
    rank_correlation,
    rank_sum,
)
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason

NAN = float("nan")


def test_log_odds_follow_monroes_formula_word_by_word():
    first, second, prior_total = [12, 3, 85], [4, 9, 187], 6.0
    background = [10, 20, 170]
    found = log_odds(first, second, background=background, prior_total=prior_total)
    for word in range(3):
        alpha = prior_total * background[word] / 200
        odds = [
            (counts[word] + alpha) / (sum(counts) + prior_total - counts[word] - alpha)
            for counts in (first, second)
        ]
        assert found.value[word] == pytest.approx(math.log(odds[0] / odds[1]))
        variance = 1 / (first[word] + alpha) + 1 / (second[word] + alpha)
        assert found.z[word] == pytest.approx(found.value[word] / math.sqrt(variance))
        assert found.high[word] - found.value[word] == pytest.approx(
            1.959963985 * math.sqrt(variance)
        )


def test_a_word_said_once_does_not_win_against_a_word_said_often():
    # given a rare word seen only in the first group, and a common one twice as frequent there
    found = log_odds([1, 200, 9799], [0, 100, 9900])
    assert found.z[1] > found.z[0] > 0


@given(st.lists(st.integers(0, 500), min_size=2, max_size=20), st.data())
def test_swapping_the_groups_mirrors_the_odds(first, data):
    second = data.draw(st.lists(st.integers(0, 500), min_size=len(first), max_size=len(first)))
    one, other = log_odds(first, second), log_odds(second, first)
    assert one.reason == other.reason
    if one.value is not None:
        assert one.value == pytest.approx(-other.value)
        assert np.isfinite(one.value).all()
        assert np.isfinite(one.z).all()


@pytest.mark.parametrize("table", [(40, 10_000, 10, 12_000), (0, 50, 7, 60), (3, 3, 1, 5)])
def test_log_likelihood_is_the_g_test_of_scipy_with_a_sign(table):
    stats = pytest.importorskip("scipy.stats")
    first, n_first, second, n_second = table
    cells = [[first, second], [n_first - first, n_second - second]]
    peer = stats.chi2_contingency(cells, correction=False, lambda_="log-likelihood")
    found = log_likelihood(*table)
    assert abs(found.value) == pytest.approx(peer.statistic)
    assert found.p_value == pytest.approx(peer.pvalue)
    assert (found.value > 0) == (first / n_first > second / n_second)


def test_pointwise_mutual_information_and_its_bounds_agree_with_resampling():
    found = pointwise_mutual_information(40, 100, 80, 1000)
    assert found.value == pytest.approx(math.log2(0.04 / (0.1 * 0.08)))
    rng = np.random.default_rng(0)
    draws = rng.multinomial(1000, [0.04, 0.06, 0.04, 0.86], size=20_000) / 1000
    samples = np.log2(draws[:, 0] / ((draws[:, 0] + draws[:, 1]) * (draws[:, 0] + draws[:, 2])))
    assert found.standard_error == pytest.approx(samples.std(), rel=0.05)


def test_things_that_always_come_together_are_bound_to_one():
    assert normalised_information(50, 50, 50, 1000) == pytest.approx(1.0)
    assert normalised_information(5, 100, 50, 1000) == pytest.approx(0.0, abs=1e-12)


def test_chi_square_of_agrestis_party_identification_by_gender():
    # Agresti (2007), An Introduction to Categorical Data Analysis, table 2.5 and 2.6: X² = 30.1, residual 4.50
    found = chi_square([[762, 327, 468], [484, 239, 477]])
    assert (round(found.statistic, 1), found.degrees_of_freedom) == (30.1, 2)
    assert found.residuals.round(2).tolist()[0] == [4.5, 0.7, -5.32]
    assert found.expected.round(1).tolist()[0] == [703.7, 319.6, 533.7]


@given(st.lists(st.lists(st.integers(1, 60), min_size=3, max_size=3), min_size=2, max_size=4))
def test_chi_square_equals_scipy_and_does_not_mind_empty_rows_or_order(table):
    stats = pytest.importorskip("scipy.stats")
    peer = stats.chi2_contingency(table, correction=False)
    found = chi_square([*table, [0, 0, 0]])
    assert found.statistic == pytest.approx(peer.statistic)
    assert found.p_value == pytest.approx(peer.pvalue)
    assert chi_square(np.transpose(table[::-1])).value == pytest.approx(found.value)
    assert 0 <= found.value <= 1


def test_cramers_v_without_bias_is_near_zero_for_independent_answers():
    rng = np.random.default_rng(1)
    values = [
        chi_square(rng.multinomial(60, np.ones(20) / 20).reshape(4, 5)).value for _ in range(50)
    ]
    assert np.mean(values) < 0.09  # the plain V of such tables is about 0.25


def test_thin_tables_say_that_their_p_value_is_rough():
    assert chi_square([[3, 2], [1, 4]]).sparse
    assert not chi_square([[30, 20], [10, 40]]).sparse


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=5, max_size=40))
def test_rank_correlation_equals_scipy_with_ties(pairs):
    stats = pytest.importorskip("scipy.stats")
    first, second = zip(*pairs, strict=True)
    found = rank_correlation(first, second)
    if found.reason is Reason.NO_VARIANCE and found.value is None:
        assert len(set(first)) == 1 or len(set(second)) == 1
        return
    peer = stats.spearmanr(first, second)
    assert found.value == pytest.approx(peer.statistic, abs=1e-12)
    if found.p_value is not None:
        assert found.p_value == pytest.approx(peer.pvalue)
        assert -1 <= found.low <= found.value <= found.high <= 1
        assert rank_correlation(np.exp(first), second).value == pytest.approx(found.value)


@given(
    st.lists(st.integers(0, 6), min_size=2, max_size=25),
    st.lists(st.integers(0, 6), min_size=2, max_size=25),
)
def test_rank_sum_equals_scipy_and_counts_pairs(first, second):
    stats = pytest.importorskip("scipy.stats")
    found = rank_sum(first, second)
    signs = [np.sign(a - b) for a in first for b in second]
    assert found.value == pytest.approx(np.mean(signs))
    if found.p_value is not None:
        peer = stats.mannwhitneyu(first, second, use_continuity=False, method="asymptotic")
        assert found.p_value == pytest.approx(peer.pvalue)


def test_rank_sum_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(3)
    hits = sum(
        (found := rank_sum(rng.normal(0.5, 1, 40), rng.normal(0, 1, 40))).low
        <= 0.27633  # 2Φ(0.5/√2) − 1
        <= found.high
        for _ in range(300)
    )
    assert hits >= 0.91 * 300


def test_ranks_share_their_ties():
    assert mid_ranks([3, 1, 3, 3]).tolist() == [3.0, 1.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (log_odds([], []), Reason.NO_DATA),
        (log_odds([0, 0], [1, 2]), Reason.NO_DATA),
        (log_odds([1.0, NAN], [1, 2]), Reason.NOT_FINITE),
        (log_odds([4], [5]), Reason.TOO_FEW),
        (log_likelihood(0, 0, 1, 5), Reason.NO_DATA),
        (log_likelihood(0, 4, 0, 5), Reason.NO_VARIANCE),
        (log_likelihood(NAN, 4, 0, 5), Reason.NOT_FINITE),
        (pointwise_mutual_information(0, 0, 0, 0), Reason.NO_DATA),
        (pointwise_mutual_information(0, 5, 5, 50), Reason.EMPTY_CELL),
        (pointwise_mutual_information(NAN, 5, 5, 50), Reason.NOT_FINITE),
        (chi_square([[0, 0], [0, 0]]), Reason.NO_DATA),
        (chi_square([[3, 4]]), Reason.NO_VARIANCE),
        (chi_square([[3, NAN], [1, 2]]), Reason.NOT_FINITE),
        (rank_correlation([], []), Reason.NO_DATA),
        (rank_correlation([1, 2, 3], [1, 2, 3]), Reason.TOO_FEW),
        (rank_correlation([1, 1, 1, 1], [1, 2, 3, 4]), Reason.NO_VARIANCE),
        (rank_correlation([1, 2, 3, 4], [1, 2, 3, 4]), Reason.NO_VARIANCE),
        (rank_correlation([1, 2, NAN, 4], [1, 2, 3, 4]), Reason.NOT_FINITE),
        (rank_sum([], [1]), Reason.NO_DATA),
        (rank_sum([1], [1, 2]), Reason.TOO_FEW),
        (rank_sum([2, 2], [2, 2]), Reason.NO_VARIANCE),
        (rank_sum([NAN, 2], [2, 2]), Reason.NOT_FINITE),
    ],
)
def test_an_association_that_cannot_be_told_says_why(result, reason):
    assert result.reason is reason


@pytest.mark.parametrize(
    "counts", [(0, 0, 0, 0), (0, 5, 5, 10), (NAN, 5, 5, 10)], ids=["none", "apart", "nan"]
)
def test_bounded_information_is_none_where_its_source_says_why(counts):
    assert pointwise_mutual_information(*counts).reason in (
        Reason.NO_DATA, Reason.EMPTY_CELL, Reason.NOT_FINITE
    )  # fmt: skip
    assert normalised_information(*counts) is None


together = st.tuples(*[st.integers(0, 50)] * 4)


@given(together)
def test_a_word_belongs_to_one_group_as_much_as_it_fails_the_other(cells):
    first, second, others, more = cells
    found = log_likelihood(first, first + others, second, second + more)
    turned = log_likelihood(second, second + more, first, first + others)
    assert found.reason == turned.reason
    if found.value is not None:
        assert abs(turned.value) == pytest.approx(abs(found.value))
        assert 0 <= found.p_value <= 1
        double = log_likelihood(*(2 * x for x in (first, first + others, second, second + more)))
        assert double.value == pytest.approx(2 * found.value, abs=1e-9)


@given(together, st.integers(2, 9))
def test_information_is_mutual_bounded_and_ignores_the_size_of_the_collection(cells, scale):
    joint, only_first, only_second, _ = cells
    counts = (joint, joint + only_first, joint + only_second, sum(cells))
    found = pointwise_mutual_information(*counts)
    bounded = normalised_information(*counts)
    if found.value is None:
        assert found.reason in (Reason.NO_DATA, Reason.EMPTY_CELL)
        assert bounded is None
        return
    assert found.low <= found.value <= found.high
    mutual = pointwise_mutual_information(counts[0], counts[2], counts[1], counts[3])
    assert mutual.value == pytest.approx(found.value)
    larger = pointwise_mutual_information(*(scale * count for count in counts))
    assert larger.value == pytest.approx(found.value)
    assert bounded is None or -1 <= bounded <= 1


@given(st.lists(st.integers(-5, 5), max_size=20), st.integers(1, 9))
def test_ranks_are_those_of_scipy_whatever_the_scale(values, scale):
    stats = pytest.importorskip("scipy.stats")
    ranks = mid_ranks(values)
    assert ranks.tolist() == stats.rankdata(values).tolist()
    assert ranks.tolist() == mid_ranks([scale * value - 3 for value in values]).tolist()


def test_nothing_has_no_ranks_and_what_is_alike_shares_one():
    assert mid_ranks([]).tolist() == []
    assert mid_ranks([7]).tolist() == [1.0]
    assert mid_ranks([7, 7, 7]).tolist() == [2.0] * 3
    assert rank_sum([7, 7], [7, 7]).reason is Reason.NO_VARIANCE


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: log_odds([1], [1, 2]), "shape"),
        (lambda: log_odds([1, 2], [1, 2], prior_total=0), "prior"),
        (lambda: log_likelihood(5, 4, 0, 5), "more_than_all"),
        (lambda: pointwise_mutual_information(5, 4, 9, 50), "more_than_all"),
        (lambda: chi_square([1, 2]), "shape"),
        (lambda: chi_square([[1, -2], [3, 4]]), "negative"),
        (lambda: rank_correlation([1], [1, 2]), "shape"),
    ],
)
def test_an_association_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
