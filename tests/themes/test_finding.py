"""What nobody defined is found in new voices, named by its own words, and kept."""

from datetime import UTC, date, datetime, timedelta

import pytest

from peakend.loop.themes_found import find_themes
from peakend.offerings.models import Brand
from peakend.opinions.models import Opinion
from peakend.organization.choices import Role, UnitKind
from peakend.themes.choices import Kind, State
from peakend.themes.errors import ThemeRefused
from peakend.themes.finding import find, gather
from peakend.themes.models import Look, Mention, Theme
from peakend.themes.services import dismiss, mark_named, restore
from peakend.voices.models import Source, Voice
from tests.builders import a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 7, 26, 4, tzinfo=UTC)
DISHES = ("牛肉面", "炒饭", "鱼头", "豆腐", "酸菜鱼", "蒸饺")
CODES = (
    "扫码点单要先关注公众号，还要授权手机号",
    "点个菜要先关注公众号，太折腾",
    "扫码先关注公众号才给看菜单",
    "非要先关注公众号，老人不会弄",
)


def dull(day: int, count: int = 6) -> list:
    """An ordinary day: dishes and service, in words the taxonomy has."""
    at = NOON - timedelta(days=day)
    return [
        a_voice_signal(
            f"今天点了{DISHES[(day + n) % 6]}，味道不错，服务员态度好{n}",
            time=(at - timedelta(minutes=n)).isoformat(),
        )
        for n in range(count)
    ]


def codes(day: int, count: int = 4, **changes: object) -> list:
    at = NOON - timedelta(days=day)
    return [
        a_voice_signal(CODES[n % 4], time=(at - timedelta(minutes=30 + n)).isoformat(), **changes)
        for n in range(count)
    ]


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


@pytest.fixture
def sixteen_weeks() -> None:
    """Ordinary days, and in the last two weeks a complaint that no taxonomy knows."""
    ordinary = [signal for day in range(0, 112, 2) for signal in dull(day)]
    hear(*ordinary, *(signal for day in range(0, 14, 2) for signal in codes(day)))


def test_a_theme_that_rises_is_found_with_its_words_and_every_voice_that_holds_them(sixteen_weeks):
    # when the chore looks
    (look,) = find_themes(NOON)
    # then the theme is named by what people say
    theme = Theme.objects.get(kind=Kind.RISING)
    assert "先关注公众号" in theme.phrases[0]
    assert theme.is_current
    # and holds exactly the voices that say so, with the place of the words
    told = Voice.objects.filter(text__contains="先关注公众号")
    assert set(theme.mentions.values_list("voice_id", flat=True)) == set(
        told.values_list("pk", flat=True)
    )
    for mention in theme.mentions.select_related("voice").order_by("pk"):
        assert mention.voice.text[mention.start : mention.end] in theme.phrases
    # and the look says what it read
    assert (look.since, look.until) == (date(2026, 6, 29), date(2026, 7, 27))
    assert look.recent == 14 * 6 + 28
    assert look.every == 1


def test_where_nothing_new_is_said_nothing_rises():
    hear(*(signal for day in range(0, 112, 2) for signal in dull(day)))
    find_themes(NOON)
    assert not Theme.objects.filter(kind=Kind.RISING).exists()


def test_what_the_taxonomy_has_a_name_for_is_no_theme():
    ordinary = [signal for day in range(0, 112, 2) for signal in dull(day)]
    waits = [
        a_voice_signal("排队等位太久，等了两个小时", time=(NOON - timedelta(hours=n)).isoformat())
        for n in range(40)
    ]
    hear(*ordinary, *waits)
    find_themes(NOON)
    assert Opinion.objects.filter(aspect="wait_time").count() >= 40
    assert not Theme.objects.exists()


