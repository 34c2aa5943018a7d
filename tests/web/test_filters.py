"""The address of a page becomes a slice, cut to what its reader may see."""

from datetime import date, timedelta

import pytest
from django.test import RequestFactory

from peakend.offerings.models import Brand
from peakend.organization.access import scope_of
from peakend.organization.choices import Role, UnitKind
from peakend.web import filters
from peakend.web.filters import read_filter
from peakend.web.shell.filterbar import filter_bar
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 7, 26)  # a Sunday


@pytest.fixture(autouse=True)
def newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "newest_day", lambda: AS_OF)


def asked(query: str, user=None):
    request = RequestFactory().get(f"/?{query}")
    request.scope = scope_of(user or a_user(Role.CX_LEAD, a_unit(kind=UnitKind.GROUP)))
    return read_filter(request)


def test_four_weeks_up_to_the_newest_day_are_compared_with_the_four_before():
    view = asked("")
    assert (view.since, view.until) == (date(2026, 6, 29), date(2026, 7, 27))
    compared = view.compare_slice
    assert compared is not None
    assert (compared.since, compared.until) == (date(2026, 6, 1), date(2026, 6, 29))


def test_a_week_that_has_only_begun_is_compared_with_the_same_days_of_the_week_before(monkeypatch):
    monkeypatch.setattr(filters, "newest_day", lambda: date(2026, 7, 22))  # Wednesday
    view = asked("period=week")
    assert (view.since, view.until) == (date(2026, 7, 20), date(2026, 7, 23))
    assert view.compared_span == (date(2026, 7, 13), date(2026, 7, 16))


def test_a_year_earlier_means_whole_weeks_earlier_so_that_weekdays_meet():
    view = asked("compare=year")
    span = view.compared_span
    assert span is not None
    assert view.since is not None
    assert (view.since - span[0]) == timedelta(weeks=52)
    assert view.since.weekday() == span[0].weekday()


def test_own_dates_include_the_last_day_and_may_be_given_the_wrong_way_round():
    view = asked("period=custom&since=2026-03-31&until=2026-03-01")
    assert (view.since, view.until) == (date(2026, 3, 1), date(2026, 4, 1))


@pytest.mark.parametrize(
    "query",
    ["period=custom&since=0001-01-01&until=9999-12-31", "period=custom&since=x", "period=%00",
     "unit=99999999999999999999", "unit=-1", "polarity=2", "compare=%F0%9F%98%80", "q=%00"],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(query: str):
    view = asked(query)
    assert view.slice is not None
    assert "99999" not in view.query_string()
    assert "%00" not in view.query_string()


def test_a_unit_stands_for_everything_below_it():
    group = a_unit(kind=UnitKind.GROUP)
    region = a_unit(group, kind=UnitKind.REGION)
    store, other = a_unit(region), a_unit(group)
    view = asked(f"unit={region.pk}", a_user(Role.CX_LEAD, group))
    assert view.slice.units == {region.pk, store.pk}
    assert other.pk not in view.slice.units


def test_nobody_reaches_beyond_their_scope_by_naming_a_unit():
    group = a_unit(kind=UnitKind.GROUP)
    mine, theirs = a_unit(group), a_unit(group)
    view = asked(f"unit={theirs.pk}", a_user(Role.UNIT_OWNER, mine))
    assert view.slice.units == frozenset()
    assert asked("", a_user(Role.UNIT_OWNER, mine)).slice.units == {mine.pk}


def test_competitors_are_left_out_until_asked_for():
    Brand.objects.create(code="own", name="禾野", is_own=True)
    Brand.objects.create(code="rival", name="江南灶", is_own=False)
    assert asked("").slice.brands == ("own", "")
    assert asked("brand=rival").slice.brands == ("rival",)


def test_who_sees_one_unit_sees_no_competitors():
    Brand.objects.create(code="rival", name="江南灶", is_own=False)
    group = a_unit(kind=UnitKind.GROUP)
    assert asked("", a_user(Role.CX_LEAD, group)).sees_rivals
    assert not asked("", a_user(Role.UNIT_OWNER, a_unit(group))).sees_rivals


def test_an_address_says_only_what_is_not_as_by_default_and_reads_back_the_same():
    view = asked("channel=app&channel=web&aspect=wait_time&period=90d&compare=none")
    again = asked(view.query_string(), None)
    assert "compare=none" in view.query_string()
    assert "segment" not in view.query_string()
    assert (again.channel, again.aspect, again.period) == (("app", "web"), "wait_time", "90d")
    assert "aspect" not in view.query_string(aspect="")
    assert asked("").query_string() == ""


def test_a_page_with_a_period_of_its_own_can_still_be_set_to_the_usual_one():
    request = RequestFactory().get("/")
    request.scope = scope_of(a_user(Role.CX_LEAD, a_unit(kind=UnitKind.GROUP)))
    view = read_filter(request, default_period="90d")
    chosen = {
        choice.value: choice.query for choice in filter_bar(view, request.scope).period.choices
    }

    again = RequestFactory().get(f"/?{chosen['4w']}")
    again.scope = request.scope

    assert view.period == "90d"
    assert read_filter(again, default_period="90d").period == "4w"
