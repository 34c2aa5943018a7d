"""A cold start that learns what it can without one label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from peakend.text.aspect_polarity import JUDGED
from peakend.text.cold_start import Analyzer
from peakend.text.taxonomy import Taxonomy
from peakend.text.training.lent_words import with_lent_words
from peakend.text.training.opinion_words import BATCH, opinion_words, with_opinion_words

MUCH = 0.4  # of mentions without a judgement; of reviews at most a third are
_ENOUGH = 100  # mentions


class ColdStart:
    """Widens a taxonomy by what the shipped ones lend and unlabelled texts teach.

    Learned: taxonomy_ (with the words added), lent_ (LentWords of each aspect that borrowed),
    words_ (LearnedWord from the texts), texts_ (how many were read), told_ (share of the mentions of
    aspects that no word of judgement is about, None where too few), analyzer_.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def fit(self, texts: Sequence[str]) -> ColdStart:
        """Learn from texts without labels; there may be none."""
        wider, self.lent_ = with_lent_words(self.taxonomy)
        reader = Analyzer(wider)
        self.words_ = opinion_words(reader, texts)
        self.taxonomy_ = with_opinion_words(wider, self.words_)
        self.texts_ = len(texts)
        self.told_ = told_share(reader, texts)
        self.analyzer_ = Analyzer(self.taxonomy_, self._card())
        return self

    def _card(self) -> dict[str, object]:
        return {
            "texts": self.texts_,
            "told": self.told_,
            "factual": self.told_ is not None and self.told_ > MUCH,
            "lent": [asdict(one) for one in self.lent_],
            "learned": [asdict(one) for one in self.words_],
        }


def told_share(analyzer: Analyzer, texts: Sequence[str]) -> float | None:
    """Share of mentions without a judgement: high where people talk of things, as in a forum."""
    told = mentions = 0
    for first in range(0, len(texts), BATCH):
        _, aspect, columns = analyzer.pair_columns(texts[first : first + BATCH])
        judged = columns[aspect != analyzer.overall, JUDGED] > 0
        mentions += judged.size
        told += int((~judged).sum())
    return round(told / mentions, 4) if mentions >= _ENOUGH else None
