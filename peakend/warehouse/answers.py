"""Questions that cells cannot answer: answers of one respondent side by side, values within bounds,
customers who came again. They read facts; what was answered is kept until the facts move on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pyarrow as pa

from peakend.warehouse import tables
from peakend.warehouse.cells import PERIODS, CellRow, Slice
from peakend.warehouse.compiled import compile_sql, parameter, relation
from peakend.warehouse.engine import run
from peakend.warehouse.schema import CELLS, HISTOGRAM, OBSERVATIONS

MOST_KEPT = 300
_COLUMNS = {
    "units": "unit",
    "channels": "channel",
    "brands": "brand",
    "segments": "segment",
    "products": "product",
    "sources": "source",
}
_ABOUT = ("day", "unit", "channel", "brand", "segment", "product", "source")


@dataclass(frozen=True)
class _Shape:
    """What distinguishes one question's SQL from another's; values are bound when it runs."""

    kind: str
    by: tuple[str, ...]
    columns: tuple[str, ...]
    since: bool
    until: bool
    width: int = 0


def read_answers(slice: Slice, codes: Sequence[str], family: str = "score") -> pa.Table:
    """The answers of each response side by side: ``signal``, what it is about, ``c0`` … one a code.

    A question that was not answered is null. One response is one signal.
    """
    shape = _shape("answers", (), slice, width=len(codes))
    values = {**_values(slice), "family": family, "codes": list(codes)}
    values |= {f"code{place}": code for place, code in enumerate(codes)}
    return _kept(shape, values)


def read_within(
    slice: Slice,
    by: tuple[str, ...],
    family: str,
    codes: tuple[str, ...],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> list[CellRow]:
    """How many recorded values lie within bounds (``positives``) and without (``negatives``), of ``n``."""
    shape = _shape("within", by, slice)
    bounds = {
        "at_least": -1e308 if at_least is None else float(at_least),
        "at_most": 1e308 if at_most is None else float(at_most),
    }
    values = {**_values(slice), "family": family, "codes": list(codes), **bounds}
    return _counted(_kept(shape, values), by)


def read_returning(
    slice: Slice, by: tuple[str, ...], codes: tuple[str, ...], days: int
) -> list[CellRow]:
    """Known customers with such an event in the slice (``n``), and who had one in the ``days`` before.

    ``positives`` came again, ``negatives`` came for the first time in so many days.
    """
    shape = _shape("returning", by, slice)
    values = {**_values(slice), "codes": list(codes), "days": days}
    return _counted(_kept(shape, values), by)


def read_lost(
    slice: Slice, by: tuple[str, ...], codes: tuple[str, ...], days: int, newest: date
) -> list[CellRow]:
    """Known customers whose time to come again ran out within the slice (``n``), and who had not come.

    Who had such an event on a day counts ``days`` later: as lost (``negatives``) without another
    by then, else as kept (``positives``). Nothing is said before that time has passed (``newest``).
    """
    until = min(slice.until or date.max, newest + timedelta(days=1))
    shape = _shape("lost", by, slice, until=True)
    values = {**_values(slice), "until": until, "codes": list(codes), "days": days}
    return _counted(_kept(shape, values), by)


_answers: dict[Any, pa.Table] = {}


def _kept(shape: _Shape, values: dict[str, Any]) -> pa.Table:
    facts = tables.observations()
    held = tables.snapshot(facts)
    question = (facts.uri, held.version, shape, repr(sorted(values.items())))
    if (kept := _answers.get(question)) is not None:
        return kept
    found = _answers[question] = run(_sql(shape), facts, held.parts, values)
    while len(_answers) > MOST_KEPT:
        _answers.pop(next(iter(_answers)), None)
    return found


def _shape(
    kind: str, by: tuple[str, ...], slice: Slice, *, until: bool = False, width: int = 0
) -> _Shape:
    known = {*_ABOUT, *PERIODS, "code"}
    if unknown := [name for name in by if name not in known]:
        raise ValueError(f"facts are not told apart by {', '.join(unknown)}")
    columns = tuple(
        column
        for field, column in _COLUMNS.items()
        if getattr(slice, field) or (field == "units" and slice.units is not None)
    )
    return _Shape(kind, by, columns, bool(slice.since), until or bool(slice.until), width)


def _values(slice: Slice) -> dict[str, Any]:
    values: dict[str, Any] = {
        column: sorted(getattr(slice, field))
        for field, column in _COLUMNS.items()
        if getattr(slice, field) or (field == "units" and slice.units is not None)
    }
    if slice.since:
        values["since"] = slice.since
    if slice.until:
        values["until"] = slice.until
    return values


@lru_cache(maxsize=256)
def _sql(shape: _Shape, dialect: str = "duckdb") -> str:
    return compile_sql(_EXPRESSIONS[shape.kind](shape), dialect)


def _sliced(shape: _Shape) -> Any:
    """The facts of the slice, but of any day."""
    rows = relation("observations", OBSERVATIONS)
    for column in shape.columns:
        kind = "int64" if column == "unit" else "string"
        rows = rows.filter(parameter(column, f"array<{kind}>").contains(rows[column]))
    return rows.filter(parameter("codes", "array<string>").contains(rows.code))


def _dated(rows: Any, shape: _Shape, day: Any) -> Any:
    if shape.since:
        rows = rows.filter(day >= parameter("since", "date"))
    if shape.until:
        rows = rows.filter(day < parameter("until", "date"))
    return rows


def _keys(rows: Any, shape: _Shape, day: Any) -> dict[str, Any]:
    return {
        f"key_{name}": day.truncate(name[0].upper()).cast("date")
        if name in ("week", "month")
        else (day if name == "day" else rows[name])
        for name in shape.by
    }


def _answers_sql(shape: _Shape) -> Any:
    rows = _sliced(shape)
    rows = rows.filter(rows.family == parameter("family", "string"))
    rows = _dated(rows, shape, rows.day)
    sides = {
        f"c{place}": rows.value.max(where=rows.code == parameter(f"code{place}", "string"))
        for place in range(shape.width)
    }
    about = {name: rows[name].max() for name in _ABOUT}
    return rows.group_by("signal").aggregate(**about, **sides).order_by("signal")


def _within_sql(shape: _Shape) -> Any:
    rows = _sliced(shape)
    rows = rows.filter(rows.family == parameter("family", "string"), rows.value.notnull())
    rows = _dated(rows, shape, rows.day)
    hit = (rows.value >= parameter("at_least", "float64")) & (
        rows.value <= parameter("at_most", "float64")
    )
    sums = {"n": rows.count(), "hits": hit.cast("int64").sum()}
    return _grouped(rows, _keys(rows, shape, rows.day), sums)


def _customers(shape: _Shape) -> Any:
    rows = _sliced(shape)
    return rows.filter(rows.family == "event", rows.customer.notnull())


def _neighbours(shape: _Shape, rows: Any) -> Any:
    """Each customer's events in their order, apart in every dimension asked for."""
    import ibis

    apart = [name for name in shape.by if name not in PERIODS]
    return ibis.window(group_by=["customer", *apart], order_by=[rows.time, rows.id])


