"""Net scores over strata: the mix held still, the interval as wide as it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peakend.methods.comparison import (
    difference_from_equal_mean,
    equal_mean,
    standardised_net,
    stratified_net_difference,
)
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.scores import net_share, nps_difference

NAN = float("nan")
counts = st.tuples(*[st.integers(0, 200)] * 3)


def test_the_mix_of_channels_does_not_make_a_difference():
    # given two brands judged alike on each channel, of which one is telephoned more
    reviews, hotline = (60, 20, 20), (5, 5, 90)
    ours = [((6, 2, 2), 1), ((50, 50, 900), 1)]
    theirs = [((600, 200, 200), 1), ((5, 5, 90), 1)]
    # then at one mix they stand level
    assert standardised_net(ours).value == pytest.approx(standardised_net(theirs).value)
    # and within channels they do not differ
    gap = stratified_net_difference([((6, 2, 2), reviews), ((50, 50, 900), hotline)])
    assert gap.value == pytest.approx(0.0)
    assert not gap.excludes(0.0)


def test_one_stratum_is_the_plain_score_and_the_plain_difference():
    assert standardised_net([((60, 25, 15), 3)]).value == net_share(60, 25, 15).value
    gap = stratified_net_difference([((60, 25, 15), (45, 30, 25))])
    plain = nps_difference((60, 25, 15), (45, 30, 25))
    assert gap.value == pytest.approx(plain.value)
    assert gap.standard_error == pytest.approx(plain.standard_error)


def test_order_and_side_only_turn_the_sign():
    strata = [((30, 10, 5), (20, 20, 20)), ((4, 1, 9), (8, 3, 2))]
    gap = stratified_net_difference(strata)
    turned = stratified_net_difference([(b, a) for a, b in strata[::-1]])
    assert (turned.value, turned.low) == pytest.approx((-gap.value, -gap.high))


@pytest.mark.parametrize("truth", [0.0, 0.2])
def test_the_interval_of_a_difference_covers_as_often_as_it_says(truth):
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(400):
        strata = []
        for n, m, base in ((40, 70, 0.5), (60, 25, 0.2), (15, 15, 0.7)):
            ours = rng.multinomial(n, [base + truth / 2, 0.1, 0.9 - base - truth / 2])
            theirs = rng.multinomial(m, [base, 0.1, 0.9 - base])
            strata.append((tuple(map(float, ours)), tuple(map(float, theirs))))
        gap = stratified_net_difference(strata)
        hits += gap.low <= truth <= gap.high
    assert hits >= 0.92 * 400


def test_each_brand_counts_once_in_the_mean_whatever_its_size():
    large, small = standardised_net([((900, 50, 50), 1)]), standardised_net([((2, 2, 16), 1)])
    assert equal_mean([large, small]).value == pytest.approx((large.value + small.value) / 2)
    gap = difference_from_equal_mean(small, [large])
    assert gap.value == pytest.approx((small.value - large.value) / 2)
    # one of two lies half the difference from their mean, and half as sure
    between = stratified_net_difference([((2, 2, 16), (900, 50, 50))])
    assert gap.standard_error == pytest.approx(between.standard_error / 2)


def test_the_distance_from_the_mean_covers_as_often_as_it_says():
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(400):
        nets = [
            standardised_net([(tuple(map(float, rng.multinomial(n, [p, 0.1, 0.9 - p]))), 1)])
            for n, p in ((60, 0.3), (90, 0.5), (40, 0.6))
        ]
        truth = (2 * 0.3 - 0.9) - np.mean([2 * p - 0.9 for p in (0.3, 0.5, 0.6)])
        gap = difference_from_equal_mean(nets[0], nets[1:])
        hits += gap.low <= truth <= gap.high
    assert hits >= 0.92 * 400


@given(st.lists(st.tuples(counts, counts), max_size=4))
def test_whatever_the_counts_there_is_a_value_within_its_interval_or_a_reason(strata):
    gap = stratified_net_difference(strata)
    if gap.value is None:
        assert gap.reason is Reason.NO_DATA
    else:
        assert -2 <= gap.low <= gap.value <= gap.high <= 2
    score = standardised_net([(first, sum(second)) for first, second in strata])
    assert score.value is not None or score.reason in (Reason.NO_DATA, Reason.ZERO_WEIGHT)


@given(st.lists(counts.filter(any), min_size=1, max_size=5), st.integers(1, 5))
def test_each_counts_once_in_the_mean_in_any_order(groups, copies):
    scores = [standardised_net([(group, 1)]) for group in groups]
    found, turned = equal_mean(scores), equal_mean(scores[::-1])
    assert found.value == pytest.approx(np.mean([score.value for score in scores]))
    assert (turned.value, turned.low) == pytest.approx((found.value, found.low))
    assert (
        min(s.value for s in scores) - 1e-12 <= found.value <= max(s.value for s in scores) + 1e-12
    )
    # k independent groups of one error are √k times as sure as one.
    repeated = equal_mean(scores * copies)
    assert repeated.standard_error == pytest.approx(found.standard_error / np.sqrt(copies))


@given(st.lists(counts.filter(any), min_size=2, max_size=5))
def test_distances_from_the_mean_add_up_to_nothing(groups):
    scores = [standardised_net([(group, 1)]) for group in groups]
    gaps = [
        difference_from_equal_mean(own, [*scores[:place], *scores[place + 1 :]])
        for place, own in enumerate(scores)
    ]
    assert sum(gap.value for gap in gaps) == pytest.approx(0, abs=1e-9)
    assert all(gap.low <= gap.value <= gap.high and 0 <= gap.p_value <= 1 for gap in gaps)


def test_what_cannot_be_says_so():
    assert standardised_net([]).reason is Reason.NO_DATA
    assert standardised_net([((1, 1, 1), 0)]).reason is Reason.ZERO_WEIGHT
    assert standardised_net([((NAN, 1, 1), 1)]).reason is Reason.NOT_FINITE
    assert stratified_net_difference([((1, 0, 0), (0, 0, 0))]).reason is Reason.NO_DATA
    assert stratified_net_difference([((1, 0, NAN), (1, 0, 0))]).reason is Reason.NOT_FINITE
    assert equal_mean([standardised_net([])]).reason is Reason.NO_DATA
    alone = standardised_net([((5, 5, 5), 1)])
    assert difference_from_equal_mean(alone, []).reason is Reason.NO_DATA
    for wrong in ([((-1, 0, 2), 1)], [((1, 0, 2), -1)]):
        with pytest.raises(InvalidInput):
            standardised_net(wrong)
    with pytest.raises(InvalidInput):
        stratified_net_difference([((-1, 0, 2), (1, 0, 0))])
