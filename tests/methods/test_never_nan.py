"""Whatever comes in, no NaN comes out: a value, a reason, or a refusal by name."""

import dataclasses
import math
import warnings
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peakend.methods import (
    association,
    comparison,
    control,
    crosstab,
    drivers,
    experience,
    lifetime,
    norms,
    paths,
    reliability,
    scores,
    weighting,
)
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate
from peakend.methods.moments import Moments

anything = st.one_of(
    st.integers(-3, 7),
    st.floats(allow_nan=True, allow_infinity=True, width=64),
    st.sampled_from([0.0, 1.0, 1e-300, 1e300, 5e-324, math.nan, math.inf, -math.inf]),
)
rows = st.lists(anything, max_size=14)
likert = st.lists(st.integers(1, 5), max_size=14)


def holds_no_nan(thing):
    """Tell whether a result holds no NaN anywhere, and infinity only where it says 'without bound'."""
    if isinstance(thing, float | np.floating):
        return not math.isnan(thing)
    if isinstance(thing, np.ndarray):
        return thing.dtype.kind not in "fc" or not bool(np.isnan(thing).any())
    if isinstance(thing, Mapping):
        return all(holds_no_nan(value) for value in thing.values())
    if isinstance(thing, tuple | list):
        return all(holds_no_nan(value) for value in thing)
    if dataclasses.is_dataclass(thing):
        return all(
            holds_no_nan(getattr(thing, field.name))
            for field in dataclasses.fields(thing)
            # What the caller gave is handed back as it came.
            if field.name not in ("neutral", "points", "counts", "effect", "weights", "gains")
        )
    return True


def column(values, width):
    whole = len(values) // width * width
    return np.array(values[:whole], dtype=float).reshape(-1, width)


