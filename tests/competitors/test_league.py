"""Own against competitor against industry: like with like, and only what stands."""

from datetime import date

import pytest
from django.test import Client

from peakend.methods.comparison import equal_mean, standardised_net, stratified_net_difference
from peakend.metrics.league import LEAST, league
from peakend.offerings.models import Brand
from peakend.opinions.models import Opinion
from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source
from peakend.warehouse.cells import Slice
from tests.builders import a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db

GOOD, BAD = "味道很好，好吃", "味道太差，难吃"
DAY = "2026-07-20T12:00:00+08:00"


def voices(brand: str, good: int, bad: int, source: str = "dianping", **changes) -> list:
    return [
        a_voice_signal(text, brand=brand, source=source, time=DAY, **changes)
        for text, count in ((GOOD, good), (BAD, bad))
        for _ in range(count)
    ]


def own() -> Slice:
    return Slice(brands=("own", ""))


def others(*brands: str) -> dict[str, Slice]:
    return {brand: Slice(brands=(brand,)) for brand in brands}


@pytest.fixture
def market(home):
    """Own brand and two competitors; a store each reader may belong to."""
    group = a_unit(kind=UnitKind.GROUP, code="group")
    a_unit(group, code="east")
    for code, is_own in (("own", True), ("better", False), ("worse", False)):
        Brand.objects.create(code=code, name=code, is_own=is_own)
    for code in ("dianping", "hotline"):
        Source.objects.create(code=code, name=code, channel=code, taxonomy="restaurant")
    return group


def taste(found: list):
    return next(one for one in found if one.aspect == "taste")


def test_each_brand_stands_with_the_interval_of_the_methods(market):
    hear(*voices("own", 60, 40), *voices("better", 90, 10), *voices("worse", 30, 70))
    one = taste(league(own(), others("better", "worse")))
    mine = standardised_net([((60, 0, 40), 1)])
    assert (one.own.value, one.own.low, one.own.n) == (mine.value, mine.low, 100)
    gap = stratified_net_difference([((60, 0, 40), (90, 0, 10))])
    assert one.gaps["better"].difference.value == pytest.approx(gap.value)
    assert (one.gaps["better"].verdict, one.gaps["worse"].verdict) == (-1, 1)
    mean = equal_mean([one.own, *one.rivals.values()])
    assert one.industry.value == pytest.approx(mean.value)
    assert one.to_industry is not None
    assert one.to_industry.verdict == 0


def test_a_channel_where_only_we_are_telephoned_does_not_make_us_worse(market):
    hear(
        *voices("own", 60, 20), *voices("own", 0, 300, source="hotline"), *voices("better", 60, 20)
    )
    one = taste(league(own(), others("better")))
    assert one.sources == ("dianping",)
    assert one.own.n == 80
    assert one.gaps["better"].verdict == 0


def test_brands_are_shown_at_one_mix_of_the_sources_they_share(market):
    hear(
        *voices("own", 40, 10), *voices("own", 5, 45, source="hotline"),
        *voices("better", 400, 100), *voices("better", 1, 9, source="hotline"),
    )  # fmt: skip
    one = taste(league(own(), others("better")))
    assert one.own.value == pytest.approx(one.rivals["better"].value)


def test_too_few_opinions_of_one_side_are_no_comparison(market):
    hear(*voices("own", 60, 40), *voices("better", LEAST - 1, 0))
    assert league(own(), others("better")) == []


def test_alike_brands_do_not_differ(market):
    hear(*voices("own", 60, 40), *voices("better", 31, 19))
    assert taste(league(own(), others("better"))).gaps["better"].verdict == 0


def client_of(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    return client


def test_the_page_says_where_we_lose_and_every_figure_leads_to_as_many_words(market):
    hear(*voices("own", 60, 40, unit="east"), *voices("better", 90, 10), *voices("worse", 30, 70))
    client = client_of(Role.CX_LEAD, market)
    page = client.get("/competitors/")
    assert "better" in page.context["told"][0]
    row = next(row for row in page.context["table"].rows if row.aspect == "taste")
    assert row.verdict == -1
    for cell, brand, n in (
        (row.own, "own", 100),
        (row.rivals[0], page.context["rivals"][0].code, 100),
    ):
        words = client.get(cell.url)
        assert words.status_code == 200
        told = Opinion.objects.filter(voice__brand__code=brand, aspect="taste").count()
        assert (
            words.context["selected"].negatives + words.context["selected"].positives == n == told
        )


def test_the_words_of_each_side_stand_beside_each_other(market):
    hear(*voices("own", 60, 40), *voices("better", 90, 10))
    page = client_of(Role.CX_LEAD, market).get("/competitors/?aspect=taste")
    ours, theirs = page.context["sides"]
    assert {one.quote.voice.brand.code for one in ours.said} == {"own"}
    assert {one.quote.voice.brand.code for one in theirs.said} == {"better"}
    assert [one.polarity for one in ours.said] == [-1, 1]


@pytest.mark.parametrize("sort", ["gap", "own", "industry", "n", "aspect", "nonsense"])
def test_the_table_can_be_sorted_by_each_column(market, sort):
    texts = ("味道很好", "味道差", "服务员态度很好", "服务员态度差", "上菜太慢")
    hear(*(a_voice_signal(t, brand=b, time=DAY) for t in texts for b in ("own", "better", "worse")
           for _ in range(35)))  # fmt: skip
    page = client_of(Role.CX_LEAD, market).get(f"/competitors/?sort={sort}")
    assert page.status_code == 200
    rows = page.context["table"].rows
    assert len(rows) >= 3
    if sort == "own":
        values = [row.league.own.value for row in rows]
        assert values == sorted(values)
    if sort == "aspect":
        assert [row.title for row in rows] == sorted(row.title for row in rows)


def test_a_store_sees_no_competitor(market):
    from peakend.organization.models import Unit

    hear(*voices("own", 60, 40, unit="east"), *voices("better", 90, 10))
    east = Unit.objects.get(code="east")
    page = client_of(Role.UNIT_OWNER, east).get("/competitors/")
    assert page.status_code == 200
    assert "better" not in page.content.decode()
    assert "table" not in page.context


def test_without_competitors_the_page_says_how_they_come(home):
    group = a_unit(kind=UnitKind.GROUP, code="group")
    Brand.objects.create(code="own", name="own")
    page = client_of(Role.ADMINISTRATOR, group).get("/competitors/")
    assert page.status_code == 200
    assert "/settings/brands/" in page.content.decode()


def test_the_page_asks_the_database_the_same_however_many_aspects(
    market, django_assert_max_num_queries
):
    hear(*voices("own", 60, 40), *voices("better", 90, 10), *voices("worse", 60, 30))
    client = client_of(Role.CX_LEAD, market)
    client.get("/competitors/")
    with django_assert_max_num_queries(60):
        client.get("/competitors/")


def test_the_days_compared_are_at_least_ninety(market):
    hear(*voices("own", 60, 40), *voices("better", 90, 10))
    page = client_of(Role.CX_LEAD, market).get("/competitors/?period=4w")
    table = page.context["table"]
    assert (table.until - table.since).days == 90
    assert table.until == date(2026, 7, 21)
