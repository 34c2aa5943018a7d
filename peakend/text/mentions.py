"""What is said of aspects at single places, and which place and words are shown as evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.text.judgements import Judgements

Ints = NDArray[np.int32]
SPOKEN = 12  # tokens of a clause that is shown whole


@dataclass(frozen=True)
class Mentions:
    """Mentions of aspects in a batch, as columns.

    text: row of the text; value: judged, 0 for a mention without a judgement; around: n-gram logit
    around it; sure: how surely the aspect is meant; start, end: token indices of its words; clause:
    where it judges; named: whether a keyword of the aspect stands beside the judgement; asked:
    whether its clause asks.
    """

    text: Ints
    aspect: NDArray[np.int16]
    value: NDArray[np.float64]
    around: NDArray[np.float64]
    sure: NDArray[np.float64]
    start: Ints
    end: Ints
    clause: Ints
    named: NDArray[np.bool_]
    asked: NDArray[np.bool_]

    def taken(self, rows: NDArray[np.intp]) -> Mentions:
        """The mentions at these places."""
        return Mentions(*(getattr(self, name)[rows] for name in Mentions.__dataclass_fields__))

    def joined(self, more: Mentions) -> Mentions:
        """These mentions and then more."""
        return Mentions(
            *(
                np.concatenate((getattr(self, name), getattr(more, name)))
                for name in Mentions.__dataclass_fields__
            )
        )


def best_mentions(
    mentions: Mentions, pair: NDArray[np.intp], heads: NDArray[np.intp], sign: NDArray[np.int8]
) -> NDArray[np.intp]:
    """The mention that shows each pair's judgement; mentions stand by pair, the strongest first.

    One that judges as found; among those, one that names the aspect beside its judgement: '味道很好'
    shows more than a '好吃' elsewhere. For a neutral pair any that judges, a name alone last.
    """
    signs = np.sign(mentions.value)
    found = sign[pair]
    worth = np.where(found != 0, signs == found, signs != 0) * 2 + (mentions.named & (signs != 0))
    order = np.lexsort((-worth, pair))
    best: NDArray[np.intp] = order[heads]
    return best


def spoken(
    mentions: Mentions, shown: NDArray[np.intp], judgements: Judgements, first: Ints
) -> tuple[Ints, Ints]:
    """Token range of the evidence: the clause of the mention up to its neighbours, where short.

    first: first token of each text.
    """
    start, end, clause = mentions.start[shown], mentions.end[shown], mentions.clause[shown]
    text = mentions.text[shown]
    # The mark that closes a text is a clause's edge, so that no clause reaches over it.
    low = np.minimum(np.maximum(judgements.opens[clause], first[text]), start)
    high = np.maximum(judgements.edges[np.minimum(clause, judgements.edges.size - 1)], end)
    ends, starts = np.sort(mentions.end), np.sort(mentions.start)
    before = np.searchsorted(ends, start, side="right") - 1
    low = np.where(before >= 0, np.maximum(low, ends[before]), low)
    after = np.searchsorted(starts, end)
    high = np.where(
        after < starts.size, np.minimum(high, starts[np.minimum(after, starts.size - 1)]), high
    )
    whole = high - low <= SPOKEN
    return np.where(whole, low, start).astype(np.int32), np.where(whole, high, end).astype(np.int32)
