"""Wordings of one thing brought together: 后厨人手不够, 人手不足 and 缺人手."""

from __future__ import annotations

import re
from collections import Counter

from peakend.text.function_words import FUNCTION_WORDS

_SHARED = 0.6  # of the shorter wording's pieces stand in the other
_ALIKE = 0.3  # of the pieces of both are shared
# Ways to say one thing that share no letter. Only what explains pains again and again.
_SAME = (
    ("~few", r"人手不够|人手不足|人手紧张|人手少|人手太少|人不够|人太少|人少|缺人手|缺人|"
             r"short[- ]?staffed|under[- ]?staffed|short of staff|not enough staff|too few staff|"
             r"(?:only )?(?:one|two) (?:waiter|waitress|server|cashier)s?(?: on)?"),
    ("~many", r"人太多|人多|客人多|生意太好|客流大|too (?:many people|busy|crowded)|so busy"),
    ("~lacking", r"不够|不足|短缺|紧缺|没了|卖完|缺货|out of stock|ran out|sold out"),
    ("~broken", r"坏了|故障|出问题|失灵|死机|broken|out of order|not working|broke down"),
    ("~new", r"新来的|新手|新人|实习生|没培训|new (?:staff|hire|here)|untrained|trainee"),
)  # fmt: skip
_CANON = tuple((sign, re.compile(pattern, re.IGNORECASE)) for sign, pattern in _SAME)
_DENIED = re.compile(r"[不没无未别]|\b(?:not|no|never|nobody|without)\b|n't", re.IGNORECASE)
_DIGITS = re.compile(
    r"[0-9０-９一二两三四五六七八九十百几半]+(?=[个位名张桌台块元分小天人次道份])|\d+"
)
_PARTICLES = re.compile("[的地得了着过]")
_STOPS = "是刚就都也还又很太挺好真这那个们在有被把给让只才他她它我你吧啊呢嘛吗呀和跟与说"
_STOP_WORDS = FUNCTION_WORDS | {"only"}
_RUN = re.compile(r"~[a-z]+|[a-z']+|[\u3400-\u9fff]+")


def pieces_of(wording: str) -> frozenset[str]:
    """What a wording is told by: pairs of Chinese characters, Latin words; whether it denies."""
    said = wording.lower()
    for sign, pattern in _CANON:
        said = pattern.sub(f" {sign} ", said)
    denied = bool(_DENIED.search(said))
    said = _DIGITS.sub(" ", said)
    pieces = set()
    for run in _RUN.findall(said):
        if run[0].isascii():
            if run not in _STOP_WORDS:
                pieces.add(run[:-1] if run.endswith("s") and len(run) > 3 else run)
            continue
        for part in re.split(f"[{_STOPS}不没无未别]+", _PARTICLES.sub("", run)):
            pieces.update(part[at : at + 2] for at in range(len(part) - 1))
            if len(part) == 1:
                pieces.add(part)
    if denied:
        pieces.add("~not")
    return frozenset(pieces)


class Wordings:
    """Groups of wordings that grow: each wording joins the group most like it, or begins one."""

    def __init__(self) -> None:
        self._groups: dict[int, frozenset[str]] = {}
        self._holding: dict[str, list[int]] = {}

    def add(self, number: int, wording: str) -> None:
        """A group, known by the wording it began with."""
        pieces = pieces_of(wording)
        self._groups[number] = pieces
        for piece in pieces:
            self._holding.setdefault(piece, []).append(number)

    def find(self, wording: str) -> int | None:
        """The number of the group that says the same, or nothing."""
        pieces = pieces_of(wording)
        if not pieces - {"~not"}:
            return None
        shared: Counter[int] = Counter()
        for piece in pieces:
            shared.update(self._holding.get(piece, ()))
        best: tuple[float, int] | None = None
        for number, n in shared.items():
            other = self._groups[number]
            if ("~not" in pieces) != ("~not" in other):
                continue
            alike = n / len(pieces | other)
            if n >= _SHARED * min(len(pieces), len(other)) and alike >= _ALIKE:
                best = max(best, (alike, -number)) if best else (alike, -number)
        return -best[1] if best else None