def test_words_the_taxonomy_lacks_are_found_even_where_no_voice_has_a_date_to_rise_by():
    at = NOON.isoformat()
    hear(*(a_voice_signal(one.text, time=at) for day in range(40) for one in dull(day)))
    hear(*(a_voice_signal(CODES[n % 4], time=at) for n in range(40)))
    find_themes(NOON)
    theme = Theme.objects.get()
    assert theme.kind == Kind.UNNAMED
    assert "先关注公众号" in theme.phrases[0]


def test_what_is_said_of_competitors_is_not_ours(sixteen_weeks):
    Brand.objects.create(code="rival", name="对手", is_own=False)
    hear(*codes(3, 20, brand="rival"))
    find_themes(NOON)
    theme = Theme.objects.get(kind=Kind.RISING)
    assert theme.mentions.filter(voice__brand__code="rival").count() == 0


def test_a_second_look_changes_nothing_and_waits_for_new_voices(sixteen_weeks):
    find_themes(NOON)
    before = list(Mention.objects.order_by("pk").values_list("pk", "theme", "voice"))
    assert find_themes(NOON + timedelta(hours=5)) == []
    find_themes(NOON + timedelta(hours=6), at_once=True)
    assert list(Mention.objects.order_by("pk").values_list("pk", "theme", "voice")) == before


def test_a_few_new_voices_wait_for_an_hour_and_then_are_counted(sixteen_weeks):
    find_themes(NOON)
    hear(*codes(0, 2))
    assert find_themes(NOON + timedelta(minutes=10)) == []
    assert len(find_themes(NOON + timedelta(minutes=61))) == 1
    assert Theme.objects.get(kind=Kind.RISING).mentions.count() == 30


def test_a_dismissed_theme_stays_dismissed_when_it_is_found_again(sixteen_weeks):
    find_themes(NOON)
    theme = Theme.objects.get(kind=Kind.RISING)
    person = a_user(Role.ANALYST, a_unit(kind=UnitKind.GROUP))
    dismiss(theme.pk, person, NOON)
    hear(*codes(1, 6))
    find_themes(NOON + timedelta(hours=2))
    theme.refresh_from_db()
    assert theme.state == State.DISMISSED
    assert (theme.decided_by, theme.decided_at) == (person, NOON)
    assert theme.is_current
    assert Theme.objects.filter(kind=Kind.RISING).count() == 1
    restore(theme.pk, person, NOON)
    theme.refresh_from_db()
    assert theme.state == State.OPEN


def test_two_people_cannot_decide_the_same_theme(sixteen_weeks):
    find_themes(NOON)
    theme = Theme.objects.get(kind=Kind.RISING)
    person = a_user(Role.ANALYST, a_unit(kind=UnitKind.GROUP))
    mark_named(theme.pk, "qr_ordering", person, NOON)
    with pytest.raises(ThemeRefused):
        dismiss(theme.pk, person, NOON)
    theme.refresh_from_db()
    assert (theme.state, theme.aspect) == (State.NAMED, "qr_ordering")


def test_a_theme_that_is_over_is_remembered_and_no_longer_current(sixteen_weeks):
    find_themes(NOON)
    later = NOON + timedelta(days=120)
    hear(*(a_voice_signal(one.text, time=(later - timedelta(days=n / 6)).isoformat())
           for n in range(600) for one in dull(n, 1)))  # fmt: skip
    find_themes(later)
    theme = Theme.objects.get()
    assert not theme.is_current
    assert theme.seen_on == date(2026, 7, 26)
    assert theme.mentions.count() == 28


def test_of_very_many_voices_a_part_is_read_and_the_look_says_which(sixteen_weeks, monkeypatch):
    monkeypatch.setattr("peakend.themes.finding.MOST_TEXTS", 200)
    collection = gather("restaurant", NOON)
    assert collection is not None
    assert collection.every == 2
    assert 150 <= len(collection.voices) <= 200
    assert find(collection)


def test_an_installation_without_voices_has_nothing_to_look_at():
    assert find_themes(NOON) == []
    assert not Look.objects.exists()
