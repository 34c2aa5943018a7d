"""Taxonomies edited aspect by aspect; nothing is saved here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.text import slugify

from peakend.opinions.errors import TaxonomyRefused
from peakend.text import Aspect, Taxonomy
from peakend.text.taxonomy import OVERALL

CODE = re.compile(r"[a-z][a-z0-9_]{1,47}")
LONGEST_WORD = 40
MOST_WORDS = 2_000
_BETWEEN = re.compile(r"[\n\r,，、;；|]+")


@dataclass(frozen=True)
class Clash:
    """A word of two aspects: the first in the taxonomy's order has it."""

    word: str
    aspect: str
    has_it: bool  # whether the edited aspect is the first


def split_words(text: str) -> tuple[str, ...]:
    """Words and phrases as people type them: by line or comma, each once.

    Raises:
        TaxonomyRefused: there are too many, or one is too long.
    """
    words = tuple(dict.fromkeys(word.strip() for word in _BETWEEN.split(text) if word.strip()))
    if len(words) > MOST_WORDS:
        raise TaxonomyRefused("too_many_words", limit=MOST_WORDS)
    for word in words:
        if len(word) > LONGEST_WORD:
            raise TaxonomyRefused("word_too_long", word=word, limit=LONGEST_WORD)
    return words


def put_aspect(taxonomy: Taxonomy, aspect: Aspect, instead_of: str = "") -> Taxonomy:
    """The taxonomy with an aspect added, or put in the place of another.

    Raises:
        TaxonomyRefused: there is no name, the code is taken or malformed, or there is no such aspect.
    """
    if not any(aspect.names.values()):
        raise TaxonomyRefused("no_name")
    if not CODE.fullmatch(aspect.code):
        raise TaxonomyRefused("bad_code", given=aspect.code)
    if instead_of and instead_of not in taxonomy.codes:
        raise TaxonomyRefused("no_such_aspect", given=instead_of)
    if aspect.code != instead_of and aspect.code in taxonomy.codes:
        raise TaxonomyRefused("code_taken", given=aspect.code)
    aspects = [one for one in taxonomy.aspects if one.code != instead_of]
    same = [place for place, one in enumerate(aspects) if one.group == aspect.group]
    before = next((one for one in taxonomy.aspects if one.code == instead_of), None)
    if before is not None and before.group == aspect.group:
        place = taxonomy.codes.index(instead_of)
    else:
        place = same[-1] + 1 if same else len(aspects)
    aspects.insert(place, aspect)
    return replace(taxonomy, aspects=tuple(aspects))


def take_aspect(taxonomy: Taxonomy, code: str) -> Taxonomy:
    """The taxonomy without an aspect.

    Raises:
        TaxonomyRefused: there is no such aspect, or it is the last or the overall one.
    """
    if code not in taxonomy.codes:
        raise TaxonomyRefused("no_such_aspect", given=code)
    if code == OVERALL or len(taxonomy.aspects) == 1:
        raise TaxonomyRefused("needed_aspect")
    return replace(taxonomy, aspects=tuple(one for one in taxonomy.aspects if one.code != code))


def copy_as(taxonomy: Taxonomy, code: str, names: Mapping[str, str]) -> Taxonomy:
    """The same aspects under a code and name of one's own.

    Raises:
        TaxonomyRefused: the code is malformed or there is no name.
    """
    if not CODE.fullmatch(code):
        raise TaxonomyRefused("bad_code", given=code)
    if not any(names.values()):
        raise TaxonomyRefused("no_name")
    return replace(taxonomy, code=code, version=0, names=both(names))


def free_code(names: Mapping[str, str], taken: Iterable[str]) -> str:
    """A code for an aspect nobody gave one: its English name, or a number."""
    known = set(taken)
    code = slugify(names.get("en", "")).replace("-", "_")[:40]
    code = code if CODE.fullmatch(code) else "aspect"
    if code != "aspect" and code not in known:
        return code
    number = 2 if code != "aspect" else 1
    while f"{code}_{number}" in known:
        number += 1
    return f"{code}_{number}"


def both(names: Mapping[str, str]) -> dict[str, str]:
    """A name in both languages: where one is missing the other stands for it."""
    zh, en = names.get("zh", "").strip(), names.get("en", "").strip()
    return {"zh": zh or en, "en": en or zh}


def clashes_of(taxonomy: Taxonomy, code: str) -> list[Clash]:
    """Words and phrases of one aspect that another has too."""
    own = {word.lower() for word in _naming(taxonomy.aspect(code))}
    place = taxonomy.codes.index(code)
    found = []
    for number, aspect in enumerate(taxonomy.aspects):
        if aspect.code != code:
            shared = [word for word in _naming(aspect) if word.lower() in own]
            found += [Clash(word, aspect.code, place < number) for word in shared]
    return found


def _naming(aspect: Aspect) -> dict[str, None]:
    """Everything that names an aspect, each once."""
    return dict.fromkeys((*aspect.keywords, *aspect.positive, *aspect.negative))
