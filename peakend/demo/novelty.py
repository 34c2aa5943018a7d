"""A theme nobody defined: in the last weeks guests begin to speak of ordering by QR code."""

from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from peakend.demo.cast import KITCHEN
from peakend.demo.phrasebook import novelty
from peakend.demo.phrasebook.slots import EN, ZH
from peakend.demo.sentences import Draws, Grammar

# Share of the restaurant's voices that speak of it in the last, the last but one, … week.
GROWING = (0.13, 0.09, 0.05, 0.02)
SOURCES = ("dianping", "xiaohongshu", "miniprogram")


class Novelty:
    """Adds the sentence to some voices; draws from a generator of its own, so that the year is
    otherwise as it would have been."""

    def __init__(self, seed: int, stream: int) -> None:
        self._rng: Generator = np.random.default_rng([seed, 20, stream])
        draws = Draws(self._rng)
        self._draws = draws
        self._chinese, self._english = Grammar(ZH, draws), Grammar(EN, draws)

    def tellers(
        self, source: str, brand: str, day: NDArray[np.int64], since: date, until: date
    ) -> NDArray[np.bool_]:
        """Which voices of a stream speak of it."""
        if brand != KITCHEN[0] or source not in SOURCES:
            return np.zeros(len(day), dtype=bool)
        week = ((until - since) // timedelta(days=1) - 1 - day) // 7
        chance = np.array([*GROWING, 0.0])[np.minimum(week, len(GROWING))]
        told: NDArray[np.bool_] = self._rng.random(len(day)) < chance
        return told

    def added_to(self, text: str, foreign: bool) -> str:
        """The text with one sentence more."""
        if foreign:
            said = self._english.speak(self._draws.pick(novelty.ENGLISH))
            return f"{text.rstrip('. ')}. {said[:1].upper()}{said[1:]}."
        said = self._chinese.speak(self._draws.pick(novelty.CHINESE))
        return f"{text.rstrip('。')}。{said}。"
