"""What of an experience is remembered: its peak, its pit, its end, and the contrast between them."""

from peakend.methods.experience.anchoring import AnchoringContrast, anchoring_contrast
from peakend.methods.experience.emotion_curves import (
    EmotionCurve,
    contrast_between,
    emotion_curve,
)
from peakend.methods.experience.peak_and_end import PeakEnd, peak_end
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
