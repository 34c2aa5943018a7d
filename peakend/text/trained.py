"""An analyzer trained on labelled texts.

One detector an aspect scores every n-gram; its sums over clauses show where the aspect is meant,
and its sum over the text together with its best clause whether. One polarity model for all aspects
reads the text, its clauses by how much they mean the aspect, and what the general lexicon and
model say of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peakend.text.attention import (
    GRAIN,
    Attention,
    attend,
    clause_sums,
    found_aspects,
    margins,
    sentiments,
    softmax,
    text_sums,
)
from peakend.text.batches import BatchAnalyzer, ReadsOneText, flags_of, languages_of
from peakend.text.evidence import evidence_of
from peakend.text.ngrams import BoundGrams, Grams
from peakend.text.results import Columns
from peakend.text.scenes import Frame, Scene

Floats = NDArray[np.float64]
FILE, CARD = "model.npz", "model.json"


class ModelError(ValueError):
    """A model folder that cannot be read."""


@dataclass(frozen=True)
class Parameters:
    """What training found.

    detectors: (n_grams + 1, aspects), the last row zero; blend: (3, aspects), what the text's
    score, the best clause's score and the constant add to the margin; thresholds: (aspects,) — an
    aspect is found where its margin exceeds it; nearest: a text without any finds the aspect that
    comes nearest when it misses by less than −nearest; polarity: (n_grams + 1, 6), three columns
    for the text and three for its attended clauses; sentiment: (aspects, 2 · SENTIMENTS, 3);
    leaning: (aspects, 3) intercepts; reliability: (2, m), raw confidences and what they are worth.
    Polarity columns are negative, neutral, positive; n-gram weights are in units of 1 / GRAIN.
    """

    aspects: tuple[str, ...]
    grams: Grams
    detectors: NDArray[np.float32]
    blend: Floats
    thresholds: Floats
    nearest: float
    polarity: NDArray[np.float32]
    sentiment: Floats
    leaning: Floats
    reliability: Floats


@dataclass(frozen=True)
class View:
    """A batch with the scores of its n-grams.

    numbers: n-grams of each token; clause_scores, text_scores: (…, aspects + 6), whole numbers of
    1 / GRAIN; clause_margins: the detectors' part, damped; margin: (texts, aspects) log-odds.
    """

    scene: Scene
    numbers: NDArray[np.int32]
    clause_scores: NDArray[np.float32]
    text_scores: NDArray[np.float32]
    clause_margins: Floats
    margin: Floats


class TrainedAnalyzer(BatchAnalyzer):
    """Reads texts with trained parameters."""

    def __init__(self, parameters: Parameters, card: dict[str, Any] | None = None) -> None:
        self.parameters = parameters
        self.card = card or {}
        self.aspects = parameters.aspects
        self.frame = Frame(parameters.grams.words)
        self.grams = BoundGrams(parameters.grams, self.frame.vocabulary)
        self.weights = np.hstack((parameters.detectors, parameters.polarity))

    @cached_property
    def _alone(self) -> ReadsOneText:
        from peakend.text.plain.trained import PlainTrainedAnalyzer

        return PlainTrainedAnalyzer(self)

    def _columns(self, texts: Sequence[str]) -> Columns:
        n = len(texts)
        view = self._view(texts)
        scene, margin = view.scene, view.margin
        silent = np.diff(scene.tokens.first) <= 1
        found = found_aspects(margin, self.parameters.thresholds, self.parameters.nearest)
        row, aspect = np.nonzero(found & ~silent[:, None])
        attention = attend(scene, row, aspect, view.clause_margins)
        chances = self._chances(view, attention, row, aspect)
        sign = chances.argmax(axis=1) - 1
        start, end = evidence_of(scene, view.numbers, self.weights, attention, aspect, sign)
        chance = chances[np.arange(row.size), sign + 1]
        base = scene.tokens.text_start[row]
        strength = np.where(sign == 0, 1.0, 1.5 + 3.5 * np.clip((chance - 0.33) / 0.67, 0, 1))
        sentiment = np.tanh(scene.logits / 2)
        raw = chance / (1 + np.exp(-margin[row, aspect]))
        return Columns(
            language=languages_of(scene.tokens),
            sentiment=np.where(silent, 0, sentiment).astype(np.float32),
            polarity=np.where(silent, 0, np.sign(sentiment)).astype(np.int8),
            emotions=flags_of(scene.judgements, self.frame.emotions, n),
            intents=flags_of(scene.judgements, self.frame.intents, n),
            text=row.astype(np.int32),
            aspect=aspect.astype(np.int16),
            opinion_polarity=sign.astype(np.int8),
            strength=strength.astype(np.float32),
            confidence=np.interp(raw, *self.parameters.reliability).astype(np.float32),
            start=(scene.tokens.start[start] - base).astype(np.int32),
            end=(scene.tokens.end[end - 1] - base).astype(np.int32),
        )

    def polarities(
        self, texts: Sequence[str], row: NDArray[np.intp], aspect: NDArray[np.intp]
    ) -> NDArray[np.int8]:
        """Polarity of given pairs of text and aspect, whether the aspect is found or not."""
        if not row.size:
            return np.zeros(0, np.int8)
        view = self._view(texts)
        attention = attend(view.scene, row, aspect, view.clause_margins)
        chances = self._chances(view, attention, row, aspect)
        signs: NDArray[np.int8] = (chances.argmax(axis=1) - 1).astype(np.int8)
        return signs

    def near_misses(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """How nearly each text named an aspect it was not found to name, 0 to 1."""
        excess = self._view(texts).margin - self.parameters.thresholds
        below = np.where(excess <= 0, excess, -np.inf).max(axis=1, initial=-np.inf)
        nearness: NDArray[np.float64] = 2 / (1 + np.exp(-below))
        return nearness

    def _view(self, texts: Sequence[str]) -> View:
        scene = self.frame.see(texts)
        k = len(self.aspects)
        numbers = self.grams.numbers(scene.tokens)
        clause_scores = clause_sums(scene, numbers, self.weights)
        text_scores = text_sums(scene, clause_scores, numbers, self.weights)
        clause_margins = clause_scores[:, :k] * scene.clause_scale[:, None]
        margin = margins(scene, text_scores[:, :k], clause_margins, self.parameters.blend)
        return View(scene, numbers, clause_scores, text_scores, clause_margins, margin)

    def _chances(
        self,
        view: View,
        attention: Attention,
        row: NDArray[np.intp],
        aspect: NDArray[np.intp],
    ) -> Floats:
        """Chance of each polarity for each pair."""
        k, scene = len(self.aspects), view.scene
        clause_part = view.clause_scores[:, k + 3 :] * (scene.clause_scale / GRAIN)[:, None]
        logits = view.text_scores[row, k : k + 3] * (scene.scale / GRAIN)[row][:, None]
        logits = logits + attention.mix(clause_part)
        seen = sentiments(scene, attention, row)
        logits += np.einsum("pf,pfc->pc", seen, self.parameters.sentiment[aspect])
        logits += self.parameters.leaning[aspect]
        return softmax(logits)

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
            detectors=p.detectors.astype(np.int16),
            blend=p.blend,
            thresholds=p.thresholds,
            nearest=np.float64(p.nearest),
            polarity=p.polarity.astype(np.int16),
            sentiment=p.sentiment,
            leaning=p.leaning,
            reliability=p.reliability,
        )
        card = {"kind": "trained", **self.card, "aspects": list(self.aspects)}
        (place / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1), encoding="utf-8")


def load_trained(folder: Path, card: dict[str, Any]) -> TrainedAnalyzer:
    """The analyzer saved in a folder. Raises ModelError."""
    try:
        with np.load(folder / FILE, allow_pickle=False) as stored:
            words = stored["words"].tobytes().decode()
            parameters = Parameters(
                aspects=tuple(card["aspects"]),
                grams=Grams(
                    tuple(words.split("\n")) if words else (),
                    stored["unigrams"],
                    stored["bigrams"],
                ),
                detectors=stored["detectors"].astype(np.float32),
                blend=stored["blend"],
                thresholds=stored["thresholds"],
                nearest=float(stored["nearest"]),
                polarity=stored["polarity"].astype(np.float32),
                sentiment=stored["sentiment"],
                leaning=stored["leaning"],
                reliability=stored["reliability"],
            )
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"no readable model in {folder}: {error}") from error
    return TrainedAnalyzer(parameters, card)
