"""Some guests say why: a few words after what they judge."""

import numpy as np

from peakend.demo.phrasebook import reasons
from peakend.demo.phrasebook.slots import EN, ZH
from peakend.demo.sentences import Draws, Grammar

_DRAW = 10_000


class Reasons:
    """Adds reasons to clauses; draws from a generator of its own, so that the year is otherwise
    as it would have been."""

    def __init__(self, seed: int, stream: int) -> None:
        self._draws = Draws(np.random.default_rng([seed, 21, stream]))
        self._chinese, self._english = Grammar(ZH, self._draws), Grammar(EN, self._draws)

    def chinese(self, aspect: str, polarity: int) -> str:
        """A reason to follow the clause, or nothing."""
        said = self._said(reasons.CHINESE, aspect, polarity)
        return f"，{self._chinese.speak(said)}" if said else ""

    def english(self, aspect: str, polarity: int) -> str:
        """The same in English."""
        said = self._said(reasons.ENGLISH, aspect, polarity)
        return f" {self._english.speak(said)}" if said else ""

    def _said(self, known: reasons.Reasons, aspect: str, polarity: int) -> str:
        wordings = known.get(aspect, {}).get(polarity)
        if not wordings or self._draws.below(_DRAW) >= reasons.SAY_WHY * _DRAW:
            return ""
        # The first reason is the commonest.
        first = min(self._draws.below(len(wordings)), self._draws.below(len(wordings)))
        return wordings[first]
