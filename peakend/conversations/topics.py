"""What a question is about: topics every service desk knows, as data."""

from functools import lru_cache
from importlib import resources

from django.utils.translation import get_language

from peakend.text import Taxonomy, parse_taxonomy


@lru_cache(maxsize=1)
def question_topics() -> Taxonomy:
    """The topics, with their names and words."""
    file = resources.files("peakend.conversations") / "question_topics.yaml"
    return parse_taxonomy(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, str], ...]:
    """(word, topic) pairs, the longest word first: '会员卡' tells more than '卡'."""
    pairs = [
        (word.lower(), aspect.code)
        for aspect in question_topics().aspects
        for word in aspect.keywords
    ]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


def topic_of(question: str) -> str:
    """The topic whose longest word stands in the question; nothing where none does."""
    lowered = question.lower()
    return next((topic for word, topic in _words() if _stands_in(word, lowered)), "")


def topic_title(code: str) -> str:
    """A topic's name in the reader's language."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    aspects = question_topics()
    return aspects.aspect(code).names[language] if code in aspects.codes else code


def _stands_in(word: str, lowered: str) -> bool:
    if not word.isascii():
        return word in lowered
    at = lowered.find(word)
    while at >= 0:
        before, after = lowered[at - 1 : at], lowered[at + len(word) : at + len(word) + 1]
        # 'ship' is in 'shipped', but not in 'friendship'.
        if not before.isalnum() and (not after.isalpha() or len(word) > 3):
            return True
        at = lowered.find(word, at + 1)
    return False
