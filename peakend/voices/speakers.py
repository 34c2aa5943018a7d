"""Who speaks in a chat log: by the words platforms use for it, else by how often a name comes back."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CUSTOMER, STAFF, ROBOT, SYSTEM = "customer", "staff", "robot", "system"

# The first that stands in a cell decides: 智能客服 is a robot before it is 客服.
_WORDS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (ROBOT, ("机器人", "智能客服", "智能助手", "自动回复", "小蜜"), r"bots?|robot|chat ?bot|auto(mated|mation|reply)?|ai"),
    (SYSTEM, ("系统", "提示"), r"system|notice|event"),
    (STAFF, ("客服", "坐席", "座席", "店员", "商家", "卖家", "店铺", "管家", "员工", "人工", "小二", "接待", "导购", "门店"),
     r"agents?|staff|seller|support|operator|representative|rep|advisor|employee|admin|assistant|outbound|out|cs"),
    (CUSTOMER, ("客户", "顾客", "用户", "买家", "访客", "游客", "会员", "业主", "来电人", "旅客", "患者", "本人"),
     r"customers?|users?|clients?|buyers?|visitors?|guests?|members?|consumers?|callers?|patients?|inbound|in|me"),
)  # fmt: skip
_LATIN = tuple(
    (kind, re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])", re.IGNORECASE))
    for kind, _, pattern in _WORDS
)


@dataclass(frozen=True)
class Speakers:
    """How a column tells who speaks: names known as the company's, and who everybody else is."""

    staff: frozenset[str] = frozenset()
    others: str = STAFF

    def of(self, cell: str) -> str:
        """Who a cell names: customer, staff, robot or system."""
        name = cell.strip()
        if name in self.staff:
            return STAFF
        return spoken_word(name) or self.others


def spoken_word(cell: str) -> str:
    """The speaker that a cell names by a word for it; nothing where it holds a name."""
    for kind, words, _ in _WORDS:
        if any(word in cell for word in words):
            return kind
    return next((kind for kind, pattern in _LATIN if pattern.search(cell)), "")


def recognised(cells: Iterable[str]) -> tuple[float, set[str]]:
    """The share of cells that name a speaker by a word, and which speakers come."""
    found = [spoken_word(cell) for cell in cells if cell.strip()]
    named = [kind for kind in found if kind]
    return (len(named) / len(found) if found else 0.0), set(named)


def guess_speakers(conversations: Sequence[str], cells: Sequence[str]) -> Speakers:
    """Who is who, from the sample.

    Where customers are named by a word, everybody else works here; where staff are, everybody
    else is a customer. Where both are names, staff come back in other conversations and
    customers do not.
    """
    _share, kinds = recognised(cells)
    if CUSTOMER in kinds:
        return Speakers(others=STAFF)
    if STAFF in kinds:
        return Speakers(others=CUSTOMER)
    held: dict[str, set[str]] = defaultdict(set)
    for conversation, cell in zip(conversations, cells, strict=True):
        if cell.strip() and not spoken_word(cell):
            held[cell.strip()].add(conversation)
    staff = frozenset(name for name, talks in held.items() if len(talks) > 1)
    return Speakers(staff, CUSTOMER)