def _returning_sql(shape: _Shape) -> Any:
    rows = _customers(shape)
    before = rows.day.lag().over(_neighbours(shape, rows))
    rows = rows.mutate(gap=rows.day.delta(before, unit="day"))
    rows = _dated(rows, shape, rows.day)
    again = rows.gap.notnull() & (rows.gap <= parameter("days", "int64"))
    sums = {
        "n": rows.customer.nunique(),
        "hits": rows.customer.nunique(where=again),
    }
    return _grouped(rows, _keys(rows, shape, rows.day), sums)


def _lost_sql(shape: _Shape) -> Any:
    rows = _customers(shape)
    after = rows.day.lead().over(_neighbours(shape, rows))
    rows = rows.mutate(
        gap=after.delta(rows.day, unit="day"),
        due=rows.day + parameter("days", "int64").as_interval("D"),
    )
    rows = rows.mutate(due=rows.due.cast("date"))
    rows = _dated(rows, shape, rows.due)
    lost = rows.gap.isnull() | (rows.gap > parameter("days", "int64"))
    sums = {
        "n": rows.customer.nunique(),
        "hits": rows.customer.nunique() - rows.customer.nunique(where=lost),
    }
    return _grouped(rows, _keys(rows, shape, rows.due), sums)


def _grouped(rows: Any, keys: dict[str, Any], sums: dict[str, Any]) -> Any:
    if not keys:
        return rows.aggregate(**sums)
    return rows.group_by(**keys).aggregate(**sums).order_by(list(keys))


_EXPRESSIONS = {
    "answers": _answers_sql,
    "within": _within_sql,
    "returning": _returning_sql,
    "lost": _lost_sql,
}


def _counted(found: pa.Table, by: tuple[str, ...]) -> list[CellRow]:
    """Counts as the sums that formulas take."""
    keys = [
        found.column(f"key_{name}")
        .cast(pa.date32() if name in PERIODS else CELLS.field(name).type)
        .to_pylist()
        for name in by
    ]
    key = list(zip(*keys, strict=True)) if keys else [()] * found.num_rows
    counts = (found.column(name).cast(pa.int64()).to_pylist() for name in ("n", "hits"))
    return [
        counted_row(place, n, hits or 0) for place, n, hits in zip(key, *counts, strict=True) if n
    ]


def counted_row(key: tuple[Any, ...], n: int, hits: int) -> CellRow:
    """``n`` cases of which ``hits`` are what was asked for."""
    return CellRow(
        key, n, n, n - hits, hits, 0, n - hits, 0.0, 0.0, float(n), float(n), float(hits),
        float(hits), (0,) * len(HISTOGRAM),
    )  # fmt: skip
