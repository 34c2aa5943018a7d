"""Fit the polarity model of all aspects: what is said where the aspect is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from peakend.text.attention import Attention, sentiments, softmax
from peakend.text.scenes import SENTIMENTS, Scene
from peakend.text.training.detection import Design
from peakend.text.training.linear import fit_softmax, telling

Floats = NDArray[np.float64]
_RARE = 0.5  # 0 weighs texts alike, 1 the polarities
_OWN = 2.0  # penalty on what an aspect's sentiment weights differ from the common ones
_SENTIMENT = 0.1


@dataclass(frozen=True)
class Polarity:
    """See `trained.Parameters`; grams: (n_grams, 6), not yet in units of 1 / GRAIN."""

    grams: Floats
    sentiment: Floats
    leaning: Floats


@dataclass(frozen=True)
class Pairs:
    """Pairs of text and aspect with everything the model looks at."""

    row: NDArray[np.intp]
    aspect: NDArray[np.intp]
    grams: Any  # (pairs, 2 · n_grams): of the text, then of its attended clauses
    sentiments: Floats  # (pairs, 2 · SENTIMENTS)


def pairs_of(
    scene: Scene,
    design: Design,
    row: NDArray[np.intp],
    aspect: NDArray[np.intp],
    attention: Attention,
) -> Pairs:
    """The features of pairs."""
    counts = np.diff(np.append(attention.heads, attention.clause.size))
    mixing = scipy.sparse.csr_matrix(
        (
            attention.weight * scene.clause_scale[attention.clause],
            (np.repeat(np.arange(row.size), counts), attention.clause),
        ),
        shape=(row.size, design.clauses.shape[0]),
    )
    grams = scipy.sparse.csr_matrix(
        scipy.sparse.hstack((design.texts[row], mixing @ design.clauses))
    )
    return Pairs(row, aspect, grams, sentiments(scene, attention, row))


def fit_polarity(
    pairs: Pairs, chosen: NDArray[np.intp], sign: NDArray[np.int8], aspects: int, penalty: float
) -> Polarity:
    """Fit on some of the pairs, whose polarity is `sign`."""
    grams, aspect = pairs.grams[chosen], pairs.aspect[chosen]
    wide, m = grams.shape[1], 2 * SENTIMENTS
    target = np.stack([sign == polarity for polarity in (-1, 0, 1)], axis=1)
    weight = (target / np.maximum(target.mean(axis=0), 1e-3) ** _RARE).sum(axis=1)
    there = scipy.sparse.csr_matrix((np.ones(grams.nnz), grams.indices, grams.indptr), grams.shape)
    # One scale for three classes: an n-gram that tells one of them from the others is heard.
    told = np.stack([telling(there, target[:, i]) for i in range(3)]).max(axis=0)
    told /= np.sqrt((told**2).mean())
    scaled = grams.copy()
    scaled.data *= told[scaled.indices]
    seen = pairs.sentiments[chosen]
    rows = np.repeat(np.arange(chosen.size), m)
    columns = (aspect[:, None] * m + np.arange(m)).ravel()
    own = scipy.sparse.csr_matrix((seen.ravel(), (rows, columns)), (chosen.size, aspects * m))
    which = scipy.sparse.csr_matrix(
        (np.ones(chosen.size), (np.arange(chosen.size), aspect)), (chosen.size, aspects)
    )
    features = scipy.sparse.csr_matrix(
        scipy.sparse.hstack((scaled, scipy.sparse.csr_matrix(seen), own, which))
    )
    penalties = np.concatenate(
        (
            np.full(wide, penalty),
            np.full(m, _SENTIMENT),
            np.full(aspects * m, _OWN),
            np.full(aspects, _SENTIMENT),
        )
    )
    solved = fit_softmax(features, target.astype(np.float64), weight / weight.mean(), penalties)
    weights = solved[:wide] * told[:, None]
    common = solved[wide : wide + m]
    return Polarity(
        np.hstack((weights[: wide // 2], weights[wide // 2 :])),
        common + solved[wide + m : wide + m + aspects * m].reshape(aspects, m, 3),
        solved[wide + m + aspects * m :],
    )


def chances_of(pairs: Pairs, chosen: NDArray[np.intp], model: Polarity) -> Floats:
    """Chance of each polarity for some of the pairs."""
    aspect = pairs.aspect[chosen]
    logits = pairs.grams[chosen] @ np.vstack((model.grams[:, :3], model.grams[:, 3:]))
    logits = logits + np.einsum("pf,pfc->pc", pairs.sentiments[chosen], model.sentiment[aspect])
    return softmax(logits + model.leaning[aspect])
