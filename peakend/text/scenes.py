"""A batch as a trained analyzer sees it: clauses, and what the general model says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.text.judgements import Judgements, judge
from peakend.text.patterns import compile_patterns
from peakend.text.symbols import SEPARATOR, Tokens, tokenize
from peakend.text.taxonomy import PLAIN
from peakend.text.text_polarity import UNIT, Scorer, length_scale, shipped_model

Floats = NDArray[np.float64]
SENTIMENTS = 6  # columns of `clause_sentiments` and of the text's own


@dataclass(frozen=True)
class Scene:
    """A batch as read: tokens, clauses and what the general model says of them.

    clause_start: first token of each clause, clauses split at text borders too; clause_text: the
    text of each clause; text_clause: first clause of each text (n_texts + 1); scale, clause_scale:
    length damping; clause_sentiments: (clauses, SENTIMENTS), text_sentiments: (texts, SENTIMENTS).
    """

    tokens: Tokens
    judgements: Judgements
    clause_start: NDArray[np.intp]
    clause_text: NDArray[np.intp]
    text_clause: NDArray[np.intp]
    scale: Floats
    clause_scale: Floats
    clause_sentiments: Floats
    text_sentiments: Floats
    logits: Floats


class Frame:
    """The general lexicon and model, with a vocabulary that also holds the given words."""

    def __init__(self, words: Sequence[str]) -> None:
        model = shipped_model()
        self.patterns = compile_patterns(PLAIN, (*words, *model.words))
        self.scorer = Scorer(model, self.patterns.vocabulary)
        self.vocabulary = self.patterns.vocabulary
        self.emotions, self.intents = self.patterns.emotions, self.patterns.intents

    def see(self, texts: Sequence[str]) -> Scene:
        """Read a batch."""
        tokens = tokenize(texts, self.vocabulary)
        judgements = judge(tokens, self.patterns)
        token_weights = self.scorer.token_weights(tokens)
        logits = self.scorer.logits(tokens, judgements, token_weights)
        starts = np.concatenate((tokens.first[:-1], judgements.edges + 1))
        starts = np.unique(starts[starts < tokens.symbol.size])
        # The mark that closes a text is no clause, unless the text is empty.
        own = (tokens.symbol[starts] != SEPARATOR) | np.isin(starts, tokens.first[:-1])
        clause_start = starts[own].astype(np.intp)
        clause_text = np.searchsorted(tokens.first, clause_start, side="right") - 1
        text_clause = np.searchsorted(clause_start, tokens.first).astype(np.intp)
        length = np.diff(np.append(clause_start, tokens.symbol.size))
        clause_scale = 4 / np.sqrt(2.0 * length + 10)
        clause_of = np.searchsorted(clause_start, judgements.start, side="right") - 1
        n = clause_start.size
        good: Floats = np.bincount(clause_of, np.maximum(judgements.value, 0), n).astype(np.float64)
        bad: Floats = np.bincount(clause_of, np.maximum(-judgements.value, 0), n).astype(np.float64)
        general = (
            np.add.reduceat(token_weights, clause_start) * (clause_scale / UNIT)
            if n
            else np.zeros(0)
        )
        return Scene(
            tokens,
            judgements,
            clause_start,
            clause_text,
            text_clause,
            length_scale(tokens),
            clause_scale,
            _sentiments(good, bad, general),
            _sentiments(
                np.bincount(clause_text, good, len(texts)).astype(np.float64),
                np.bincount(clause_text, bad, len(texts)).astype(np.float64),
                logits,
            ),
            logits,
        )


def _sentiments(good: Floats, bad: Floats, logit: Floats) -> Floats:
    """What lexicon and general model say: shape (n, SENTIMENTS)."""
    return np.stack(
        (
            np.tanh((good - bad) / 2),
            good > 0,
            bad > 0,
            (good == 0) & (bad == 0),
            np.tanh(logit / 2),
            np.clip(logit, -4, 4) / 2,
        ),
        axis=1,
    ).astype(np.float64)
