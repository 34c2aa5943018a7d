"""Is it a difference, or noise: two groups, two times, many tests at once, looks along the way."""

from peakend.methods.comparison.causal import (
    difference_in_differences,
    difference_in_differences_by_cluster,
)
from peakend.methods.comparison.interruption import InterruptedSeries, interrupted_series
from peakend.methods.comparison.means import cohen_d, paired_t, welch
from peakend.methods.comparison.multiplicity import AdjustedTests, benjamini_hochberg, holm
from peakend.methods.comparison.planning import (
    Power,
    answers_needed,
    answers_needed_for_proportions,
    power,
    power_of_proportions,
)
from peakend.methods.comparison.proportions import cochran_q, mcnemar, two_proportions
from peakend.methods.comparison.sequential import SpendingBoundary, spending_boundary
from peakend.methods.comparison.standardised import (
    difference_from_equal_mean,
    equal_mean,
    standardised_net,
    stratified_net_difference,
)
from peakend.methods.comparison.stratified import (
    stratified_difference,
    stratified_mean_difference,
)

__all__ = [
    "AdjustedTests",
    "InterruptedSeries",
    "Power",
    "SpendingBoundary",
    "answers_needed",
    "answers_needed_for_proportions",
    "benjamini_hochberg",
    "cochran_q",
    "cohen_d",
    "difference_from_equal_mean",
    "difference_in_differences",
    "difference_in_differences_by_cluster",
    "equal_mean",
    "holm",
    "interrupted_series",
    "mcnemar",
    "paired_t",
    "power",
    "power_of_proportions",
    "spending_boundary",
    "standardised_net",
    "stratified_difference",
    "stratified_mean_difference",
    "stratified_net_difference",
    "two_proportions",
    "welch",
]
