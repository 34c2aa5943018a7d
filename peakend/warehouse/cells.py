"""Rollup cells: recomputed from facts where touched, read by every page.

A cell is one day × family × code × unit × channel × brand × segment × product × source with
sufficient statistics, so fifty rows and five hundred million are the same call to a method.
"""

from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from peakend.warehouse import tables
from peakend.warehouse.engine import compile_sql, relation, run, run_in_memory
from peakend.warehouse.schema import CELLS, DIMENSIONS, FLOAT_SUMS, HISTOGRAM, SUMS

PERIODS = ("day", "week", "month")


@dataclass(frozen=True)
class Slice:
    """Which observations a figure is about. Empty means all; ``until`` is exclusive."""

    since: date | None = None
    until: date | None = None
    units: frozenset[int] | None = None
    channels: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellRow:
    """Sums over the cells that share ``key`` (the values asked for, in their order)."""

    key: tuple[Any, ...]
    n: int
    signals: int
    negative_signals: int
    positives: int
    neutrals: int
    negatives: int
    strength_positive: float
    strength_negative: float
    w: float
    w2: float
    wx: float
    wx2: float
    histogram: tuple[int, ...]  # of scores 0..10

    def __add__(self, other: "CellRow") -> "CellRow":
        """The sums of both, under this row's key."""
        sums = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
            if field.name not in {"key", "histogram"}
        }
        histogram = tuple(a + b for a, b in zip(self.histogram, other.histogram, strict=True))
        return CellRow(key=self.key, histogram=histogram, **sums)


def refresh_cells() -> list[str]:
    """Recompute the months that facts have reached since the cells' position; say which.

    The position is recorded with the cells, so a refresh cut short is simply done again.
    """
    facts, rollup = tables.observations(), tables.cells()
    reached, held = facts.position(), rollup.position()
    if reached <= held:
        return []
    months = _touched_months(held)
    if not months:
        return []
    rollup.replace_months(months, _rolled_up(months), reached)
    return months


def read_cells(
    slice: Slice,
    by: tuple[str, ...] = (),
    families: tuple[str, ...] = (),
    codes: tuple[str, ...] = (),
) -> list[CellRow]:
    """Sums of the slice's cells, one row for each combination of ``by``, in its order.

    ``by`` names dimensions of a cell or periods (``day``, ``week`` as its Monday, ``month`` as
    its first day). Answers are kept until the table moves on.

    Raises:
        ValueError: ``by`` names something a cell is not told apart by.
    """
    if unknown := [name for name in by if name not in (*DIMENSIONS, *PERIODS)]:
        raise ValueError(f"cells are not told apart by {', '.join(unknown)}")
    rollup = tables.cells()
    version, __ = tables.snapshot(rollup)
    question = (rollup.uri, slice, by, families, codes)
    if (kept := _answers.get((version, question))) is not None:
        return kept
    version, found = run_in_memory(_reading_sql(*question), rollup)
    rows = _answers[version, question] = _rows(found, by)
    while len(_answers) > 2_000:
        _answers.pop(next(iter(_answers)), None)
    return rows


_answers: dict[Any, list[CellRow]] = {}


def newest_day() -> date | None:
    """The day of the newest observation, or nothing."""
    days = [row.key[0] for row in read_cells(Slice(), by=("day",))]
    return max(days) if days else None


def _touched_months(held: int) -> list[str]:
    facts = tables.observations()
    sql = compile_sql(relation(facts).filter(_.signal > held).select("month").distinct())
    return sorted(run(sql, facts).column("month").to_pylist())


def _rolled_up(months: list[str]) -> pa.Table:
    facts = tables.observations()
    # A month at a time bounds the memory, whatever the history's length.
    parts = []
    __, files = tables.snapshot(facts)
    for month in months:
        own = [file for file in files if f"month={month}/" in file]
        parts.append(run(_rollup_sql(facts.uri), facts, own).select(CELLS.names).cast(CELLS))
    return pa.concat_tables(parts)


