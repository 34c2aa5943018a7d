"""Lifetimes against published estimates, worked survival data, and customers made by the models themselves."""

import csv
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.lifetime import (
    BetaGeoNbd,
    GammaGamma,
    ShiftedBetaGeometric,
    kaplan_meier,
    log_rank,
    recency_frequency,
    rfm_scores,
    simple_lifetime_value,
)

NAN = float("nan")

# Freireich et al. (1963), remission in weeks of leukaemia patients; 0 marks one still in remission
TREATED = (
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
    [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
)
PLACEBO = ([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [1] * 21)

# Fader, Hardie and Lee (2005), CDNOW estimates
CDNOW = BetaGeoNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)


def day(number, hour=12):
    return datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=number)


def made_customers(seed, n, r=0.8, alpha=6.0, a=0.9, b=3.0, age=52.0):
    """Customers who buy and leave as the BG/NBD story says."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        rate, leaving = rng.gamma(r, 1 / alpha), rng.beta(a, b)
        span = rng.uniform(age / 2, age)
        clock, last, repeats = 0.0, 0.0, 0
        while True:
            clock += rng.exponential(1 / rate)
            if clock > span:
                break
            last, repeats = clock, repeats + 1
            if rng.random() < leaving:
                break
        rows.append((repeats, last, span))
    return np.array(rows).T


def cdnow_customers():
    """Repeats, recency and age of 2,357 buyers of CDNOW; the package `lifetimes` (MIT) carries them."""
    folder = Path(find_spec("lifetimes").submodule_search_locations[0])
    with (folder / "datasets" / "cdnow_customers_summary.csv").open(newline="") as file:
        rows = [(row["frequency"], row["recency"], row["T"]) for row in csv.DictReader(file)]
    return np.array(rows, dtype=float).T


def test_bg_nbd_finds_the_published_estimates_in_the_authors_own_data():
    # Fader, Hardie and Lee (2005), table 1: r = .243, α = 4.414, a = .793, b = 2.426, LL = −9582.4
    found = BetaGeoNbd().fit(*cdnow_customers())
    assert found.n == 2_357
    assert found.value == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=5e-4)
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.05)


def test_bg_nbd_gives_the_published_expectation_of_the_authors_customer():
    # Fader, Hardie and Lee (2005): x = 2, t_x = 30.43, T = 38.86 weeks, E[Y(39)] = 1.226
    found = CDNOW.expected_purchases(39, [2], [30.43], [38.86])
    assert found.tolist() == [pytest.approx(1.226, abs=5e-4)]


def test_bg_nbd_likelihood_is_the_chance_of_its_own_story():
    # the chance of no repeat in T is E[(α/(α+T))^r]; integrated over rates by simulation
    rng = np.random.default_rng(0)
    rates = rng.gamma(0.8, 1 / 6.0, 400_000)
    model = BetaGeoNbd(0.8, 6.0, 0.9, 3.0)
    none = math.exp(model.log_likelihoods([0], [0.0], [20.0])[0])
    assert none == pytest.approx(np.exp(-rates * 20).mean(), rel=0.01)


def test_bg_nbd_expectation_of_a_new_customer_is_what_simulated_ones_buy():
    repeats, _, _ = made_customers(1, 20_000, age=40.0)
    model = BetaGeoNbd(0.8, 6.0, 0.9, 3.0)
    spans = np.linspace(20, 40, 41)
    expected = np.mean([model.expected_repeats(span) for span in spans])
    assert repeats.mean() == pytest.approx(expected, rel=0.03)


def test_bg_nbd_recovers_the_customers_it_made_and_predicts_the_next_year():
    frequency, recency, age = made_customers(2, 4000)
    model = BetaGeoNbd().fit(frequency, recency, age)
    assert model.reason is None
    truth = BetaGeoNbd(0.8, 6.0, 0.9, 3.0)
    assert model.expected_repeats(52) == pytest.approx(truth.expected_repeats(52), rel=0.08)
    told = model.expected_purchases(26, frequency, recency, age)
    ideal = truth.expected_purchases(26, frequency, recency, age)
    assert told.sum() == pytest.approx(ideal.sum(), rel=0.1)
    from peakend.methods.lifetime.purchases import _log_likelihood

    assert (
        model.log_likelihood
        >= _log_likelihood(np.array(truth.value), frequency, recency, age).sum()
    )


def test_bg_nbd_from_counted_histories_equals_that_from_rows_in_any_unit():
    frequency, recency, age = (np.round(part) for part in made_customers(3, 300))
    rows = BetaGeoNbd().fit(frequency, recency, age)
    kinds, counts = np.unique(np.stack([frequency, recency, age]), axis=1, return_counts=True)
    counted = BetaGeoNbd().fit(*kinds, counts=counts)
    days = BetaGeoNbd().fit(frequency, recency * 7, age * 7)
    assert counted.value == pytest.approx(rows.value, rel=1e-3)
    assert days.r == pytest.approx(rows.r, rel=1e-3)
    assert days.alpha == pytest.approx(7 * rows.alpha, rel=1e-3)


def test_customers_silent_for_long_are_likely_gone_and_the_longer_the_likelier():
    chances = CDNOW.chance_alive([5] * 4, [20.0] * 4, [21.0, 25.0, 35.0, 60.0])
    assert (np.diff(chances) < 0).all()
    assert chances[0] > 0.8 > 0.1 > chances[3]
    assert CDNOW.chance_alive([0], [0.0], [60.0]).tolist() == [1.0]


def test_expectations_pass_smoothly_through_a_equal_one():
    near = [
        BetaGeoNbd(0.5, 5.0, a, 2.0).expected_purchases(10, [3], [8.0], [10.0])[0]
        for a in (0.999, 1.0, 1.001)
    ]
    assert near[1] == pytest.approx((near[0] + near[2]) / 2, rel=1e-4)


def test_gamma_gamma_of_cdnow_has_the_published_mean():
    # Fader and Hardie (2013): p = 6.25, q = 3.74, γ = 15.44 and a mean spend of $35
    assert GammaGamma(6.25, 3.74, 15.44).population_mean == pytest.approx(35.2, abs=0.05)


def test_gamma_gamma_recovers_the_customers_it_made():
    rng = np.random.default_rng(4)
    purchases = rng.integers(1, 9, 3000)
    means = rng.gamma(6.0 * purchases, 1.0) / rng.gamma(4.0, 1 / 15.0, 3000) / purchases
    model = GammaGamma().fit(purchases, means)
    assert model.population_mean == pytest.approx(6 * 15 / 3, rel=0.05)
    assert model.q == pytest.approx(4.0, rel=0.15)
    scaled = GammaGamma().fit(purchases, means * 100)
    assert scaled.p == pytest.approx(model.p, rel=1e-3)
    assert scaled.population_mean == pytest.approx(100 * model.population_mean, rel=1e-3)


def test_one_large_purchase_is_drawn_to_the_mean_and_many_are_believed():
    model = GammaGamma(6.25, 3.74, 15.44)
    once, often = model.expected_spend([1, 50], [200.0, 200.0])
    assert 35.2 < once < 160 < 195 < often < 200


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "likelihood"),
    [  # Fader and Hardie (2007), tables 1-3: seven renewals of two segments
        ([1000, 631, 468, 382, 326, 289, 262, 241], 0.704, 1.182, -1680.3),
        ([1000, 869, 743, 653, 593, 551, 517, 491], 0.668, 3.806, -1611.2),
        ([1000, 631, 468, 382, 326], 0.764, 1.296, -1401.6),  # Fader and Hardie (2010)
    ],
)
def test_renewal_model_gives_the_published_estimates(survivors, alpha, beta, likelihood):
    model = ShiftedBetaGeometric().fit(survivors)
    assert (round(model.alpha, 3), round(model.beta, 3)) == (alpha, beta)
    assert round(model.log_likelihood, 1) == likelihood


def test_renewal_model_foretells_the_years_it_has_not_seen():
    # Fader and Hardie (2007): years 8 to 12 of the 'regular' segment were 22.3 … 17.3%
    model = ShiftedBetaGeometric().fit([1000, 631, 468, 382, 326, 289, 262, 241])
    for year, seen in zip(range(8, 13), (0.223, 0.207, 0.194, 0.183, 0.173), strict=True):
        assert model.survival(year) == pytest.approx(seen, abs=0.006)


def test_customers_all_alike_renew_at_one_rate_for_ever():
    model = ShiftedBetaGeometric().fit([1000, 500, 250, 125])
    assert [model.retention(period) for period in (1, 5, 9)] == pytest.approx([0.5] * 3, abs=0.01)


def test_survival_is_the_product_of_retentions_which_rise():
    model = ShiftedBetaGeometric(0.7, 1.2)
    rates = [model.retention(period) for period in range(1, 9)]
    assert rates == sorted(rates)
    assert model.survival(8) == pytest.approx(math.prod(rates))
    assert model.survival(0) == pytest.approx(1.0)


def test_expected_lifetime_is_the_discounted_sum_of_survival():
    model = ShiftedBetaGeometric(0.764, 1.296)
    by_hand = sum(model.survival(t) / 1.1**t for t in range(4000))
    assert model.expected_lifetime(0.1) == pytest.approx(by_hand, rel=1e-6)
    later = sum(model.survival(4 + t) / model.survival(4) / 1.1**t for t in range(1, 4000))
    assert model.expected_lifetime(0.1, renewed=4) == pytest.approx(later, rel=1e-6)


def test_kaplan_meier_of_freireichs_patients():
    # published, e.g. Kalbfleisch and Prentice (2002), table 1.1
    curve = kaplan_meier(*TREATED)
    assert [(step.time, round(step.survival, 3)) for step in curve.steps] == [
        (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448),
    ]  # fmt: skip
    assert [round(step.standard_error, 3) for step in curve.steps][:3] == [0.076, 0.087, 0.096]
    assert curve.value == 23
    assert kaplan_meier(*PLACEBO).value == 8


def test_kaplan_meier_equals_statsmodels():
    peer = pytest.importorskip("statsmodels.duration.survfunc")
    theirs = peer.SurvfuncRight(*map(np.array, TREATED))
    ours = kaplan_meier(*TREATED)
    assert [step.survival for step in ours.steps] == pytest.approx(theirs.surv_prob.tolist())
    assert [step.standard_error for step in ours.steps] == pytest.approx(
        theirs.surv_prob_se.tolist()
    )
    # R's survfit with conf.type = 'log-log': 16 weeks 0.627 (0.368, 0.805)
    sixteen = next(step for step in ours.steps if step.time == 16)
    assert (sixteen.low, sixteen.high) == pytest.approx((0.368, 0.805), abs=6e-4)


def test_log_rank_of_freireichs_patients():
    # published: χ² = 16.79 on 1 degree of freedom
    found = log_rank([PLACEBO, TREATED])
    assert round(found.statistic, 2) == 16.79
    assert found.p_value == pytest.approx(4.17e-5, rel=0.01)
    assert found.value > 0  # placebo relapses sooner than expected
    assert log_rank([TREATED, PLACEBO]).statistic == pytest.approx(found.statistic)


def test_log_rank_of_three_groups_equals_statsmodels():
    peer = pytest.importorskip("statsmodels.duration.survfunc")
    rng = np.random.default_rng(5)
    groups = [(rng.exponential(mean, 40).round(1), rng.random(40) < 0.7) for mean in (5, 6, 9)]
    time = np.concatenate([group[0] for group in groups])
    event = np.concatenate([group[1] for group in groups]).astype(int)
    statistic, p_value = peer.survdiff(time, event, np.repeat([0, 1, 2], 40))
    found = log_rank(groups)
    assert (found.statistic, found.p_value) == pytest.approx((statistic, p_value))


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40))
def test_survival_never_rises_and_counts_stand_for_rows(rows):
    durations, events = zip(*rows, strict=True)
    curve = kaplan_meier(durations, events)
    survivals = [1.0, *(step.survival for step in curve.steps), 0.0]
    assert survivals == sorted(survivals, reverse=True)
    for step in curve.steps:
        if step.low is not None:
            assert 0 <= step.low <= step.survival <= step.high <= 1
    pairs = sorted(set(rows))
    counted = kaplan_meier(
        [pair[0] for pair in pairs],
        [pair[1] for pair in pairs],
        counts=[rows.count(pair) for pair in pairs],
    )
    assert [step.survival for step in counted.steps] == pytest.approx(survivals[1:-1])


def test_fifty_thousand_three_times_a_year_for_one_year():
    found = simple_lifetime_value(50_000, 3, 1)
    assert found.value == Decimal(150_000)
    assert dict(found.assumptions)["spend"] == 50_000


def test_a_tenth_is_a_tenth_however_it_is_written():
    assert simple_lifetime_value(0.1, 3, 1).value == simple_lifetime_value("0.1", 3, 1).value
    assert simple_lifetime_value(0.1, 3, 1).value == Decimal("0.3")


lasting = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=12)


@given(lasting, lasting, st.integers(1, 30), st.randoms(use_true_random=False))
def test_who_lasts_longer_depends_on_neither_the_order_nor_the_unit_of_time(
    first, second, scale, random
):
    groups = [list(zip(*side, strict=True)) for side in (first, second)]
    found, turned = log_rank(groups), log_rank(groups[::-1])
    mixed = log_rank(
        [
            list(
                zip(
                    *[(scale * time, end) for time, end in random.sample(side, len(side))],
                    strict=True,
                )
            )
            for side in (first, second)
        ]
    )
    assert found.reason == turned.reason == mixed.reason
    if found.p_value is not None:
        assert 0 <= found.p_value <= 1
        assert turned.p_value == pytest.approx(found.p_value, abs=1e-9)
        assert mixed.statistic == pytest.approx(found.statistic, abs=1e-9)
        assert mixed.value == pytest.approx(found.value, abs=1e-9)


bought = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 20), st.integers(1, 500)), min_size=1, max_size=25
)


@given(bought, st.integers(2, 6), st.integers(1, 9), st.randoms(use_true_random=False))
def test_rfm_scores_rise_with_what_they_score_whatever_the_currency_and_order(
    purchases, bins, scale, random
):
    rows = [(who, day(number), amount) for who, number, amount in purchases]
    customers = recency_frequency(rows, day(25)).customers
    scores = rfm_scores(customers, bins=bins)
    assert all(1 <= part <= bins for s in scores for part in (s.recency, s.frequency, s.monetary))
    for one, its in zip(customers, scores, strict=True):
        for other, theirs in zip(customers, scores, strict=True):
            if one.total <= other.total:
                assert its.monetary <= theirs.monetary
            if one.since_last <= other.since_last:
                assert its.recency >= theirs.recency
    dearer = [(who, time, scale * amount) for who, time, amount in random.sample(rows, len(rows))]
    assert rfm_scores(recency_frequency(dearer, day(25)).customers, bins=bins) == scores


amounts = st.decimals(0, 1000, places=2)


@given(
    amounts, st.integers(0, 20), st.integers(0, 8), st.decimals(0, 1, places=2), st.integers(1, 9)
)
def test_a_lifetime_value_keeps_scale_and_sums_its_years(spend, often, years, retention, scale):
    found = simple_lifetime_value(spend, often, years, retention=retention, discount="0.1")
    step = retention / Decimal("1.1")
    by_year = sum(spend * often * (step**year if year else 1) for year in range(years))
    assert float(found.value) == pytest.approx(float(by_year))
    assert 0 <= found.value <= spend * often * years
    dearer = simple_lifetime_value(scale * spend, often, years, retention=retention, discount="0.1")
    assert float(dearer.value) == pytest.approx(scale * float(found.value))


def test_a_customer_who_never_comes_back_is_worth_one_year():
    assert simple_lifetime_value(100, 2, 3, retention=0).value == 200
    assert simple_lifetime_value(100, 2, "0.5", retention=0).value == 100


def test_a_lifetime_of_any_length_is_summed_at_once():
    forever = simple_lifetime_value(100, 1, 10**12, retention="0.5").value
    assert float(forever) == pytest.approx(200)


def test_retention_and_discount_are_summed_year_by_year():
    found = simple_lifetime_value(100, 1, 3, retention="0.8", discount="0.25")
    assert found.value == 100 * (1 + Decimal("0.64") + Decimal("0.64") ** 2)
    half = simple_lifetime_value(100, 1, "1.5", retention="0.5")
    assert half.value == 100 * (1 + Decimal("0.5") * Decimal("0.5"))


def test_purchases_are_summed_up_as_the_models_take_them():
    bought = [
        ("王", day(0), 100), ("王", day(10), 50), ("王", day(10, 13), 25), ("王", day(30), 35),
        ("李", day(5), 80), ("李", day(99), 500),
    ]  # fmt: skip
    found = recency_frequency(bought, day(40), period=timedelta(days=1))
    customers = {each.customer: each for each in found.customers}
    assert found.value == 2
    assert found.n == 5
    wang = customers["王"]
    assert (wang.frequency, wang.recency, wang.age, wang.since_last) == (2, 30.0, 40.0, 10.0)
    assert wang.monetary == Decimal(55)
    assert wang.total == Decimal(210)
    assert customers["李"].monetary is None
    assert customers["李"].frequency == 0
    BetaGeoNbd(0.2, 30.0, 0.8, 2.0).chance_alive([2, 0], [30.0, 0.0], [40.0, 35.0])


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.integers(0, 60), st.integers(1, 99)),
        min_size=1,
        max_size=40,
    ),
    st.randoms(),
)
def test_histories_do_not_depend_on_the_order_of_purchases_and_lose_no_money(bought, random):
    rows = [(customer, day(when), amount) for customer, when, amount in bought]
    found = recency_frequency(rows, day(61))
    random.shuffle(rows)
    assert recency_frequency(rows, day(61)) == found
    assert sum(each.total for each in found.customers) == sum(amount for _, _, amount in bought)
    assert all(0 <= each.recency <= each.age for each in found.customers)


def test_rfm_scores_cut_customers_into_fifths():
    bought = [
        (f"c{rank:02}", day(rank + 10 * turn), rank + 1)
        for rank in range(10)
        for turn in range(rank + 1)
    ]
    scores = rfm_scores(recency_frequency(bought, day(200)).customers)
    assert scores[0].code == "111"
    assert scores[9].code == "555"
    assert sorted(score.frequency for score in scores) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert rfm_scores([]) == ()


TEN = np.arange(10.0)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (BetaGeoNbd().fit([], [], []), Reason.NO_DATA),
        (BetaGeoNbd().fit([1, 2], [3, 4], [5, 6]), Reason.TOO_FEW),
        (BetaGeoNbd().fit([0] * 20, [0] * 20, [9] * 20), Reason.NO_VARIANCE),
        (BetaGeoNbd().fit([NAN] * 20, [1] * 20, [9] * 20), Reason.NOT_FINITE),
        (GammaGamma().fit([], []), Reason.NO_DATA),
        (GammaGamma().fit([1], [5.0]), Reason.TOO_FEW),
        (GammaGamma().fit([1] * 20, [5.0] * 20), Reason.NO_VARIANCE),
        (GammaGamma().fit([1] * 20, [NAN] * 20), Reason.NOT_FINITE),
        (ShiftedBetaGeometric().fit([]), Reason.NO_DATA),
        (ShiftedBetaGeometric().fit([0, 0, 0]), Reason.NO_DATA),
        (ShiftedBetaGeometric().fit([100, 50]), Reason.TOO_FEW),
        (ShiftedBetaGeometric().fit([100, 100, 100]), Reason.NO_VARIANCE),
        (ShiftedBetaGeometric().fit([100, NAN, NAN]), Reason.NOT_FINITE),
        (kaplan_meier([], []), Reason.NO_DATA),
        (kaplan_meier([5, 6], [0, 0]), Reason.NOT_REACHED),
        (kaplan_meier([5, NAN], [1, 1]), Reason.NOT_FINITE),
        (log_rank([([], []), ([1], [1])]), Reason.NO_DATA),
        (log_rank([([1], [0]), ([1], [0])]), Reason.NO_VARIANCE),
        (log_rank([([NAN], [1]), ([1], [1])]), Reason.NOT_FINITE),
        (simple_lifetime_value("NaN", 1, 1), Reason.NOT_FINITE),
        (recency_frequency([], day(1)), Reason.NO_DATA),
        (recency_frequency([("a", day(5), 1)], day(1)), Reason.NO_DATA),
        (recency_frequency([("a", day(1), NAN), ("a", day(1), 1)], day(5)), Reason.NOT_FINITE),
    ],
)
def test_a_lifetime_that_cannot_be_told_says_why(result, reason):
    assert result.reason is reason
    assert result.value is None


ONE_PURCHASE = recency_frequency([("a", day(1), 9)], day(5)).customers[0]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: BetaGeoNbd().fit([1], [9], [5]), "recency_beyond_age"),
        (lambda: BetaGeoNbd().fit([1], [1, 2], [5]), "shape"),
        (lambda: BetaGeoNbd().chance_alive([1], [1], [5]), "not_fitted"),
        (lambda: GammaGamma().fit([0], [1.0]), "not_positive"),
        (lambda: GammaGamma().expected_spend([1], [1.0]), "not_fitted"),
        (lambda: ShiftedBetaGeometric().fit([10, 12, 9]), "rising"),
        (lambda: ShiftedBetaGeometric().survival(1), "not_fitted"),
        (lambda: ShiftedBetaGeometric(1, 1).expected_lifetime(0), "not_positive"),
        (lambda: kaplan_meier([1], [1, 0]), "shape"),
        (lambda: kaplan_meier([-1], [1]), "negative"),
        (lambda: log_rank([([1], [1])]), "shape"),
        (lambda: simple_lifetime_value("much", 3, 1), "not_a_number"),
        (lambda: simple_lifetime_value(1, 3, 1, retention=2), "not_a_fraction"),
        (lambda: recency_frequency([], day(1), period=timedelta(0)), "not_positive"),
        (lambda: rfm_scores([], bins=1), "bins"),
        (lambda: recency_frequency([("a", day(1), "much")], day(5)), "not_a_number"),
        (lambda: rfm_scores([replace(ONE_PURCHASE, total=Decimal("NaN"))]), "not_finite"),
        (lambda: rfm_scores([replace(ONE_PURCHASE, since_last=NAN)]), "not_finite"),
    ],
)
def test_a_lifetime_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
