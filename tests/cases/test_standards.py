"""A case shows the standard of its touchpoint beside what was measured there."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import translation

from peakend.journeys.models import Touchpoint
from peakend.journeys.services import StagePlan, TouchpointPlan, draw_journey
from peakend.organization.access import Scope
from peakend.web.cases.standards import Standing, standings
from peakend.web.filters import filter_of
from peakend.web.pains.why import levers
from tests.builders import a_unit
from tests.journeys.test_experience import measured, observe

AT = datetime(2026, 7, 10, tzinfo=UTC)  # nine days after what is measured


@pytest.fixture
def store(home):
    details = {
        "standard": "叫号误差不超过二十分钟",
        "standard_en": "Called within twenty minutes of the time told",
        "standard_metric": "wait_minutes",
        "standard_comparator": "<=",
        "standard_value": Decimal(20),
        "standard_unit": "分钟",
        "standard_unit_en": "min",
    }
    waiting = TouchpointPlan("到店等位", "Waiting", codes=("wait_time",), details=details)
    draw_journey(name="到店用餐", stages=[StagePlan("售中", "During", (waiting,))])
    return a_unit(a_unit(kind="group"))


def at(store, values) -> Standing:
    observe([row | {"unit": store.pk} for row in measured("wait_minutes", values)])
    with translation.override("en"):
        return standings(["wait_time"], frozenset({store.pk}), AT)["wait_time"]


@pytest.mark.parametrize(
    ("values", "verdict", "tone"),
    [
        ([10, 12, 14] * 10, "met", "good"),
        ([40, 45, 52] * 10, "missed", "bad"),
        ([17, 21, 26] * 3, "undecided", ""),
    ],
)
def test_a_standard_is_met_or_missed_only_beyond_the_interval(store, values, verdict, tone):
    found = at(store, values)
    assert (found.verdict, found.tone) == (verdict, tone)


def test_the_figure_says_its_interval_n_period_and_unit_in_the_readers_language(store):
    found = at(store, [40, 45, 52] * 10)
    assert found.observed.startswith("45.7")
    assert "±" in found.observed
    assert found.observed.endswith("min on average")
    assert found.n == 30
    assert found.span


@pytest.mark.parametrize(("asked", "scope", "n"), [("group", None, 30), ("store", "other", 0)])
def test_a_lever_shows_what_was_observed_in_the_units_chosen_and_below_within_the_scope(
    store, asked, scope, n
):
    at(store, [10, 12, 14] * 10)
    keys = {"store": store.pk, "group": store.parent_id, "other": a_unit(store.parent, "other").pk}
    within = Scope(scope and frozenset({keys[scope]}))
    view = filter_of(QueryDict(f"unit={keys[asked]}"), within)
    [lever] = levers(replace(view, as_of=AT.date()), ["wait_time"]).values()
    assert lever.standing.n == n


def test_a_standard_without_measurement_stands_alone(store):
    Touchpoint.objects.update(standard_metric="")
    with translation.override("en"):
        found = standings(["wait_time", "taste"], frozenset({store.pk}), AT)
    assert found["wait_time"] == Standing("Called within twenty minutes of the time told")
    assert found["taste"] == Standing()
