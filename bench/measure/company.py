"""A company to show pages for: its administrator and the stores that the observations are of."""

from typing import TYPE_CHECKING

from bench.observations import UNITS
from peakend.config.start import prepare_database, start_django

if TYPE_CHECKING:
    from peakend.organization.models import User

# Of the catalogue, so that each has observations of the load generator.
FIGURES = ("nps", "csat", "ces", "rating", "sentiment", "negative_voices", "voices")


def founded() -> "User":
    """The administrator of a company with its stores, set up once in this home."""
    start_django()
    prepare_database()
    from peakend.organization.choices import UnitKind
    from peakend.organization.models import Unit, User
    from peakend.organization.services import create_unit, found_company

    if not User.objects.exists():
        found_company(company="Bench", username="bench", password="a long bench passphrase")
        root = Unit.objects.get(parent=None)
        for number in range(Unit.objects.count() + 1, UNITS.values + 1):
            create_unit(
                code=f"store-{number}", name=f"Store {number}", kind=UnitKind.STORE, parent=root
            )
    return User.objects.get(username="bench")
