"""Who owns an aspect: a function that every trade has, or a unit of the company's own."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from peakend.organization.models import Unit

UNIT = "unit:"  # before the code of a unit of the company

FUNCTIONS: Mapping[str, Any] = {
    "store_operations": _("store operations"),
    "customer_care": _("customer care"),
    "product_design": _("product design"),
    "supply_chain_quality": _("supply-chain quality"),
    "marketing": _("marketing"),
    "facilities": _("facilities"),
    "kitchen": _("kitchen"),
    "logistics": _("logistics"),
    "delivery": _("delivery"),
    "delivery_partner": _("delivery partner"),
    "property_management": _("property management"),
    "operations": _("operations"),
    "engineering": _("engineering"),
    "digital": _("digital products"),
    "design": _("design"),
    "sales": _("sales"),
    "shop": _("shop"),
    "after_sales": _("after-sales service"),
    "quality_office": _("quality office"),
    "finance": _("finance"),
    "billing": _("billing"),
    "risk": _("risk control"),
    "compliance": _("compliance"),
    "revenue": _("revenue management"),
    "branch": _("branch"),
    "retail_banking": _("retail banking"),
    "network": _("network"),
    "field_service": _("field service"),
    "dealer": _("dealer"),
    "catering": _("catering"),
    "ground_service": _("ground service"),
    "cabin_service": _("cabin service"),
    "nursing": _("nursing"),
    "medical_office": _("medical office"),
    "outpatient_office": _("outpatient office"),
    "patient_relations": _("patient relations"),
}


def owner_title(owner: str) -> str:
    """The owner's name in the reader's language; '' where nobody is named."""
    if owner.startswith(UNIT):
        unit = Unit.objects.filter(code=owner.removeprefix(UNIT)).order_by("pk").first()
        return unit.title if unit else owner.removeprefix(UNIT)
    return str(FUNCTIONS.get(owner, owner))


def owner_of_unit(unit: Unit) -> str:
    """How a taxonomy names a unit of the company."""
    return f"{UNIT}{unit.code}"
