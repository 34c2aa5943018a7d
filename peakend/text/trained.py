"""An analyzer trained on labelled texts.

One detector an aspect scores every token; its sums over clauses show where the aspect is meant
and its sum over the text whether. One polarity model for all aspects reads the text, its clauses
by how much they mean the aspect, and what the general lexicon and model say of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peakend.text.batches import BatchAnalyzer, flags_of, languages_of
from peakend.text.general import Scorer, length_scale, shipped_model
from peakend.text.ngrams import BoundGrams, Grams
from peakend.text.patterns import compile_patterns
from peakend.text.reading import Reading, read
from peakend.text.results import Columns
from peakend.text.symbols import COMMA, QUESTION, SEPARATOR, STOP, Tokens, tokenize
from peakend.text.taxonomy import PLAIN

Floats = NDArray[np.float64]
SENTIMENTS = 6  # columns of `clause_sentiments` and of the text's own
_TEMPERATURE = 2.0  # how sharply attention prefers the clause that means the aspect most
_WINDOW = (4, 8)  # tokens of evidence before and after the strongest one, in a long clause
FILE, CARD = "model.npz", "model.json"


class ModelError(ValueError):
    """A model folder that cannot be read."""


@dataclass(frozen=True)
class Parameters:
    """What training found.

    detectors: (n_grams + 1, aspects), the last row zero; biases, thresholds: (aspects,) — an
    aspect is found where score + bias exceeds its threshold; polarity: (n_grams + 1, 6), three
    columns for the text and three for its attended clauses; sentiment: (2 · SENTIMENTS, 3);
    leaning: (aspects, 3) intercepts. Polarity columns are negative, neutral, positive.
    """

    aspects: tuple[str, ...]
    grams: Grams
    detectors: NDArray[np.float32]
    biases: Floats
    thresholds: Floats
    polarity: NDArray[np.float32]
    sentiment: Floats
    leaning: Floats


class TrainedAnalyzer(BatchAnalyzer):
    """Reads texts with trained parameters."""

    def __init__(self, parameters: Parameters, card: dict[str, Any] | None = None) -> None:
        self.parameters = parameters
        self.card = card or {}
        self.aspects = parameters.aspects
        self.frame = Frame(parameters.grams.words)
        self._grams = BoundGrams(parameters.grams, self.frame.vocabulary)
        self._weights = np.hstack((parameters.detectors, parameters.polarity))

    def _columns(self, texts: Sequence[str]) -> Columns:
        scene = self.frame.see(texts)
        n, k = len(texts), len(self.aspects)
        scores, again, gram = self._grams.token_scores(scene.tokens, self._weights)
        clause_scores = np.add.reduceat(scores, scene.clause_start, axis=0)
        text_scores = np.add.reduceat(scores, scene.tokens.first[:-1], axis=0) if n else scores[:0]
        if again.size:
            heads = np.flatnonzero(np.diff(again, prepend=-1))
            text_scores[again[heads]] -= np.add.reduceat(self._weights[gram], heads, axis=0)
        scale = scene.scale[:, None]
        margin = text_scores[:, :k] * scale + self.parameters.biases
        silent = np.diff(scene.tokens.first) <= 1
        row, aspect = np.nonzero((margin > self.parameters.thresholds) & ~silent[:, None])
        chances, attended = self._polarities(scene, row, aspect, text_scores, clause_scores)
        sign = chances.argmax(axis=1) - 1
        start, end = _evidence(scene, scores, attended, aspect)
        certain = 1 / (1 + np.exp(-margin[row, aspect]))
        chance = chances[np.arange(row.size), sign + 1]
        base = scene.tokens.text_start[row]
        strength = np.where(sign == 0, 1.0, 1.5 + 3.5 * np.clip((chance - 0.33) / 0.67, 0, 1))
        sentiment = np.tanh(scene.logits / 2)
        return Columns(
            language=languages_of(scene.tokens),
            sentiment=np.where(silent, 0, sentiment).astype(np.float32),
            polarity=np.where(silent, 0, np.sign(sentiment)).astype(np.int8),
            emotions=flags_of(scene.reading, self.frame.emotions, n),
            intents=flags_of(scene.reading, self.frame.intents, n),
            text=row.astype(np.int32),
            aspect=aspect.astype(np.int16),
            opinion_polarity=sign.astype(np.int8),
            strength=strength.astype(np.float32),
            confidence=(certain * chance).astype(np.float32),
            start=(scene.tokens.start[start] - base).astype(np.int32),
            end=(scene.tokens.end[end - 1] - base).astype(np.int32),
        )

    def _polarities(
        self,
        scene: Scene,
        row: NDArray[np.intp],
        aspect: NDArray[np.intp],
        text_scores: NDArray[np.float32],
        clause_scores: NDArray[np.float32],
    ) -> tuple[Floats, NDArray[np.intp]]:
        """Chance of each polarity for each pair, and the clause each attends to most."""
        k = len(self.aspects)
        if not row.size:
            return np.zeros((0, 3)), np.zeros(0, np.intp)
        attention = attend(scene, row, aspect, clause_scores[:, :k])
        clause_part = clause_scores[:, k + 3 :] * scene.clause_scale[:, None]
        logits = text_scores[row, k : k + 3] * scene.scale[row][:, None]
        logits = logits + attention.mix(clause_part)
        logits += attention.mix(scene.clause_sentiments) @ self.parameters.sentiment[:SENTIMENTS]
        logits += scene.text_sentiments[row] @ self.parameters.sentiment[SENTIMENTS:]
        logits += self.parameters.leaning[aspect]
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits)
        return chances / chances.sum(axis=1, keepdims=True), attention.best()

    def save(self, folder: str | Path) -> None:
        """Write the model and its card into a folder."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        p = self.parameters
        np.savez_compressed(
            place / FILE,
            words=np.frombuffer("\n".join(p.grams.words).encode(), np.uint8),
            unigrams=p.grams.unigrams,
            bigrams=p.grams.bigrams,
            detectors=p.detectors.astype(np.float16),
            biases=p.biases,
            thresholds=p.thresholds,
            polarity=p.polarity.astype(np.float16),
            sentiment=p.sentiment,
            leaning=p.leaning,
        )
        card = {"kind": "trained", **self.card, "aspects": list(self.aspects)}
        (place / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1), encoding="utf-8")


