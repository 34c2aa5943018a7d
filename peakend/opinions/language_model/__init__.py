"""An optional second reader: a large language model behind an OpenAI-compatible endpoint.

Nothing depends on it. Texts are masked before they leave, every quote is looked up in the text it
is said to come from, and a run is bounded by rates, tokens and money.
"""

from peakend.opinions.language_model.comparison import Comparison, compare
from peakend.opinions.language_model.errors import LanguageModelError
from peakend.opinions.language_model.exchange import Exchange, Spent
from peakend.opinions.language_model.reading import LanguageModelReader, Readings, Recorded

__all__ = [
    "Comparison",
    "Exchange",
    "LanguageModelError",
    "LanguageModelReader",
    "Readings",
    "Recorded",
    "Spent",
    "compare",
]
