"""The analyzer: texts in, opinions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peakend.text.aspect_polarity import (
    JUDGED,
    pair_columns,
    pair_polarity,
    pair_probabilities,
    shipped_pair_weights,
)
from peakend.text.batches import BatchAnalyzer, ReadsOneText, flags_of, languages_of
from peakend.text.judgements import Judgements, judge
from peakend.text.mentions import Mentions, best_mentions, spoken
from peakend.text.patterns import Patterns, compile_patterns
from peakend.text.results import Columns
from peakend.text.symbols import Tokens, tokenize
from peakend.text.taxonomy import Taxonomy, load_taxonomy
from peakend.text.text_polarity import UNIT, Scorer, Weights, shipped_model

SILENT = 0.3
_FAR = 1 << 20
QUIET = 0.75  # how surely a keyword without a judgement means its aspect
AROUND = 12
SHARED = 0.6  # weight of a judgement of the whole group for each of its aspects


class Analyzer(BatchAnalyzer):
    """Reads texts by a taxonomy and the general lexicon; needs no label and no training.

    learned: what was added to the taxonomy and from where, for the card of a saved model; where it
    says "factual", a mention without a judgement is neutral whatever stands around it.
    """

    def __init__(self, taxonomy: Taxonomy, learned: Mapping[str, object] | None = None) -> None:
        self.taxonomy = taxonomy
        self.learned = dict(learned or {})
        self.factual = bool(self.learned.get("factual"))
        self.aspects = taxonomy.codes
        model = shipped_model()
        self.patterns: Patterns = compile_patterns(taxonomy, model.words)
        self.scorer = Scorer(model, self.patterns.vocabulary)
        groups = np.array([aspect.group for aspect in taxonomy.aspects])
        self._siblings = (groups[:, None] == groups) & ~np.eye(groups.size, dtype=bool)
        self.overall = taxonomy.overall

    @cached_property
    def _alone(self) -> ReadsOneText:
        from peakend.text.plain.cold_start import PlainAnalyzer

        return PlainAnalyzer(self)

    def _columns(self, texts: Sequence[str]) -> Columns:
        tokens = tokenize(texts, self.patterns.vocabulary)
        judgements = judge(tokens, self.patterns)
        n = len(texts)
        weights = self.scorer.token_weights(tokens)
        logits = self.scorer.logits(tokens, judgements, weights)
        sentiment = np.tanh(logits / 2)
        # Without any word of judgement a weak score leans to a side and takes none.
        judged = np.bincount(judgements.text, judgements.value != 0, n) > 0
        empty = np.diff(tokens.first) <= 1
        silent = ~judged & (np.abs(sentiment) < SILENT) | empty
        return Columns(
            language=languages_of(tokens),
            sentiment=np.where(empty, 0, sentiment).astype(np.float32),
            polarity=np.where(silent, 0, np.sign(sentiment)).astype(np.int8),
            emotions=flags_of(judgements, self.patterns.emotions, n),
            intents=flags_of(judgements, self.patterns.intents, n),
            **_merged(
                tokens,
                judgements,
                self._mentions(tokens, judgements, weights),
                logits,
                silent,
                len(self.aspects),
                self.factual,
            ),
        )

    def pair_columns(
        self, texts: Sequence[str]
    ) -> tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.float64]]:
        """Row, aspect and quantities of every pair found, for fitting the pair model."""
        tokens = tokenize(texts, self.patterns.vocabulary)
        judgements = judge(tokens, self.patterns)
        weights = self.scorer.token_weights(tokens)
        logits = self.scorer.logits(tokens, judgements, weights)
        mentions = self._mentions(tokens, judgements, weights)
        key = mentions.text.astype(np.int64) * len(self.aspects) + mentions.aspect
        order = np.argsort(key, kind="stable")
        pairs, heads = np.unique(key[order], return_index=True)
        row = (pairs // len(self.aspects)).astype(np.int32)
        columns = pair_columns(mentions.value[order], mentions.around[order], logits[row], heads)
        return row, (pairs % len(self.aspects)).astype(np.int16), columns

    def beside_keywords(self, judgements: Judgements) -> tuple[NDArray[np.intp], NDArray[np.int16]]:
        """Judgements without an aspect of their own beside a clear keyword, and the aspect it names."""
        patterns = self.patterns
        keyword = patterns.keyword[judgements.pattern]
        judging = np.flatnonzero(judgements.value)
        aspect, _, _, _, named, _ = self._attach(
            judgements, keyword, judging, np.flatnonzero(keyword >= 0)
        )
        own = (patterns.implied[judgements.pattern[judging]] >= 0) | (keyword[judging] >= 0)
        beside = named & ~own
        return judging[beside], aspect[beside]

    def _mentions(self, tokens: Tokens, judgements: Judgements, token_weights: Weights) -> Mentions:
        """Everything said about an aspect: judgements with theirs, and mentions without one."""
        patterns = self.patterns
        keyword = patterns.keyword[judgements.pattern]
        judging = np.flatnonzero(judgements.value)
        naming = np.flatnonzero(keyword >= 0)
        aspect, start, end, sure, named, whole = self._attach(judgements, keyword, judging, naming)
        # A keyword in a clause without any judgement is a mention of its own.
        clear = naming[~patterns.hint[judgements.pattern[naming]]]
        quiet = clear[~_judged_clauses(judgements, judging)[judgements.clause[clear]]]
        taken = np.concatenate((judging, quiet))
        aspect = np.concatenate((aspect, keyword[quiet]))
        start = np.concatenate((start, judgements.start[quiet]))
        end = np.concatenate((end, judgements.end[quiet]))
        sure = np.concatenate((sure, np.full(quiet.size, QUIET)))
        value = judgements.value[taken]
        keep = aspect >= 0
        if self.overall >= 0:
            keep &= (aspect != self.overall) | (value != 0)
        around = _surroundings(judgements, taken, start, end, token_weights)
        found = Mentions(
            judgements.text[taken][keep],
            aspect[keep],
            value[keep],
            around[keep],
            sure[keep],
            start[keep],
            end[keep],
            judgements.clause[taken][keep],
            np.append(named, np.zeros(quiet.size, bool))[keep],
            judgements.asked[taken][keep],
        )
        return self._with_siblings(found, np.append(whole, np.zeros(quiet.size, bool))[keep])

    def _with_siblings(self, found: Mentions, whole: NDArray[np.bool_]) -> Mentions:
        """Add, for a judgement of a whole group, its other aspects that the text does not name."""
        if not whole.any():
            return found
        aspects = len(self.aspects)
        key = found.text.astype(np.int64) * aspects + found.aspect
        named = np.zeros((int(found.text.max()) + 1) * aspects, bool)
        named[key] = True
        parents = np.flatnonzero(whole)
        siblings = self._siblings[found.aspect[parents]]
        row, sibling = np.nonzero(siblings)
        source = parents[row]
        fresh = ~named[found.text[source].astype(np.int64) * aspects + sibling]
        source, sibling = source[fresh], sibling[fresh]
        more = replace(
            found.taken(source),
            aspect=sibling.astype(np.int16),
            value=found.value[source] * SHARED,
            sure=found.sure[source] * SHARED,
        )
        return found.joined(more)

    def _attach(
        self,
        judgements: Judgements,
        keyword: NDArray[np.int16],
        judging: NDArray[np.intp],
        naming: NDArray[np.intp],
    ) -> tuple[
        NDArray[np.int16],
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.float64],
        NDArray[np.bool_],
        NDArray[np.bool_],
    ]:
        """Aspect and evidence of each judgement: its own, or that of the nearest keyword.

        Also how surely, whether a keyword stands beside it, and whether that means the whole group.
        """
        implied = self.patterns.implied[judgements.pattern[judging]]
        # A judgement that is itself a keyword names its aspect.
        implied = np.where(implied >= 0, implied, keyword[judging])
        start, end = judgements.governed[judging], judgements.end[judging]
        stands = self.patterns.whole[judgements.pattern]
        if not naming.size:
            aspect = np.where(implied >= 0, implied, np.int16(self.overall))
            sure = np.where(implied >= 0, 0.88, 0.6)
            alone = np.zeros(judging.size, bool)
            return aspect, start, end, sure, alone, (implied >= 0) & stands[judging]
        slot = np.searchsorted(naming, judging)
        left = naming[np.maximum(slot - 1, 0)]
        right = naming[np.minimum(np.searchsorted(naming, judging, side="right"), naming.size - 1)]
        clause = judgements.clause[judging]
        own_start, own_end = judgements.start[judging], judgements.end[judging]
        gap_left = np.where(
            (judgements.clause[left] == clause) & (left < judging),
            np.maximum(own_start - judgements.end[left], 0),
            _FAR,
        )
        gap_right = np.where(
            (judgements.clause[right] == clause) & (right > judging),
            np.maximum(judgements.start[right] - own_end, 0),
            _FAR,
        )
        before = gap_left <= gap_right + 1
        nearest = np.where(before, left, right)
        gap = np.where(before, gap_left, gap_right)
        hint = self.patterns.hint[judgements.pattern]
        # '等菜等了好久': what only hints at its aspect gives way to a keyword beside it.
        gives_way = (implied >= 0) & hint[judging] & ~hint[nearest] & (gap < 6)
        implied = np.where(gives_way, np.int16(-1), implied)
        named = (gap < np.where(hint[nearest], 4, 10)) & (implied < 0)
        # '服务员呢，很好': the clause before names what this one judges.
        carried = (
            ~named
            & (implied < 0)
            & (left < judging)
            & (judgements.clause[left] == clause - 1)
            & (judgements.sentence[left] == judgements.sentence[judging])
            & ~hint[left]
            & ~_judged_clauses(judgements, judging)[judgements.clause[left]]
        )
        aspect = np.where(
            implied >= 0,
            implied,
            np.where(named, keyword[nearest], np.where(carried, keyword[left], self.overall)),
        ).astype(np.int16)
        near = (gap <= 8) & (named | ((implied >= 0) & (keyword[nearest] == implied)))
        start = np.where(near, np.minimum(start, judgements.start[nearest]), start)
        end = np.where(near, np.maximum(end, judgements.end[nearest]), end)
        sure = np.where(implied >= 0, 0.88, np.where(named, 0.85 - 0.02 * np.minimum(gap, 12), 0.6))
        whole = np.where(named, stands[nearest], (implied >= 0) & stands[judging])
        return aspect, start, end, sure, near & ~hint[nearest] & ~judgements.bent[judging], whole


def _judged_clauses(judgements: Judgements, judging: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each clause of the batch holds a judgement."""
    judged = np.zeros(judgements.edges.size + 1, bool)
    judged[judgements.clause[judging]] = True
    return judged


