"""Reading opinions, and naming what they are about."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language

from peakend.opinions.models import ReviewRule, TaxonomyVersion
from peakend.opinions.taxonomies import read_content
from peakend.text import Aspect, Taxonomy, load_taxonomy, taxonomy_names

_FIRST = ("restaurant", "retail")
# Seconds after which it is asked whether another process has applied a taxonomy.
FRESH = 1.0


@dataclass
class _Known:
    """Every aspect by code, as of the versions in ``stamp``."""

    stamp: tuple[tuple[str, int], ...] | None = None
    asked: float = float("-inf")
    aspects: dict[str, Aspect] = field(default_factory=dict)


_known = _Known()


def _aspects() -> dict[str, Aspect]:
    """Every aspect of every taxonomy by code.

    Where trades name one code differently ('decoration' is a house's in property), the trades
    the product starts with have the word. An aspect that a taxonomy once had keeps its name.
    """
    if time.monotonic() - _known.asked < FRESH:
        return _known.aspects
    applied = TaxonomyVersion.objects.filter(applied_at__isnull=False)
    rows = list(applied.order_by("code", "-applied_at", "-version").values_list("code", "version"))
    stamp = tuple(rows)
    if stamp != _known.stamp:
        own: dict[str, list[Taxonomy]] = {}
        for version in applied.order_by("code", "-applied_at", "-version"):
            own.setdefault(version.code, []).append(read_content(version.content))
        _known.aspects = _collected(own)
        _known.stamp = stamp
    _known.asked = time.monotonic()
    return _known.aspects


def _collected(own: dict[str, list[Taxonomy]]) -> dict[str, Aspect]:
    known: dict[str, Aspect] = {}
    shipped = taxonomy_names()
    for code in sorted({*shipped, *own}, key=lambda code: (code not in _FIRST, code)):
        for taxonomy in [*own.get(code, []), *([load_taxonomy(code)] if code in shipped else [])]:
            for aspect in taxonomy.aspects:
                known.setdefault(aspect.code, aspect)
    return known


def forget_aspects() -> None:
    """Ask for the aspects anew: a taxonomy has just been applied here."""
    _known.asked = float("-inf")
    _known.stamp = None


def aspect_of(code: str) -> Aspect | None:
    """The aspect behind a code, or nothing."""
    return _aspects().get(code)


def aspect_title(code: str) -> str:
    """The aspect's name in the reader's language; the code where it is not known."""
    aspect = aspect_of(code)
    return aspect.names[_language()] if aspect else code


def aspect_names() -> dict[str, tuple[str, ...]]:
    """The names of every aspect, in each language, by code."""
    return {code: tuple(aspect.names.values()) for code, aspect in _aspects().items()}


def group_title(code: str) -> str:
    """The name of the group an aspect belongs to, in the reader's language."""
    aspect = aspect_of(code)
    return aspect.group_names[_language()] if aspect else ""


def group_of(code: str) -> str:
    """The code of the group an aspect belongs to."""
    aspect = aspect_of(code)
    return aspect.group if aspect else ""


def named(names: Mapping[str, str]) -> str:
    """A name with the keys 'zh' and 'en', in the reader's language."""
    return names[_language()]


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def review_below() -> float:
    """The confidence below which an opinion waits for a person."""
    rule = ReviewRule.objects.order_by("pk").first()
    return rule.below if rule else ReviewRule().below
