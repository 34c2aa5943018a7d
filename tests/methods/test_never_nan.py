"""Whatever comes in, no NaN comes out: a value, a reason, or a refusal by name."""

import dataclasses
import math
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

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
    plausibility,
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
    if isinstance(thing, Decimal):
        return not thing.is_nan()
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
            if field.name
            not in ("neutral", "points", "counts", "effect", "weights", "gains", "assumptions")
        )
    return True


def column(values, width):
    whole = len(values) // width * width
    return np.array(values[:whole], dtype=float).reshape(-1, width)


def cells(values):
    return [Moments.from_values(values[place::4]) for place in range(4)]


def cell_pairs(values):
    one, two, three, four = cells(values)
    return [(one, two), (three, four)]


def nets(values):
    """Triples of counts: for, neither, against."""
    return [tuple(abs(x) for x in triple) for triple in column(values, 3).tolist()]


def estimates(values):
    return [Estimate(x, x - 1, x + 1, 30, "x", standard_error=abs(x)) for x in values]


def products(first, second):
    rows = column(first, 2)
    whole = np.resize(np.array(second or [0.0], dtype=float), len(rows))
    return drivers.CrossProducts.from_rows(rows, whole)


def whole(number):
    """A count of reasonable size, since nobody hands a fraction of a row to a method."""
    return int(number) if abs(number) < 40 else 0


def purchases(first, second):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        (customer % 3, start + timedelta(days=abs(whole(when))), amount)
        for customer, (amount, when) in enumerate(zip(first, second, strict=False))
    ]


def histories(first, second):
    as_of = datetime(2026, 6, 1, tzinfo=UTC)
    return lifetime.recency_frequency(purchases(first, second), as_of)


