"""The demo's year: seeded, varied, and different only where a story was left out."""

from collections import Counter
from datetime import date, timedelta

import pytest

from peakend.demo.guests import COUNT
from peakend.demo.phrasebook import english, restaurant_zh, retail_zh
from peakend.demo.phrasebook.slots import EN, ZH
from peakend.demo.sentences import Draws, Grammar, parse
from peakend.demo.stories import WEEKS, Key, draw_plan
from peakend.demo.year import VOICES, year_of
from peakend.inbox.signals import CustomerUpdate, Response, Voice, decode

UNTIL = date(2026, 11, 22)


@pytest.fixture(scope="module")
def signals():
    return [decode(payload) for _key, payload in year_of(draw_plan(1, UNTIL))]


@pytest.mark.slow
def test_the_same_seed_says_the_same_and_another_says_something_else():
    first, again = year_of(draw_plan(1, UNTIL)), year_of(draw_plan(1, UNTIL))
    assert first == again
    assert first != year_of(draw_plan(2, UNTIL))


def test_no_two_signals_share_a_key():
    keys = [key for key, _payload in year_of(draw_plan(1, UNTIL))]
    assert len(keys) == len(set(keys))


def test_voices_and_open_answers_make_up_the_promised_number(signals):
    voices = sum(isinstance(signal, Voice) for signal in signals)
    reasons = sum("reason" in one.answers for one in signals if isinstance(one, Response))
    assert voices + reasons == VOICES
    assert (
        len({one.customer.ids["member"] for one in signals if isinstance(one, CustomerUpdate)})
        == COUNT
    )


def test_everything_happens_within_the_year(signals):
    since = UNTIL - timedelta(weeks=WEEKS)
    days = {date.fromisoformat(signal.time[:10]) for signal in signals}
    assert min(days) >= since
    assert max(days) < UNTIL


def test_people_repeat_one_another_rarely(signals):
    texts = Counter(one.text for one in signals if isinstance(one, Voice) and len(one.text) > 12)
    assert max(texts.values()) < 30
    assert len(texts) > 0.9 * texts.total()


def test_some_guests_speak_english(signals):
    spoken = [one.text for one in signals if isinstance(one, Voice)]
    share = sum(text.isascii() for text in spoken) / len(spoken)
    assert 0.02 < share < 0.12


@pytest.mark.parametrize("key", Key)
def test_leaving_a_story_out_keeps_where_the_others_happen(key):
    whole, without = draw_plan(4, UNTIL), draw_plan(4, UNTIL, frozenset({key}))
    stories = ("waiting", "drink", "different_pits", "worked", "failed", "competitor")
    different = [name for name in stories if getattr(whole, name) != getattr(without, name)]
    assert len(different) == 1


def test_every_sentence_can_be_spoken():
    import numpy as np

    draws = Draws(np.random.default_rng(0))
    for situations, slots in (
        (restaurant_zh.SITUATIONS, ZH),
        (retail_zh.SITUATIONS, ZH),
        (english.RESTAURANT, EN),
        (english.RETAIL, EN),
    ):
        grammar = Grammar(slots, draws)
        for polarities in situations.values():
            for sentences in polarities.values():
                for sentence in sentences:
                    spoken = grammar.speak(sentence)
                    assert spoken
                    assert not set(spoken) & set("[]{}|")


@pytest.mark.parametrize("broken", ["a]b", "[a|b", "a|b"])
def test_a_sentence_that_is_not_balanced_is_refused(broken):
    with pytest.raises(ValueError, match=r"stray|closed|unbalanced"):
        parse(broken)
