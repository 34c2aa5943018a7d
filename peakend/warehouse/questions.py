"""A question of a page, answered from the smallest source that can: a rollup, or the facts.

Its SQL is compiled once per shape; dates, codes and names are bound when it runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pyarrow as pa

from peakend.warehouse import shelf, tables
from peakend.warehouse.cells import PERIODS, CellRow, Slice
from peakend.warehouse.compiled import compiled, parameter, relation
from peakend.warehouse.cuboids import CUBOIDS, Cuboid
from peakend.warehouse.rollups import sums_of_cells, sums_of_facts
from peakend.warehouse.schema import (
    ALWAYS,
    CELLS,
    DIMENSIONS,
    HISTOGRAM,
    OBSERVATIONS,
    STRENGTHS,
    SUMS,
)
from peakend.warehouse.tables import Part, Table

# Reading a fact takes so many times as long as reading a cell: its sums have yet to be made.
FACT_COST = 4


FACT_COLUMNS = (
    *DIMENSIONS, "value", "polarity", "strength", "weight", "first", "first_negative",
)  # fmt: skip


def cell_columns(cuboid: Cuboid) -> tuple[str, ...]:
    """What there is to read of a rollup."""
    return (*ALWAYS, *cuboid.dimensions, *SUMS)


@dataclass(frozen=True)
class Question:
    """What :func:`peakend.warehouse.cells.read_cells` is asked."""

    slice: Slice
    by: tuple[str, ...]
    families: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def asked(self) -> Mapping[str, Sequence[Any]]:
        """The values each dimension is held to; none means all."""
        slice = self.slice
        return {
            "unit": sorted(slice.units or ()),
            "channel": slice.channels,
            "brand": slice.brands,
            "segment": slice.segments,
            "product": slice.products,
            "source": slice.sources,
            "family": self.families,
            "code": self.codes,
        }

    @property
    def told_apart(self) -> frozenset[str]:
        """The dimensions that a source must tell apart to answer."""
        held = {name for name, values in self.asked.items() if values}
        if self.slice.units is not None:
            held.add("unit")
        return frozenset({*held, *self.by} - {*ALWAYS, *PERIODS})


@dataclass(frozen=True)
class Shape:
    """What distinguishes one question's SQL from another's.

    ``one`` names the columns held to a single value, ``many`` those held to any of several.
    """

    of_facts: bool
    by: tuple[str, ...]
    since: bool
    until: bool
    one: tuple[str, ...]
    many: tuple[str, ...]
    sums: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Where a stretch of time is read: the files of a rollup, or of the facts (no cuboid)."""

    table: Table
    cuboid: Cuboid | None
    parts: tuple[Part, ...]

    @property
    def cost(self) -> int:
        """Rows to read, as cells."""
        rows = sum(part.rows for part in self.parts)
        return rows if self.cuboid else rows * FACT_COST


def answer(question: Question) -> list[CellRow]:
    """The sums that are asked for, in the order of ``by``."""
    found: dict[tuple[Any, ...], CellRow] = {}
    stretches = _stretches(question)
    for since, until, source in stretches:
        for row in _read(question, since, until, source):
            known = found.get(row.key)
            found[row.key] = known + row if known else row
    rows = list(found.values())
    return rows if len(stretches) == 1 else sorted(rows, key=_order)


def cost_of(question: Question) -> int:
    """How many rows have to be read for an answer, counted as cells."""
    return sum(source.cost for _, _, source in _stretches(question))


def _order(row: CellRow) -> tuple[Any, ...]:
    """As the engine sorts: what is unknown comes last."""
    return tuple((value is None, value) for value in row.key)


def _stretches(question: Question) -> list[tuple[date | None, date | None, Source]]:
    """The time asked for, cut where whole months can be read from a rollup by month."""
    since, until = question.slice.since, question.slice.until
    whole = [(since, until, source_of(question, since, until, monthly=False))]
    if {"day", "week"} & {*question.by}:
        return whole
    first = _next_month(since - timedelta(days=1)) if since else None
    last = until.replace(day=1) if until else None
    if first and last and first >= last:
        return whole
    inner = (first, last, source_of(question, first, last))
    outer = [
        (a, b, source_of(question, a, b, monthly=False))
        for a, b in ((since, first), (last, until))
        if a != b and a is not None and b is not None
    ]
    cut = [*outer[:1], inner, *outer[1:]] if len(outer) == 2 else [inner, *outer]
    return min(whole, cut, key=lambda parts: sum(source.cost for _, _, source in parts))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def source_of(
    question: Question, since: date | None, until: date | None, *, monthly: bool = True
) -> Source:
    """The cheapest source for a stretch of time; rollups by month are for whole months."""
    cells, facts = tables.cells(), tables.observations()
    stored = tables.snapshot(cells).by_cuboid
    sources = [
        Source(
            cells,
            cuboid,
            tuple(part for part in stored.get(cuboid.name, ()) if part.overlaps(since, until)),
        )
        for cuboid in CUBOIDS
        if question.told_apart <= {*cuboid.dimensions} and (monthly or not cuboid.monthly)
    ]
    if not sources:
        known = tables.snapshot(facts).parts
        held = tuple(part for part in known if part.overlaps(since, until))
        return Source(facts, None, held)
    return min(sources, key=lambda source: source.cost)


