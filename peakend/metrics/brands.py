"""Whose figures are told where nobody names a brand: the company's own, not the competitors'."""

from __future__ import annotations

from dataclasses import replace

from peakend.metrics.definition import By
from peakend.metrics.registry import read_with_metrics
from peakend.offerings.models import Brand
from peakend.warehouse.cells import Slice


def of_own_brands(slice: Slice, by: By = ()) -> Slice:
    """The slice held to one's own brands, unless it names brands or is told apart by them.

    What is kept of competitors stands in the same cells; without this a rule, a program or the
    command line that asks for "sentiment" would be told everybody's.
    """
    if slice.brands or "brand" in by:
        return slice
    return replace(slice, brands=own_brands())


def own_brands() -> tuple[str, ...]:
    """The brands a company's figures are about: its own, and what has none. Empty: there are no others."""
    brands = _brands()
    if all(is_own for _code, is_own in brands):
        return ()
    return (*(code for code, is_own in brands if is_own), "")


def every_brand() -> tuple[str, ...]:
    """All brands, competitors' too, and what has none."""
    return (*(code for code, _is_own in _brands()), "")


def _brands() -> list[tuple[str, bool]]:
    return read_with_metrics(
        "brands", lambda: list(Brand.objects.order_by("pk").values_list("code", "is_own"))
    )