CALLS = {
    "nps": lambda a, b: scores.nps(*(abs(x) for x in (*a, 1, 2, 3)[:3])),
    "nps_difference": lambda a, b: scores.nps_difference(
        tuple(abs(x) for x in (*a, 1, 2, 3)[:3]), tuple(abs(x) for x in (*b, 1, 2, 3)[:3])
    ),
    "top_box": lambda a, b: scores.top_box(*(*a, 1, 2)[:2]),
    "mean_score": lambda a, b: scores.mean_score(Moments.from_values(a)),
    "mean_score weighted": lambda a, b: scores.mean_score(
        Moments.from_values(a, weights=np.abs((*b, *[1.0] * 14)[: len(a)]))
    ),
    "ces": lambda a, b: scores.ces(a),
    "welch": lambda a, b: comparison.welch(Moments.from_values(a), Moments.from_values(b)),
    "paired_t": lambda a, b: comparison.paired_t(Moments.from_values(a)),
    "two_proportions": lambda a, b: comparison.two_proportions(*(*a, 1, 2, 1, 2)[:4]),
    "mcnemar": lambda a, b: comparison.mcnemar(*(*a, 1, 2, 3, 4)[:4]),
    "difference_in_differences": lambda a, b: comparison.difference_in_differences(
        *(Moments.from_values(part) for part in (a, b, a[::2], b[::2]))
    ),
    "interrupted_series": lambda a, b: comparison.interrupted_series(a, len(a) // 2),
    "benjamini_hochberg": lambda a, b: comparison.benjamini_hochberg(a),
    "power": lambda a, b: comparison.power(*(*a, 1, 2)[:2]),
    "p_chart": lambda a, b: control.p_chart(a[: len(b)], b[: len(a)]),
    "p_chart laney": lambda a, b: control.p_chart(a[: len(b)], b[: len(a)], laney=True),
    "xmr_chart": lambda a, b: control.xmr_chart(a),
    "cusum": lambda a, b: control.cusum(a),
    "ewma": lambda a, b: control.ewma(a),
    "run_rules": lambda a, b: control.run_rules(a, 1.0, 2.0),
    "change_points": lambda a, b: control.change_points(a),
    "peak_end": lambda a, b: experience.peak_end(a, 3),
    "emotion_curve": lambda a, b: experience.emotion_curve(
        [Moments.from_values(part) for part in (a, b, a[:1], [])], 3
    ),
    "anchoring_contrast": lambda a, b: experience.anchoring_contrast(a),
    "lmg": lambda a, b: drivers.lmg(column(a, 2), column(a, 2).sum(axis=1) + len(b)),
    "relative_weights": lambda a, b: drivers.relative_weights(column(a, 2), b[: len(a) // 2]),
    "hidden_driver": lambda a, b: drivers.hidden_driver(column(a, 1), (*b, *a)[: len(a)]),
    "penalty_reward": lambda a, b: drivers.penalty_reward(
        column(a, 1), (*b, *a)[: len(a)], low_until=2, high_from=4
    ),
    "importance_performance": lambda a, b: drivers.importance_performance(a[: len(b)], b[: len(a)]),
    "diminishing_returns": lambda a, b: drivers.diminishing_returns(
        [1, 2, 3], [Moments.from_values(part) for part in (a, b, a[1:])]
    ),
    "log_odds": lambda a, b: association.log_odds(a[: len(b)], b[: len(a)]),
    "chi_square": lambda a, b: association.chi_square(column(a, 3)),
    "rank_correlation": lambda a, b: association.rank_correlation(a[: len(b)], b[: len(a)]),
    "rank_sum": lambda a, b: association.rank_sum(a, b),
    "percentile_rank": lambda a, b: norms.percentile_rank((*b, 1)[0], a),
    "t_score": lambda a, b: norms.t_score((*b, 1)[0], a),
    "compare_to_norm": lambda a, b: norms.compare_to_norm((*b, 1)[0], 0.1, a),
    "rake": lambda a, b: weighting.rake(a, [([i % 2 for i in range(len(a))], [1.0, 2.0])]),
    "design_effect": lambda a, b: weighting.design_effect(a),
    "stratified_mean": lambda a, b: weighting.stratified_mean(
        a[: len(b)], b[: len(a)], [i % 2 for i in range(min(len(a), len(b)))]
    ),
    "rao_scott": lambda a, b: weighting.rao_scott(
        [i % 2 for i in range(len(a))], [i % 3 for i in range(len(a))], a
    ),
    "cronbach_alpha": lambda a, b: reliability.cronbach_alpha(column(a, 2)),
    "servqual_gap": lambda a, b: reliability.servqual_gap(
        column(a, 2)[: len(b) // 2], column(b, 2)[: len(a) // 2]
    ),
    "kaplan_meier": lambda a, b: lifetime.kaplan_meier(a, [i % 2 for i in range(len(a))]),
    "log_rank": lambda a, b: lifetime.log_rank([(a, [1] * len(a)), (b, [1] * len(b))]),
    "renewal": lambda a, b: lifetime.ShiftedBetaGeometric().fit(sorted(a, reverse=True)),
    "cross_tab": lambda a, b: crosstab.cross_tab(
        [[i % 3] for i in range(len(a))], [i % 2 for i in range(len(a))], weights=a
    ),
    "cross_tab_from_counts": lambda a, b: crosstab.cross_tab_from_counts(
        column(a, 2), bases=None if b else [10.0, 10.0]
    ),
    "event_rate": lambda a, b: scores.event_rate(*(*a, 1, 2)[:2]),
    "rate_difference": lambda a, b: scores.rate_difference((*a, 1, 2)[:2], (*b, 1, 2)[:2]),
    "weighted_index": lambda a, b: scores.weighted_index(
        [Estimate(x, x - 1, x + 1, 30, "x") for x in b[: len(a)]], a[: len(b)]
    ),
    "funnel": lambda a, b: paths.funnel_from_counts(sorted(map(len, (a, b)), reverse=True), "xy"),
}


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=15, deadline=None)
@given(first=rows, second=rows)
def test_hostile_numbers_end_in_a_value_a_reason_or_a_refusal(name, first, second):
    with warnings.catch_warnings():
        # Sums of numbers near the largest float overflow on the way to 'not_finite'.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            result = CALLS[name](first, second)
        except InvalidInput:
            return
    assert holds_no_nan(result), result


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=10, deadline=None)
@given(first=likert, second=likert)
def test_few_or_equal_answers_end_in_a_value_a_reason_or_a_refusal(name, first, second):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = CALLS[name](first, second)
        except InvalidInput:
            return
    assert holds_no_nan(result), result
    reason, value = getattr(result, "reason", None), getattr(result, "value", 0)
    assert value is not None or reason is not None
