"""Norms: percentile, T-score and verdict, against hand-worked norms and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.norms import compare_to_norm, percentile_rank, t_score

NAN = float("nan")
figures = st.lists(st.integers(0, 100), min_size=5, max_size=40)


@given(figures, st.integers(-10, 110))
def test_percentile_rank_equals_scipys_mean_kind_in_any_order(norm, value):
    stats = pytest.importorskip("scipy.stats")
    expected = stats.percentileofscore(norm, value, kind="mean") / 100
    assert percentile_rank(value, norm).value == pytest.approx(expected)
    assert percentile_rank(value, norm[::-1]).value == pytest.approx(expected)


def test_a_short_norm_knows_a_percentile_badly_and_says_so():
    short, long = percentile_rank(8, [1, 9]), percentile_rank(8, [1, 9] * 50)
    assert short.value == long.value == 0.5
    assert short.high - short.low > 0.6 > 0.2 > long.high - long.low


def test_t_scores_put_the_mean_at_fifty_and_a_deviation_at_ten():
    norm = [60, 65, 70, 75, 80]
    assert t_score(70, norm).value == pytest.approx(50)
    assert t_score(70 + np.std(norm, ddof=1), norm).value == pytest.approx(60)


@given(figures, st.integers(0, 100), st.integers(-50, 50), st.sampled_from([0.5, 2.0, 4.0]))
def test_a_norm_in_other_units_gives_the_same_standing(norm, value, shift, scale):
    here = compare_to_norm(value, 3.0, norm)
    there = compare_to_norm(value * scale + shift, 3.0 * scale, [x * scale + shift for x in norm])
    assert (here.verdict, here.value, here.reason) == (there.verdict, there.value, there.reason)
    if here.t_score is not None:
        assert here.t_score == pytest.approx(there.t_score)
        assert here.certainty == pytest.approx(there.certainty)


@given(figures, st.integers(-50, 50), st.integers(1, 9), st.randoms(use_true_random=False))
def test_t_scores_have_no_unit_and_those_of_a_norm_lie_about_fifty(norm, shift, scale, random):
    own = [t_score(value, norm) for value in norm]
    moved = [scale * value + shift for value in random.sample(norm, len(norm))]
    if own[0].value is None:
        assert own[0].reason is t_score(moved[0], moved).reason is Reason.NO_VARIANCE
        return
    assert np.mean([score.value for score in own]) == pytest.approx(50)
    assert np.std([score.value for score in own], ddof=1) == pytest.approx(10)
    assert t_score(scale * norm[0] + shift, moved).value == pytest.approx(own[0].value)


NORM = [5.0, 5.5, 6.0, 6.2, 6.5, 6.6, 6.8, 7.0, 7.1, 7.3]


@pytest.mark.parametrize(
    ("value", "verdict"), [(7.6, "winner"), (6.5, "on_par"), (5.2, "below"), (7.02, "winner")]
)
def test_a_new_product_is_a_winner_on_par_or_below(value, verdict):
    found = compare_to_norm(value, 0.1, NORM)
    assert found.verdict == verdict
    assert sum(chance for _, chance in found.chances) == pytest.approx(1.0)
    assert found.low <= found.value <= found.high


def test_where_less_is_better_the_norm_is_read_the_other_way():
    found = compare_to_norm(5.2, 0.1, NORM, higher_is_better=False)
    assert found.verdict == "winner"
    assert found.value == pytest.approx(0.9)
    assert found.winner_from < found.below_until
    assert found.t_score > 60


def test_a_result_at_the_cut_is_a_winner_by_a_coin_flip():
    cut = compare_to_norm(6.0, 0.1, NORM).winner_from
    assert compare_to_norm(cut, 0.1, NORM).certainty == pytest.approx(0.5)


def test_the_certainty_of_winners_is_how_often_they_truly_are_on_top():
    # given products whose true standing is known, a norm of 60 and new tests with an error
    rng = np.random.default_rng(2)
    sure, right = [], []
    for _ in range(1500):
        truth = rng.normal()
        found = compare_to_norm(truth + rng.normal(0, 0.3), 0.3, rng.normal(0, 1, 60).tolist())
        if found.verdict == "winner":
            sure.append(found.certainty)
            right.append(truth > 0.8416)
    assert len(sure) > 150
    assert np.mean(right) == pytest.approx(np.mean(sure), abs=0.1)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (percentile_rank(1, []), Reason.NO_DATA),
        (percentile_rank(NAN, [1.0]), Reason.NOT_FINITE),
        (t_score(1, []), Reason.NO_DATA),
        (t_score(1, [2]), Reason.TOO_FEW),
        (t_score(1, [2, 2]), Reason.NO_VARIANCE),
        (t_score(1, [2, NAN]), Reason.NOT_FINITE),
        (compare_to_norm(1, 0.1, []), Reason.NO_DATA),
        (compare_to_norm(1, 0.1, [1, 2, 3]), Reason.TOO_FEW),
        (compare_to_norm(1, 0.1, [2] * 6), Reason.NO_VARIANCE),
        (compare_to_norm(NAN, 0.1, NORM), Reason.NOT_FINITE),
    ],
)
def test_a_standing_that_cannot_be_told_says_why(result, reason):
    assert result.value is None
    assert result.reason is reason


def test_cuts_out_of_order_are_refused():
    with pytest.raises(InvalidInput) as refusal:
        compare_to_norm(1, 0.1, NORM, winner=0.2, below=0.8)
    assert refusal.value.code == "cuts"
