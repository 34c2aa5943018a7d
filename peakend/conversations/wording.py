"""When two replies say the same: without names, numbers, marks and politeness of address."""

import re
from hashlib import blake2b

from peakend.text import mask

LEAST = 4  # characters that are left; 'ok' and 'yes' are nobody's script
# 'Dear Ms Wang' and '王女士您好' differ in every conversation and in nothing that matters.
_ADDRESS = re.compile(
    r"(?:尊敬的)?[\u4e00-\u9fff]{1,2}(?:女士|先生|小姐)(?:您好|你好)?|\b(?:mr|mrs|ms|dear)\b\.?\s*\w*",
    re.IGNORECASE,
)
# Whoever writes this has not asked anything yet.
_GREETINGS = frozenset(
    ("在吗", "在不在", "在么", "有人吗", "有人在吗", "客服在吗", "hi", "hello", "anyonethere",
     "areyouthere", "anybodythere")
)  # fmt: skip
_HELLO = re.compile(r"^(?:您好|你好|亲|哈喽|hi|hello)+")
_NOT_WORDS = re.compile(r"[\W\d_]+")


def is_greeting(text: str) -> bool:
    """Whether a turn only looks whether somebody is there: '你好，在吗？'."""
    words = _NOT_WORDS.sub("", text).lower()
    return words in _GREETINGS or _HELLO.sub("", words) in _GREETINGS


def wording_of(reply: str) -> int | None:
    """A number that replies in the same words share; nothing where hardly a word is left."""
    words = _NOT_WORDS.sub("", _ADDRESS.sub("", mask(reply))).lower()
    if len(words) < LEAST:
        return None
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest()) >> 1
