"""A cold start that learns what it can without one label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from peakend.text.cold_start import Analyzer
from peakend.text.taxonomy import Taxonomy
from peakend.text.training.lent_words import with_lent_words
from peakend.text.training.opinion_words import opinion_words, with_opinion_words


class ColdStart:
    """Widens a taxonomy by what the shipped ones lend and unlabelled texts teach.

    Learned: taxonomy_ (with the words added), lent_ (LentWords of each aspect that borrowed),
    words_ (LearnedWord from the texts), texts_ (how many were read), analyzer_.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def fit(self, texts: Sequence[str]) -> ColdStart:
        """Learn from texts without labels; there may be none."""
        wider, self.lent_ = with_lent_words(self.taxonomy)
        self.words_ = opinion_words(Analyzer(wider), texts)
        self.taxonomy_ = with_opinion_words(wider, self.words_)
        self.texts_ = len(texts)
        self.analyzer_ = Analyzer(self.taxonomy_, self._card())
        return self

    def _card(self) -> dict[str, object]:
        return {
            "texts": self.texts_,
            "lent": [asdict(one) for one in self.lent_],
            "learned": [asdict(one) for one in self.words_],
        }
