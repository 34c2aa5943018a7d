"""A dashboard reads its figures together, and says what each says alone."""

from datetime import date

import pytest

from peakend.inbox.signals import Signal
from peakend.metrics import dashboards
from peakend.metrics.choices import Sharing
from peakend.metrics.dashboards import MOST, STANDARD, chosen_of, read_dashboard
from peakend.metrics.definitions import CATALOGUE
from peakend.metrics.errors import MayNotShare, NameTaken, WrongNumber
from peakend.metrics.queries import reading, readings
from peakend.metrics.saved_views import DashboardDraft, save_dashboard, visible_dashboards
from peakend.metrics.services import Settings, set_metric
from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source
from peakend.warehouse import cells
from peakend.warehouse.ahead import read_ahead
from peakend.warehouse.cells import Slice, read_cells
from peakend.warehouse.questions import Question
from tests.builders import a_response_signal, a_unit, a_user, a_voice_signal, an_event_signal, hear

pytestmark = pytest.mark.django_db

JUNE = Slice(since=date(2026, 6, 1), until=date(2026, 7, 1))
JULY = Slice(since=date(2026, 7, 1), until=date(2026, 8, 1))
HALF_YEAR = Slice(since=date(2026, 2, 2), until=date(2026, 8, 3))
SEVEN = ("nps", "csat", "rating", "sentiment", "complaint_rate", "experience_index", "queue_time")


@pytest.fixture
def group(home):
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    return a_unit(code="group", kind=UnitKind.GROUP)


@pytest.fixture
def stores(group):
    return [a_unit(code=code, kind=UnitKind.STORE, parent=group) for code in ("east", "west")]


def heard() -> None:
    signals: list[Signal] = []
    for month, score in ((6, 9), (7, 6)):
        for day in range(1, 21):
            time = f"2026-{month:02}-{day:02}T12:00:00+08:00"
            for unit in ("east", "west"):
                answers = {"nps": score, "csat": 3 + day % 3}
                signals += [
                    a_response_signal(answers, time=time, unit=unit),
                    a_response_signal({"nps": 10}, time=time, unit=unit),
                    a_voice_signal(rating=1 + day % 5, scale=(1, 5), time=time, unit=unit),
                    an_event_signal("queue_call", float(day), time=time, unit=unit),
                    an_event_signal("visit", 1.0, time=time, unit=unit),
                ]  # fmt: skip
    hear(*signals)


def alone(code: str, slice: Slice, by=(), compare=None):
    return readings(code, slice, by, compare=compare)


def told(one) -> tuple:
    change = one.change
    moved = (change.value, change.low, change.noise) if change else ()
    return one.n, one.value, one.low, one.high, *moved


def test_seven_figures_take_two_queries_a_cut_and_say_what_each_says_alone(stores):
    heard()
    seen = read_dashboard(
        chosen_of(SEVEN), JULY, compare=JUNE, history=HALF_YEAR, of="nps", by="unit"
    )
    assert len(seen.figures) == MOST
    assert seen.queries <= 8
    cells._answers.clear()  # now each asks for itself
    for figure in seen.figures:
        code = figure.reading.metric.code
        assert told(figure.reading) == pytest.approx(told(reading(code, JULY, compare=JUNE)))
        weekly = {one.key[0]: one.value for one in alone(code, HALF_YEAR, ("week",))}
        drawn = dict(zip(seen.weeks, figure.trend, strict=True))
        assert {week: one.value for week, one in drawn.items() if one} == pytest.approx(
            {week: weekly[week] for week, one in drawn.items() if one}
        )
    expected = [told(one) for one in alone("nps", JULY, ("unit",), JUNE)]
    assert [told(one) for one in seen.breakdown] == expected
    assert len(expected) == 2


def test_what_is_read_ahead_is_what_would_be_read_alone(stores):
    heard()
    questions = [
        Question(JULY, by, families, codes)
        for by in ((), ("week",), ("unit",), ("code",))
        for families, codes in (
            (("score",), ("nps",)),
            (("score",), ("csat", "rating")),
            (("event",), ("queue_call",)),
            (("voice",), ()),
            (("opinion",), ()),
            (("score",), ("nobody_asks_this",)),
        )
    ]
    assert read_ahead(questions) == 8
    assert read_ahead(questions) == 0
    ahead = [read_cells(one.slice, one.by, one.families, one.codes) for one in questions]
    cells._answers.clear()
    assert ahead == [read_cells(one.slice, one.by, one.families, one.codes) for one in questions]


