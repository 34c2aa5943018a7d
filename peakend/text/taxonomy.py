"""Taxonomies: what customers of an industry talk about, as data.

A taxonomy has two levels, group and aspect. Every aspect names itself in Chinese and English and
brings keywords, phrases that judge it, the kind of unit that owns it, and a service standard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

OVERALL = "overall"
# What the aspect of judgements that name no other is called, in a company's own taxonomy too.
_OVERALL_CALLED = frozenset(
    ("overall", "general", "总体", "整体", "总体感受", "整体感受", "总体评价", "整体评价")
)


class TaxonomyError(ValueError):
    """A taxonomy that cannot be read; the message names the place."""


@dataclass(frozen=True)
class Aspect:
    """One thing customers judge. Mappings have the keys 'zh' and 'en'.

    keywords name the aspect; hints name it only beside a judgement ('桌子' alone says nothing of
    space); positive and negative phrases name and judge it at once. whole lists words for the
    aspect's whole group: who praises 'the surroundings' praises each aspect of them. aliases: what
    else the aspect is called, where labels or other taxonomies name it; part_of: code of the aspect
    it is a part of, for readers who make no such difference.
    """

    code: str
    group: str
    names: Mapping[str, str]
    group_names: Mapping[str, str]
    description: Mapping[str, str]
    keywords: tuple[str, ...]
    owner: str
    standard: Mapping[str, str]
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    part_of: str = ""

    @property
    def called(self) -> frozenset[str]:
        """Code, names and aliases, in lower case."""
        return frozenset(
            name.lower() for name in (self.code, *self.names.values(), *self.aliases) if name
        )


@dataclass(frozen=True)
class Taxonomy:
    """The aspects of an industry, in order."""

    code: str
    version: int
    names: Mapping[str, str]
    aspects: tuple[Aspect, ...] = field(repr=False)

    @property
    def codes(self) -> tuple[str, ...]:
        """Aspect codes in order."""
        return tuple(aspect.code for aspect in self.aspects)

    @property
    def overall(self) -> int:
        """Place of the aspect that takes judgements which name no other; −1 where there is none."""
        if OVERALL in self.codes:
            return self.codes.index(OVERALL)
        called = (i for i, aspect in enumerate(self.aspects) if aspect.called & _OVERALL_CALLED)
        return next(called, -1)

    def aspect(self, code: str) -> Aspect:
        """The aspect with this code; KeyError when there is none."""
        for aspect in self.aspects:
            if aspect.code == code:
                return aspect
        raise KeyError(code)


_OVERALL_NAMES = {"zh": "总体", "en": "Overall"}
# The overall aspect alone: the general lexicon and nothing else.
PLAIN = Taxonomy(
    "plain",
    1,
    _OVERALL_NAMES,
    (
        Aspect(
            OVERALL,
            "general",
            _OVERALL_NAMES,
            _OVERALL_NAMES,
            _OVERALL_NAMES,
            (),
            "",
            _OVERALL_NAMES,
        ),
    ),
)


def taxonomy_names() -> list[str]:
    """Codes of the shipped taxonomies."""
    folder = resources.files("peakend.text") / "taxonomies"
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def load_taxonomy(source: str | Path) -> Taxonomy:
    """A shipped taxonomy by code, or one from a YAML file. Raises TaxonomyError."""
    if isinstance(source, str) and source in taxonomy_names():
        return _shipped(source)
    path = Path(source)
    if not path.is_file():
        raise TaxonomyError(f"no taxonomy is called {source!s} and no such file exists")
    return parse_taxonomy(path.read_text(encoding="utf-8-sig"))


@cache
def _shipped(code: str) -> Taxonomy:
    file = resources.files("peakend.text") / "taxonomies" / f"{code}.yaml"
    return parse_taxonomy(file.read_text(encoding="utf-8"))


def parse_taxonomy(content: str) -> Taxonomy:
    """Read a taxonomy from YAML text. Raises TaxonomyError naming the first fault."""
    try:
        data = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise TaxonomyError(f"not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise TaxonomyError("a taxonomy is a mapping with code, version, names and groups")
    aspects: list[Aspect] = []
    for group in _listed(data, "groups", "taxonomy"):
        group_code = _text(group, "code", "group")
        for item in _listed(group, "aspects", f"group {group_code}"):
            aspects.append(_aspect(item, group_code, _names(group, f"group {group_code}")))
    codes = [aspect.code for aspect in aspects]
    twice = {code for code in codes if codes.count(code) > 1}
    if twice:
        raise TaxonomyError(f"aspect codes used twice: {', '.join(sorted(twice))}")
    if not aspects:
        raise TaxonomyError("a taxonomy needs at least one aspect")
    for aspect in aspects:
        if aspect.part_of and aspect.part_of not in codes:
            raise TaxonomyError(f"aspect {aspect.code}: part_of names no aspect")
    version = data.get("version", 1)
    if not isinstance(version, int):
        raise TaxonomyError("version must be a whole number")
    return Taxonomy(
        _text(data, "code", "taxonomy"), version, _names(data, "taxonomy"), tuple(aspects)
    )


def _aspect(item: Any, group: str, group_names: Mapping[str, str]) -> Aspect:
    code = _text(item, "code", f"an aspect of group {group}")
    where = f"aspect {code}"
    return Aspect(
        code=code,
        group=group,
        names=_names(item, where),
        group_names=group_names,
        description=_both(item.get("description", ""), where),
        keywords=_words(item, "keywords", where),
        owner=str(item.get("owner", "")),
        standard=_both(item.get("standard", ""), where),
        positive=_words(item, "positive", where),
        negative=_words(item, "negative", where),
        hints=_words(item, "hints", where),
        whole=_words(item, "whole", where),
        aliases=_words(item, "aliases", where),
        part_of=str(item.get("part_of") or ""),
    )


def _text(item: Any, key: str, where: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    if not isinstance(value, str) or not value:
        raise TaxonomyError(f"{where}: {key} is missing")
    return value


def _listed(item: Any, key: str, where: str) -> list[Any]:
    value = item.get(key) if isinstance(item, dict) else None
    if not isinstance(value, list):
        raise TaxonomyError(f"{where}: {key} must be a list")
    return value


def _names(item: Any, where: str) -> dict[str, str]:
    names = _both(item.get("names", ""), where)
    if not names["zh"] and not names["en"]:
        raise TaxonomyError(f"{where}: names are missing")
    return names


def _both(value: Any, where: str) -> dict[str, str]:
    if isinstance(value, str):
        return {"zh": value, "en": value}
    if isinstance(value, dict):
        zh, en = str(value.get("zh") or ""), str(value.get("en") or "")
        return {"zh": zh or en, "en": en or zh}
    raise TaxonomyError(f"{where}: expected a text or a mapping with zh and en")


def _words(item: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = item.get(key) or []
    if isinstance(value, dict):
        value = [word for words in value.values() for word in words or []]
    if not isinstance(value, list):
        raise TaxonomyError(f"{where}: {key} must be a list, or lists under zh and en")
    return tuple(dict.fromkeys(str(word) for word in value if str(word).strip()))


def taxonomy_warnings(taxonomy: Taxonomy) -> list[str]:
    """What a taxonomy may be read with but should mend: words of two aspects, aspects without."""
    warnings = []
    owner: dict[str, str] = {}
    for aspect in taxonomy.aspects:
        if not (aspect.keywords or aspect.positive or aspect.negative or aspect.hints):
            warnings.append(f"{aspect.code} has no words and will never be found")
        if not aspect.owner:
            warnings.append(f"{aspect.code} has no owner")
        for word in aspect.keywords:
            first = owner.setdefault(word.lower(), aspect.code)
            if first != aspect.code:
                warnings.append(f"{word} names {first} and {aspect.code}; the first wins")
    return warnings


def write_taxonomy(taxonomy: Taxonomy) -> str:
    """A taxonomy as YAML text that `parse_taxonomy` reads back to the same."""
    groups: dict[str, dict[str, Any]] = {}
    for aspect in taxonomy.aspects:
        group = groups.setdefault(
            aspect.group,
            {"code": aspect.group, "names": dict(aspect.group_names), "aspects": []},
        )
        item: dict[str, Any] = {
            "code": aspect.code,
            "names": dict(aspect.names),
            "description": dict(aspect.description),
            "owner": aspect.owner,
            "standard": dict(aspect.standard),
            "part_of": aspect.part_of,
        }
        for key in ("aliases", "keywords", "hints", "whole", "positive", "negative"):
            item[key] = list(getattr(aspect, key))
        group["aspects"].append(item)
    data = {
        "code": taxonomy.code,
        "version": taxonomy.version,
        "names": dict(taxonomy.names),
        "groups": list(groups.values()),
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
