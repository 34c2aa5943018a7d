"""What an analysis gives back. All results are frozen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Polarity = Literal["positive", "neutral", "negative"]
LANGUAGES = ("other", "zh", "en", "mixed")
EMOTIONS = ("anger", "disappointment", "anxiety", "joy", "gratitude", "surprise", "sadness")
INTENTS = ("complaint", "question", "suggestion", "praise", "leave", "contact")
_POLARITY: tuple[Polarity, ...] = ("neutral", "positive", "negative")  # indexed by 0, 1, -1


def polarity_name(sign: int) -> Polarity:
    """The word for −1, 0 or 1."""
    return _POLARITY[sign]


def names_of(bits: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names whose bits are set."""
    return tuple(name for i, name in enumerate(names) if bits >> i & 1)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a text says about one aspect.

    start and end are code-point offsets of the evidence in the original text, end excluded.
    strength runs from 1 (hinted) to 5 (extreme), confidence from 0 to 1.
    """

    aspect: str
    polarity: Polarity
    strength: float
    confidence: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A piece of personal data and where it stands (code points, end excluded)."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything found in one text. sentiment lies in [−1, 1]; near 0 it leans, no more."""

    language: str
    sentiment: float
    opinions: tuple[Opinion, ...]
    emotions: tuple[str, ...]
    intents: tuple[str, ...]
    pii: tuple[PersonalData, ...]


@dataclass(frozen=True)
class Columns:
    """The same for many texts, as arrays.

    One entry per text: language (0 other, 1 Chinese, 2 English, 3 mixed), sentiment in [−1, 1],
    polarity of the whole text (−1, 0, 1; 0 also where a weak lean is all there is), emotions and
    intents as bit sets in the order of EMOTIONS and INTENTS. One entry per opinion, in order of text: text (row), aspect (index into
    the analyzer's aspects), opinion_polarity, strength, confidence, start, end.
    """

    language: NDArray[np.int8]
    sentiment: NDArray[np.float32]
    polarity: NDArray[np.int8]
    emotions: NDArray[np.uint8]
    intents: NDArray[np.uint8]
    text: NDArray[np.int32]
    aspect: NDArray[np.int16]
    opinion_polarity: NDArray[np.int8]
    strength: NDArray[np.float32]
    confidence: NDArray[np.float32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]

    def __len__(self) -> int:
        """Number of texts."""
        return int(self.language.size)

    def opinions(self) -> Iterator[tuple[int, int, int, float, float, int, int]]:
        """Each opinion in plain numbers: text, aspect, polarity, strength, confidence, start, end."""
        return zip(
            self.text.tolist(),
            self.aspect.tolist(),
            self.opinion_polarity.tolist(),
            self.strength.tolist(),
            self.confidence.tolist(),
            self.start.tolist(),
            self.end.tolist(),
            strict=True,
        )


def joined(parts: list[Columns]) -> Columns:
    """One result for batches analysed one after the other."""
    if len(parts) == 1:
        return parts[0]
    sizes = np.cumsum([0] + [len(part) for part in parts])
    rows = [part.text + np.int32(base) for part, base in zip(parts, sizes, strict=False)]
    names = [name for name in Columns.__dataclass_fields__ if name != "text"]
    fields = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Columns(text=np.concatenate(rows).astype(np.int32), **fields)
