"""Found the demo company: units, people, brands, sources, surveys, a journey, rules."""

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction

from peakend.alerts.services import ensure_standard_rules
from peakend.demo.cast import (
    COMPETITORS,
    DEPARTMENTS,
    GROUP,
    KITCHEN,
    REGIONS,
    SHOP,
    SOURCES,
    STORES,
)
from peakend.demo.journey import draw_dining_journey
from peakend.demo.logins import LOGINS, PASSWORD
from peakend.demo.phrasebook.slots import GIVEN_NAMES, SURNAMES
from peakend.demo.products import NAME, NAME_EN, PRODUCT_QUESTIONS, TEST
from peakend.demo.surveys import PURCHASE, PURCHASE_QUESTIONS, VISIT, VISIT_QUESTIONS
from peakend.offerings.models import Brand
from peakend.organization.access import LOCAL_ONLY_DOMAIN
from peakend.organization.choices import Role, UnitKind
from peakend.organization.models import Unit, User
from peakend.organization.services import create_unit
from peakend.surveys.services import create_survey
from peakend.voices.models import Source


@transaction.atomic
def found_company() -> None:
    """Everything that stands before the first customer says a word; nothing if it stands already."""
    if Unit.objects.filter(code=GROUP[0]).exists():
        return
    units = _open_units()
    _employ(units)
    brands = _register_brands()
    for code, name, english, channel, taxonomy in SOURCES:
        Source.objects.create(
            code=code, name=name, name_en=english, channel=channel, taxonomy=taxonomy
        )
    _ask(brands)
    draw_dining_journey(units)
    ensure_standard_rules()


def _open_units() -> dict[str, Unit]:
    code, name, english = GROUP
    root = create_unit(code=code, name=name, name_en=english, kind=UnitKind.GROUP)
    units = {code: root}
    for region in REGIONS:
        units[region.code] = create_unit(
            code=region.code,
            name=region.name,
            name_en=region.name_en,
            kind=UnitKind.REGION,
            parent=root,
        )
    for code, name, english in DEPARTMENTS:
        units[code] = create_unit(
            code=code, name=name, name_en=english, kind=UnitKind.DEPARTMENT, parent=root
        )
    for store in STORES:
        units[store.code] = create_unit(
            code=store.code,
            name=store.name,
            name_en=store.name_en,
            kind=UnitKind.STORE,
            parent=units[store.region],
        )
    return units


def _employ(units: dict[str, Unit]) -> None:
    """The people of the login page, and a manager for every other store.

    Everybody has the same password, so it is hashed once: each time takes half a second.
    """
    password = make_password(PASSWORD)
    for login in LOGINS:
        User.objects.create(
            username=login.username,
            password=password,
            role=login.role,
            unit=units.get(login.unit),
            email=f"{login.username}@{LOCAL_ONLY_DOMAIN}",
            display_name=login.name,
        )
    managed = {login.unit for login in LOGINS}
    rng = np.random.default_rng(0)
    for store in STORES:
        if store.code not in managed:
            surname, given = rng.integers(len(SURNAMES)), rng.integers(len(GIVEN_NAMES))
            User.objects.create(
                username=store.code,
                password=password,
                role=Role.UNIT_OWNER,
                unit=units[store.code],
                email=f"{store.code}@{LOCAL_ONLY_DOMAIN}",
                display_name=SURNAMES[surname] + GIVEN_NAMES[given],
            )


def _register_brands() -> dict[str, Brand]:
    own = {KITCHEN[0], SHOP[0]}
    return {
        code: Brand.objects.create(code=code, name=name, name_en=english, is_own=code in own)
        for code, name, english in (KITCHEN, SHOP, *COMPETITORS)
    }


def _ask(brands: dict[str, Brand]) -> None:
    lead = User.objects.get(username="lead")
    create_survey(
        slug=VISIT,
        title="到店体验回访",
        title_en="After your visit",
        definition=VISIT_QUESTIONS,
        taxonomy="restaurant",
        brand=brands[KITCHEN[0]],
        created_by=lead,
    )
    create_survey(
        slug=PURCHASE,
        title="购物体验回访",
        title_en="After your purchase",
        definition=PURCHASE_QUESTIONS,
        taxonomy="retail",
        brand=brands[SHOP[0]],
        created_by=lead,
    )
    create_survey(
        slug=TEST,
        title=f"新品测试：{NAME}",
        title_en=f"Product test: {NAME_EN}",
        definition=PRODUCT_QUESTIONS,
        taxonomy="retail",
        brand=brands[SHOP[0]],
        created_by=lead,
    )
