"""A cross-tab as it is drawn: a real table, letters for what differs, shades that say no more than words do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from peakend.methods.estimate import Estimate
from peakend.metrics.crosstabs import LEAST, Cell, Column, CrossTabReading, Line
from peakend.metrics.display import Display
from peakend.opinions.queries import aspect_title
from peakend.web.crosstabs.asked import Asked
from peakend.web.metrics import tables
from peakend.web.shell import numbers
from peakend.web.shell.figures import display_of, title_of
from peakend.web.voices.answers import have_words

SHARE = Display(0, 0, 100, "%")
STEPS = (2.0, 3.0)  # half intervals off the whole from which a shade is deeper
Codes = frozenset[str]


@dataclass(frozen=True)
class Head:
    """One column: its letter, how many answers, and the words of its customers."""

    title: str
    letter: str
    n: str
    enough: bool
    url: str


@dataclass(frozen=True)
class Box:
    """One cell ready to draw. ``value`` is empty where the column has too few answers."""

    value: str
    letters: str
    shade: str
    arrow: str
    label: str
    url: str


@dataclass(frozen=True)
class Row:
    """One row with the value of all columns together."""

    title: str
    whole: str
    boxes: tuple[Box, ...]
    is_summary: bool


@dataclass(frozen=True)
class Table:
    """The cross-tab in words."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    n: str
    left_out: int
    is_wordless: bool = False  # whether no answer to the question has words beside it


def table_of(asked: Asked, found: CrossTabReading) -> Table:
    """The reading as a table."""
    title = tables.title_in(asked.by)
    speaking = _speaking(asked, found)
    heads = tuple(_head(asked, one, place, title) for place, one in enumerate(found.columns))
    rows = tuple(_row(asked, line, found, heads, speaking) for line in found.lines)
    return Table(
        heads,
        rows,
        numbers.number(found.n),
        found.left_out,
        is_wordless=asked.ask.kind == "answers" and not speaking,
    )


def letter(place: int) -> str:
    """A, B, C …; there are never more columns than letters."""
    return chr(ord("A") + place)


def row_title(line: Line) -> str:
    """What the row is called."""
    if line.kind == "metric" and line.chosen is not None:
        return title_of(line.chosen.definition, line.chosen.aspect)
    if line.kind == "answer":
        return _("Answer {score}").format(score=line.code)
    return aspect_title(line.code)


def display_in(line: Line) -> Display:
    """How the row's values are written."""
    return display_of(line.chosen.definition) if line.chosen is not None else SHARE


def _head(asked: Asked, column: Column, place: int, title: Any) -> Head:
    query = asked.view.query_string(**_held(asked, column)) if column.value else ""
    return Head(
        title=title(column.value),
        letter=letter(place),
        n=numbers.number(column.n),
        enough=column.enough,
        url=f"{reverse('voices:index')}?{query}" if query else "",
    )


def _row(
    asked: Asked, line: Line, found: CrossTabReading, heads: tuple[Head, ...], speaking: Codes
) -> Row:
    boxes = tuple(
        _box(asked, line, cell, found.columns[place], heads[place], heads, speaking)
        for place, cell in enumerate(line.cells)
    )
    is_summary = line.kind == "metric" and asked.ask.kind == "answers"
    return Row(row_title(line), written(line.whole.value, display_in(line)), boxes, is_summary)


def _box(
    asked: Asked, line: Line, cell: Cell | None, column: Column, head: Head,
    heads: tuple[Head, ...], speaking: Codes,
) -> Box:  # fmt: skip
    where = f"{row_title(line)} · {head.title}"
    if cell is None or cell.estimate.value is None:
        few = _("{where}: too few to say").format(where=where)
        return Box("", "", "", "", few, "")
    shown, one = display_in(line), cell.estimate
    value = written(one.value, shown)
    parts = [
        _("{where}: {value}, n = {n}").format(where=where, value=value, n=numbers.number(one.n))
    ]
    if one.low is not None and one.high is not None:
        between = numbers.between(one.low * shown.scale, one.high * shown.scale, shown.decimals)
        parts.append(_("95% interval {interval}").format(interval=between))
    if cell.off:
        parts.append(_("above the whole") if cell.off > 0 else _("below the whole"))
    if cell.above:
        names = _(", ").join(heads[other].title for other in cell.above)
        parts.append(_("higher than {columns}").format(columns=names))
    return Box(
        value=value,
        letters="".join(letter(other) for other in cell.above),
        shade=_shade(line, cell),
        arrow="" if not cell.off else "↑" if cell.off > 0 else "↓",
        label=_("; ").join(parts),
        url=_words(asked, line, one, column, speaking),
    )


