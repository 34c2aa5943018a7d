"""Readers of metrics that cells alone cannot answer: values within bounds, customers who came again."""

from peakend.metrics.definition import By, Definition
from peakend.warehouse.answers import read_lost, read_returning, read_within
from peakend.warehouse.cells import CellRow, Slice, newest_day


def within(
    definition: Definition,
    slice: Slice,
    by: By,
    codes: tuple[str, ...],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> list[CellRow]:
    """Recorded values within bounds, among all recorded."""
    return read_within(slice, by, definition.family, codes, at_least=at_least, at_most=at_most)


def returning(
    definition: Definition, slice: Slice, by: By, codes: tuple[str, ...], *, days: int
) -> list[CellRow]:
    """Customers who came and had come within so many days before."""
    return read_returning(slice, by, codes, days)


def lost(
    definition: Definition, slice: Slice, by: By, codes: tuple[str, ...], *, days: int
) -> list[CellRow]:
    """Customers whose days to come again ran out: lost ones are the negatives."""
    newest = newest_day()
    return read_lost(slice, by, codes, days, newest) if newest else []
