"""How long a customer stays and what that is worth."""

from peakend.methods.lifetime.purchases import BetaGeoNbd, GammaGamma
from peakend.methods.lifetime.retention import ShiftedBetaGeometric
from peakend.methods.lifetime.survival import (
    SurvivalCurve,
    SurvivalStep,
    kaplan_meier,
    log_rank,
)
from peakend.methods.lifetime.value import (
    CustomerHistory,
    LifetimeValue,
    RecencyFrequency,
    RfmScore,
    recency_frequency,
    rfm_scores,
    simple_lifetime_value,
)

__all__ = [
    "BetaGeoNbd",
    "CustomerHistory",
    "GammaGamma",
    "LifetimeValue",
    "RecencyFrequency",
    "RfmScore",
    "ShiftedBetaGeometric",
    "SurvivalCurve",
    "SurvivalStep",
    "kaplan_meier",
    "log_rank",
    "recency_frequency",
    "rfm_scores",
    "simple_lifetime_value",
]