def _surroundings(
    judgements: Judgements,
    taken: NDArray[np.intp],
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    token_weights: Weights,
) -> NDArray[np.float64]:
    """N-gram logit of the clause around each mention, at most a dozen tokens to each side."""
    if not taken.size:
        return np.zeros(0)
    summed = np.zeros(token_weights.size + 1, np.int64)
    np.cumsum(token_weights, out=summed[1:])
    clause, edges = judgements.clause[taken], judgements.edges
    low = np.where(clause > 0, edges[np.maximum(clause - 1, 0)] + 1, 0)
    high = edges[np.minimum(clause, edges.size - 1)]
    low = np.minimum(np.maximum(low, start - AROUND), start)
    high = np.maximum(np.minimum(high, end + AROUND), end)
    result: NDArray[np.float64] = (
        (summed[high] - summed[low]) * 4 / np.sqrt(2.0 * (high - low) + 10) / UNIT
    )
    return result


def _merged(
    tokens: Tokens,
    judgements: Judgements,
    mentions: Mentions,
    logits: NDArray[np.float64],
    silent: NDArray[np.bool_],
    aspects: int,
    factual: bool,
) -> dict[str, Any]:
    """One opinion per text and aspect: judged by all mentions, the clearest as evidence."""
    key = mentions.text.astype(np.int64) * max(aspects, 1) + mentions.aspect
    order = np.lexsort((-np.abs(mentions.value), key))
    key, mentions = key[order], mentions.taken(order)
    fresh = np.ones(key.size, bool)
    fresh[1:] = key[1:] != key[:-1]
    heads = np.flatnonzero(fresh)
    if not heads.size:
        none = np.zeros(0, np.int32)
        return {
            "text": none,
            "aspect": none.astype(np.int16),
            "opinion_polarity": none.astype(np.int8),
            "strength": none.astype(np.float32),
            "confidence": none.astype(np.float32),
            "start": none,
            "end": none,
        }
    value = mentions.value
    row = (key[heads] // max(aspects, 1)).astype(np.int32)
    columns = pair_columns(value, mentions.around, logits[row], heads)
    chances = pair_probabilities(columns, shipped_pair_weights())
    told = (np.logical_and.reduceat(mentions.asked, heads) | factual) & (columns[:, JUDGED] == 0)
    sign = pair_polarity(
        chances,
        columns,
        np.logical_or.reduceat(value > 0, heads),
        np.logical_or.reduceat(value < 0, heads),
        told,
    )
    sign = np.where(silent[row], np.int8(0), sign)  # '套餐怎么取消' names the plan, no more
    pair = np.cumsum(fresh) - 1
    shown = best_mentions(mentions, pair, heads, sign)
    start, end = spoken(mentions, shown, judgements, tokens.first)
    force = np.maximum.reduceat(np.abs(value) * (np.sign(value) == sign[pair]), heads)
    base = tokens.text_start[row]
    chance = np.where(told, 1.0, chances[np.arange(heads.size), sign.astype(np.int64) + 1])
    return {
        "text": row,
        "aspect": (key[heads] % max(aspects, 1)).astype(np.int16),
        "opinion_polarity": sign,
        "strength": np.where(sign == 0, 1, np.clip(1 + force, 1.5, 5)).astype(np.float32),
        "confidence": (mentions.sure[shown] * chance).astype(np.float32),
        "start": (tokens.start[start] - base).astype(np.int32),
        "end": (tokens.end[end - 1] - base).astype(np.int32),
    }


@cache
def _shipped(name: str) -> Analyzer:
    return Analyzer(load_taxonomy(name))


def for_taxonomy(taxonomy: str | Taxonomy) -> Analyzer:
    """The analyzer for a taxonomy; those of the shipped ones are made once."""
    return _shipped(taxonomy) if isinstance(taxonomy, str) else Analyzer(taxonomy)