def load_trained(folder: Path, card: dict[str, Any]) -> TrainedAnalyzer:
    """The analyzer saved in a folder. Raises ModelError."""
    try:
        with np.load(folder / FILE, allow_pickle=False) as stored:
            words = stored["words"].tobytes().decode()
            parameters = Parameters(
                tuple(card["aspects"]),
                Grams(
                    tuple(words.split("\n")) if words else (),
                    stored["unigrams"],
                    stored["bigrams"],
                ),
                stored["detectors"].astype(np.float32),
                stored["biases"],
                stored["thresholds"],
                stored["polarity"].astype(np.float32),
                stored["sentiment"],
                stored["leaning"],
            )
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"no readable model in {folder}: {error}") from error
    return TrainedAnalyzer(parameters, card)


@dataclass(frozen=True)
class Scene:
    """A batch as read: tokens, clauses and what the general model says of them.

    clause_start: first token of each clause, clauses split at text borders too; clause_text: the
    text of each clause; text_clause: first clause of each text (n_texts + 1); scale, clause_scale:
    length damping; clause_sentiments: (clauses, SENTIMENTS), text_sentiments: (texts, SENTIMENTS).
    """

    tokens: Tokens
    reading: Reading
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
        self._patterns = compile_patterns(PLAIN, (*words, *model.words))
        self._scorer = Scorer(model, self._patterns.vocabulary)
        self.vocabulary = self._patterns.vocabulary
        self.emotions, self.intents = self._patterns.emotions, self._patterns.intents

    def see(self, texts: Sequence[str]) -> Scene:
        """Read a batch."""
        tokens = tokenize(texts, self.vocabulary)
        reading = read(tokens, self._patterns)
        token_weights = self._scorer.token_weights(tokens)
        logits = self._scorer.logits(tokens, reading, token_weights)
        starts = np.concatenate((tokens.first[:-1], reading.edges + 1))
        starts = np.unique(starts[starts < tokens.symbol.size])
        # The mark that closes a text is no clause, unless the text is empty.
        own = (tokens.symbol[starts] != SEPARATOR) | np.isin(starts, tokens.first[:-1])
        clause_start = starts[own].astype(np.intp)
        clause_text = np.searchsorted(tokens.first, clause_start, side="right") - 1
        text_clause = np.searchsorted(clause_start, tokens.first).astype(np.intp)
        length = np.diff(np.append(clause_start, tokens.symbol.size))
        clause_scale = 4 / np.sqrt(2.0 * length + 10)
        clause_of = np.searchsorted(clause_start, reading.start, side="right") - 1
        n = clause_start.size
        good: Floats = np.bincount(clause_of, np.maximum(reading.value, 0), n).astype(np.float64)
        bad: Floats = np.bincount(clause_of, np.maximum(-reading.value, 0), n).astype(np.float64)
        general = (
            np.add.reduceat(token_weights, clause_start).astype(np.float64) * clause_scale
            if n
            else np.zeros(0)
        )
        return Scene(
            tokens,
            reading,
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


@dataclass(frozen=True)
class Attention:
    """How much each pair of text and aspect attends to each clause of its text.

    clause, weight: one entry a clause of a pair; heads: where each pair begins.
    """

    clause: NDArray[np.intp]
    weight: Floats
    heads: NDArray[np.intp]

    def mix(self, clauses: NDArray[Any]) -> Floats:
        """Clause columns weighed by attention: (pairs, columns)."""
        mixed: Floats = np.add.reduceat(
            clauses[self.clause] * self.weight[:, None], self.heads, axis=0
        )
        return mixed

    def best(self) -> NDArray[np.intp]:
        """The clause each pair attends to most."""
        return self.clause[segment_argmax(self.weight, self.heads)]


def attend(
    scene: Scene,
    row: NDArray[np.intp],
    aspect: NDArray[np.intp],
    clause_scores: NDArray[np.float32],
) -> Attention:
    """Attention of pairs by the detectors' scores of clauses."""
    first, last = scene.text_clause[row], scene.text_clause[row + 1]
    counts = last - first
    heads = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.intp)
    clause = np.arange(int(counts.sum())) - np.repeat(heads - first, counts)
    score = clause_scores[clause, np.repeat(aspect, counts)].astype(np.float64)
    score = score * scene.clause_scale[clause] * _TEMPERATURE
    score -= np.repeat(np.maximum.reduceat(score, heads), counts)
    weight = np.exp(score)
    weight /= np.repeat(np.add.reduceat(weight, heads), counts)
    return Attention(clause.astype(np.intp), weight, heads)