def journeys(first, second):
    return [["abc"[whole(x) % 3] for x in part] for part in (first, second, first[::2])]


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
    "net_share": lambda a, b: scores.net_share(*(*a, 1, 2, 3)[:3], effective_n=(*b, 5)[0]),
    "mean_difference": lambda a, b: scores.mean_difference(
        Moments.from_values(a), Moments.from_values(b)
    ),
    "median_score": lambda a, b: scores.median_score(a),
    "median_difference": lambda a, b: scores.median_difference(a, b),
    "nps_sample_size": lambda a, b: scores.nps_sample_size((*a, 0.1)[0], population=(*b, 50)[0]),
    "nps_sample_size with shares": lambda a, b: scores.nps_sample_size(
        (*a, 0.1)[0], promoters=(*b, 0.5)[0], detractors=(*b, 0.5, 0.1)[1]
    ),
    "proportion_difference": lambda a, b: scores.proportion_difference(*(*a, 1, 2, 1, 2)[:4]),
    "cohen_d": lambda a, b: comparison.cohen_d(Moments.from_values(a), Moments.from_values(b)),
    "cochran_q": lambda a, b: comparison.cochran_q(column(a, 3).tolist()),
    "holm": lambda a, b: comparison.holm(a),
    "answers_needed": lambda a, b: comparison.answers_needed((*a, 1)[0], ratio=(*b, 1)[0]),
    "power_of_proportions": lambda a, b: comparison.power_of_proportions(*(*a, 0.5, 0.4, 9)[:3]),
    "answers_needed_for_proportions": lambda a, b: comparison.answers_needed_for_proportions(
        *(*a, 0.5, 0.4)[:2]
    ),
    "spending_boundary": lambda a, b: comparison.spending_boundary(a[:4]),
    "difference_in_differences_by_cluster": lambda a, b: (
        comparison.difference_in_differences_by_cluster(cell_pairs(a), cell_pairs(b))
    ),
    "difference_in_differences_by_cluster sandwich": lambda a, b: (
        comparison.difference_in_differences_by_cluster(
            cell_pairs(a), cell_pairs(b), form="sandwich"
        )
    ),
    "stratified_difference": lambda a, b: comparison.stratified_difference(
        [tuple(row) for row in column(a, 4).tolist()]
    ),
    "stratified_mean_difference": lambda a, b: comparison.stratified_mean_difference(
        [*cell_pairs(a), *cell_pairs(b)]
    ),
    "standardised_net": lambda a, b: comparison.standardised_net(
        list(zip(nets(a), map(abs, b), strict=False))
    ),
    "stratified_net_difference": lambda a, b: comparison.stratified_net_difference(
        list(zip(nets(a), nets(b), strict=False))
    ),
    "equal_mean": lambda a, b: comparison.equal_mean(estimates(a)),
    "difference_from_equal_mean": lambda a, b: comparison.difference_from_equal_mean(
        estimates((*a, 1))[0], estimates(b)
    ),
    "cusum_run_length": lambda a, b: control.cusum_run_length(
        (*a, 1)[0], slack=(*b, 1)[0], threshold=(*b, 1, 5)[1]
    ),
    "false_alarms": lambda a, b: control.false_alarms(
        a, lambda values: control.cusum(values).signals, rng=np.random.default_rng(1), draws=5
    ),
    "overdispersion": lambda a, b: plausibility.overdispersion(a[: len(b)], b[: len(a)]),
    "against_peers": lambda a, b: plausibility.against_peers(
        [min(abs(whole(x)), 5) for x in (*a, *b)], [5] * len((*a, *b))
    ),
    "beta_binomial_tail": lambda a, b: plausibility.beta_binomial_tail(
        abs(whole((*a, 1)[0])), 40, *(*b, 0.5, 0.1)[:2]
    ),
    "longest_run_tail": lambda a, b: plausibility.longest_run_tail(
        whole((*a, 1)[0]), 40, (*b, 0.5)[0]
    ),
    "close_arrivals": lambda a, b: plausibility.close_arrivals(a, within=(*b, 60)[0]),
    "lmg_by_segment": lambda a, b: drivers.lmg_by_segment(
        column(a, 1), (*b, *a)[: len(a)], [place % 2 for place in range(len(a))]
    ),
    "lmg_from_products": lambda a, b: drivers.lmg_from_products(products(a, b)),
    "relative_weights_from_products": lambda a, b: drivers.relative_weights_from_products(
        products(a, b)
    ),
    "hidden_driver_by_segment": lambda a, b: drivers.hidden_driver_by_segment(
        [products(part, b) for part in (a, a[::2], b)]
    ),
    "variance_inflation": lambda a, b: drivers.variance_inflation(np.resize((*a, 1.0), (3, 3))),
    "contrast_between": lambda a, b: experience.contrast_between(cells(a), cells(b)),
    "remembered_experience": lambda a, b: experience.remembered_experience(
        [[x, y] for x, y in zip(a, (*b, *a), strict=False)], (*b, *a)[: len(a)], 3
    ),
    "log_likelihood": lambda a, b: association.log_likelihood(*(*a, 1, 2, 1, 2)[:4]),
    "pointwise_mutual_information": lambda a, b: association.pointwise_mutual_information(
        *(*a, 1, 2, 2, 9)[:4]
    ),
    "normalised_information": lambda a, b: association.normalised_information(
        *(*a, 1, 2, 2, 9)[:4]
    ),
    "mid_ranks": lambda a, b: association.mid_ranks(a),
    "allocate": lambda a, b: weighting.allocate(
        9, [abs(whole(x)) for x in a[: len(b)]], method="neyman", deviations=b[: len(a)]
    ),
    "response_rates": lambda a, b: weighting.response_rates(
        weighting.Dispositions(*(*a, 1)[:8]), eligible_share=(*b, None)[0]
    ),
    "stratified_mean_from_moments": lambda a, b: weighting.stratified_mean_from_moments(
        list(zip(cells(a), b, strict=False))
    ),
    "system_usability_scale": lambda a, b: reliability.system_usability_scale(
        np.resize((*a, 3), (2, 10))
    ),
    "satisfaction_index": lambda a, b: reliability.satisfaction_index(
        column(a, 2), weights=None if len(b) < 2 else b[:2]
    ),
    "simple_lifetime_value": lambda a, b: lifetime.simple_lifetime_value(
        *(*a, 1, 2, 3)[:3], retention=(*b, 1)[0], discount=(*b, 1, 0)[1]
    ),
    "recency_frequency": histories,
    "rfm_scores": lambda a, b: lifetime.rfm_scores(histories(a, b).customers),
    "funnel journeys": lambda a, b: paths.funnel(journeys(a, b), "abc"),
    "funnel_from_counts": lambda a, b: paths.funnel_from_counts(
        sorted(a, reverse=True)[:2], "xyz"[: min(2, len(a))]
    ),
    "directly_follows": lambda a, b: paths.directly_follows([[*"ab"]] * 2, times=[a[:2], b[:2]]),
    "transitions": lambda a, b: paths.transitions(journeys(a, b), ends=len(a) % 2 == 0),
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
