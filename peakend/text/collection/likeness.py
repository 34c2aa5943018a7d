"""Texts that are nearly the same, and those most like a given one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from peakend.text.ngrams import frequent_words
from peakend.text.phrases import phrasebook
from peakend.text.symbols import CHINESE, DIGIT, LETTER, PICTURE, SEPARATOR, Vocabulary, tokenize


def near_duplicates(
    texts: Sequence[str], similarity: float = 0.8, seed: int = 0
) -> list[tuple[int, ...]]:
    """Groups of texts that are nearly the same, by min-hashed runs of three tokens.

    similarity: Jaccard overlap of the runs, estimated from 32 hashes; pairs are proposed by bands,
    so the work is linear in the texts.
    """
    if len(texts) < 2:
        return []
    signatures, short = _signatures(texts, seed)
    links: list[tuple[int, int]] = []
    for band in range(8):
        part = np.ascontiguousarray(signatures[:, band * 4 : band * 4 + 4])
        keys = part.view([("", part.dtype)] * 4).ravel()
        order = np.argsort(keys, kind="stable")
        same = keys[order][1:] == keys[order][:-1]
        for i in np.flatnonzero(same).tolist():
            links.append((int(order[i]), int(order[i + 1])))
    pairs = np.array(links, np.int64).reshape(-1, 2)
    if pairs.size:
        pairs = np.unique(pairs, axis=0)
        alike = (signatures[pairs[:, 0]] == signatures[pairs[:, 1]]).mean(axis=1) >= similarity
        pairs = pairs[alike & ~short[pairs[:, 0]] & ~short[pairs[:, 1]]]
    n = len(texts)
    graph = scipy.sparse.csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    groups: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(label.tolist()):
        groups[group].append(row)
    return [tuple(rows) for rows in groups.values() if len(rows) > 1]


def _signatures(texts: Sequence[str], seed: int) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    tokens = tokenize(texts, Vocabulary(frequent_words(texts, 2)))
    # Marks do not tell texts apart.
    spoken = np.isin(tokens.kind, (CHINESE, LETTER, DIGIT, PICTURE)) & (tokens.symbol != SEPARATOR)
    symbol = tokens.symbol[spoken].astype(np.uint64)
    owner = np.repeat(np.arange(len(texts)), np.diff(tokens.first))[spoken]
    big = np.uint64(1_000_003)
    runs = (symbol[:-2] * big + symbol[1:-1]) * big + symbol[2:]
    inside = owner[2:] == owner[:-2]
    runs, owner = runs[inside], owner[:-2][inside]
    rng = np.random.default_rng(seed)
    factors = rng.integers(1, 1 << 62, 32, dtype=np.uint64) | np.uint64(1)
    signatures = np.full((len(texts), 32), np.uint32(0xFFFFFFFF), np.uint32)
    counts = np.bincount(owner, minlength=len(texts))
    filled = np.flatnonzero(counts)
    heads = np.concatenate(([0], np.cumsum(counts[filled])[:-1])).astype(np.intp)
    if filled.size:
        for column, factor in enumerate(factors):
            hashed = ((runs * factor) >> np.uint64(32)).astype(np.uint32)
            signatures[filled, column] = np.minimum.reduceat(hashed, heads)
    return signatures, counts < 5


def similar_texts(query: str, texts: Sequence[str], top: int = 10) -> list[tuple[int, float]]:
    """Rows of the texts most like a given one, with their cosine over weighted phrases."""
    book = phrasebook([query, *texts], 1)
    if not book.keys.size:
        return []
    n = len(texts) + 1
    weight = np.log(n / book.count)
    matrix = scipy.sparse.csr_matrix(
        (weight[book.phrase], (book.owner, book.phrase)), shape=(n, book.keys.size)
    )
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    cosine = np.asarray((matrix @ matrix[0].T).todense()).ravel()
    cosine = cosine / np.maximum(norms * norms[0], 1e-12)
    order = np.argsort(-cosine[1:], kind="stable")[:top]
    return [(int(i), round(float(cosine[i + 1]), 4)) for i in order if cosine[i + 1] > 0]