def segment_argmax(values: NDArray[Any], heads: NDArray[np.intp]) -> NDArray[np.intp]:
    """Index of the first largest value of each segment."""
    counts = np.diff(np.append(heads, values.size))
    top = np.repeat(np.maximum.reduceat(values, heads), counts)
    hits = np.flatnonzero(values >= top)
    segment = np.searchsorted(heads, hits, side="right") - 1
    first = np.ones(hits.size, bool)
    first[1:] = segment[1:] != segment[:-1]
    return hits[first]


def _evidence(
    scene: Scene,
    scores: NDArray[np.float32],
    clause: NDArray[np.intp],
    aspect: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Token range of the evidence of each pair: its clause, narrowed where the clause is long."""
    if not clause.size:
        none = np.zeros(0, np.intp)
        return none, none
    bounds = np.append(scene.clause_start, scene.tokens.symbol.size)
    low, high = bounds[clause], bounds[clause + 1]
    # The mark that ends a clause is no evidence.
    ends = np.isin(scene.tokens.kind[high - 1], (STOP, COMMA, QUESTION))
    high = np.where(ends, np.maximum(high - 1, low + 1), high)
    counts = high - low
    heads = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.intp)
    token = np.arange(int(counts.sum())) - np.repeat(heads - low, counts)
    peak = token[segment_argmax(scores[token, np.repeat(aspect, counts)], heads)]
    long = counts > sum(_WINDOW)
    start = np.where(long, np.maximum(low, peak - _WINDOW[0]), low)
    end = np.where(long, np.minimum(high, peak + _WINDOW[1]), high)
    return start.astype(np.intp), end.astype(np.intp)
