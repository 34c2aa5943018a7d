"""Where the phrases of a theme stand in a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from peakend.text.collection import inside


@dataclass(frozen=True)
class Finder:
    """Looks for a few phrases, in any case: Chinese as it stands, Latin as whole words."""

    plain: tuple[str, ...]
    words: re.Pattern[str] | None

    def first(self, text: str, lowered: str = "") -> tuple[int, int] | None:
        """Start and end of the first phrase in a text, or nothing."""
        lowered = lowered or text.lower()
        if len(lowered) != len(text):  # a letter whose small form is longer: offsets would shift
            lowered = text
        best: tuple[int, int] | None = None
        for phrase in self.plain:
            at = lowered.find(phrase)
            if at >= 0 and (best is None or at < best[0]):
                best = (at, at + len(phrase))
        found = self.words.search(lowered) if self.words is not None else None
        if found is not None and (best is None or found.start() < best[0]):
            best = found.span()
        return best


@lru_cache(maxsize=256)
def finder(phrases: tuple[str, ...]) -> Finder:
    """What looks for these phrases."""
    lowered = [phrase.lower() for phrase in phrases]
    latin = [re.escape(phrase) for phrase in lowered if phrase[:1].isascii()]
    return Finder(
        tuple(phrase for phrase in lowered if not phrase[:1].isascii()),
        re.compile(rf"(?<!\w)(?:{'|'.join(latin)})(?!\w)", re.ASCII) if latin else None,
    )


def same_theme(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two lists of phrases are about one thing: their surest are the same or overlap."""
    first, second = ([phrase.lower() for phrase in phrases[:3]] for phrases in (one, other))
    return any(
        a == b or (min(len(a), len(b)) >= 3 and (inside(a, b) or inside(b, a)))
        for a in first
        for b in second
    )


def says_something(phrase: str) -> bool:
    """Whether a phrase can name a theme: not one sign again and again, not a lone letter or link."""
    signs = set(phrase.lower().replace(" ", ""))
    return len(signs) > 1 and signs.isdisjoint(_SIGNS) and phrase.lower() not in _NOT_WORDS


_SIGNS = frozenset("0123456789@/\\")
_NOT_WORDS = frozenset(
    ("http", "https", "www", "com", "cn", "yes", "no", "none", "nothing",
     # How conversations begin and end is what nobody talks about.
     "hello", "hi", "thanks", "thank you", "ok", "okay", "alright", "i see", "got it", "sure",
     "您好", "你好", "在吗", "有人吗", "请问", "我看看", "看看", "看看吧", "好的", "好吧", "行吧", "可以",
     "解决", "解决了", "谢谢", "感谢", "明白", "明白了", "知道了", "收到", "嗯嗯", "没事了", "麻烦了", "什么时候", "怎么办", "为什么")
)  # fmt: skip
