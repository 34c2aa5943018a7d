"""The warehouse is kept in good shape while it is read and loaded."""

from peakend.loop.locks import taking_turns
from peakend.loop.warehouse_rebuilt import clear_leftovers
from peakend.warehouse import upkeep
from peakend.warehouse.upkeep import MOST_SMALL, Progress, Upkeep


def tend() -> Upkeep | None:
    """Compact where enough small files have gathered; nothing where there is nothing to gain."""
    clear_leftovers()
    return compact_warehouse(MOST_SMALL) if upkeep.is_worth_while() else None


def compact_warehouse(least: int = 2, progress: Progress | None = None) -> Upkeep:
    """Compact step by step; between two steps whoever loads or corrects has a turn."""
    return upkeep.compact(least, progress, turn=lambda: taking_turns("drain"))
