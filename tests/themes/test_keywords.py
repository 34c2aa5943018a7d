"""The words that mark one group of texts against another."""

import pytest

from peakend.themes.keywords import marking_words
from peakend.themes.phrases import finder, same_theme, says_something

pytestmark = pytest.mark.pure

ORDINARY = [
    f"今天点了{dish}，味道不错，服务也好{n}" for n in range(40) for dish in ("面", "饭", "鱼")
]
CHAIRS = [f"{text}，没有宝宝椅" for text in ORDINARY[:30]]


def test_a_phrase_that_one_group_says_marks_it_with_its_odds_and_their_interval():
    (word, *_) = marking_words([*ORDINARY[:60], *CHAIRS], ORDINARY)
    assert word.phrase == "没有宝宝椅"
    assert (word.here, word.there) == (30, 0)
    assert 1 < word.low < word.times < word.high
    assert word.adjusted < 0.05


def test_two_halves_of_one_crowd_have_no_words_of_their_own():
    assert marking_words(ORDINARY[::2], ORDINARY[1::2]) == []


def test_a_handful_of_texts_is_no_group():
    assert marking_words(CHAIRS[:10], ORDINARY) == []


def test_numbers_of_customers_are_masked():
    here = [f"{text}，联系我13912345678" for text in ORDINARY[:40]]
    assert not any("13912345678" in word.phrase for word in marking_words(here, ORDINARY))


@pytest.mark.parametrize(
    ("phrases", "text", "place"),
    [
        (("宝宝椅",), "有没有宝宝椅？", (3, 6)),
        (("art",), "We start early, for art's sake", (20, 23)),
        (("art",), "start", None),
        (("QR code", "扫码"), "the qr Code and 扫码", (4, 11)),
        (("扫码",), "İ扫码", (1, 3)),
        ((), "扫码", None),
    ],
)
def test_a_phrase_is_found_as_it_is_written(phrases, text, place):
    assert finder(phrases).first(text) == place


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (["先关注公众号"], ["扫码先关注公众号", "手机号"], True),
        (["baby chair"], ["no baby chair"], True),
        (["纸吸管"], ["先关注公众号"], False),
        (["art"], ["start early"], False),
    ],
)
def test_themes_are_the_same_when_their_surest_words_are(one, other, same):
    assert same_theme(one, other) is same


@pytest.mark.parametrize("phrase", ["好好好好", "13800", "http", "@somebody", "哈哈"])
def test_noise_names_no_theme(phrase):
    assert not says_something(phrase)