def test_what_is_held_to_a_few_stores_is_told_apart_and_added_up_in_one_query(stores):
    heard()
    both = frozenset(store.pk for store in stores)
    few = Slice(since=date(2026, 7, 1), until=date(2026, 8, 1), units=both)
    questions = [
        Question(few, (), ("score",), ("nps", "csat")),
        Question(few, (), ("voice",), ("voice",)),
        Question(few, ("unit",), ("score",), ("nps",)),
    ]
    assert read_ahead(questions) == 1
    ahead = [read_cells(one.slice, one.by, one.families, one.codes) for one in questions]
    cells._answers.clear()
    assert ahead == [read_cells(one.slice, one.by, one.families, one.codes) for one in questions]
    assert [row.key for row in ahead[2]] == [(pk,) for pk in sorted(both)]


def test_a_dashboard_says_too_few_and_breaks_no_line_over_a_gap(group):
    hear(*[a_response_signal({"nps": 9}, time="2026-07-10T12:00:00+08:00") for _ in range(4)])
    seen = read_dashboard(chosen_of(["nps"]), JULY, history=HALF_YEAR)
    assert (seen.figures[0].reading.enough, seen.figures[0].reading.n) == (False, 4)
    assert set(seen.figures[0].trend) == {None}


def test_without_figures_there_is_nothing_to_break_down(group):
    seen = read_dashboard([], JULY, compare=JUNE)
    assert (seen.figures, seen.broken_down, seen.breakdown) == ((), None, ())


def test_every_role_has_a_dashboard_of_metrics_there_are():
    assert set(STANDARD) == set(Role.values)
    for codes in STANDARD.values():
        assert dashboards.FEWEST <= len(codes) <= MOST
        assert set(codes) <= set(CATALOGUE)


def test_a_dashboard_leaves_out_what_is_gone_or_closed_to_the_reader(group):
    viewer = a_user(Role.VIEWER, group)
    set_metric("csat", Settings(roles=[Role.CX_LEAD]), by=None)
    asked = ["nps", "csat", "gone", "nps", "negative_share", "negative_share@wait_time"]
    assert [one.code for one in chosen_of(asked, viewer)] == ["nps", "negative_share@wait_time"]


def test_a_view_is_seen_by_those_it_is_shared_with(group, stores):
    east, west = stores
    lead, owner = a_user(Role.CX_LEAD, group), a_user(Role.UNIT_OWNER, east)
    colleague, stranger = a_user(Role.VIEWER, east), a_user(Role.UNIT_OWNER, west)
    for sharing in (Sharing.MINE, Sharing.UNIT):
        save_dashboard(DashboardDraft(sharing, ["nps"], sharing=sharing), by=owner)
    save_dashboard(DashboardDraft("all", ["nps"], sharing=Sharing.EVERYONE), by=lead)
    save_dashboard(DashboardDraft("below", ["nps"], sharing=Sharing.UNIT), by=lead)

    def seen(person) -> set[str]:
        return {one.name for one in visible_dashboards(person)}

    assert seen(owner) == {"mine", "unit", "all", "below"}
    assert seen(colleague) == {"unit", "all", "below"}
    assert seen(stranger) == {"all", "below"}
    assert seen(lead) == {"all", "below"}


def test_only_who_looks_after_all_shares_with_all_and_names_are_taken_once(group, stores):
    owner = a_user(Role.UNIT_OWNER, stores[0])
    with pytest.raises(MayNotShare):
        save_dashboard(DashboardDraft("a", ["nps"], sharing=Sharing.EVERYONE), by=owner)
    with pytest.raises(WrongNumber):
        save_dashboard(DashboardDraft("a", ["gone"]), by=owner)
    with pytest.raises(WrongNumber):
        save_dashboard(DashboardDraft("a", [*CATALOGUE]), by=owner)
    kept = save_dashboard(DashboardDraft("a", ["nps"]), by=owner)
    with pytest.raises(NameTaken):
        save_dashboard(DashboardDraft("a", ["csat"]), by=owner)
    assert save_dashboard(DashboardDraft("a", ["csat"]), by=owner, dashboard=kept).pk == kept.pk
