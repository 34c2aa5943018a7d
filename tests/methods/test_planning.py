"""Power and interim looks against published tables, statsmodels and simulation."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from peakend.methods.comparison import (
    answers_needed,
    answers_needed_for_proportions,
    power,
    power_of_proportions,
    spending_boundary,
)
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason

NAN = float("nan")
FIVE = [0.2, 0.4, 0.6, 0.8, 1.0]


@pytest.mark.parametrize(
    ("shape", "published"),
    [  # two-sided 0.05, five looks, Lan-DeMets: e.g. Reboussin et al. (2000), Controlled Clinical Trials 21
        ("obrien_fleming", [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
        ("pocock", [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]),
    ],
)
def test_spending_boundaries_are_the_published_ones(shape, published):
    found = spending_boundary(FIVE, shape=shape)
    assert found.value == pytest.approx(published, abs=6e-4)
    assert found.spent[-1] == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize(
    ("looks", "pocock", "obrien_fleming"),
    [  # Jennison and Turnbull (2000), tables 2.1 and 2.3, two-sided 0.05
        (1, 1.960, 1.960), (2, 2.178, 1.977), (3, 2.289, 2.004), (4, 2.361, 2.024), (5, 2.413, 2.040),
        (10, 2.555, 2.087),
    ],
)  # fmt: skip
def test_classic_boundaries_are_the_published_constants(looks, pocock, obrien_fleming):
    times = [(look + 1) / looks for look in range(looks)]
    flat = spending_boundary(times, shape="pocock", form="classic").value
    steep = spending_boundary(times, shape="obrien_fleming", form="classic").value
    assert flat == pytest.approx([pocock] * looks, abs=6e-4)
    assert steep == pytest.approx([obrien_fleming / np.sqrt(t) for t in times], abs=2e-3)


def test_one_look_at_the_end_is_the_ordinary_test():
    assert spending_boundary([1.0]).value == (pytest.approx(1.959964, abs=1e-5),)
    assert spending_boundary([1.0], sided=1).value == (pytest.approx(1.644854, abs=1e-5),)
    assert spending_boundary([1.0]).nominal == (pytest.approx(0.05, abs=1e-6),)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 100), min_size=1, max_size=6, unique=True),
    st.sampled_from(["obrien_fleming", "pocock"]),
    st.sampled_from([1, 2]),
)
def test_looks_that_were_not_planned_never_spend_more_than_alpha(looks, shape, sided):
    found = spending_boundary([look / 100 for look in sorted(looks)], shape=shape, sided=sided)
    assert found.spent[-1] <= 0.05 + 1e-6
    assert list(found.spent) == sorted(found.spent)


def test_peeking_with_boundaries_keeps_the_error_rate_and_peeking_without_loses_it():
    rng = np.random.default_rng(3)
    steps = rng.normal(size=(20_000, 5))
    z = steps.cumsum(axis=1) / np.sqrt(np.arange(1, 6))
    naive = (np.abs(z) > 1.96).any(axis=1).mean()
    honest = (np.abs(z) > spending_boundary(FIVE, shape="pocock").value).any(axis=1).mean()
    assert honest == pytest.approx(0.05, abs=0.006)
    assert naive > 0.13


def test_a_look_too_early_to_spend_anything_has_no_boundary():
    found = spending_boundary([0.001, 1.0])
    assert found.value[0] is None
    assert found.nominal[0] is None
    assert found.value[1] == pytest.approx(1.96, abs=1e-3)


@pytest.mark.parametrize(
    ("effect", "n"), [(0.2, 394), (0.5, 64), (0.8, 26)]
)  # Cohen (1992), Psychological Bulletin 112, table 2 (393, 64, 26; exact for d = 0.2 is 393.4)
def test_answers_needed_are_cohens(effect, n):
    assert answers_needed(effect).n == n
    assert power(effect, n).value >= 0.8 > power(effect, n - 1).value


@given(st.floats(-1.5, 1.5), st.integers(2, 300), st.integers(2, 300), st.sampled_from([1, 2]))
@settings(max_examples=40, deadline=None)
def test_power_equals_statsmodels(effect, first, second, sided):
    peer = pytest.importorskip("statsmodels.stats.power")
    expected = peer.TTestIndPower().power(
        effect,
        first,
        0.05,
        ratio=second / first,
        alternative="larger" if sided == 1 else "two-sided",
    )
    assume(np.isfinite(expected))  # statsmodels has none far out
    assert power(effect, first, second, sided=sided).value == pytest.approx(expected, abs=1e-6)


def test_power_of_overwhelming_differences_is_one_and_never_missing():
    assert power(30, 500).value == power(-30, 500).value == pytest.approx(1.0)
    assert power(-30, 500, sided=1).value == pytest.approx(0.0)


def test_power_is_how_often_the_test_finds_the_difference():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(5)
    found = stats.ttest_ind(rng.normal(0.5, 1, (4000, 40)), rng.normal(0, 1, (4000, 40)), axis=1)
    assert power(0.5, 40).value == pytest.approx((found.pvalue < 0.05).mean(), abs=0.025)


@settings(max_examples=25)
@given(st.floats(0.05, 3), st.floats(0.5, 0.95), st.floats(0.5, 4))
def test_answers_needed_are_enough_and_one_less_is_not(effect, wanted, ratio):
    found = answers_needed(effect, wanted=wanted, ratio=ratio)
    assert found.value == pytest.approx(power(effect, found.n, max(2.0, ratio * found.n)).value)
    assert found.value >= wanted
    least = max(2, int(np.ceil(2 / ratio)))
    assert found.n == least or power(effect, found.n - 1, ratio * (found.n - 1)).value < wanted
    # A difference does not mind its sign, and a larger one needs no more answers.
    assert answers_needed(-effect, wanted=wanted, ratio=ratio).n == found.n
    assert answers_needed(effect * 1.2, wanted=wanted, ratio=ratio).n <= found.n


@settings(max_examples=25)
@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.floats(0.5, 0.95))
def test_answers_needed_for_shares_are_enough_and_no_side_comes_first(first, second, wanted):
    assume(abs(first - second) > 0.01)
    found = answers_needed_for_proportions(first, second, wanted=wanted)
    assert power_of_proportions(first, second, found.n).value >= wanted
    assert found.n == 2 or power_of_proportions(first, second, found.n - 1).value < wanted
    assert answers_needed_for_proportions(1 - first, 1 - second, wanted=wanted).n == found.n


def test_answers_needed_for_shares_are_those_of_fleiss():
    # Fleiss, Levin and Paik (2003), table A.4 without continuity correction: 0.60 against 0.50, 80%: 388
    assert answers_needed_for_proportions(0.60, 0.50).n == 388
    assert power_of_proportions(0.60, 0.50, 388).value >= 0.8


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.integers(5, 500))
def test_power_for_shares_does_not_mind_which_side_is_called_first(first, second, n):
    one, other = power_of_proportions(first, second, n), power_of_proportions(second, first, n)
    assert one.value == pytest.approx(other.value)
    assert 0 <= one.value <= 1


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (spending_boundary([]), Reason.NO_DATA),
        (spending_boundary([NAN]), Reason.NOT_FINITE),
        (power(0.5, 1), Reason.TOO_FEW),
        (power(NAN, 10), Reason.NOT_FINITE),
        (answers_needed(0), Reason.NO_VARIANCE),
        (answers_needed(-0.5, sided=1), Reason.NO_VARIANCE),
        (answers_needed(1e-7), Reason.NOT_REACHED),
        (power_of_proportions(0.5, 0.4, 0), Reason.NO_DATA),
        (power_of_proportions(1, 1, 5), Reason.NO_VARIANCE),
        (power_of_proportions(NAN, 1, 5), Reason.NOT_FINITE),
        (answers_needed_for_proportions(0.5, 0.5), Reason.NO_VARIANCE),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(result, reason):
    assert result.reason is reason
    assert result.value is None


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: spending_boundary([0.5, 0.2]), "information"),
        (lambda: spending_boundary([0.5, 1.2]), "information"),
        (lambda: spending_boundary([1.0], shape="flat"), "shape"),
        (lambda: spending_boundary([1.0], form="free"), "form"),
        (lambda: spending_boundary([1.0], sided=3), "sided"),
        (lambda: power(0.5, 10, alpha=5), "not_a_fraction"),
        (lambda: answers_needed(0.5, ratio=0), "not_positive"),
        (lambda: power_of_proportions(1.5, 0.5, 10), "not_a_fraction"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
