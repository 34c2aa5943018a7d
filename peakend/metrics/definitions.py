"""What is measured, as declared data: a metric is an entry, not a branch elsewhere.

Shipped entries stand in :mod:`.catalogue`, the formulas they use in :mod:`.formulas`, the kinds
of formula a company may define its own with in :mod:`.own`; :mod:`.registry` joins them with what
the company set about each.
"""

from peakend.metrics.catalogue import CATALOGUE
from peakend.metrics.definition import Definition
from peakend.metrics.errors import UnknownMetric
from peakend.metrics.registry import all_metrics, definition_of, may_see, visible_metrics

__all__ = [
    "CATALOGUE",
    "Definition",
    "UnknownMetric",
    "all_metrics",
    "definition_of",
    "may_see",
    "visible_metrics",
]
