"""A theme becomes an aspect, or goes into one: its words enter a new version of the taxonomy.

The version reads nothing until somebody applies it: what would change is looked at before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from peakend.opinions.models import TaxonomyVersion
from peakend.opinions.taxonomies import edited, save_version
from peakend.organization.models import User
from peakend.text import Aspect, Taxonomy
from peakend.themes.errors import ThemeRefused
from peakend.themes.models import Theme
from peakend.themes.services import mark_named


@dataclass(frozen=True)
class NewAspect:
    """An aspect as somebody names it: in at least one language, within a group of the taxonomy."""

    group: str
    name: str
    name_en: str
    words: tuple[str, ...]


@transaction.atomic
def name_as_aspect(theme: Theme, new: NewAspect, by: User, at: datetime) -> TaxonomyVersion:
    """Give the theme an aspect of its own.

    Raises:
        ThemeRefused: no name, no words or no such group, or somebody decided otherwise meanwhile.
        TaxonomyRefused: the taxonomy cannot be saved so.
    """
    taxonomy = edited(theme.taxonomy)
    beside = next((aspect for aspect in taxonomy.aspects if aspect.group == new.group), None)
    if beside is None:
        raise ThemeRefused("unknown_group")
    names = {
        "zh": new.name.strip() or new.name_en.strip(),
        "en": new.name_en.strip() or new.name.strip(),
    }
    if not names["zh"]:
        raise ThemeRefused("no_name")
    aspect = Aspect(
        code=_free_code(names["en"], theme, taxonomy),
        group=new.group,
        names=names,
        group_names=beside.group_names,
        description=names,
        keywords=_clean(new.words),
        owner=beside.owner,
        standard={"zh": "", "en": ""},
    )
    return _save(theme, replace(taxonomy, aspects=(*taxonomy.aspects, aspect)), aspect.code, by, at)


@transaction.atomic
def name_within(
    theme: Theme, aspect: str, words: Sequence[str], by: User, at: datetime
) -> TaxonomyVersion:
    """Let the theme's words name an aspect there is. Raises as :func:`name_as_aspect`."""
    taxonomy = edited(theme.taxonomy)
    if aspect not in taxonomy.codes:
        raise ThemeRefused("unknown_aspect")
    added = _clean(words)
    aspects = tuple(
        replace(one, keywords=tuple(dict.fromkeys((*one.keywords, *added))))
        if one.code == aspect
        else one
        for one in taxonomy.aspects
    )
    return _save(theme, replace(taxonomy, aspects=aspects), aspect, by, at)


def _save(theme: Theme, taxonomy: Taxonomy, aspect: str, by: User, at: datetime) -> TaxonomyVersion:
    version = save_version(taxonomy, author=by, at=at, note=theme.title)
    mark_named(theme.pk, aspect, by, at)
    return version


def _clean(words: Sequence[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
    if not kept:
        raise ThemeRefused("no_words")
    return kept


def _free_code(name: str, theme: Theme, taxonomy: Taxonomy) -> str:
    """A code for the aspect: its English name, or the theme's number where there is none."""
    code = slugify(name).replace("-", "_")[:48] or f"theme_{theme.pk}"
    return code if code not in taxonomy.codes else f"{code}_{theme.pk}"
