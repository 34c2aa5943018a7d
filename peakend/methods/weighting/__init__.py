"""Asking a part and speaking of the whole: raking, allocation, stratified means, response rates."""

from peakend.methods.weighting.allocation import Allocation, allocate
from peakend.methods.weighting.designs import (
    RaoScott,
    rao_scott,
    stratified_mean,
    stratified_mean_from_moments,
)
from peakend.methods.weighting.raking import RakedWeights, design_effect, rake
from peakend.methods.weighting.response import Dispositions, ResponseRates, response_rates

__all__ = [
    "Allocation",
    "Dispositions",
    "RakedWeights",
    "RaoScott",
    "ResponseRates",
    "allocate",
    "design_effect",
    "rake",
    "rao_scott",
    "response_rates",
    "stratified_mean",
    "stratified_mean_from_moments",
]
