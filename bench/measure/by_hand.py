"""The SQL somebody writes who knows where the files are and what is asked."""

from collections.abc import Mapping, Sequence

import duckdb

from peakend.warehouse import tables
from peakend.warehouse.cuboids import CUBOIDS
from peakend.warehouse.engine import MEMORY
from peakend.warehouse.questions import Question
from peakend.warehouse.schema import HISTOGRAM, SUMS

OF_FACTS = {
    "n": "count(*)",
    "signals": "sum(first)",
    "negative_signals": "sum(first_negative)",
    "positives": "count(*) FILTER (polarity = 1)",
    "neutrals": "count(*) FILTER (polarity = 0)",
    "negatives": "count(*) FILTER (polarity = -1)",
    "strength_positive": "sum(strength::DOUBLE) FILTER (polarity = 1)",
    "strength_negative": "sum(strength::DOUBLE) FILTER (polarity = -1)",
    "w": "sum(weight)",
    "w2": "sum(weight * weight)",
    "wx": "sum(weight * coalesce(value, 0))",
    "wx2": "sum(weight * coalesce(value, 0) * coalesce(value, 0))",
    **{
        name: f"count(*) FILTER (family = 'score' AND round(value) = {score})"
        for score, name in enumerate(HISTOGRAM)
    },
}


def database() -> duckdb.DuckDBPyConnection:
    """A database as large as the product's own."""
    return duckdb.connect(config={"threads": 2, "memory_limit": MEMORY})


def query_of(question: Question, sums: Sequence[str]) -> str:
    """One statement over the files of the smallest rollup that tells enough apart, or of the facts."""
    made, table, parts = _source_of(question)
    asked = question.slice
    files = ", ".join(
        f"'{table.place.local(part.path)}'"
        for part in parts
        if part.overlaps(asked.since, asked.until)
    )
    keys = [
        f"date_trunc('{name}', day)::DATE AS {name}" if name in ("week", "month") else name
        for name in question.by
    ]
    wanted = ", ".join([*keys, *(f"{made[name]} AS sum_{name}" for name in sums)])
    conditions = [
        f"{name} IN ({', '.join(repr(value) for value in values)})"
        for name, values in question.asked.items()
        if values
    ]
    if asked.since:
        conditions.append(f"day >= DATE '{asked.since}'")
    if asked.until:
        conditions.append(f"day < DATE '{asked.until}'")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    grouped = " GROUP BY ALL" if keys else ""
    return f"SELECT {wanted} FROM read_parquet([{files}], hive_partitioning=true){where}{grouped}"


def _source_of(
    question: Question,
) -> tuple[Mapping[str, str], tables.Table, Sequence[tables.Part]]:
    """How each sum is made, and of which files of which table."""
    rollups = [
        one for one in CUBOIDS if question.told_apart <= {*one.dimensions} and not one.monthly
    ]
    if not rollups:
        facts = tables.observations()
        return OF_FACTS, facts, tables.snapshot(facts).parts
    cells = tables.cells()
    stored = tables.snapshot(cells).parts
    of_each = [[part for part in stored if part.partition["cuboid"] == one.name] for one in rollups]
    smallest = min(of_each, key=lambda parts: sum(part.rows for part in parts))
    return {name: f"sum({name})" for name in SUMS}, cells, smallest
