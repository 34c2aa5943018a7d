"""The words that mark one group of texts against another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from peakend.methods.comparison import benjamini_hochberg
from peakend.methods.quantiles import normal_p
from peakend.text import mask
from peakend.text.collection import KeyPhrase, inside, keyness, whole_phrases
from peakend.themes.phrases import finder, says_something

LEAST_TEXTS = 20  # in each group; fewer say nothing of a group
LEAST = 4  # texts of both groups that hold a phrase
_EVERY = 1_000_000  # every phrase, so that the error rate is held over all that were tried
_PIECES = 4  # pieces looked at for each whole phrase: most phrases come in several


@dataclass(frozen=True)
class MarkingWord:
    """A word or phrase and how much more one group says it.

    ``here`` and ``there`` count texts with it. ``times`` is the ratio of the odds of saying it,
    with its 95 % interval; ``adjusted`` the p-value after false-discovery control over every
    phrase that was tried.
    """

    phrase: str
    here: int
    there: int
    times: float
    low: float
    high: float
    adjusted: float


def marking_words(
    here: Sequence[str], there: Sequence[str], *, top: int = 15, level: float = 0.05
) -> list[MarkingWord]:
    """What marks ``here`` against ``there`` beyond chance, the surest first."""
    if min(len(here), len(there)) < LEAST_TEXTS:
        return []
    found = keyness(here, there, _EVERY, LEAST)
    adjusted = benjamini_hochberg([normal_p(one.z) for one in found], level=level)
    sure = {
        one.phrase: (one, p)
        for one, p, stands in zip(found, adjusted.adjusted, adjusted.rejected, strict=True)
        if stands and p is not None and one.z > 0 and says_something(one.phrase)
    }
    return _whole(sure, here, there, top)


def _whole(
    sure: Mapping[str, tuple[KeyPhrase, float]],
    here: Sequence[str],
    there: Sequence[str],
    top: int,
) -> list[MarkingWord]:
    """The surest pieces as whole phrases; a whole has the statistics of its surest piece.

    Texts are counted for the whole as it stands.
    """
    pieces = list(sure)[: _PIECES * top]
    if not pieces:
        return []
    holding = [text for text in here if any(piece in text for piece in pieces)]
    words = []
    for whole in whole_phrases(pieces, holding or here)[:top]:
        piece, p = next(sure[one] for one in pieces if one == whole or inside(one, whole))
        looking = finder((whole,))
        words.append(
            MarkingWord(
                mask(whole),
                sum(looking.first(text) is not None for text in here),
                sum(looking.first(text) is not None for text in there),
                exp(piece.log_odds),
                exp(piece.low),
                exp(piece.high),
                p,
            )
        )
    return words
