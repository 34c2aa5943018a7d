"""Verbatims that stand for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from peakend.text.personal import mask
from peakend.text.results import Columns


@dataclass(frozen=True)
class Quote:
    """A verbatim that stands for many: its row, the masked text, and its evidence."""

    row: int
    text: str
    evidence: str
    confidence: float


def representative_quotes(
    texts: Sequence[str], columns: Columns, aspect: int, polarity: int, count: int = 3
) -> list[Quote]:
    """Clear and different quotes for an aspect (index) and a polarity (−1, 0, 1)."""
    chosen: list[Quote] = []
    seen: list[set[str]] = []
    rows = np.flatnonzero((columns.aspect == aspect) & (columns.opinion_polarity == polarity))
    lengths = np.array([len(texts[columns.text[r]]) for r in rows.tolist()], np.float64)
    # A quote should be sure, strong, and short enough to read at a glance.
    score = columns.confidence[rows] + 0.1 * columns.strength[rows]
    score = score - 0.15 * np.abs(np.log(np.maximum(lengths, 1) / 40))
    for position in np.argsort(-score, kind="stable").tolist():
        opinion = int(rows[position])
        row = int(columns.text[opinion])
        body = texts[row]
        pairs = {body[i : i + 2] for i in range(min(len(body) - 1, 400))}
        if any(len(pairs & other) > 0.4 * min(len(pairs), len(other)) for other in seen):
            continue
        evidence = body[columns.start[opinion] : columns.end[opinion]]
        sure = round(float(columns.confidence[opinion]), 3)
        chosen.append(Quote(row, mask(body), mask(evidence), sure))
        seen.append(pairs)
        if len(chosen) == count:
            break
    return chosen
