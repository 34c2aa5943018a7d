"""What drives the whole: shares of R², quadrants, must-be and delighter, and what parts do not explain."""

from peakend.methods.drivers.asymmetry import (
    DiminishingReturns,
    PenaltyReward,
    PenaltyRewards,
    diminishing_returns,
    penalty_reward,
)
from peakend.methods.drivers.hidden import (
    HiddenDriver,
    HiddenDrivers,
    hidden_driver,
    hidden_driver_by_segment,
)
from peakend.methods.drivers.products import CrossProducts
from peakend.methods.drivers.quadrants import (
    ImportancePerformance,
    PlacedDriver,
    importance_performance,
)
from peakend.methods.drivers.shares import (
    DriverShares,
    lmg,
    lmg_by_segment,
    lmg_from_products,
    relative_weights,
    relative_weights_from_products,
    variance_inflation,
)

__all__ = [
    "CrossProducts",
    "DiminishingReturns",
    "DriverShares",
    "HiddenDriver",
    "HiddenDrivers",
    "ImportancePerformance",
    "PenaltyReward",
    "PenaltyRewards",
    "PlacedDriver",
    "diminishing_returns",
    "hidden_driver",
    "hidden_driver_by_segment",
    "importance_performance",
    "lmg",
    "lmg_by_segment",
    "lmg_from_products",
    "penalty_reward",
    "relative_weights",
    "relative_weights_from_products",
    "variance_inflation",
]
