"""A closed period's figure is kept as it was told; what arrives later changes it in plain sight."""

from datetime import UTC, date, datetime, timedelta

import pytest

from peakend.loop.figures_published import publish_figures
from peakend.loop.opinions_corrected import carry_corrections
from peakend.metrics.definitions import definition_of
from peakend.metrics.models import PublishedFigure
from peakend.metrics.published import ClosedPeriod, closed_periods
from peakend.opinions.corrections import Hand, change_polarity
from peakend.opinions.models import Opinion
from peakend.voices.models import Source
from peakend.warehouse.cells import Slice
from tests.builders import a_response_signal, a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 7, 20)
IN_THE_WEEK = "2026-07-22T12:00:00+08:00"
CLOSED = datetime(2026, 7, 27, 1, tzinfo=UTC)
LATER = CLOSED + timedelta(days=7)


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


def answers(good: int, bad: int, **where: object) -> list:
    scores = [10] * good + [0] * bad
    return [a_response_signal({"nps": score}, time=IN_THE_WEEK, **where) for score in scores]


def told(units: frozenset[int] | None = None, code: str = "nps", aspect: str = "") -> ClosedPeriod:
    return closed_periods(definition_of(code), Slice(units=units), aspect)[MONDAY]


def test_a_week_is_told_when_it_is_over_and_only_once():
    hear(*answers(30, 10))

    publish_figures(CLOSED - timedelta(days=1))
    assert not PublishedFigure.objects.filter(metric="nps").exists()
    first = publish_figures(CLOSED)
    again = publish_figures(CLOSED + timedelta(hours=1))

    assert first.told > 0
    assert (again.told, again.revised) == (0, 0)
    figure = told()
    assert (figure.first.value, figure.first.n, figure.first.computed_at) == (0.5, 40, CLOSED)
    assert figure.first.low < 0.5 < figure.first.high
    assert not figure.is_revised


def test_late_answers_change_the_past_visibly():
    hear(*answers(30, 10))
    publish_figures(CLOSED)
    hear(*answers(0, 10))

    publish_figures(LATER)

    week = told()
    assert [one.value for one in week.told] == [0.5, 0.2]
    assert (week.first.n, week.last.n, week.late) == (40, 50, 10)
    assert week.as_of(CLOSED - timedelta(hours=1)) is None
    assert week.as_of(LATER - timedelta(days=1)) == week.first
    assert week.as_of(LATER) == week.last


def test_a_change_nobody_can_read_is_not_told():
    hear(*answers(3000, 1000))
    publish_figures(CLOSED)
    hear(*answers(3, 1))
    assert publish_figures(LATER).revised == 0


def test_a_corrected_reading_is_told_as_one():
    hear(*[a_voice_signal("等位太久了，等了两个小时", time=IN_THE_WEEK) for _ in range(40)])
    publish_figures(CLOSED)
    before = told(code="negative_share", aspect="wait_time").first
    analyst = a_user()
    for opinion in Opinion.objects.filter(aspect="wait_time").order_by("pk")[:8]:
        change_polarity(opinion.pk, 1, Hand(analyst, LATER - timedelta(days=1)))
    carry_corrections()

    publish_figures(LATER)

    week = told(code="negative_share", aspect="wait_time")
    assert before.value == 1
    assert week.last.value == pytest.approx(0.8)
    assert (week.late, week.corrected) == (0, 8)


def test_a_week_that_had_too_few_answers_is_told_once_it_has_enough():
    hear(*answers(10, 0))
    publish_figures(CLOSED)
    assert not closed_periods(definition_of("nps"), Slice())
    hear(*answers(25, 5))
    publish_figures(LATER)
    assert told().first.computed_at == LATER


def test_each_unit_has_its_own_past_with_all_below_it():
    region = a_unit(code="region")
    shop, other = a_unit(region, "s1"), a_unit(region, "s2")
    hear(*answers(30, 10, unit="s1"), *answers(40, 0, unit="s2"))
    publish_figures(CLOSED)
    hear(*answers(0, 20, unit="s1"))
    publish_figures(LATER)

    assert (told().late, told(frozenset({shop.pk})).late) == (20, 20)
    assert not told(frozenset({other.pk})).is_revised
    whole = frozenset({region.pk, shop.pk, other.pk})
    assert told(whole).first.value == 0.75
    assert not closed_periods(definition_of("nps"), Slice(units=frozenset({shop.pk, region.pk})))


def test_of_a_channel_nothing_was_told():
    hear(*answers(30, 10))
    publish_figures(CLOSED)
    assert not closed_periods(definition_of("nps"), Slice(channels=("delivery",)))
