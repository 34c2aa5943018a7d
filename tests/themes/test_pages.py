"""The theme pages: what is new in the reader's own filter, and what becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from peakend.customers.models import Customer
from peakend.inbox.signals import Who
from peakend.jobs.runs import work_on
from peakend.loop.customer_erased import start_erasure
from peakend.loop.themes_found import find_themes
from peakend.methods.scores import proportion_difference, top_box
from peakend.opinions.taxonomies import pending_version, read_content
from peakend.organization.choices import Role, UnitKind
from peakend.themes.choices import Kind, State
from peakend.themes.models import Look, Theme
from peakend.voices.models import Source, Voice
from peakend.web.shell import numbers
from peakend.web.themes import words
from tests.builders import a_unit, a_user, a_voice_signal, hear
from tests.themes.test_finding import CODES, DISHES

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 7, 26, 4, tzinfo=UTC)


@pytest.fixture
def company(home):
    """Two stores; the first has a new complaint in the last two weeks, the second never."""
    group = a_unit(kind=UnitKind.GROUP, code="group")
    east, west = a_unit(group, code="east"), a_unit(group, code="west")
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    signals = []
    for day in range(0, 112, 2):
        at = NOON - timedelta(days=day)
        signals += [
            a_voice_signal(
                f"今天点了{DISHES[n % 6]}，味道不错，服务员态度好{day}",
                time=(at - timedelta(minutes=n)).isoformat(),
                unit=("east", "west")[n % 2],
                customer=None,
            )
            for n in range(8)
        ]
        if day < 14:
            signals += [
                a_voice_signal(
                    CODES[n], time=(at - timedelta(minutes=30 + n)).isoformat(), unit="east"
                )
                for n in range(4)
            ]
    hear(*signals)
    find_themes(NOON)
    return group, east, west


def client_of(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    return client


def the_theme() -> Theme:
    return Theme.objects.get(kind=Kind.RISING)


def test_how_much_the_whole_company_hears_is_told_to_whoever_sees_all_of_it_alone(company):
    group, east, _west = company
    look = Look.objects.get()
    told = [numbers.number(look.recent), numbers.number(look.earlier)]
    ledes = [
        client_of(Role.VIEWER, unit).get("/themes/").context["told"].lede for unit in (group, east)
    ]
    assert [all(n in lede for n in told) for lede in ledes] == [True, False]
    assert not any(n in ledes[1] for n in told)
    assert "您所辖单位" in ledes[1]


def test_a_theme_shows_its_share_now_and_before_with_the_interval_of_the_methods(company):
    group, *_ = company
    answer = client_of(Role.VIEWER, group).get("/themes/")
    (card,) = answer.context["rising"]
    assert (card.one.now, card.one.voices, card.one.before) == (28, 14 * 8 + 28, 0)
    share = top_box(28, 140)
    assert (card.one.share.low, card.one.share.high) == (share.low, share.high)
    change = proportion_difference(28, 140, 0, 14 * 8)
    assert (card.one.change.value, card.one.change.low) == (change.value, change.low)
    assert card.one.rises
    assert [week.mentions for week in card.one.weeks][-3:] == [0, 12, 16]
    assert card.quote.mention.voice.text in CODES
    assert "28" in answer.context["told"].headline


def test_a_store_sees_only_what_its_own_customers_say(company):
    _group, east, west = company
    heard = client_of(Role.UNIT_OWNER, east).get("/themes/")
    assert heard.context["rising"][0].one.now == 28
    silent = client_of(Role.UNIT_OWNER, west)
    answer = silent.get("/themes/")
    assert answer.context["rising"] == []
    assert "公众号" not in answer.content.decode()
    assert silent.get(f"/themes/{the_theme().pk}/").status_code == 404


def test_the_filter_of_the_page_holds_for_every_figure(company):
    group, _east, west = company
    answer = client_of(Role.VIEWER, group).get(f"/themes/?unit={west.pk}")
    assert answer.context["rising"] == []


def test_one_theme_shows_where_it_is_heard_and_every_voice_once(company):
    group, *_ = company
    client = client_of(Role.VIEWER, group)
    address = f"/themes/{the_theme().pk}/"
    first = client.get(address)
    seen = [line.mention.voice_id for line in first.context["lines"]]
    assert first.context["trend"] is not None
    rest = client.get(f"{address}?after={first.context['after']}")
    seen += [line.mention.voice_id for line in rest.context["lines"]]
    told = Voice.objects.filter(text__in=CODES).order_by("-pk").values_list("pk", flat=True)
    assert seen == list(told)
    assert "pk-evidence" in first.content.decode()


def test_a_theme_becomes_an_aspect_of_a_new_version_that_reads_nothing_yet(company):
    group, *_ = company
    client = client_of(Role.ANALYST, group)
    theme = the_theme()
    answer = client.post(
        f"/themes/{theme.pk}/name/",
        {"aspect": "", "name": "扫码点单", "name_en": "Ordering by QR code", "group": "service",
         "words": "先关注公众号\n\n扫码点单\n"},
    )  # fmt: skip
    assert answer.status_code == 302
    version = pending_version("restaurant")
    assert version is not None
    aspect = read_content(version.content).aspect("ordering_by_qr_code")
    assert aspect.names == {"zh": "扫码点单", "en": "Ordering by QR code"}
    assert aspect.keywords == ("先关注公众号", "扫码点单")
    assert (aspect.group, bool(aspect.owner)) == ("service", True)
    theme.refresh_from_db()
    assert (theme.state, theme.aspect) == (State.NAMED, "ordering_by_qr_code")
    assert version.applied_at is None
    assert client.get("/themes/").context["rising"] == []


def test_a_theme_goes_into_an_aspect_there_is(company):
    group, *_ = company
    theme = the_theme()
    client_of(Role.ANALYST, group).post(
        f"/themes/{theme.pk}/name/", {"aspect": "queue_calling", "words": "先关注公众号"}
    )
    version = pending_version("restaurant")
    assert version is not None
    assert "先关注公众号" in read_content(version.content).aspect("queue_calling").keywords
    theme.refresh_from_db()
    assert theme.aspect == "queue_calling"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aspect": "", "name": "", "name_en": "", "group": "service", "words": "公众号"},
        {"aspect": "", "name": "点单", "group": "no_such", "words": "公众号"},
        {"aspect": "no_such", "words": "公众号"},
        {"aspect": "", "name": "点单", "group": "service", "words": " \n "},
    ],
)
def test_an_aspect_without_name_words_or_place_is_refused(company, wrong):
    group, *_ = company
    theme = the_theme()
    answer = client_of(Role.ANALYST, group).post(f"/themes/{theme.pk}/name/", wrong)
    assert answer.status_code == 422
    assert pending_version("restaurant") is None
    theme.refresh_from_db()
    assert theme.state == State.OPEN


def test_a_dismissed_theme_leaves_the_page_and_comes_back_when_taken_back(company):
    group, *_ = company
    client = client_of(Role.ANALYST, group)
    number = the_theme().pk
    client.post(f"/themes/{number}/dismiss/")
    page = client.get("/themes/")
    assert page.context["rising"] == []
    assert [theme.pk for theme in page.context["decided"]] == [number]
    client.post(f"/themes/{number}/restore/")
    assert len(client.get("/themes/").context["rising"]) == 1


def test_whoever_looks_after_a_part_decides_nothing_for_the_whole(company):
    _group, east, _west = company
    client = client_of(Role.ANALYST, east)
    assert client.post(f"/themes/{the_theme().pk}/dismiss/").status_code == 403
    assert the_theme().state == State.OPEN


def test_a_company_nobody_has_heard_of_yet_says_how_themes_come(home):
    group = a_unit(kind=UnitKind.GROUP, code="group")
    answer = client_of(Role.VIEWER, group).get("/themes/")
    assert answer.status_code == 200


def test_words_of_somebody_erased_are_not_remembered(company):
    group, east, _ = company
    of_somebody = "黑松露蘑菇汤"
    hear(*(
        a_voice_signal(f"{of_somebody}很香{n}", time=NOON.isoformat(), unit="east",
                       customer=Who({"member": "a-guest"}))
        for n in range(30)
    ))  # fmt: skip
    hear(a_voice_signal("最后一条", time=NOON.isoformat(), customer=Who({"member": "later"})))
    reader, address = client_of(Role.VIEWER, group), f"/themes/words/?by=unit&here={east.pk}"
    assert of_somebody in reader.get(address).content.decode()

    customer = Customer.objects.get(identities__value="a-guest")
    work_on(start_erasure(customer.pk, queued=False).pk, beat=False)

    assert of_somebody not in reader.get(address).content.decode()
    assert of_somebody not in str(words._remembered)


def test_the_words_of_a_store_are_held_against_everybody_else(company):
    group, east, _west = company
    answer = client_of(Role.VIEWER, group).get(f"/themes/words/?by=unit&here={east.pk}&period=90d")
    ours, theirs = answer.context["sides"]
    assert any("公众号" in line.phrase for line in ours.lines)
    assert not any("公众号" in line.phrase for line in theirs.lines)
    (line, *_) = [line for line in ours.lines if "公众号" in line.phrase]
    shown = client_of(Role.VIEWER, group).get(line.url)
    assert shown.status_code == 200
    assert all("公众号" in one.voice.text for one in shown.context["lines"])


def test_a_period_is_held_against_the_one_before(company):
    group, *_ = company
    answer = client_of(Role.VIEWER, group).get("/themes/words/?by=period")
    assert [side.voices for side in answer.context["sides"]] == [140, 112]
    assert any("公众号" in line.phrase for line in answer.context["sides"][0].lines)


@pytest.mark.parametrize(
    "query",
    ["by=unit&here=999999", "by=nothing", "by=segment&here=x&there=y", "by=brand", "by=polarity",
     "by=unit&here=9" + "9" * 30, "by=period&period=all", "by=source", "by=channel"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_never_fails(company, query):
    group, *_ = company
    assert client_of(Role.VIEWER, group).get(f"/themes/words/?{query}").status_code == 200


def test_the_pages_ask_the_database_the_same_however_many_themes_there_are(
    company, django_assert_max_num_queries
):
    group, *_ = company
    client = client_of(Role.VIEWER, group)
    client.get("/themes/")
    with django_assert_max_num_queries(30):
        client.get("/themes/")
    theme = the_theme()
    for number in range(10):
        copy = Theme.objects.create(
            taxonomy="restaurant", kind=Kind.RISING, phrases=[f"新话题{number}"], z=3.0,
            found_on=theme.found_on, seen_on=theme.seen_on,
        )  # fmt: skip
        for mention in theme.mentions.order_by("pk"):
            copy.mentions.create(voice=mention.voice, start=0, end=2)
    with django_assert_max_num_queries(30):
        assert len(client.get("/themes/").context["rising"]) == 11