def _shade(line: Line, cell: Cell) -> str:
    """``good-2``, ``bad-1``, and ``up-3`` or ``down-1`` where neither side is better."""
    if not cell.off:
        return ""
    depth = 1 + sum(abs(cell.off) > step for step in STEPS)
    better = _better(line)
    if better:
        return f"{'good' if cell.off * better > 0 else 'bad'}-{depth}"
    return f"{'up' if cell.off > 0 else 'down'}-{depth}"


def _better(line: Line) -> int:
    if line.chosen is not None:
        return line.chosen.definition.better
    return -1 if line.kind == "complaint" else 0


def _speaking(asked: Asked, found: CrossTabReading) -> Codes:
    """The questions of the rows whose answers can have words beside them: asked of each once."""
    codes = {code for line in found.lines for code in _scored(asked, line)}
    return frozenset(code for code in sorted(codes) if have_words(code))


def _scored(asked: Asked, line: Line) -> tuple[str, ...]:
    """The questions whose answers a row tells."""
    if line.kind == "answer":
        return (asked.ask.code,)
    if line.chosen is not None and line.chosen.definition.family == "score":
        return line.chosen.definition.codes
    return ()


def _words(asked: Asked, line: Line, one: Estimate, column: Column, speaking: Codes) -> str:
    """The verbatims behind a cell: those about the row's topic, or beside the row's answers.

    Of a column without a name, of what nobody said or answered, and of events there are none.
    """
    if not column.value or (line.chosen is None and not one.value):
        return ""
    held = _held(asked, column)
    if codes := _scored(asked, line):
        if not speaking.issuperset(codes):
            return ""
        answer = f"{codes[0]}:{line.code}" if line.kind == "answer" else codes[0]
        # An address names one question: of several none is named.
        held["answer"] = answer if len(codes) == 1 else ""
    if line.kind == "answer":
        return _voices(asked, **held)
    if line.chosen is None:
        return _voices(
            asked, aspect=line.code, polarity="-1" if line.kind == "complaint" else "", **held
        )
    if line.chosen.definition.family == "event":
        return ""
    held.setdefault("source", asked.view.source)  # else the sources were looked up for each cell
    return tables.words_url(asked.view, line.chosen.definition, line.chosen.aspect, **held)


def _voices(asked: Asked, **changes: Any) -> str:
    return f"{reverse('voices:index')}?{asked.view.query_string(**changes)}"


def _held(asked: Asked, column: Column) -> dict[str, Any]:
    """What an address says of the column alone; of a month no more than lies in the page's period."""
    held, view = tables.held_to(asked.by, column.value), asked.view
    if "since" in held and view.since:
        held["since"] = max(held["since"], view.since)
    if "until" in held and view.until:
        held["until"] = min(held["until"], view.until - timedelta(days=1))
    return held


def written(value: float | None, shown: Display) -> str:
    """A value with its unit."""
    if value is None:
        return ""
    write = numbers.signed if shown.is_signed else numbers.number
    return write(value * shown.scale, shown.decimals) + shown.unit


def too_few() -> str:
    """Why a cell is empty."""
    return _("fewer than {n} answers").format(n=LEAST)


def as_numbers(one: Estimate, shown: Display) -> list[object]:
    """Value and interval for a file."""
    return [
        "" if part is None else round(part * shown.scale, 4)
        for part in (one.value, one.low, one.high)
    ]
