"""What can be edited of a touchpoint, field by field: how the text typed becomes a value."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from peakend.journeys.choices import Comparator
from peakend.journeys.errors import JourneyError
from peakend.journeys.models import Touchpoint
from peakend.organization.models import Unit


@dataclass(frozen=True)
class Field:
    """One editable cell of the map.

    ``read`` turns what was typed into the values to store, by column; those of the columns in
    ``bilingual`` go to the reader's language.
    """

    name: str
    bilingual: tuple[str, ...]
    read: Callable[[str], dict[str, Any]]


def _text(column: str) -> Callable[[str], dict[str, Any]]:
    limit = getattr(Touchpoint._meta.get_field(column), "max_length", None) or 2000

    def read(typed: str) -> dict[str, Any]:
        value = typed.replace("\x00", "").strip()
        if len(value) > limit:
            raise JourneyError("too_long", limit=limit)
        return {column: value}

    return read


def _name(typed: str) -> dict[str, Any]:
    values = _text("name")(typed)
    if not values["name"]:
        raise JourneyError("name_missing")
    return values


def _unit(typed: str) -> dict[str, Any]:
    if not typed:
        return {"unit": None}
    unit = Unit.objects.filter(code=typed, is_active=True).order_by("pk").first()
    if unit is None:
        raise JourneyError("unknown_unit", unit=typed)
    return {"unit": unit}


def _codes(typed: str) -> dict[str, Any]:
    codes = list(dict.fromkeys(re.split(r"[\s,，、;；]+", typed.strip())))
    codes = [code for code in codes if code]
    if any(not re.fullmatch(r"[\w.:-]{1,64}", code) for code in codes) or len(codes) > 40:
        raise JourneyError("bad_codes")
    return {"codes": codes}


def _minutes(typed: str) -> dict[str, Any]:
    value = _decimal(typed)
    if value is None or not Decimal(0) < value <= Decimal(100_000):
        raise JourneyError("bad_minutes")
    return {"minutes": value}


_MEASURE = re.compile(
    r"^(?P<metric>[\w.:-]{1,64})\s*(?P<sign><=|>=|≤|≥)\s*(?P<value>[-−+]?[\d.]+)\s*(?P<unit>.{0,24})$"
)


def _measure(typed: str) -> dict[str, Any]:
    """``wait_minutes <= 20 min``: what measures the standard, and where the bar is."""
    if not typed.strip():
        return {"standard_metric": "", "standard_value": None, "standard_unit": ""}
    match = _MEASURE.match(typed.strip())
    value = _decimal(match["value"]) if match else None
    if match is None or value is None:
        raise JourneyError("bad_measure")
    most = match["sign"] in {"<=", "≤"}
    return {
        "standard_metric": match["metric"],
        "standard_comparator": Comparator.AT_MOST if most else Comparator.AT_LEAST,
        "standard_value": value,
        "standard_unit": match["unit"].strip(),
    }


def _decimal(typed: str) -> Decimal | None:
    try:
        value = Decimal(typed.strip().replace("−", "-"))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < Decimal(10**9) else None


BILINGUAL = (
    "channel",
    "behaviour",
    "stated_need",
    "latent_need",
    "reaction_met",
    "reaction_unmet",
    "business_effect",
    "standard",
)

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("name", ("name",), _name),
        *(Field(name, (name,), _text(name)) for name in BILINGUAL),
        Field("unit", (), _unit),
        Field("codes", (), _codes),
        Field("minutes", (), _minutes),
        Field("measure", ("standard_unit",), _measure),
    )
}


def typed_value(touchpoint: Touchpoint, name: str) -> str:
    """The cell as a person would type it: what the editor starts with."""
    match name:
        case "unit":
            return touchpoint.unit.code if touchpoint.unit else ""
        case "codes":
            return ", ".join(touchpoint.codes)
        case "minutes":
            return f"{touchpoint.minutes.normalize():f}"
        case "measure":
            if touchpoint.standard_value is None:
                return ""
            value = f"{touchpoint.standard_value.normalize():f}"
            parts = (
                touchpoint.standard_metric,
                touchpoint.standard_comparator,
                value,
                touchpoint.said("standard_unit"),
            )
            return " ".join(part for part in parts if part)
        case _:
            return touchpoint.said(name)
