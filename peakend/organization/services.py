"""Writes to the organisation."""

from django.db import transaction

from peakend.organization.models import Unit


@transaction.atomic
def create_unit(
    *, code: str, name: str, kind: str, parent: Unit | None = None, name_en: str = ""
) -> Unit:
    """Add a unit below ``parent`` and give it its path."""
    unit = Unit.objects.create(code=code, name=name, name_en=name_en, kind=kind, parent=parent)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit
