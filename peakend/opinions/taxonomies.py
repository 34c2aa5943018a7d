"""Taxonomies of the company: the shipped ones, and what people made of them, version by version.

A version is saved once and read from when it is applied; an older one may be applied again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from peakend.opinions.errors import TaxonomyRefused
from peakend.opinions.models import TaxonomyVersion, TextModel
from peakend.organization.models import User
from peakend.text import (
    Taxonomy,
    TaxonomyError,
    load_taxonomy,
    parse_taxonomy,
    taxonomy_names,
    write_taxonomy,
)
from peakend.voices.models import Source


@dataclass(frozen=True)
class Held:
    """A taxonomy as it reads now; ``content`` is its text where the company has written it."""

    taxonomy: Taxonomy
    content: str = ""

    @property
    def is_own(self) -> bool:
        """Whether the company has written it."""
        return bool(self.content)

    @property
    def label(self) -> str:
        """Its place in the code of a reader."""
        return f"own-{self.taxonomy.version}" if self.is_own else str(self.taxonomy.version)


@lru_cache(maxsize=64)
def read_content(content: str) -> Taxonomy:
    """A taxonomy from its YAML; a version's text never changes, so it is read once."""
    return parse_taxonomy(content)


def taxonomy_codes() -> list[str]:
    """Every taxonomy there is: shipped, and of the company's own that were applied."""
    own = TaxonomyVersion.objects.filter(applied_at__isnull=False).order_by("code")
    return sorted({*taxonomy_names(), *own.values_list("code", flat=True)})


def taxonomy_titles() -> list[tuple[str, str]]:
    """Every taxonomy by code, with its name in the reader's language."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return [(code, held(code).taxonomy.names[language]) for code in taxonomy_codes()]


def taxonomy_choices() -> list[tuple[str, str]]:
    """The same for a form: whether the company has edited it, and which model reads beside it."""
    models = dict(
        TextModel.objects.filter(is_active=True).order_by("pk").values_list("taxonomy", "number")
    )
    found = []
    for code, title in taxonomy_titles():
        notes = []
        if held(code).is_own:
            notes.append(_("own version {n}").format(n=held(code).taxonomy.version))
        if code in models:
            notes.append(_("with model {n}").format(n=models[code]))
        found.append((code, f"{title} ({', '.join(notes)})" if notes else title))
    return found


def held(code: str) -> Held:
    """The taxonomy that reads under this code.

    Raises:
        TaxonomyRefused: there is none.
    """
    version = applied_version(code)
    if version is not None:
        return Held(read_content(version.content), version.content)
    if code not in taxonomy_names():
        raise TaxonomyRefused("unknown_taxonomy", taxonomy=code)
    return Held(load_taxonomy(code))


def applied_version(code: str) -> TaxonomyVersion | None:
    """The company's version that reads now; nothing while the shipped one does."""
    rows = TaxonomyVersion.objects.filter(code=code, applied_at__isnull=False)
    return rows.order_by("-applied_at", "-version").first()


def pending_version(code: str) -> TaxonomyVersion | None:
    """The newest version, if it has never been applied: what an editor goes on from."""
    newest = TaxonomyVersion.objects.filter(code=code).order_by("-version").first()
    return newest if newest is not None and newest.applied_at is None else None


def edited(code: str) -> Taxonomy:
    """The taxonomy as an editor sees it: with what is saved and not yet applied.

    Raises:
        TaxonomyRefused: there is none.
    """
    pending = pending_version(code)
    return read_content(pending.content) if pending else held(code).taxonomy


@transaction.atomic
def save_version(
    taxonomy: Taxonomy, *, author: User | None, at: datetime, note: str = ""
) -> TaxonomyVersion:
    """Keep a taxonomy as a new version; it reads nothing until it is applied.

    Raises:
        TaxonomyRefused: the text kernel cannot read it, or it says nothing new.
    """
    newest = TaxonomyVersion.objects.filter(code=taxonomy.code).order_by("-version").first()
    base = edited(taxonomy.code) if newest or taxonomy.code in taxonomy_names() else None
    if base is not None and base.aspects == taxonomy.aspects and base.names == taxonomy.names:
        raise TaxonomyRefused("nothing_new")
    number = max(base.version if base else 0, newest.version if newest else 0) + 1
    content = write_taxonomy(replace(taxonomy, version=number))
    try:
        read_content(content)
    except TaxonomyError as error:
        raise TaxonomyRefused("unreadable", fault=str(error)) from error
    return TaxonomyVersion.objects.create(
        code=taxonomy.code, version=number, content=content, note=note[:200], author=author,
        made_at=at,
    )  # fmt: skip


@transaction.atomic
def apply_version(version: TaxonomyVersion, *, at: datetime) -> None:
    """Let a version read from now on; what was heard before is read again by a job."""
    version.applied_at = at
    version.save(update_fields=["applied_at"])


@transaction.atomic
def discard_version(version: TaxonomyVersion) -> None:
    """Forget a version that never read anything.

    Raises:
        TaxonomyRefused: it has been applied; what it read names it.
    """
    if version.applied_at is not None:
        raise TaxonomyRefused("was_applied")
    version.delete()


def taxonomies_in_use() -> list[str]:
    """Codes of the taxonomies that some source is read by."""
    rows = Source.objects.order_by("taxonomy").values_list("taxonomy", flat=True)
    return list(rows.distinct())
