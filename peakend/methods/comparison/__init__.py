"""Is it a difference, or noise: two groups, two times, many tests at once, looks along the way."""

from peakend.methods.comparison.means import cohen_d, paired_t, welch

__all__ = ["cohen_d", "paired_t", "welch"]
