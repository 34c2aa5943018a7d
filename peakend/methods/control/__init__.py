"""Is this week news or noise: control charts, run rules, slow drifts, sudden shifts."""

from peakend.methods.control.alarms import FalseAlarms, false_alarms
from peakend.methods.control.change import ChangePoints, Segment, change_points
from peakend.methods.control.charts import ControlChart, p_chart, xmr_chart
from peakend.methods.control.drift import (
    CusumChart,
    EwmaChart,
    cusum,
    cusum_run_length,
    ewma,
)
from peakend.methods.control.rules import RunRules, Signal, run_rules

__all__ = [
    "ChangePoints",
    "ControlChart",
    "CusumChart",
    "EwmaChart",
    "FalseAlarms",
    "RunRules",
    "Segment",
    "Signal",
    "change_points",
    "cusum",
    "cusum_run_length",
    "ewma",
    "false_alarms",
    "p_chart",
    "run_rules",
    "xmr_chart",
]
