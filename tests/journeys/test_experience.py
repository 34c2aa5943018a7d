"""The curve, its peak, pit and end, and whether the journey is remembered as it was."""

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from peakend.journeys.experience import emotion_of, gap_between, lived, observed
from peakend.journeys.models import Touchpoint
from peakend.warehouse.cells import Slice, read_cells, refresh_cells
from peakend.warehouse.facts import append_facts
from peakend.warehouse.schema import OBSERVATIONS


def heard(segment: str, code: str, positives: int, neutrals: int, negatives: int) -> list[dict]:
    """Opinions of a segment on an aspect."""
    told = [(1, positives), (0, neutrals), (-1, negatives)]
    return [
        {"family": "opinion", "code": code, "segment": segment, "polarity": polarity}
        for polarity, times in told
        for _ in range(times)
    ]


def measured(code: str, values: list[float]) -> list[dict]:
    return [{"family": "event", "code": code, "value": float(value)} for value in values]


def a_moment(*codes: str, minutes: int = 10, **standard) -> Touchpoint:
    return Touchpoint(name="/".join(codes), codes=list(codes), minutes=Decimal(minutes), **standard)


def observe(*groups: list[dict]) -> None:
    """Put observations into the warehouse and roll them up."""
    rows = []
    for number, given in enumerate((row for group in groups for row in group), start=1):
        row = dict.fromkeys(OBSERVATIONS.names, None) | dict.fromkeys(
            ("segment", "channel", "product", "brand", "source", "language"), ""
        )
        moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
        row |= {"id": number, "signal": 1, "time": moment, "day": moment.date(), "month": "2026-07"}
        rows.append(row | {"weight": 1.0, "first": 1, "first_negative": 0} | given)
    append_facts(pa.Table.from_pylist(rows, OBSERVATIONS), position=1)
    refresh_cells()


JOURNEY = [
    a_moment("deal", minutes=5),
    a_moment("wait_time", "queue", minutes=30),
    a_moment("taste", minutes=45),
    a_moment("farewell", minutes=2),
]
NEW = [
    heard("new", "deal", 60, 20, 20),
    heard("new", "wait_time", 10, 10, 60),
    heard("new", "queue", 0, 0, 20),
    heard("new", "taste", 90, 5, 5),
    heard("new", "farewell", 40, 10, 50),
]


def test_emotion_is_positive_less_negative_over_all(home):
    observe(heard("new", "deal", 60, 20, 20))
    [row] = read_cells(Slice())
    moments = emotion_of(row)
    assert (moments.n, moments.mean) == (100, 40)


def test_peak_pit_and_end_of_a_segment(home):
    observe(*NEW, heard("member", "taste", 30, 0, 0))
    new, member = lived(JOURNEY, Slice())
    assert [round(point.value) for point in new.curve.points] == [40, -70, 85, -10]
    assert (new.curve.pit, new.curve.peak, new.curve.end, new.curve.intense) == (1, 2, 3, 2)
    assert new.peak_end == pytest.approx((85 - 10) / 2)
    assert new.mean == pytest.approx((5 * 40 + 30 * -70 + 45 * 85 + 2 * -10) / 82)
    assert new.difference == pytest.approx(new.peak_end - new.mean)
    assert member.segment == "member"
    assert [point.value for point in member.curve.points] == [None, None, 100, None]


def test_few_observations_make_no_peak(home):
    observe(*NEW[:4], heard("new", "farewell", 3, 0, 0), heard("vip", "deal", 1, 0, 0))
    new = lived(JOURNEY, Slice())[0]
    assert new.curve.end == 2
    assert new.curve.points[3].reason == "too_few"


@pytest.mark.parametrize(
    ("end", "memory"), [((95, 5, 0), "better"), ((0, 0, 100), "worse"), ((10, 8, 9), "same")]
)
def test_a_journey_is_remembered_by_its_end(home, end, memory):
    flat = [heard("new", code, 30, 40, 30) for code in ("deal", "wait_time", "taste")]
    observe(*flat, heard("new", "farewell", *end), heard("vip", "deal", 1, 0, 0))
    assert lived(JOURNEY, Slice())[0].memory == memory


def test_without_known_segments_one_curve_stands_for_all(home):
    observe(*[[row | {"segment": ""} for row in group] for group in NEW])
    [everybody] = lived(JOURNEY, Slice())
    assert (everybody.segment, everybody.n) == ("", 400)


def test_a_single_segment_is_not_told_apart_from_the_unknown_unless_asked_for(home):
    observe(*NEW, heard("", "deal", 0, 0, 100))
    [everybody] = lived(JOURNEY, Slice())
    assert everybody.n == 500
    [new] = lived(JOURNEY, Slice(segments=("new",)))
    assert (new.segment, new.n) == ("new", 400)


def test_a_map_that_listens_to_nothing_has_no_curve(home):
    observe(*NEW)
    assert lived([a_moment()], Slice()) == []


def test_two_segments_differ_in_the_pit(home):
    member = [
        [row | {"segment": "member"} for row in group if row["code"] != "wait_time"]
        for group in NEW
    ]
    observe(*NEW, *member, heard("member", "wait_time", 60, 10, 10))
    first, second = lived(JOURNEY, Slice())
    assert gap_between(first, second, 1).excludes(0)
    assert not gap_between(first, second, 2).excludes(0)


@pytest.mark.parametrize(
    ("values", "state"),
    [([10, 12, 14] * 10, "met"), ([40, 45, 52] * 10, "missed"), ([15, 20, 25] * 3, "undecided")],
)
def test_a_standard_is_met_or_missed_only_beyond_noise(home, values, state):
    observe(measured("wait_minutes", values))
    standard = {"standard_comparator": "<=", "standard_value": Decimal(20)}
    point = a_moment(standard_metric="event:wait_minutes", **standard)
    [seen] = observed([point], Slice())
    assert (seen.state, seen.n) == (state, len(values))
    point.standard_comparator = ">="
    opposite = {"met": "missed", "missed": "met", "undecided": "undecided"}
    assert observed([point], Slice())[0].state == opposite[state]


def test_a_standard_nobody_measures_is_unmeasured(home):
    point = a_moment(standard_metric="nps", standard_value=Decimal(30))
    assert [seen.state for seen in observed([point, a_moment()], Slice())] == ["unmeasured"] * 2
