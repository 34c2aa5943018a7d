"""Labels people gave: where they contradict each other, and which to ask for next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from peakend.text.results import Columns

_ALIKE = 0.6  # share of pairs of characters that two texts may have in common


def contradictions(
    texts: Sequence[str], labels: Sequence[Mapping[str, str]]
) -> list[tuple[str, str, str]]:
    """Texts labelled twice in different ways: (text, one label, another)."""
    first: dict[str, Mapping[str, str]] = {}
    found = []
    for body, label in zip(texts, labels, strict=True):
        other = first.setdefault(body.strip(), label)
        if dict(other) != dict(label):
            found.append((body, str(dict(other)), str(dict(label))))
    return found


def worth_labelling(
    texts: Sequence[str],
    columns: Columns,
    count: int,
    near_misses: NDArray[np.float64] | None = None,
) -> list[int]:
    """Rows whose labels would teach most: unsure opinions first, spread over the aspects.

    A text without any opinion waits behind the unsure ones of each aspect; those in which an aspect
    was nearly found come first (near_misses: one number a text, see `TrainedAnalyzer`). A text much
    like one already taken comes last, an identical one never.
    """
    doubt = 1 - np.abs(2 * columns.confidence - 1)
    by_aspect: dict[int, list[int]] = defaultdict(list)
    for i in np.argsort(-doubt, kind="stable").tolist():
        by_aspect[int(columns.aspect[i])].append(int(columns.text[i]))
    missed = np.zeros(len(texts)) if near_misses is None else near_misses
    spoken = set(columns.text.tolist())
    silent = [i for i in np.argsort(-missed, kind="stable").tolist() if i not in spoken]
    queues = [*(by_aspect[a] for a in sorted(by_aspect)), silent]
    chosen: dict[int, set[str]] = {}
    alike: list[int] = []
    for row in _in_turn(queues):
        pieces = _pieces(texts[row])
        if len(chosen) == count:
            return list(chosen)
        if pieces and row not in chosen:
            if _resembles(pieces, chosen.values()):
                alike.append(row)
            else:
                chosen[row] = pieces
    taken = {texts[row].strip() for row in chosen}
    for row in alike:
        if len(chosen) < count and texts[row].strip() not in taken:
            taken.add(texts[row].strip())
            chosen[row] = set()
    return list(chosen)


def _in_turn(queues: Sequence[Sequence[int]]) -> Iterator[int]:
    """The first of every queue, then the second of every queue, and so on."""
    for depth in range(max(map(len, queues))):
        yield from (queue[depth] for queue in queues if depth < len(queue))


def _pieces(text: str) -> set[str]:
    """Pairs of characters of a text's beginning."""
    body = text.strip()[:200]
    return {body[i : i + 2] for i in range(max(len(body) - 1, 1))} if body else set()


def _resembles(pieces: set[str], others: Iterable[set[str]]) -> bool:
    return any(len(pieces & other) > _ALIKE * min(len(pieces), len(other)) for other in others)
