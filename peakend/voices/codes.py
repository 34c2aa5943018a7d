"""From the codes that senders use to the rows they mean."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import slugify

from peakend.offerings.models import Brand
from peakend.organization.models import Unit
from peakend.voices.models import Source

CODE_LENGTH = 64


@dataclass(frozen=True)
class Codes:
    """Keys by code; read once a batch, so that no row costs a query."""

    sources: dict[str, Source]
    units: dict[str, int]
    brands: dict[str, int]


def resolve_codes(sources: Iterable[str], brands: Iterable[str] = ()) -> Codes:
    """The keys behind all units and the given sources and brands; unknown sources and brands are made.

    A brand nobody knew is one's own only if the company has no brand yet: a name in a file of
    reviews is more often a competitor's.
    """
    return Codes(sources=ensure_sources(sources), units=known_units(), brands=ensure_brands(brands))


def known_units() -> dict[str, int]:
    """Every unit by code."""
    return dict(Unit.objects.order_by("pk").values_list("code", "pk"))


def ensure_sources(codes: Iterable[str]) -> dict[str, Source]:
    """Every source by code, with those in ``codes`` made where they are new."""
    sources = {source.code: source for source in Source.objects.order_by("pk")}
    missing = [code for code in dict.fromkeys(codes) if code and code not in sources]
    if missing:
        Source.objects.bulk_create(
            [Source(code=code[:CODE_LENGTH], name=code[:120]) for code in missing],
            ignore_conflicts=True,
        )
        wanted = {code[:CODE_LENGTH]: code for code in missing}
        for source in Source.objects.filter(code__in=wanted).order_by("pk"):
            sources[wanted[source.code]] = source
    return sources


def ensure_brands(codes: Iterable[str]) -> dict[str, int]:
    """Every brand by code and by name, with those in ``codes`` made where they are new."""
    brands = _brands()
    missing = [code for code in dict.fromkeys(codes) if code and code not in brands]
    if missing:
        has_own = Brand.objects.filter(is_own=True).exists()
        made = [
            Brand(code=brand_code(name), name=name[:120], is_own=not has_own and place == 0)
            for place, name in enumerate(missing)
        ]
        Brand.objects.bulk_create(made, ignore_conflicts=True)
        brands = _brands()
        for name in missing:
            brands.setdefault(name, brands[brand_code(name)])
    return brands


def brand_code(name: str) -> str:
    """A code for a brand known by name only; the name itself where it is already one."""
    return slugify(name, allow_unicode=True)[:CODE_LENGTH] or name.encode().hex()[:CODE_LENGTH]


def _brands() -> dict[str, int]:
    rows = Brand.objects.order_by("-pk").values_list("code", "name", "name_en", "pk")
    by_name = {label: pk for _, name, name_en, pk in rows for label in (name, name_en) if label}
    return by_name | {code: pk for code, _, _, pk in rows}
