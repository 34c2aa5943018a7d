"""Improbable sameness against SciPy, counted sequences, raw rows, and chance itself."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.plausibility import (
    against_peers,
    beta_binomial_tail,
    close_arrivals,
    longest_run_tail,
    overdispersion,
)

# Weil (1970), in Williams (1975), Biometrics 31, 949-952: rats that survived lactation of those
# alive at four days, litters of the control group and of the treated one.
CONTROL = [(13, 13), (12, 12), (9, 9), (9, 9), (8, 8), (8, 8), (12, 13), (11, 12), (9, 10), (9, 10), (8, 9), (11, 13), (4, 5), (5, 7), (7, 10), (7, 10)]  # fmt: skip
TREATED = [(12, 12), (11, 11), (10, 10), (9, 9), (10, 11), (9, 10), (9, 10), (8, 9), (8, 9), (4, 5), (7, 9), (4, 7), (5, 10), (3, 6), (3, 10), (0, 7)]  # fmt: skip


def anova(pairs: list[tuple[int, int]]) -> float:
    """The intraclass correlation from one row an answer."""
    groups = [np.array([1.0] * hit + [0.0] * (size - hit)) for hit, size in pairs]
    everyone = np.concatenate(groups)
    k, n = len(groups), everyone.size
    between = sum(g.size * (g.mean() - everyone.mean()) ** 2 for g in groups) / (k - 1)
    inside = sum(((g - g.mean()) ** 2).sum() for g in groups) / (n - k)
    typical = (n - sum(g.size**2 for g in groups) / n) / (k - 1)
    return (between - inside) / (between + (typical - 1) * inside)


@pytest.mark.parametrize("litters", [CONTROL, TREATED], ids=["control", "treated"])
def test_the_correlation_of_litters_is_that_of_their_single_rats(litters):
    found = overdispersion(*map(list, zip(*litters, strict=True)))
    assert found.value == pytest.approx(max(0.0, anova(litters)))
    assert found.n == sum(size for _hit, size in litters)


def test_treated_litters_differ_more_than_control_litters():
    control, treated = (overdispersion(*zip(*one, strict=True)) for one in (CONTROL, TREATED))
    assert treated.value > control.value
    assert (round(control.share, 3), round(treated.share, 3)) == (0.899, 0.772)


@given(st.integers(0, 40), st.floats(0.02, 0.98), st.floats(0.001, 0.9))
def test_the_tail_is_scipys_beta_binomial(hits, share, correlation):
    strength = 1 / correlation - 1
    wanted = stats.betabinom(40, share * strength, (1 - share) * strength).sf(hits - 1)
    assert beta_binomial_tail(hits, 40, share, correlation) == pytest.approx(
        wanted, rel=1e-6, abs=1e-12
    )


@pytest.mark.parametrize("share", [0.5, 0.8])
@pytest.mark.parametrize("run", [1, 2, 4, 9])
def test_runs_are_as_likely_as_counting_every_sequence_says(run, share):
    wanted = sum(
        share ** sum(one) * (1 - share) ** (9 - sum(one))
        for one in product((0, 1), repeat=9)
        if "1" * run in "".join(map(str, one))
    )
    assert longest_run_tail(run, 9, share) == pytest.approx(wanted)


places = st.lists(
    st.integers(0, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=12
)


@given(places, st.randoms(use_true_random=False))
def test_how_much_places_differ_minds_neither_their_order_nor_what_is_called_a_hit(pairs, random):
    hits, sizes = [hit for hit, _ in pairs], [size for _, size in pairs]
    found = overdispersion(hits, sizes)
    mixed = random.sample(pairs, len(pairs))
    other = overdispersion([size - hit for hit, size in mixed], [size for _, size in mixed])
    assert found.reason == other.reason
    if found.value is not None:
        assert 0 <= found.value <= 1 + 1e-12
        assert other.value == pytest.approx(found.value, abs=1e-9)
        assert other.share == pytest.approx(1 - found.share)


@given(places, st.randoms(use_true_random=False))
def test_a_place_is_as_improbable_wherever_it_stands_in_the_list(pairs, random):
    order = random.sample(range(len(pairs)), len(pairs))
    found = against_peers([hit for hit, _ in pairs], [size for _, size in pairs])
    mixed = against_peers(*([pairs[place][side] for place in order] for side in (0, 1)))
    assert found.value == mixed.value == sum(p is not None for p in found.p_values)
    for place, p_value in zip(order, mixed.p_values, strict=True):
        told = found.p_values[place]
        assert (told is None) == (p_value is None)
        assert told is None or (0 <= told <= 1 and p_value == pytest.approx(told, abs=1e-9))


@given(st.integers(1, 12), st.integers(0, 30), st.floats(0.01, 0.99))
def test_longer_runs_are_rarer_and_more_answers_hold_more_of_them(run, n, share):
    chance = longest_run_tail(run, n, share)
    assert 0 <= chance <= 1
    assert longest_run_tail(run + 1, n, share) <= chance + 1e-12
    assert longest_run_tail(run, n + 1, share) >= chance - 1e-12


def test_a_run_longer_than_the_answers_is_impossible():
    assert longest_run_tail(10, 9, 0.5) == 0.0
    assert longest_run_tail(1, 0, 0.5) == 0.0


def test_answers_spread_by_chance_are_close_as_often_as_expected():
    rng = np.random.default_rng(8)
    p_values = []
    for _ in range(200):
        moments = rng.uniform(0, 3600 * 40, 300)
        found = close_arrivals(moments.tolist(), within=60)
        assert found.value == pytest.approx(found.expected, abs=0.12)
        p_values.append(found.p_value)
    assert 0.0 < np.mean(np.array(p_values) < 0.05) < 0.12


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=40), st.integers(0, 1000))
def test_close_answers_do_not_depend_on_order_or_on_the_hour_zero(moments, hours):
    found = close_arrivals(moments)
    assert close_arrivals(moments[::-1]) == found
    moved = close_arrivals([moment + 3600 * hours for moment in moments])
    assert (moved.hits, moved.n) == (found.hits, found.n)


def test_equal_times_count_once_because_files_carry_minutes():
    assert close_arrivals([600] * 50).reason == Reason.TOO_FEW


def test_places_like_their_peers_are_seldom_found_and_an_odd_one_is():
    rng = np.random.default_rng(9)
    false = 0
    for _ in range(100):
        shares = rng.beta(30, 20, 20)
        hits = rng.binomial(60, shares)
        false += sum(p < 0.001 for p in against_peers(hits.tolist(), [60] * 20).p_values)
    assert false <= 8  # 2,000 places at 0.001
    odd = against_peers([60, *rng.binomial(60, rng.beta(30, 20, 19)).tolist()], [60] * 20)
    assert odd.p_values[0] < 0.001


def test_without_peers_nothing_is_improbable():
    assert against_peers([30, 5, 5], [30, 30, 30]).reason == Reason.TOO_FEW
    assert against_peers([], []).reason == Reason.NO_DATA
    assert against_peers([0] * 7, [0] * 7).reason == Reason.NO_DATA
    found = against_peers([0, 5, 6, 5, 6, 5, 6], [0, 9, 9, 9, 9, 9, 9])
    assert found.p_values[0] is None
    assert found.value == 6


def test_what_cannot_be_measured_says_why():
    assert overdispersion([], []).reason == Reason.NO_DATA
    assert overdispersion([3], [5]).reason == Reason.TOO_FEW
    assert overdispersion([5, 5], [5, 5]).reason == Reason.NO_VARIANCE
    assert close_arrivals([]).reason == Reason.NO_DATA
    assert close_arrivals([1.0, float("nan")]).reason == Reason.NOT_FINITE
    for wrong in (
        lambda: overdispersion([6], [5]),
        lambda: overdispersion([1], [5, 5]),
        lambda: beta_binomial_tail(1, 2, 1.0, 0.1),
        lambda: beta_binomial_tail(1, 2, 0.5, 1.0),
        lambda: longest_run_tail(0, 5, 0.5),
        lambda: close_arrivals([1.0], within=0),
    ):
        with pytest.raises(InvalidInput):
            wrong()