def read_source(question: Question, source: Source) -> list[CellRow]:
    """The sums of a source's files, whatever the time."""
    return _read(question, None, None, source)


def _read(
    question: Question, since: date | None, until: date | None, source: Source
) -> list[CellRow]:
    shape, values = _shape(question, since, until, source)
    columns = FACT_COLUMNS if source.cuboid is None else cell_columns(source.cuboid)
    found = shelf.run_shelved(_sql(shape), source.table, source.parts, columns, values)
    return _rows(found, shape)


def _shape(
    question: Question, since: date | None, until: date | None, source: Source
) -> tuple[Shape, dict[str, Any]]:
    asked = question.asked
    one = tuple(name for name, values in asked.items() if len(values) == 1)
    # No unit at all is an answer as well: whoever may see none sees nothing.
    none = ("unit",) if question.slice.units is not None and not question.slice.units else ()
    many = tuple(name for name, values in asked.items() if len(values) > 1) + none
    bound: dict[str, Any] = {name: asked[name][0] for name in one}
    bound |= {name: list(asked[name]) for name in many}
    if since:
        bound["since"] = since
    if until:
        bound["until"] = until
    sums = _sums_of(question.families)
    shape = Shape(source.cuboid is None, question.by, bool(since), bool(until), one, many, sums)
    return shape, bound


def _sums_of(families: tuple[str, ...]) -> tuple[str, ...]:
    """The sums that rows of these families can have other than 0."""
    idle: set[str] = set()
    if families and "score" not in families:
        idle |= set(HISTOGRAM)
    if families and "opinion" not in families:
        idle |= STRENGTHS
    return tuple(name for name in SUMS if name not in idle)


@lru_cache(maxsize=1_024)
def _sql(shape: Shape, dialect: str = "duckdb") -> str:
    return compiled(shape, lambda: _expression(shape), dialect)


def _expression(shape: Shape) -> Any:
    rows = relation("observations", OBSERVATIONS) if shape.of_facts else relation("cells", CELLS)
    kinds = {name: "int64" if name == "unit" else "string" for name in DIMENSIONS}
    if shape.since:
        rows = rows.filter(rows.day >= parameter("since", "date"))
    if shape.until:
        rows = rows.filter(rows.day < parameter("until", "date"))
    for name in shape.one:
        rows = rows.filter(rows[name] == parameter(name, kinds[name]))
    for name in shape.many:
        rows = rows.filter(parameter(name, f"array<{kinds[name]}>").contains(rows[name]))
    keys = {
        f"key_{name}": rows.day.truncate(name[0].upper()).cast("date")
        if name in ("week", "month")
        else rows[name]
        for name in shape.by
    }
    all_sums = sums_of_facts(rows) if shape.of_facts else sums_of_cells(rows)
    sums = {f"sum_{name}": all_sums[name] for name in shape.sums}
    if not keys:
        return rows.aggregate(**sums)
    return rows.group_by(**keys).aggregate(**sums).order_by(list(keys))


def _rows(table: pa.Table, shape: Shape) -> list[CellRow]:
    def column(name: str, kind: pa.DataType) -> list[Any]:
        return list(table.column(name).cast(kind).to_pylist())

    def sums(name: str) -> list[Any]:
        if name not in shape.sums:
            return [0] * table.num_rows
        # DuckDB sums integers into 128 bits; nobody hears that many voices.
        return column(f"sum_{name}", CELLS.field(name).type)

    if not shape.by and not table.column("sum_n")[0].as_py():  # a sum over nothing
        return []
    # DuckDB truncates a date into a timestamp.
    keys = [column(f"key_{name}", _kind(name)) for name in shape.by]
    histogram = zip(*(sums(name) for name in HISTOGRAM), strict=True)
    others = [sums(name) for name in SUMS if name not in HISTOGRAM]
    key = zip(*keys, strict=True) if keys else [()] * table.num_rows
    return list(map(CellRow._make, zip(key, *others, histogram, strict=True)))


def _kind(name: str) -> pa.DataType:
    """The type of a dimension or period."""
    return pa.date32() if name in PERIODS else CELLS.field(name).type
