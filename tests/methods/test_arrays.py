"""What is missing in what callers hand over never passes for an answer."""

import warnings

import numpy as np
import pandas as pd
import pytest

from peakend.methods.association import chi_square, rank_correlation
from peakend.methods.comparison import interrupted_series
from peakend.methods.control import change_points, p_chart, run_rules
from peakend.methods.crosstab import cross_tab
from peakend.methods.drivers import lmg, penalty_reward, relative_weights
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.lifetime import BetaGeoNbd, GammaGamma, kaplan_meier, log_rank
from peakend.methods.moments import Moments
from peakend.methods.norms import percentile_rank
from peakend.methods.plausibility import close_arrivals
from peakend.methods.reliability import cronbach_alpha, satisfaction_index, servqual_gap
from peakend.methods.scores import mean_score, median_score
from peakend.methods.weighting import design_effect, rake, rao_scott, stratified_mean

RNG = np.random.default_rng(4)
ROWS = RNG.integers(1, 6, (40, 3))
WHOLE = RNG.integers(1, 6, 40)


def masked(values):
    """The same values with the first of them hidden."""
    array = np.asarray(values, dtype=float)
    mask = np.zeros(array.shape, dtype=bool)
    mask.flat[0] = True
    return np.ma.array(array, mask=mask)


def frame(values):
    """The same values as pandas keeps whole numbers of which one is missing."""
    held = pd.DataFrame(np.asarray(values)).astype("Int64")
    held.iloc[0, 0] = pd.NA
    return held if held.shape[1] > 1 else held[0]


CALLS = {
    "lmg": lambda hide: lmg(hide(ROWS), WHOLE),
    "lmg whole": lambda hide: lmg(ROWS, hide(WHOLE)),
    "lmg weights": lambda hide: lmg(ROWS, WHOLE, weights=hide(np.ones(40, int))),
    "relative_weights": lambda hide: relative_weights(hide(ROWS), WHOLE),
    "penalty_reward": lambda hide: penalty_reward(hide(ROWS), WHOLE, low_until=2, high_from=4),
    "mean_score": lambda hide: mean_score(Moments.from_values(hide(WHOLE))),
    "median_score": lambda hide: median_score(hide(WHOLE)),
    "chi_square": lambda hide: chi_square(hide([[30, 10], [20, 40]])),
    "rank_correlation": lambda hide: rank_correlation(hide(WHOLE), ROWS[:, 0]),
    "interrupted_series": lambda hide: interrupted_series(hide(WHOLE), 20),
    "change_points": lambda hide: change_points(hide(WHOLE)),
    "cronbach_alpha": lambda hide: cronbach_alpha(hide(ROWS)),
    "satisfaction_index": lambda hide: satisfaction_index(hide(ROWS)),
    "servqual_gap": lambda hide: servqual_gap(hide(ROWS), ROWS),
    "percentile_rank": lambda hide: percentile_rank(3, hide(WHOLE)),
    "close_arrivals": lambda hide: close_arrivals(hide(WHOLE)),
    "design_effect": lambda hide: design_effect(hide(WHOLE)),
    "rake": lambda hide: rake(hide(WHOLE), [([0, 1] * 20, [1, 1])]),
    "stratified_mean": lambda hide: stratified_mean(hide(WHOLE), [1] * 40, [0, 1] * 20),
    "kaplan_meier": lambda hide: kaplan_meier(hide(WHOLE), [1] * 40),
    "log_rank": lambda hide: log_rank([(hide(WHOLE), [1] * 40), (WHOLE, [1] * 40)]),
    "bg_nbd": lambda hide: BetaGeoNbd().fit(hide(WHOLE), WHOLE, WHOLE + 1),
    "gamma_gamma": lambda hide: GammaGamma().fit(WHOLE, hide(WHOLE)),
}


@pytest.mark.parametrize("hide", [masked, frame])
@pytest.mark.parametrize("name", CALLS)
def test_a_hidden_answer_is_not_computed_with(name, hide):
    found = CALLS[name](hide)

    reasons = {found.reason, *(gap.reason for gap in getattr(found, "gaps", ()))}
    assert Reason.NOT_FINITE in reasons


def test_a_frame_of_whole_numbers_says_what_its_array_says():
    told = lmg(pd.DataFrame(ROWS).astype("Int64"), pd.Series(WHOLE))

    assert told.shares == pytest.approx(lmg(ROWS, WHOLE).shares)


def test_words_are_refused_by_name():
    with pytest.raises(InvalidInput, match="numbers are needed") as refused:
        lmg([["good", "bad"]] * 9, [1] * 9)

    assert refused.value.code == "not_numbers"


@pytest.mark.parametrize(
    "codes",
    [
        np.array([0, 1, np.nan, 1]),
        ["a", "b", None, "b"],
        pd.Series([0, 1, pd.NA, 1], dtype="Int64"),
        pd.Series(["a", "b", pd.NA, "b"], dtype="object"),
        np.ma.array([0, 1, 0, 1], mask=[0, 0, 1, 0]),
    ],
)
def test_a_row_without_a_code_is_no_category_of_its_own(codes):
    for call in (
        lambda: stratified_mean([1, 2, 3, 4], [1, 1, 1, 1], codes),
        lambda: rao_scott(codes, [0, 1, 0, 1], [1, 1, 1, 1]),
        lambda: rake([1, 1, 1, 1], [(codes, {0: 2, 1: 2, "a": 0, "b": 0})]),
    ):
        with pytest.raises(InvalidInput) as refused:
            call()
        assert refused.value.code == "missing_code"


def test_a_masked_answer_of_a_cross_tab_is_none():
    hidden = np.ma.array([0, 1, 1, 0], mask=[True, False, False, False])

    assert cross_tab(hidden, [0, 0, 1, 1])[0].counts.tolist() == [[0, 1], [1, 1]]


@pytest.mark.parametrize("events", [[1, np.nan, 0], [1, 2, 0], masked([1, 1, 0])])
def test_what_is_not_known_to_have_ended_does_not_count_as_ended(events):
    for call in (
        lambda: kaplan_meier([1, 2, 3], events),
        lambda: log_rank([([1, 2, 3], events)] * 2),
    ):
        with pytest.raises(InvalidInput) as refused:
            call()
        assert refused.value.code == "not_binary"


def test_targets_may_be_a_series_whose_index_is_the_codes():
    found = rake([1, 1, 1, 1], [(pd.Series(list("mffm")), pd.Series({"m": 60, "f": 40}))])

    assert found.weights.round(6).tolist() == [30, 20, 20, 30]


def test_words_need_targets_by_code():
    with pytest.raises(InvalidInput) as refused:
        rake([1, 1], [(["m", "f"], [1, 1])])

    assert refused.value.code == "unknown_code"


def test_run_rules_read_the_limits_of_a_chart_as_an_array():
    chart = p_chart([12, 15, 8, 60], [100, 120, 90, 110], baseline=3)

    told = run_rules(np.array(chart.points), chart.value, np.array(chart.sigma))

    assert told == run_rules(chart.points, chart.value, chart.sigma)


def test_numbers_too_large_end_in_a_reason_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lmg(ROWS * 1e200, WHOLE).reason is Reason.NOT_FINITE
        assert lmg(np.where(ROWS == 5, np.inf, ROWS), WHOLE).reason is Reason.NOT_FINITE
