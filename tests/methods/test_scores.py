"""Scores against published and peer-computed values, their properties, and every way to have no value."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate, Reason
from peakend.methods.moments import Moments, sum_moments
from peakend.methods.scores import (
    ces,
    event_rate,
    mean_difference,
    mean_score,
    net_share,
    nps,
    nps_difference,
    nps_sample_size,
    proportion_difference,
    rate_difference,
    top_box,
    weighted_index,
)

counts = st.integers(min_value=0, max_value=100_000)
levels = st.floats(min_value=0.5, max_value=0.999)
NAN = float("nan")


def test_nps_interval_follows_the_adjusted_wald_formula_of_sauro_and_lewis():
    # given 19 promoters, 9 passives, 8 detractors; adjusted by hand: 39 answers, 19.75 and 8.75 of them
    score = nps(19, 9, 8)
    centre = (19.75 - 8.75) / 39
    error = math.sqrt((28.5 / 39 - centre**2) / 39)
    assert score.value == pytest.approx(11 / 36)
    assert score.standard_error == pytest.approx(error, rel=1e-12)
    assert (score.low, score.high) == pytest.approx(
        (centre - 1.959963985 * error, centre + 1.959963985 * error), rel=1e-8
    )
    assert (score.n, score.reason, score.method) == (36, None, "nps_adjusted_wald")


@given(counts, counts, counts, levels)
def test_nps_stays_in_bounds_holds_its_value_and_mirrors(p, m, d, confidence):
    score, mirrored = (
        nps(p, m, d, confidence=confidence),
        nps(d, m, p, confidence=confidence),
    )
    if p + m + d == 0:
        assert score.value is None
        assert score.reason is Reason.NO_DATA
        return
    assert -1 <= score.low <= score.value <= score.high <= 1
    assert score.value == pytest.approx(-mirrored.value)
    assert score.low == pytest.approx(-mirrored.high)


@given(counts, counts, counts)
def test_net_share_is_the_same_mathematics_under_its_own_method_name(p, m, d):
    one, other = nps(p, m, d), net_share(p, m, d)
    assert (one.value, one.low, one.high) == (other.value, other.low, other.high)
    assert other.method == "net_sentiment"


def test_weights_that_vary_widen_the_nps_interval_and_equal_weights_do_not():
    plain = nps(60, 25, 15)
    assert nps(60, 25, 15, effective_n=100) == plain
    wide = nps(60, 25, 15, effective_n=40)
    assert wide.value == plain.value
    assert wide.high - wide.low > plain.high - plain.low


def test_nps_difference_is_the_root_sum_of_the_adjusted_errors():
    first, second = nps(60, 25, 15), nps(45, 30, 25)
    change = nps_difference((60, 25, 15), (45, 30, 25))
    assert change.value == pytest.approx(0.25)
    assert change.standard_error == pytest.approx(
        math.hypot(first.standard_error, second.standard_error)
    )
    assert change.low == pytest.approx((45 - 20) / 103 - 1.959963985 * change.standard_error)
    assert change.p_value < 0.05
    assert change.excludes(0)


def test_nps_difference_without_answers_on_one_side_says_so():
    change = nps_difference((60, 25, 15), (0, 0, 0))
    assert change.value is None
    assert change.reason is Reason.NO_DATA
    assert change.n == 100


@pytest.mark.parametrize(
    ("margin", "promoters", "detractors", "method", "expected"),
    [
        (0.10, None, None, "wald", 385),  # z² / 0.01 = 384.1
        (0.10, None, None, "adjusted_wald", 382),
        (0.05, 0.5, 0.1666, "wald", 854),  # V = 0.5555
        (0.20, 0.6, 0.2, "adjusted_wald", 59),  # 3.8415 · 0.64 / 0.04 − 3 = 58.5
    ],
)
def test_nps_sample_size_by_formula(margin, promoters, detractors, method, expected):
    size = nps_sample_size(margin, promoters=promoters, detractors=detractors, method=method)
    assert size.value == expected


@given(st.floats(0.02, 0.5), st.floats(0.05, 0.9), st.floats(0.01, 0.99))
def test_answers_of_the_computed_size_keep_the_margin(margin, promoters, rest):
    detractors = (1 - promoters) * rest
    size = nps_sample_size(margin, promoters=promoters, detractors=detractors, method="wald").value
    variance = promoters + detractors - (promoters - detractors) ** 2
    assert 1.959963985 * math.sqrt(variance / size) <= margin * (1 + 1e-6)


def test_a_small_population_needs_fewer_answers_and_more_invitations_than_answers():
    size = nps_sample_size(0.1, population=500, method="wald")
    assert size.value == 218  # 384.1 / (1 + 383.1/500)
    assert size.invitations(0.3) == 727


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([], [1, 2], Reason.NO_DATA),
        ([1], [1, 2], Reason.TOO_FEW),
        ([2, 2], [1, 1], Reason.NO_VARIANCE),
        ([NAN], [1, 2], Reason.NOT_FINITE),
    ],
)
def test_means_that_cannot_be_compared_say_why(first, second, reason):
    found = mean_difference(Moments.from_values(first), Moments.from_values(second))
    assert (found.reason, found.low, found.p_value) == (reason, None, None)


answers = st.lists(st.integers(1, 7), max_size=25)
hits_of = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(answers)
def test_effort_from_counts_is_the_mean_of_its_rows(rows):
    found = ces([rows.count(option) for option in range(1, 8)])
    mean = mean_score(Moments.from_values(rows))
    assert (found.value, found.low, found.reason) == (mean.value, mean.low, mean.reason)
    easy = top_box(sum(row >= 5 for row in rows), len(rows))
    assert (found.easy.value, found.easy.low) == (easy.value, easy.low)


@given(answers, answers, st.integers(-9, 9), st.integers(1, 5))
def test_a_difference_of_means_ignores_origin_and_keeps_scale(first, second, origin, scale):
    plain = mean_difference(Moments.from_values(first), Moments.from_values(second))
    moved = mean_difference(
        *(Moments.from_values([origin + scale * x for x in side]) for side in (first, second))
    )
    assert moved.reason == plain.reason
    if plain.low is not None:
        assert moved.value == pytest.approx(scale * plain.value)
        assert moved.low == pytest.approx(scale * plain.low)
        assert moved.p_value == pytest.approx(plain.p_value, abs=1e-9)


@given(st.tuples(*[st.integers(0, 60)] * 3), st.tuples(*[st.integers(0, 60)] * 3))
def test_a_difference_of_net_scores_turns_with_its_sides_within_bounds(first, second):
    gap, turned = nps_difference(first, second), nps_difference(second, first)
    if gap.value is None:
        assert gap.reason is Reason.NO_DATA
        return
    assert -2 <= gap.low <= gap.value <= gap.high <= 2
    assert (turned.value, turned.low) == pytest.approx((-gap.value, -gap.high))
    assert gap.value == pytest.approx(nps(*first).value - nps(*second).value)


@given(hits_of, hits_of)
def test_a_difference_of_shares_turns_with_its_sides_within_bounds(first, second):
    gap = proportion_difference(*first, *second)
    turned = proportion_difference(*second, *first)
    assert -1 <= gap.low <= gap.value <= gap.high <= 1
    assert (turned.value, turned.low) == pytest.approx((-gap.value, -gap.high))
    # Yes and no are two names of one answer.
    noes = proportion_difference(
        *((n - hits) if i == 0 else n for hits, n in (first, second) for i in (0, 1))
    )
    assert (noes.value, noes.low) == pytest.approx((-gap.value, -gap.high))


def test_no_opinions_have_no_net_share():
    assert net_share(0, 0, 0).reason is Reason.NO_DATA
    assert net_share(1, NAN, 1).reason is Reason.NOT_FINITE
    assert net_share(1, 1, 1, effective_n=0).reason is Reason.ZERO_WEIGHT


def test_a_margin_no_number_of_answers_reaches_says_so():
    assert nps_sample_size(1e-200).reason is Reason.NOT_REACHED
    assert nps_sample_size(0.1, population=NAN).reason is Reason.NOT_FINITE
    assert nps_sample_size(0.1, promoters=NAN, detractors=0.2).reason is Reason.NOT_FINITE


def test_a_score_without_variance_has_no_sample_size():
    assert nps_sample_size(0.1, promoters=1.0, detractors=0.0).reason is Reason.NO_VARIANCE


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [  # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_top_box_gives_the_wilson_intervals_newcombe_published(successes, n, low, high):
    share = top_box(successes, n)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("case", "low", "high"),
    [  # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_proportion_difference_gives_the_intervals_newcombe_published(case, low, high):
    gap = proportion_difference(*case)
    assert (round(gap.low, 4), round(gap.high, 4)) == (low, high)


@given(st.integers(1, 10_000), st.data(), levels)
def test_shares_and_their_bounds_stay_in_order_within_zero_and_one(n, data, confidence):
    successes = data.draw(st.integers(0, n))
    share = top_box(successes, n, confidence=confidence)
    assert 0 <= share.low <= share.value <= share.high <= 1


@given(st.lists(st.integers(1, 5), min_size=3, max_size=60))
def test_mean_of_a_histogram_of_parts_and_of_raw_rows_agree_in_any_order(scores):
    raw = mean_score(Moments.from_values(scores))
    halves = mean_score(
        sum_moments([Moments.from_values(scores[:1]), Moments.from_values(scores[1:][::-1])])
    )
    told = mean_score(Moments.from_histogram({score: scores.count(score) for score in set(scores)}))
    assert raw.reason == halves.reason == told.reason
    for other in (halves, told):
        assert other.value == pytest.approx(raw.value)
        if raw.low is not None:
            assert (other.low, other.high) == pytest.approx((raw.low, raw.high))


def test_mean_interval_equals_that_of_scipy():
    stats = pytest.importorskip("scipy.stats")
    values = [4, 5, 3, 4, 2, 5, 5, 1]
    score = mean_score(Moments.from_values(values))
    peer = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (score.low, score.high) == pytest.approx((peer.low, peer.high), rel=1e-12)


def test_equal_weights_leave_a_mean_untouched_and_scale_out():
    values = [4, 5, 3, 4, 2]
    plain = mean_score(Moments.from_values(values))
    weighted = mean_score(Moments.from_values(values, weights=[2.5] * 5))
    assert (weighted.value, weighted.low, weighted.n) == pytest.approx((plain.value, plain.low, 5))


def test_mean_difference_is_welch():
    change = mean_difference(Moments.from_values([5, 4, 4, 5]), Moments.from_values([3, 4, 2, 3]))
    assert change.method == "welch_t"
    assert change.value == 1.5


def test_ces_tells_the_mean_and_who_agrees():
    effort = ces([2, 3, 5, 10, 20, 40, 20])
    assert effort.value == pytest.approx(5.43)
    assert effort.easy.value == pytest.approx(0.8)
    assert effort.low < effort.value < effort.high
    assert effort.n == 100


def test_ces_of_five_options_counts_the_upper_two_as_easy():
    assert ces([0, 0, 10, 5, 5]).easy.value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (nps(0, 0, 0), Reason.NO_DATA),
        (nps(NAN, 1, 1), Reason.NOT_FINITE),
        (nps(1, 1, 1, effective_n=0), Reason.ZERO_WEIGHT),
        (top_box(0, 0), Reason.NO_DATA),
        (top_box(NAN, 5), Reason.NOT_FINITE),
        (proportion_difference(1, 2, 0, 0), Reason.NO_DATA),
        (mean_score(Moments.from_values([])), Reason.NO_DATA),
        (mean_score(Moments.from_values([1, NAN])), Reason.NOT_FINITE),
        (mean_score(Moments.from_values([1, 2], weights=[0, 0])), Reason.ZERO_WEIGHT),
        (ces([0] * 7), Reason.NO_DATA),
        (ces([NAN, 1]), Reason.NOT_FINITE),
    ],
)
def test_what_has_no_value_says_why(result, reason):
    assert (result.value, result.low, result.high, result.reason) == (
        None,
        None,
        None,
        reason,
    )


@pytest.mark.parametrize(
    ("values", "reason"), [([4], Reason.TOO_FEW), ([0.1, 0.1, 0.1], Reason.NO_VARIANCE)]
)
def test_a_mean_without_spread_keeps_its_value_and_says_why_it_has_no_interval(values, reason):
    score = mean_score(Moments.from_values(values))
    assert score.value == pytest.approx(values[0])
    assert score.low is None
    assert score.reason is reason


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: nps(-1, 0, 0), "negative"),
        (lambda: nps(1, 0, 0, confidence=95), "not_a_fraction"),
        (lambda: top_box(3, 2), "more_than_all"),
        (lambda: nps_sample_size(0), "margin"),
        (lambda: nps_sample_size(0.1, promoters=0.7, detractors=0.7), "not_a_fraction"),
        (lambda: nps_sample_size(0.1, method="bootstrap"), "method"),
        (lambda: ces([3]), "shape"),
        (lambda: Moments.from_values([1, 2], weights=[1]), "shape"),
        (lambda: Moments.from_values([1, 2], weights=[1, -1]), "negative"),
    ],
)
def test_a_call_that_contradicts_itself_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("events", "low", "high"),
    # Garwood's limits for a count, as in the table of Ulm (1990), American Journal of Epidemiology 131, 373-375
    [
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.6235, 11.668),
        (10, 4.7954, 18.390),
        (50, 37.111, 65.919),
    ],
)
def test_a_rate_has_the_published_exact_limits(events, low, high):
    rate = event_rate(events, 1)
    assert (rate.low, rate.high) == pytest.approx((low, high), abs=6e-4)


@given(counts, st.integers(1, 10_000), levels)
def test_a_rate_lies_within_its_interval_and_scales_with_the_occasions(events, occasions, level):
    rate = event_rate(events, occasions, confidence=level)
    assert rate.low <= rate.value <= rate.high
    doubled = event_rate(events, 2 * occasions, confidence=level)
    assert doubled.high == pytest.approx(rate.high / 2)


@given(counts, st.integers(1, 10_000), counts, st.integers(1, 10_000))
def test_a_difference_of_rates_mirrors_when_the_sides_change(k, t, m, u):
    one, other = rate_difference((k, t), (m, u)), rate_difference((m, u), (k, t))
    assert one.value == pytest.approx(-other.value)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


def test_no_occasions_have_no_rate():
    assert event_rate(0, 0).reason is Reason.NO_DATA
    assert rate_difference((1, 10), (0, 0)).reason is Reason.NO_DATA


def part(value, low, high, n=100):
    return Estimate(value, low, high, n, "x", standard_error=(high - low) / 4)


def test_an_index_is_as_unsure_as_parts_that_move_together():
    # given two answers of the same customers that always agree, the index is each of them
    index = weighted_index([part(0.6, 0.5, 0.7), part(0.6, 0.5, 0.7)], [1, 1])
    assert (index.value, index.low, index.high) == pytest.approx((0.6, 0.5, 0.7))


def test_an_index_ignores_parts_without_weight_and_refuses_to_leave_out_others():
    missing = Estimate(None, None, None, 0, "x", Reason.NO_DATA)
    assert weighted_index([part(0.6, 0.5, 0.7, 40), missing], [2, 0]).n == 40
    assert weighted_index([part(0.6, 0.5, 0.7), missing], [2, 1]).reason is Reason.EMPTY_CELL
    assert weighted_index([part(0.6, 0.5, 0.7)], [0]).reason is Reason.ZERO_WEIGHT
    assert weighted_index([], []).reason is Reason.NO_DATA
    with pytest.raises(InvalidInput):
        weighted_index([part(0.6, 0.5, 0.7)], [1, 2])


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 9)), min_size=1, max_size=6))
def test_an_index_lies_among_its_parts_and_does_not_care_for_the_scale_of_the_weights(given):
    parts = [part(value, max(0, value - 0.1), min(1, value + 0.1)) for value, _ in given]
    weights = [weight for _, weight in given]
    index = weighted_index(parts, weights)
    values = [value for value, _ in given]
    assert min(values) - 1e-12 <= index.value <= max(values) + 1e-12
    tenfold = weighted_index(parts, [10 * weight for weight in weights])
    assert tenfold.value == pytest.approx(index.value)
