"""Reading opinions, and naming what they are about."""

from functools import lru_cache

from django.utils.translation import get_language

from peakend.text import Aspect, load_taxonomy, taxonomy_names

_FIRST = ("restaurant", "retail")


@lru_cache(maxsize=1)
def _aspects() -> dict[str, Aspect]:
    """Every aspect of every taxonomy by code.

    Where trades name one code differently ('decoration' is a house's in property), the trades
    the product starts with have the word.
    """
    known: dict[str, Aspect] = {}
    for name in sorted(taxonomy_names(), key=lambda name: (name not in _FIRST, name)):
        for aspect in load_taxonomy(name).aspects:
            known.setdefault(aspect.code, aspect)
    return known


def aspect_of(code: str) -> Aspect | None:
    """The aspect behind a code, or nothing."""
    return _aspects().get(code)


def aspect_title(code: str) -> str:
    """The aspect's name in the reader's language; the code where it is not known."""
    aspect = aspect_of(code)
    return aspect.names[_language()] if aspect else code


def group_title(code: str) -> str:
    """The name of the group an aspect belongs to, in the reader's language."""
    aspect = aspect_of(code)
    return aspect.group_names[_language()] if aspect else ""


def group_of(code: str) -> str:
    """The code of the group an aspect belongs to."""
    aspect = aspect_of(code)
    return aspect.group if aspect else ""


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
