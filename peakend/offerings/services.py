"""Writes to what is sold."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from peakend.offerings.models import Brand


class BrandError(Exception):
    """A brand that cannot be; ``code`` says why, pages find the words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def save_brand(
    brand: Brand | None, *, code: str, name: str, name_en: str = "", is_own: bool = True
) -> Brand:
    """Add a brand, or change one.

    Raises:
        BrandError: the code cannot be one or is taken, or there is no name.
    """
    try:
        validate_slug(code)
    except ValidationError:
        raise BrandError("bad_code") from None
    if len(code) > 64:
        raise BrandError("bad_code")
    if not name.strip() or len(name) > 120 or len(name_en) > 120:
        raise BrandError("name_missing")
    if Brand.objects.filter(code=code).exclude(pk=brand.pk if brand else 0).exists():
        raise BrandError("code_taken")
    saved = brand or Brand()
    saved.code, saved.name, saved.name_en, saved.is_own = (
        code,
        name.strip(),
        name_en.strip(),
        is_own,
    )
    saved.save()
    return saved
