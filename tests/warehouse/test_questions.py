"""Any question gets the sums of its observations, whichever source answers it."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from peakend.warehouse import cells, questions, shelf
from peakend.warehouse.cells import CellRow, Slice, read_cells, refresh_cells
from peakend.warehouse.cuboids import CUBOIDS
from peakend.warehouse.facts import append_facts
from peakend.warehouse.questions import Question
from tests.warehouse.builders import DEFAULTS, facts

FIRST = date(2026, 1, 20)
VALUES: dict[str, list[Any]] = {
    "unit": [None, 1, 2, 3],
    "channel": ["shop", "a channel with a long name", "it's"],
    "brand": ["own", "other", ""],
    "segment": ["", "member"],
    "product": ["", "tea"],
    "source": ["s", "t"],
}
CODES = {
    "score": ["nps", "csat"],
    "opinion": ["taste", "noise"],
    "voice": ["voice"],
    "event": ["visit"],
}


def _drawn(number: int) -> dict[str, Any]:
    """A row whose dimensions do not depend on each other: digits of a number in mixed radix."""
    row: dict[str, Any] = {}
    mixed = number * 2_654_435_761 % 2**32
    for name, values in VALUES.items():
        mixed, at = divmod(mixed, len(values))
        row[name] = values[at]
    mixed, at = divmod(mixed, len(CODES))
    row["family"] = sorted(CODES)[at]
    row["code"] = CODES[row["family"]][mixed % len(CODES[row["family"]])]
    row["day"] = FIRST + timedelta(days=number * 7 % 95)
    row["value"] = [None, 0.0, 3.0, 7.5, 10.0, -1.0][number % 6]
    row["polarity"] = [None, -1, 0, 1][number % 4]
    row["strength"] = [None, 1.0, 5.0][number % 3]
    row["weight"] = [1.0, 0.5][number % 2]
    row["first"] = int(number % 5 > 0)
    row["first_negative"] = int(number % 4 == 1)
    return row


ROWS = [_drawn(number) for number in range(400)]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    """The rows in a warehouse, in several deliveries."""
    place: Path = tmp_path_factory.mktemp("warehouse")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PEAKEND_WAREHOUSE", str(place))
        for start in range(0, len(ROWS), 100):
            signals = range(start + 1, start + 101)
            some = [{**ROWS[n - 1], "signal": n} for n in signals]
            append_facts(facts(*some), start + 100, start)
            refresh_cells()
    return place


@pytest.fixture(autouse=True)
def _there(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKEND_WAREHOUSE", str(loaded))


def expected(question: Question) -> dict[tuple, CellRow]:
    """The same sums, one row at a time."""
    slice = question.slice
    sums: dict[tuple, CellRow] = {}
    for row in ROWS:
        row = {**DEFAULTS, **row}
        day = row["day"]
        if (slice.since and day < slice.since) or (slice.until and day >= slice.until):
            continue
        if slice.units is not None and row["unit"] not in slice.units:
            continue
        if any(values and row[name] not in values for name, values in question.asked.items()):
            continue
        periods = {"week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}
        key = tuple({**row, **periods}[name] for name in question.by)
        value, weight, strength = row["value"] or 0.0, row["weight"], row["strength"] or 0.0
        score = round(row["value"] + 1e-9) if row["value"] is not None else None
        one = CellRow(
            key, 1, row["first"], row["first_negative"],
            int(row["polarity"] == 1), int(row["polarity"] == 0), int(row["polarity"] == -1),
            strength * (row["polarity"] == 1), strength * (row["polarity"] == -1),
            weight, weight**2, weight * value, weight * value**2,
            tuple(int(row["family"] == "score" and score == bar) for bar in range(11)),
        )  # fmt: skip
        sums[key] = sums[key] + one if key in sums else one
    return sums


def mistakes(question: Question) -> list[str]:
    """What is wrong in the answer to a question, in words; nothing where every sum is right."""
    wanted, found = expected(question), questions.answer(question)
    keys = [row.key for row in found]
    in_order = sorted(wanted, key=lambda key: tuple((v is None, v) for v in key))
    if keys != in_order:
        return [f"rows {keys}, not {in_order}"]
    return [
        f"{name} at {row.key} is {value!r}, not {other!r}"
        for row in found
        for name, value, other in zip(row._fields[1:], row[1:], wanted[row.key][1:], strict=True)
        if name not in ("strength_positive", "strength_negative") or _speaks(question)
        if not isinstance(value, int | float | tuple) or value != pytest.approx(other, rel=1e-9)
    ]


def _speaks(question: Question) -> bool:
    """Only opinions have a strength; of other families it is not read."""
    return not question.families or "opinion" in question.families


def subsets(values: list[Any]) -> st.SearchStrategy[tuple]:
    return st.sampled_from([()] * 4 + [c for n in (1, 2) for c in combinations(values, n)])


names = {"channel": "channels", "brand": "brands", "segment": "segments", "product": "products", "source": "sources"}  # fmt: skip
days = st.none() | st.dates(FIRST - timedelta(days=3), FIRST + timedelta(days=100))
asked = st.builds(
    Question,
    st.builds(
        Slice,
        since=days,
        until=days,
        units=st.sampled_from([None, None, frozenset(), frozenset({1}), frozenset({1, 3})]),
        **{field: subsets(VALUES[name]) for name, field in names.items()},
    ),
    st.lists(
        st.sampled_from([*VALUES, "day", "week", "month", "family", "code"]),
        unique=True,
        max_size=3,
    ).map(tuple),
    subsets(list(CODES)),
    st.sampled_from([(), (), ("nps",), ("taste", "visit")]),
)


@pytest.mark.slow
@pytest.mark.parametrize("kept", [0, 10**9], ids=["from files", "from memory"])
def test_any_question_gets_the_sums_of_its_observations(kept: int, monkeypatch) -> None:
    monkeypatch.setattr(shelf, "MOST_ROWS", kept)

    @given(asked)
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(question: Question) -> None:
        since, until = question.slice.since, question.slice.until
        assume(not (since and until and since > until))
        assert mistakes(question) == []

    ask()


@pytest.mark.in_process
def test_rollups_that_do_not_fit_together_do_not_push_each_other_out(monkeypatch) -> None:
    monkeypatch.setattr(shelf, "_copies", {})
    asked = [Question(Slice(), (name,), ("opinion",), ()) for name in ("channel", "source")]
    assert mistakes(asked[0]) == []
    (held,) = shelf._copies.values()
    monkeypatch.setattr(shelf, "MOST_TOGETHER", held.rows)
    assert mistakes(asked[1]) == []
    assert [*shelf._copies.values()] == [held]
    monkeypatch.setattr(shelf, "HELD_FOR", 0.0)
    assert mistakes(asked[1]) == []
    assert held not in shelf._copies.values()


@pytest.mark.parametrize("cuboid", CUBOIDS, ids=lambda cuboid: cuboid.name)
def test_every_rollup_says_what_the_facts_say(cuboid, monkeypatch) -> None:
    by = ("month", "family", "code", *cuboid.dimensions)
    monkeypatch.setattr(questions, "CUBOIDS", (cuboid,))
    assert mistakes(Question(Slice(), by, (), ())) == []
    monkeypatch.setattr(questions, "CUBOIDS", ())
    assert mistakes(Question(Slice(), by, (), ())) == []


def test_months_between_two_days_are_read_by_month_and_the_ends_by_day(monkeypatch) -> None:
    read: defaultdict[str, list] = defaultdict(list)
    real = questions._read

    def note(question, since, until, source):
        read[source.cuboid.name if source.cuboid else "facts"].append((since, until))
        return real(question, since, until, source)

    monkeypatch.setattr(questions, "_read", note)
    monkeypatch.setattr(
        questions, "CUBOIDS", [one for one in CUBOIDS if one.name in ("unit", "unit_month")]
    )
    # Made dear, so that the few rows of this test are worth cutting.
    monkeypatch.setattr(
        questions.Source,
        "cost",
        property(lambda self: 1 if self.cuboid.monthly else 9 * len({p.month for p in self.parts})),
    )
    slice = Slice(since=date(2026, 1, 25), until=date(2026, 4, 3), units=frozenset({1, 2}))
    assert mistakes(Question(slice, ("unit",), (), ())) == []
    assert read == {
        "unit_month": [(date(2026, 2, 1), date(2026, 4, 1))],
        "unit": [(date(2026, 1, 25), date(2026, 2, 1)), (date(2026, 4, 1), date(2026, 4, 3))],
    }


def test_a_question_no_rollup_covers_goes_to_the_facts() -> None:
    slice = Slice(segments=("member",), channels=("shop",))
    question = Question(slice, (), (), ())
    assert questions.source_of(question, None, None, monthly=False).cuboid is None
    assert questions.cost_of(question) == len(ROWS) * questions.FACT_COST
    narrower = replace(question, slice=Slice(segments=("member",)))
    assert questions.cost_of(narrower) <= len(ROWS)


def test_a_question_is_compiled_once_for_every_date_and_code() -> None:
    questions._sql.cache_clear()
    for month in (1, 2, 3):
        for code in ("nps", "csat"):
            read_cells(
                Slice(since=date(2026, month, 1), units=frozenset({month})),
                ("day",),
                ("score",),
                (code,),
            )
    assert questions._sql.cache_info().misses == 1


def test_an_answer_is_kept_until_the_cells_move_on(monkeypatch) -> None:
    first = read_cells(Slice(), ("channel",))
    monkeypatch.setattr(questions, "_read", lambda *_: pytest.fail("asked again"))
    assert read_cells(Slice(), ("channel",)) is first
    cells._answers.clear()
