"""The dashboard's queries and ad-hoc cross-tabs, against the same SQL written by hand."""

from typing import Any

from bench.measure.process import home_of, in_process
from bench.measure.timing import at_most


def queries(rows: int) -> list[dict[str, Any]]:
    """What a dashboard asks of the cells."""
    return [
        _against_hand("dashboard", home_of(rows, "prepared"), 1.5, "queries of a dashboard", rows)
    ]


def crosstab(rows: int) -> list[dict[str, Any]]:
    """What no rollup tells apart, of the facts."""
    return [
        _against_hand("crosstab", home_of(rows, "loaded"), 1.3, "ad-hoc cross-tabs of facts", rows)
    ]


def _against_hand(which: str, home: Any, limit: float, name: str, rows: int) -> dict[str, Any]:
    told = in_process("questions", home, which)
    return at_most(
        f"{name}, {told['questions']} questions",
        round(told["ours"] / told["peer"], 3),
        "×",
        limit,
        f"the same SQL by hand on DuckDB, {told['peer'] * 1000:.0f} ms; limit {limit:g} of it",
        rows,
    )
