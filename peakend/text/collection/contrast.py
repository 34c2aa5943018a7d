"""Keyness: what one group of texts says more than another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from peakend.text.phrases import phrasebook

_Z = 1.959964  # two-sided 95%
_PRIOR = 500.0  # phrases the prior counts for, at least
_PRIOR_SHARE = 0.05  # of all phrases said


@dataclass(frozen=True)
class KeyPhrase:
    """A phrase and how much more it is of one group than of another.

    here, there: texts with it. log_odds: with its 95% interval low to high and z score.
    """

    phrase: str
    here: int
    there: int
    log_odds: float
    low: float
    high: float
    z: float

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return asdict(self)


def keyness(
    here: Sequence[str], there: Sequence[str], top: int = 30, least: int = 3
) -> list[KeyPhrase]:
    """Phrases that mark one group against another, the surest first.

    Log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, 'Fightin' Words'):
    the prior is the two groups together, so that rare phrases do not win by chance. It grows with
    the collection: a fixed one would weigh nothing beside a year of voices, and a phrase that one
    group never says would be lost in its own uncertainty.
    """
    book = phrasebook([*here, *there], least)
    if not book.keys.size:
        return []
    mine = np.bincount(book.phrase[book.owner < len(here)], minlength=book.keys.size)
    theirs = book.count - mine
    said = max(int(book.count.sum()), 1)
    prior = book.count * max(_PRIOR / said, _PRIOR_SHARE)
    prior_sum = float(prior.sum())
    n_here, n_there = float(mine.sum()), float(theirs.sum())
    odds = np.log((mine + prior) / (n_here + prior_sum - mine - prior))
    odds -= np.log((theirs + prior) / (n_there + prior_sum - theirs - prior))
    deviation = np.sqrt(1 / (mine + prior) + 1 / (theirs + prior))
    z = odds / deviation
    order = np.lexsort((book.keys, -z))
    return [
        KeyPhrase(
            book.spell(int(i)),
            int(mine[i]),
            int(theirs[i]),
            round(float(odds[i]), 4),
            round(float(odds[i] - _Z * deviation[i]), 4),
            round(float(odds[i] + _Z * deviation[i]), 4),
            round(float(z[i]), 4),
        )
        for i in order[:top].tolist()
    ]
