"""A process that asks the warehouse what a page asks, and DuckDB the same by hand.

``questions.py dashboard`` over cells, ``questions.py crosstab`` over facts.
"""

import json
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median

from bench.measure import by_hand
from bench.measure.timing import seconds_of
from peakend.warehouse.cells import CellRow, Slice, newest_day
from peakend.warehouse.questions import Question, answer
from peakend.warehouse.schema import HISTOGRAM, STRENGTHS, SUMS

SCORES = ("nps", "csat", "ces", "rating")
ROUNDS = 5


def main() -> None:
    """Medians of each question's seconds, summed; both answers must agree."""
    newest = newest_day()
    assert newest
    asked = [*_OF[sys.argv[1]](newest + timedelta(days=1))]
    database = by_hand.database()
    ours = peer = 0.0
    for question in asked:
        sums = _sums_of(question)
        sql = by_hand.query_of(question, sums)
        answer(question)  # its shape is compiled once, and small rollups are fetched once
        database.execute(sql).fetchall()
        mine, theirs = [], []
        for _ in range(ROUNDS):
            seconds, rows = seconds_of(lambda question=question: answer(question))
            mine.append(seconds)
            seconds, expected = seconds_of(lambda sql=sql: database.execute(sql).fetchall())
            theirs.append(seconds)
        _agree(rows, expected, sums)
        ours += median(mine)
        peer += median(theirs)
    print(json.dumps({"ours": ours, "peer": peer, "questions": len(asked)}))


def _dashboard(end: date) -> Iterable[Question]:
    """Figures now and before, their weeks, and a breakdown: of the company, and of some units."""
    for units in (None, frozenset({3}), frozenset(range(20, 40))):
        for since, until in (
            (end - timedelta(days=28), end),
            (end - timedelta(days=56), end - timedelta(days=28)),
        ):
            slice = Slice(since, until, units=units)
            yield Question(slice, ("code",), ("score",), SCORES)
            yield Question(slice, ("code",), ("voice", "opinion"), ())
            yield Question(slice, ("unit",), ("score",), ("nps",))
        weeks = Slice(end - timedelta(days=182), end, units=units)
        yield Question(weeks, ("week", "code"), ("score",), SCORES)
        yield Question(weeks, ("week",), ("voice",), ())


def _crosstab(end: date) -> Iterable[Question]:
    """Cuts that no rollup tells apart."""
    year = Slice(date(end.year, 1, 1), end)
    yield Question(Slice(), ("segment", "channel"), ("opinion",), ())
    yield Question(Slice(), ("code", "segment", "channel"), ("score",), SCORES)
    yield Question(year, ("product", "channel"), ("opinion",), ("aspect_00", "aspect_01"))


def _sums_of(question: Question) -> tuple[str, ...]:
    """What can be other than zero."""
    idle: set[str] = set()
    if "score" not in question.families:
        idle |= {*HISTOGRAM}
    if "opinion" not in question.families:
        idle |= STRENGTHS
    return tuple(name for name in SUMS if name not in idle)


def _agree(rows: list[CellRow], expected: list[tuple[object, ...]], sums: tuple[str, ...]) -> None:
    width = len(rows[0].key)
    at = width + sums.index("n")
    assert {row.key: row.n for row in rows} == {one[:width]: one[at] for one in expected}


_OF = {"dashboard": _dashboard, "crosstab": _crosstab}


if __name__ == "__main__":
    main()
