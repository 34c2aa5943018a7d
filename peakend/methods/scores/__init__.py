"""The scores a company lives by: NPS, top box, mean, effort, net sentiment, each with its interval.

Everything here takes counts or `Moments`, so rows never have to be read again. Weighted counts are
welcome: give `effective_n` (Kish's (Σw)²/Σw²) and the interval is as wide as the weights make it.
"""

from peakend.methods.scores.combination import weighted_index
from peakend.methods.scores.means import EffortScore, ces, mean_difference, mean_score
from peakend.methods.scores.medians import median_difference, median_score
from peakend.methods.scores.net import (
    SampleSize,
    net_share,
    nps,
    nps_difference,
    nps_sample_size,
)
from peakend.methods.scores.rates import event_rate, rate_difference
from peakend.methods.scores.shares import proportion_difference, top_box

__all__ = [
    "EffortScore",
    "SampleSize",
    "ces",
    "event_rate",
    "mean_difference",
    "mean_score",
    "median_difference",
    "median_score",
    "net_share",
    "nps",
    "nps_difference",
    "nps_sample_size",
    "proportion_difference",
    "rate_difference",
    "top_box",
    "weighted_index",
]
