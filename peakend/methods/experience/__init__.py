"""What of an experience is remembered: its peak, its pit, its end, and the contrast between them."""

from peakend.methods.experience.curve import (
    AnchoringContrast,
    EmotionCurve,
    PeakEnd,
    anchoring_contrast,
    contrast_between,
    emotion_curve,
    peak_end,
)
from peakend.methods.experience.remembering import RememberedExperience, remembered_experience

__all__ = [
    "AnchoringContrast",
    "EmotionCurve",
    "PeakEnd",
    "RememberedExperience",
    "anchoring_contrast",
    "contrast_between",
    "emotion_curve",
    "peak_end",
    "remembered_experience",
]
