"""Train the general polarity model: `python -m peakend.text.training.general --data DIR`.

Two things follow from what the model is for, texts of any trade. Every domain and, within it, both
polarities weigh alike, so that no trade's habits and no share of praise are learned. And n-grams
are held back by a strong penalty, so that they correct the lexicon and do not replace it.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from peakend.text.judgements import judge
from peakend.text.patterns import Patterns, compile_patterns
from peakend.text.symbols import SEPARATOR, WORD_BASE, tokenize
from peakend.text.taxonomy import PLAIN
from peakend.text.text_polarity import SUMS, UNIT, GeneralModel, judgement_sums, length_scale
from peakend.text.training.linear import fit_logistic
from peakend.text.training.permitted import SOURCES, Row, read_permitted

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_UNIGRAM = np.uint64(1 << 40)
_SUM_PENALTY = 0.01


def train_general(rows: Sequence[Row], penalty: float = 30.0, least: int = 2) -> GeneralModel:
    """Fit the model. `least`: texts an n-gram must stand in to count."""
    texts = [text for _, text, _ in rows]
    labels = np.array([positive for *_, positive in rows])
    counts = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    common = tuple(word for word, count in counts.items() if count >= least + 1)
    patterns = compile_patterns(PLAIN, common)
    keys, owners, dense = _features(texts, patterns)
    distinct, count = np.unique(keys, return_counts=True)
    kept = distinct[count >= least]
    place = np.minimum(np.searchsorted(kept, keys), kept.size - 1)
    hit = kept[place] == keys
    scale = dense[:, -1]
    grams = scipy.sparse.csr_matrix(
        (scale[owners[hit]], (owners[hit], place[hit])), shape=(len(texts), kept.size)
    )
    features = scipy.sparse.csr_matrix(
        scipy.sparse.hstack([grams, scipy.sparse.csr_matrix(dense[:, :-1])])
    )
    penalties = np.concatenate(
        (np.full(kept.size, penalty), np.full(dense.shape[1] - 1, _SUM_PENALTY))
    )
    solution = fit_logistic(features, labels, _weights(rows), penalties)
    return _packed(kept, solution, patterns)


def _features(
    texts: Sequence[str], patterns: Patterns
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64]]:
    """N-gram keys with the text each stands in, and the dense columns, the length scale last."""
    tokens = tokenize(texts, patterns.vocabulary)
    judgements = judge(tokens, patterns)
    symbol = tokens.symbol.astype(np.uint64)
    owner = np.repeat(np.arange(len(texts)), np.diff(tokens.first))
    real = tokens.symbol != SEPARATOR
    pair = real[:-1] & real[1:]
    bigrams = ((symbol[:-1] << np.uint64(16)) | symbol[1:])[pair]
    keys = np.concatenate((symbol[real] + _UNIGRAM, bigrams))
    owners = np.concatenate((owner[real], owner[:-1][pair]))
    sums = judgement_sums(tokens, judgements)
    chinese = (tokens.chinese * 2 >= tokens.letters)[:, None]
    dense = np.hstack(
        (sums * chinese, sums * ~chinese, chinese, ~chinese, length_scale(tokens)[:, None])
    )
    return keys, owners, dense.astype(np.float64)


def _weights(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Both polarities of a domain weigh alike; a domain's weight grows with its root."""
    cells = Counter((domain, positive) for domain, _, positive in rows)
    share = {cell: 40 * min(count, 4000) ** 0.5 / count for cell, count in cells.items()}
    return np.array([share[domain, positive] for domain, _, positive in rows])


def _packed(
    kept: NDArray[np.uint64], solution: NDArray[np.float64], patterns: Patterns
) -> GeneralModel:
    weights = solution[: kept.size]
    solid = np.abs(weights) > 0.004  # below, the sum over a text does not change
    kept, weights = kept[solid], weights[solid]
    is_unigram = kept >= _UNIGRAM
    unigrams = (kept[is_unigram] - _UNIGRAM).astype(np.uint16)
    bigrams = kept[~is_unigram].astype(np.uint32)
    symbols = np.concatenate((unigrams, bigrams >> np.uint32(16), bigrams & np.uint32(0xFFFF)))
    used = np.unique(symbols[symbols >= WORD_BASE]).astype(np.int64)
    words = [patterns.vocabulary.words[symbol - WORD_BASE] for symbol in used]
    here = np.arange(1 << 16, dtype=np.uint32)
    here[used] = np.arange(used.size) + WORD_BASE
    return GeneralModel(
        words=tuple(words),
        unigrams=here[unigrams].astype(np.uint16),
        bigrams=(here[bigrams >> np.uint32(16)] << np.uint32(16)) | here[bigrams & 0xFFFF],
        weights=np.rint(np.concatenate((weights[is_unigram], weights[~is_unigram])) * UNIT).astype(
            np.int32
        ),
        sums=solution[kept.size :][-(2 * SUMS + 2) :],
    )


def _card(rows: Sequence[Row], data: bytes, model: GeneralModel) -> str:
    cells = Counter((domain, positive) for domain, _, positive in rows)
    domains = sorted({domain for domain, _ in cells})
    lines = [
        "# Model card: general polarity",
        "",
        "A logistic model over token unigrams and bigrams and the opinion lexicon's judgements in",
        "context. It says whether a text in Chinese or English, of any trade, is for or against.",
        "",
        f"- file: `general.npz`, {len(data):,} bytes, sha256 `{hashlib.sha256(data).hexdigest()}`",
        f"- features: {model.unigrams.size:,} unigrams, {model.bigrams.size:,} bigrams,"
        f" {len(model.words):,} words, {2 * SUMS + 2} sums",
        "- trained by: `python -m peakend.text.training.general --data DIR`, deterministic",
        "- licence of the model: Apache-2.0",
        "",
        "## Data",
        "",
        "| folder | source | licence |",
        "|---|---|---|",
        *(f"| {name} | {source} | {licence} |" for name, (source, licence) in SOURCES.items()),
        "| the lexicon | written for this project | Apache-2.0 |",
        "",
        "| domain | positive | negative |",
        "|---|---|---|",
        *(f"| {d} | {cells[d, True]:,} | {cells[d, False]:,} |" for d in domains),
        "",
        "Every domain, and within it both polarities, weigh alike. No text without a licence was",
        "used. Figures on sets never trained on are in `docs/text.md`.",
        "",
        "## Limits",
        "",
        "- Two polarities: what is lukewarm falls on one side; see the confidence.",
        "- Long texts that praise and blame are judged by their balance and their end.",
        "- Irony without a marker, dialect, and languages other than Chinese and English are",
        "  beyond it.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Train, and write the model and its card."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the permitted sets")
    parser.add_argument(
        "--output", type=Path, default=Path(__file__).parents[1] / "models", help="folder to write"
    )
    options = parser.parse_args()
    rows = list(read_permitted(options.data))
    model = train_general(rows)
    data = model.dump()
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "general.npz").write_bytes(data)
    (options.output / "general.md").write_text(_card(rows, data, model), encoding="utf-8")
    print(f"{len(rows):,} texts, {len(data):,} bytes written to {options.output}")


if __name__ == "__main__":
    main()