@lru_cache(maxsize=4)
def _rollup_sql(uri: str) -> str:
    """The rollup as an expression that DuckDB and Spark run alike."""
    facts = relation(tables.observations())
    zero = ibis.literal(0.0)
    value = _.value.fill_null(0.0)
    score = _.value.round().cast("int64")
    counted = _.family == "score"
    sums = {
        "n": _.count(),
        "signals": _["first"].cast("int64").sum(),
        "negative_signals": _.first_negative.cast("int64").sum(),
        "positives": (_.polarity == 1).fill_null(False).cast("int64").sum(),
        "neutrals": (_.polarity == 0).fill_null(False).cast("int64").sum(),
        "negatives": (_.polarity == -1).fill_null(False).cast("int64").sum(),
        "strength_positive": ibis.cases((_.polarity == 1, _.strength.cast("float64")), else_=zero)
        .fill_null(0.0)
        .sum(),
        "strength_negative": ibis.cases((_.polarity == -1, _.strength.cast("float64")), else_=zero)
        .fill_null(0.0)
        .sum(),
        "w": _.weight.sum(),
        "w2": (_.weight * _.weight).sum(),
        "wx": (_.weight * value).sum(),
        "wx2": (_.weight * value * value).sum(),
    }
    for number, name in enumerate(HISTOGRAM):
        sums[name] = (counted & (score == number)).fill_null(False).cast("int64").sum()
    return compile_sql(facts.group_by("month", *DIMENSIONS).aggregate(**sums))


@lru_cache(maxsize=4_096)
def _reading_sql(
    uri: str,
    slice: Slice,
    by: tuple[str, ...],
    families: tuple[str, ...],
    codes: tuple[str, ...],
) -> str:
    rows = relation(tables.cells())
    if slice.since:
        rows = rows.filter(_.day >= slice.since, _.month >= f"{slice.since:%Y-%m}")
    if slice.until:
        rows = rows.filter(_.day < slice.until, _.month <= f"{slice.until:%Y-%m}")
    wanted = {
        "unit": sorted(slice.units) if slice.units is not None else None,
        "channel": slice.channels or None,
        "brand": slice.brands or None,
        "segment": slice.segments or None,
        "product": slice.products or None,
        "source": slice.sources or None,
        "family": families or None,
        "code": codes or None,
    }
    for column, values in wanted.items():
        if values is not None:
            rows = rows.filter(rows[column].isin(list(values)))
    keys = {
        name: rows.day.truncate(name[0].upper()).cast("date")
        if name in ("week", "month")
        else rows[name]
        for name in by
    }
    sums = {f"sum_{name}": rows[name].sum() for name in SUMS}
    if not keys:
        return compile_sql(rows.aggregate(**sums))
    grouped = rows.group_by(**{f"key_{name}": key for name, key in keys.items()}).aggregate(**sums)
    return compile_sql(grouped.order_by([f"key_{name}" for name in by]))


def _rows(table: pa.Table, by: tuple[str, ...]) -> list[CellRow]:
    columns = [
        # DuckDB truncates a date into a timestamp.
        (
            table.column(f"key_{name}").cast(pa.date32())
            if name in PERIODS
            else table.column(f"key_{name}")
        ).to_pylist()
        for name in by
    ]
    # DuckDB sums integers into 128 bits; nobody hears that many voices.
    sums = {
        name: table.column(f"sum_{name}")
        .cast(pa.float64() if name in FLOAT_SUMS else pa.int64())
        .to_pylist()
        for name in SUMS
    }
    rows = []
    for row in range(table.num_rows):
        if sums["n"][row] is None:  # a sum over nothing
            continue
        rows.append(
            CellRow(
                key=tuple(column[row] for column in columns),
                histogram=tuple(sums[name][row] for name in HISTOGRAM),
                **{name: sums[name][row] for name in SUMS if name not in HISTOGRAM},
            )
        )
    return rows
