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
    ("~late", r"(?:足足|整整)?(?:等|送|晚|迟到|迟|用|拖)了[^，]{0,5}?(?:半天|很久|好久|太久|半?个?多?(?:小时|钟头)|分钟)多?(?:才(?:送到|送来|送|到|来)了?)?|"
              r"[\d一二两三四五六七八九十半几]+个?多?半?个?多?(?:分钟|小时|钟头)多?才(?:送到|送来|送|到|来)了?|"
              r"(?:送餐|配送|外卖|送)?(?:速度|时间|得|的)?[太很真超好有点]{0,2}(?:慢|晚)了?|送[达来到]?[太很]?[慢晚]|"
              r"waited (?:for )?(?:almost |over |about )?(?:an hour|\d+ (?:minutes|mins|hours)|ages|forever)|(?:too |so |very )?(?:slow|late)"),
    ("~cold", r"(?:冰)?[凉冷]透?(?:了|的|掉)|没有?(?:一点)?(?:余温|热气)|不热|温的|(?:stone|ice|all)? ?cold"),
    ("~raw", r"(?:没有?|未|不)(?:煮|炒|烤|蒸|炸)?熟|半生不熟|夹生|还是生的|raw|undercooked"),
    ("~spilled", r"[洒撒漏溢](?:了|出来|出|得|的|满)|leak(?:ed|ing)?|spill(?:ed|t|ing)?"),
    ("~ignored", r"没人[理管应]|爱[搭答]不理|爱理不理|不理人?|不搭理|ignored|nobody (?:came|cared)|no one (?:came|cared)"),
    ("~damaged", r"(?:压|摔|挤)[坏扁碎烂破]|破了|裂了|碎了|变形|crushed|torn"),
    ("~bland", r"没(?:有)?(?:什么|啥|一点)?(?:味道|味儿)|[太很好过偏]淡|淡而?无味|寡淡|无味|bland|tasteless"),
    ("~salty", r"[太很好过偏死]咸|咸得?(?:要死|要命|发苦|不行)|齁咸?|salty"),
    ("~oily", r"[太很好过偏]油腻?|[太很好过]腻|油(?:太|很)?[大多重]|油腻|greasy|oily"),
    ("~hard", r"[太很好过偏]硬|咬不动|嚼不动|hard|tough|chewy"),
    ("~smelly", r"[臭馊霉异怪腥]味|发臭|变质|馊了|smell(?:s|ed|y)?|stank|stinks?"),
    ("~noisy", r"[太很好]吵|吵[得死]?|嘈杂|隔音[^，]{0,3}差|nois[ey]y?|loud"),
    ("~new", r"新来的|新手|新人|实习生|没培训|new (?:staff|hire|here)|untrained|trainee"),
)  # fmt: skip
_CANON = tuple((sign, re.compile(pattern, re.IGNORECASE)) for sign, pattern in _SAME)
_DENIED = re.compile(r"[不没无未别]|\b(?:not|no|never|nobody|without)\b|n't", re.IGNORECASE)
_DIGITS = re.compile(
    r"[0-9０-９一二两三四五六七八九十百几半]+(?=[个位名张桌台块元分小天人次道份])|\d+"
)
_PARTICLES = re.compile("[的地得了着过]")
_STOPS = "是刚就都也还又很太偏特超挺好真这那个们在有被把给让只才他她它我你吧啊呢嘛吗呀和跟与说"
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
