"""What a collection says as a whole: contrasts, themes, duplicates, quotes, causes."""

from peakend.text.collection.cause_words import Construction, cause_spans
from peakend.text.collection.causes import Cause, causes
from peakend.text.collection.contrast import KeyPhrase, keyness
from peakend.text.collection.explanations import Explanation, Judged, explanations
from peakend.text.collection.labels import contradictions, worth_labelling
from peakend.text.collection.likeness import near_duplicates, similar_texts
from peakend.text.collection.quotes import Quote, representative_quotes
from peakend.text.collection.same_words import Wordings
from peakend.text.collection.themes import Theme, emerging_themes
from peakend.text.collection.wording import inside, whole_phrases

__all__ = [
    "Cause",
    "Construction",
    "Explanation",
    "Judged",
    "KeyPhrase",
    "Quote",
    "Theme",
    "Wordings",
    "cause_spans",
    "causes",
    "contradictions",
    "emerging_themes",
    "explanations",
    "inside",
    "keyness",
    "near_duplicates",
    "representative_quotes",
    "similar_texts",
    "whole_phrases",
    "worth_labelling",
]
