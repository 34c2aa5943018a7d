"""Put opinions into words as people do on each channel."""

from collections.abc import Mapping, Sequence

from numpy.random import Generator

from peakend.demo.phrasebook import english, restaurant_zh, retail_zh
from peakend.demo.phrasebook.slots import EN, ZH
from peakend.demo.phrasebook.tones import (
    ENGLISH_CLOSERS,
    ENGLISH_OPENERS,
    ENGLISH_TURNS,
    TONES,
    TURNS,
)
from peakend.demo.reasons import Reasons
from peakend.demo.sentences import Draws, Grammar

Opinion = tuple[str, int]  # aspect, polarity
Situations = Mapping[str, Mapping[int, tuple[str, ...]]]
Spoken = Sequence[tuple[str, tuple[str, ...], int]]  # aspect, its situations, polarity

_ENGLISH: Mapping[str, Situations] = {"restaurant": english.RESTAURANT, "retail": english.RETAIL}
_CHINESE: Mapping[str, Situations] = {
    "restaurant": restaurant_zh.SITUATIONS,
    "retail": retail_zh.SITUATIONS,
}


class Speaker:
    """Says opinions in Chinese or English."""

    def __init__(self, rng: Generator, reasons: Reasons | None = None) -> None:
        self._draws = Draws(rng)
        self._reasons = reasons
        self._chinese = Grammar(ZH, self._draws)
        self._english = Grammar(EN, self._draws)

    def say(
        self,
        channel: str,
        opinions: Sequence[Opinion],
        *,
        foreign: bool = False,
        replaced_drink: bool = False,
    ) -> str:
        """One voice with these opinions, the first first; those of one mind stay together."""
        trade = "retail" if channel == "shop" else "restaurant"
        situations = _ENGLISH[trade] if foreign else _CHINESE[trade]
        first = opinions[0][1] if opinions else 1
        # People conclude at the end.
        ordered = sorted(opinions, key=lambda one: (one[0] == "overall", one[1] != first))
        spoken = [
            (aspect, situations[aspect][polarity], polarity)
            for aspect, polarity in ordered
            if polarity in situations[aspect]
        ]
        if replaced_drink:
            drink = english.REPLACED_DRINK if foreign else restaurant_zh.REPLACED_DRINK
            spoken.append(("", drink, 0))
        return self._in_english(spoken) if foreign else self._in_chinese(channel, spoken)

    def _in_chinese(self, channel: str, spoken: Spoken) -> str:
        draws, tone = self._draws, TONES[channel]
        words = [self._chinese.speak(draws.pick(tone.openers))]
        for place, (aspect, choices, polarity) in enumerate(spoken):
            if place:
                words.append(draws.pick(tone.joints))
                if polarity * spoken[place - 1][2] < 0:
                    words.append(draws.pick(TURNS[polarity]))
            words.append(self._chinese.speak(draws.pick(choices)))
            if self._reasons:
                words.append(self._reasons.chinese(aspect, polarity))
        return "".join(words) + draws.pick(tone.closers)

    def _in_english(self, spoken: Spoken) -> str:
        draws = self._draws
        words = [self._english.speak(draws.pick(ENGLISH_OPENERS))]
        for place, (aspect, choices, polarity) in enumerate(spoken):
            turn = ""
            if place:
                if polarity * spoken[place - 1][2] < 0:
                    words.append(", ")
                    turn = draws.pick(ENGLISH_TURNS)
                else:
                    words.append(". ")
            clause = turn + self._english.speak(draws.pick(choices))
            starts = words[-1] != ", "
            words.append(clause[:1].upper() + clause[1:] if starts else clause)
            if self._reasons:
                words.append(self._reasons.english(aspect, polarity))
        return "".join(words) + draws.pick(ENGLISH_CLOSERS)
