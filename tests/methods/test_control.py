"""Control charts against Montgomery's worked examples, brute force, and their own properties."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peakend.methods.control import (
    change_points,
    cusum,
    cusum_run_length,
    ewma,
    false_alarms,
    p_chart,
    run_rules,
    xmr_chart,
)
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason

NAN = float("nan")

# Montgomery, Introduction to Statistical Quality Control, table 9.1: 20 values N(10, 1), then 10 N(11, 1)
DRIFT = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34,
    9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84,
    10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
]  # fmt: skip

# Montgomery, table 7.1: nonconforming orange-juice cans in 30 samples of 50
CANS = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22,
    8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
]  # fmt: skip

# Annual flow of the Nile at Aswan 1871-1970 (Cobb 1978): the level falls in 1899
NILE = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
    799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833,
    701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845,
    864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649,
    846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815,
    1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]  # fmt: skip


def test_p_chart_gives_the_limits_and_alarms_of_montgomerys_juice_cans():
    chart = p_chart(CANS, [50] * 30)
    assert round(chart.value, 4) == 0.2313
    assert (round(chart.low[0], 4), round(chart.high[0], 4)) == (0.0524, 0.4102)
    assert chart.outside == (14, 22)  # samples 15 and 23


def test_p_chart_limits_step_with_the_size_and_leave_empty_weeks_blank():
    chart = p_chart([10, 0, 40], [100, 0, 400])
    assert chart.points == (0.1, None, 0.1)
    assert chart.high[0] > chart.high[2]
    assert chart.high[1] is None


def test_p_chart_reads_later_weeks_against_a_baseline():
    chart = p_chart([10, 12, 11, 30], [100] * 4, baseline=3)
    assert chart.value == pytest.approx(0.11)
    assert chart.outside == (3,)
    assert p_chart([30], [100], center=0.11).outside == (0,)


def test_laney_widens_limits_that_huge_groups_make_absurdly_narrow():
    rng = np.random.default_rng(4)
    sizes = [200_000] * 40
    hits = rng.binomial(sizes, np.clip(rng.normal(0.2, 0.01, 40), 0, 1)).tolist()
    assert len(p_chart(hits, sizes).outside) > 20
    assert p_chart(hits, sizes, laney=True).outside == ()


def test_xmr_limits_are_those_of_wheelers_constants():
    values = [39, 41, 41, 41, 43, 44, 41, 42, 40, 41, 44, 40]
    chart = xmr_chart(values)
    ranges = [abs(b - a) for a, b in pairwise(values)]
    mean_range = sum(ranges) / len(ranges)
    assert chart.high[0] == pytest.approx(np.mean(values) + 2.66 * mean_range, abs=0.005)
    assert chart.range_limit == pytest.approx(3.267 * mean_range)
    assert chart.ranges[0] is None
    assert chart.ranges[1:] == tuple(map(float, ranges))


@given(
    st.lists(st.integers(-1000, 1000), min_size=3, max_size=40),
    st.integers(-50, 50),
    st.sampled_from([0.5, 2.0, 4.0]),
)
def test_xmr_alarms_do_not_change_with_unit_or_origin(values, shift, scale):
    before, after = xmr_chart(values), xmr_chart([value * scale + shift for value in values])
    assert before.outside == after.outside
    assert before.reason == after.reason


@pytest.mark.parametrize(
    ("values", "rule", "start", "index"),
    [
        ([0, 0, 3.1], "one_beyond_three_sigma", 2, 2),
        ([2.1, 0, 2.1], "two_of_three_beyond_two_sigma", 0, 2),
        ([1.1, 1.2, -0.5, 1.3, 1.4], "four_of_five_beyond_one_sigma", 0, 4),
        ([0.1] * 8, "eight_on_one_side", 0, 7),
    ],
)
def test_each_western_electric_rule_fires_on_its_pattern_and_on_the_mirrored_one(
    values, rule, start, index
):
    for sign, side in ((1, "above"), (-1, "below")):
        (signal,) = run_rules([sign * value for value in values], 0.0, 1.0).signals
        assert (signal.rule, signal.start, signal.index, signal.side) == (rule, start, index, side)


def test_patterns_across_both_sides_are_no_signals():
    assert run_rules([2.1, -2.1, 0.1, 1.2, -1.2, 1.1, -1.3], 0.0, 1.0).signals == ()


def test_two_quick_points_are_enough_for_the_two_of_three_rule():
    assert run_rules([2.5, 2.4], 0.0, 1.0).signals[0].rule == "two_of_three_beyond_two_sigma"


@pytest.mark.slow
def test_run_rules_cry_wolf_about_once_in_92_points_as_champ_and_woodall_computed():
    rng = np.random.default_rng(7)
    lengths = []
    for _ in range(150):
        found = run_rules(rng.normal(size=700).tolist(), 0.0, 1.0)
        lengths.append(found.signals[0].index + 1 if found.signals else 700)
    assert 75 < np.mean(lengths) < 110


def test_run_rules_read_a_chart_with_stepped_limits():
    chart = p_chart([12, 0, 15, 60], [100, 0, 120, 110], baseline=3)
    found = run_rules(chart.points, chart.value, chart.sigma)
    assert [(signal.rule, signal.index) for signal in found.signals] == [
        ("one_beyond_three_sigma", 3)
    ]


def test_cusum_follows_montgomerys_table_to_its_signal_at_period_29():
    chart = cusum(DRIFT, target=10.0, sigma=1.0)
    assert chart.upper[28] == pytest.approx(5.28)
    assert chart.upper[29] == pytest.approx(5.30)
    assert chart.lower[1] == pytest.approx(1.56)
    assert chart.signals[0] == 28
    assert chart.onsets[0] == 22  # the counter N⁺ = 7 at period 29: the shift came after period 22


def test_ewma_follows_montgomerys_example_and_its_limits():
    chart = ewma(DRIFT, target=10.0, sigma=1.0, smoothing=0.1, width=2.7)
    assert chart.averages[0] == pytest.approx(9.945)
    assert chart.averages[1] == pytest.approx(9.7495)
    assert (round(chart.low[0], 2), round(chart.high[0], 2)) == (9.73, 10.27)
    assert (round(chart.low[29], 2), round(chart.high[29], 2)) == (9.38, 10.62)
    assert chart.signals == (28, 29)  # 10.647 and 10.634 above 10.619


@pytest.mark.parametrize(
    ("shift", "published"),
    [(0.0, 465), (0.25, 139), (0.5, 38.0), (0.75, 17.0), (1.0, 10.4), (1.5, 5.75), (2.0, 4.01)],
)
def test_cusum_run_lengths_come_near_the_exact_ones(shift, published):
    # Lucas and Crosier (1982), Technometrics 24: exact values for k = ½, h = 5; Siegmund's is within 5%
    assert cusum_run_length(shift) == pytest.approx(published, rel=0.05)


def test_change_point_of_the_nile_is_found_where_cobb_found_it():
    found = change_points(NILE)
    assert found.points == (28,)  # the first year of the new level is 1899
    assert [round(segment.mean) for segment in found.segments] == [1098, 850]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=9), st.integers(1, 3), st.floats(0.5, 6))
def test_change_points_are_the_best_of_all_possible_cuts(values, min_size, penalty):
    if len(values) < max(3, 2 * min_size):
        return
    found = change_points(values, sigma=1.0, penalty=penalty, min_size=min_size)
    series = np.array(values, dtype=float)

    def price(cuts):
        bounds = [0, *cuts, len(series)]
        parts = [series[a:b] for a, b in pairwise(bounds)]
        if min(part.size for part in parts) < min_size:
            return np.inf
        return sum(((part - part.mean()) ** 2).sum() for part in parts) + penalty * len(cuts)

    every = (
        cuts for size in range(len(series)) for cuts in combinations(range(1, len(series)), size)
    )
    assert price(found.points) == pytest.approx(min(map(price, every)))


def test_thin_weeks_do_not_make_a_change_and_heavy_ones_do():
    values = [4.0, 4.1, 3.9, 4.0, 3.0, 3.1, 4.1, 3.9]
    thin = change_points(values, weights=[400, 400, 400, 400, 2, 2, 400, 400], sigma=1.0)
    assert thin.points == ()
    assert change_points(values, weights=[400] * 8, sigma=1.0).points == (4, 6)


def test_a_stable_series_shows_a_change_in_about_one_case_of_twenty_at_most():
    rng = np.random.default_rng(11)
    for n in (12, 52):
        false = sum(change_points(rng.normal(size=n)).value > 0 for _ in range(300))
        assert false <= 0.08 * 300


def test_false_alarms_of_fixed_limits_are_as_frequent_as_in_the_calm_history_itself():
    rng = np.random.default_rng(13)
    history = rng.normal(4, 0.2, 400).tolist()

    def beyond(values):
        return [place for place, value in enumerate(values) if abs(value - 4) > 2 * 0.2]

    found = false_alarms(history, beyond, rng=rng, draws=100)
    assert found.value == pytest.approx(found.observed / 400, abs=0.01)
    assert 0.02 < found.value < 0.08
    assert found.low <= found.value <= found.high
    assert found.apart == pytest.approx(1 / found.value)


def test_a_real_shift_in_the_history_does_not_count_as_a_false_alarm():
    rng = np.random.default_rng(14)
    history = np.concatenate([rng.normal(4, 0.1, 40), rng.normal(3, 0.1, 40)]).tolist()

    def outside(values):
        return xmr_chart(values, baseline=20).outside

    found = false_alarms(history, outside, rng=rng, draws=60)
    assert found.observed >= 38
    assert found.value < 0.03


def test_the_same_generator_tells_the_same_false_alarms():
    history = np.random.default_rng(15).normal(size=30).tolist()
    one, other = (
        false_alarms(
            history, lambda values: cusum(values).signals, rng=np.random.default_rng(1), draws=20
        )
        for _ in range(2)
    )
    assert one == other


series = st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=1, max_size=20)


def mirrored(values):
    return [None if value is None else -value for value in values]


def in_other_units(values, origin, scale):
    return [None if value is None else origin + scale * value for value in values]


def times(parts, scale):
    """The parts multiplied, as a list that may be compared; gaps stay gaps."""
    return pytest.approx([None if part is None else scale * part for part in parts], abs=1e-9)


@given(series, st.integers(-9, 9), st.sampled_from([1, 2, 4, 8]))
def test_cumulative_sums_are_the_same_in_any_unit_and_mirrored(values, origin, scale):
    found, moved = cusum(values), cusum(in_other_units(values, origin, scale))
    turned = cusum(mirrored(values))
    assert found.reason == moved.reason == turned.reason
    if found.value is not None:
        assert list(moved.upper) == times(found.upper, scale)
        assert list(turned.upper) == times(found.lower, 1)
        assert all(sum_ is None or sum_ >= 0 for sum_ in (*found.upper, *found.lower))
        assert all(
            onset <= signal for onset, signal in zip(found.onsets, found.signals, strict=True)
        )


@given(series, st.integers(-9, 9), st.sampled_from([1, 2, 4, 8]))
def test_weighted_averages_are_the_same_in_any_unit_and_within_what_they_average(
    values, origin, scale
):
    found, moved = ewma(values), ewma(in_other_units(values, origin, scale))
    assert found.reason == moved.reason
    if found.value is not None:
        present = [value for value in values if value is not None]
        told = [average for average in found.averages if average is not None]
        assert min(present) - 1e-9 <= min(told) <= max(told) <= max(present) + 1e-9
        assert list(moved.averages) == times(
            [None if a is None else a + origin / scale for a in found.averages], scale
        )
        assert [place for place, value in enumerate(values) if value is None] == [
            place for place, low in enumerate(found.low) if low is None
        ]


@given(st.floats(-3, 3), st.floats(0, 2), st.floats(0.5, 8))
def test_a_shift_is_found_alike_up_or_down_and_sooner_the_larger(shift, slack, threshold):
    found = cusum_run_length(shift, slack=slack, threshold=threshold)
    assert found >= 1
    assert cusum_run_length(-shift, slack=slack, threshold=threshold) == found
    assert cusum_run_length(shift, slack=slack, threshold=threshold + 1) >= found
    assert cusum_run_length(abs(shift) + 0.5, slack=slack, threshold=threshold) <= found * (
        1 + 1e-9
    )


@settings(max_examples=15)
@given(st.lists(st.integers(0, 20), min_size=8, max_size=24), st.integers(0, 99), st.integers(2, 9))
def test_false_alarms_are_shares_and_the_same_in_any_unit(history, seed, scale):
    def beyond(values):
        return xmr_chart(values).outside

    found, moved = (
        false_alarms(values, beyond, rng=np.random.default_rng(seed), draws=8)
        for values in (history, [scale * value for value in history])
    )
    assert found.reason == moved.reason
    if found.value is not None:
        assert 0 <= found.low <= found.value <= 1
        assert 0 <= found.quiet <= 1
        assert found.observed == moved.observed <= len(history)
        always = false_alarms(
            history, lambda v: range(len(v)), rng=np.random.default_rng(1), draws=4
        )
        assert (always.value, always.quiet) == (1.0, 0.0)


groups = st.lists(
    st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=12
)


@given(groups, st.booleans())
def test_a_chart_of_yes_is_that_of_no_upside_down(pairs, laney):
    sizes = [size for _, size in pairs]
    yes = p_chart([hit for hit, _ in pairs], sizes, laney=laney)
    no = p_chart([size - hit for hit, size in pairs], sizes, laney=laney)
    assert yes.reason == no.reason
    if yes.reason is None:
        assert yes.value == pytest.approx(sum(hit for hit, _ in pairs) / sum(sizes))
        assert list(no.low) == pytest.approx([None if h is None else 1 - h for h in yes.high])
        assert all(
            low is None or 0 <= low <= yes.value <= high <= 1
            for low, high in zip(yes.low, yes.high, strict=True)
        )
        assert [point is None for point in yes.points] == [size == 0 for size in sizes]


@given(series, st.integers(0, 12), st.sampled_from([1, 2, 4]), st.integers(-9, 9))
def test_run_rules_read_a_series_the_same_in_any_unit_and_mirrored(values, center, sigma, origin):
    found = run_rules(values, center, sigma)
    moved = run_rules(in_other_units(values, origin, 2), origin + 2 * center, 2 * sigma)
    turned = run_rules(mirrored(values), -center, sigma)
    assert found.reason == moved.reason == turned.reason
    assert found.signals == moved.signals
    assert [(s.rule, s.index) for s in found.signals] == [(s.rule, s.index) for s in turned.signals]
    assert all(
        one.side != other.side for one, other in zip(found.signals, turned.signals, strict=True)
    )
    assert all(0 <= s.start <= s.index < len(values) for s in found.signals)


def test_no_signal_comes_before_the_first_point_and_none_is_lost_near_the_slack():
    assert cusum_run_length(50.0) == 1.0
    # A drift of a billionth is no drift: b² = 6.166² points
    assert cusum_run_length(0.5 + 2e-9) == pytest.approx(cusum_run_length(0.5), rel=1e-6)


def no_alarm(values):
    return []


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (false_alarms([], no_alarm, rng=np.random.default_rng(1)), Reason.NO_DATA),
        (false_alarms([1.0] * 5, no_alarm, rng=np.random.default_rng(1)), Reason.TOO_FEW),
        (false_alarms([1.0] * 20, no_alarm, rng=np.random.default_rng(1)), Reason.NO_VARIANCE),
        (false_alarms([NAN] * 20, no_alarm, rng=np.random.default_rng(1)), Reason.NOT_FINITE),
        (p_chart([], []), Reason.NO_DATA),
        (p_chart([0, 0], [0, 0]), Reason.NO_DATA),
        (p_chart([NAN], [5]), Reason.NOT_FINITE),
        (p_chart([1e308, 1e308], [1.5e308, 1.5e308]), Reason.NOT_FINITE),
        (p_chart([0, 0], [5, 5]), Reason.NO_VARIANCE),
        (p_chart([1, 2], [5, 5], laney=True), Reason.TOO_FEW),
        (xmr_chart([]), Reason.NO_DATA),
        (xmr_chart([None, None]), Reason.NO_DATA),
        (xmr_chart([1.0]), Reason.TOO_FEW),
        (xmr_chart([1.0, NAN, 2.0]), Reason.NOT_FINITE),
        (xmr_chart([2.0, 2.0, 2.0]), Reason.NO_VARIANCE),
        (xmr_chart([1e308, -1e308]), Reason.NOT_FINITE),
        (run_rules([], 0.0, 1.0), Reason.NO_DATA),
        (run_rules([1.0], 0.0, 0.0), Reason.NO_VARIANCE),
        (run_rules([NAN], 0.0, 1.0), Reason.NOT_FINITE),
        (cusum([]), Reason.NO_DATA),
        (cusum([1.0]), Reason.TOO_FEW),
        (cusum([1.0, 1.0]), Reason.NO_VARIANCE),
        (ewma([NAN]), Reason.NOT_FINITE),
        (ewma([]), Reason.NO_DATA),
        (change_points([]), Reason.NO_DATA),
        (change_points([1.0, 2.0]), Reason.TOO_FEW),
        (change_points([1.0] * 9), Reason.NO_VARIANCE),
        (change_points([1.0, NAN, 2.0, 3.0]), Reason.NOT_FINITE),
    ],
)
def test_a_chart_that_cannot_be_drawn_says_why(result, reason):
    assert result.reason is reason


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: false_alarms([], no_alarm, rng=np.random.default_rng(1), draws=1), "draws"),
        (lambda: false_alarms([], no_alarm, rng=np.random.default_rng(1), block=0), "block"),
        (lambda: p_chart([1], [1, 2]), "shape"),
        (lambda: p_chart([3], [2]), "more_than_all"),
        (lambda: p_chart([1], [2], center=1.5), "not_a_fraction"),
        (lambda: xmr_chart([1.0, 2.0], baseline=0), "baseline"),
        (lambda: run_rules([1.0], 0.0, [1.0, 2.0]), "shape"),
        (lambda: cusum_run_length(threshold=0), "threshold"),
        (lambda: cusum_run_length(slack=-1), "threshold"),
        (lambda: cusum_run_length(NAN), "not_finite"),
        (lambda: cusum([1.0, 2.0], threshold=0), "threshold"),
        (lambda: ewma([1.0, 2.0], smoothing=0), "smoothing"),
        (lambda: change_points([1.0, 2.0, 3.0], min_size=0), "min_size"),
        (lambda: change_points([1.0, 2.0, 3.0], weights=[1, 1, 0]), "not_positive"),
    ],
)
def test_a_chart_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
