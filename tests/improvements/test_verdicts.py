"""What an effect means for a target, with the sample it takes and the day it resolves."""

from datetime import date

import pytest

from peakend.improvements.before_after import compare
from peakend.improvements.choices import VerdictValue as V
from peakend.improvements.verdicts import judge
from peakend.methods.estimate import Comparison, Reason, incomparable
from peakend.methods.moments import Moments

TODAY = date(2026, 11, 22)


def an_effect(value, margin):
    return Comparison(
        value, value - margin, value + margin, 2000, "did", standard_error=margin / 1.96
    )


def judged(value, margin, *, direction=1, target=4.0, n=2386.0, weekly=75.0):
    return judge(
        an_effect(value, margin),
        direction=direction,
        target=target,
        n_after=n,
        weekly=weekly,
        as_of=TODAY,
    )


@pytest.mark.parametrize(
    ("value", "margin", "word"),
    [
        (6.2, 2.0, V.REACHED),
        (6.2, 2.9, V.EFFECTIVE),
        (1.8, 3.4, V.UNDECIDED),
        (0.4, 1.5, V.NO_EFFECT),
        (-3.0, 1.5, V.HARMFUL),
        (-3.0, 5.0, V.NO_EFFECT),
        (-3.0, 8.0, V.UNDECIDED),
    ],
)
def test_interval_zero_and_target_name_the_verdict(value, margin, word):
    assert judged(value, margin).verdict == word


def test_less_is_better_turns_everything_around():
    assert judged(-6.2, 2.0, direction=-1).verdict == V.REACHED
    assert judged(6.2, 2.0, direction=-1).verdict == V.HARMFUL
    found = judged(-6.2, 2.9, direction=-1)
    assert (found.value, found.low, found.high) == pytest.approx((-6.2, -9.1, -3.3))


def test_the_chance_to_reach_the_target_follows_from_the_interval():
    # the published example of the page: +6.2 ± 2.9 reaches +4 with 93 %, +1.8 ± 3.4 with 10 %
    assert judged(6.2, 2.9).chance == pytest.approx(0.93, abs=0.005)
    assert judged(1.8, 3.4).chance == pytest.approx(0.10, abs=0.005)


def test_an_undecided_verdict_says_what_is_missing_and_when_it_resolves():
    # 907 answers give ± 3.4; to see +4 with 80 % it takes ± 2.8, so 907 × (3.4 / 2.8)² = 1,338
    found = judged(1.8, 3.4, n=907, weekly=75)
    assert found.needed_margin == pytest.approx(2.8)
    assert found.needed_n == 1338
    assert found.resolves_on == date(2027, 1, 2)  # 431 more at 75 a week: 41 days


def test_without_new_answers_no_day_is_promised():
    assert judged(1.8, 3.4, n=907, weekly=0).resolves_on is None


def test_too_few_answers_are_undecided_whatever_the_interval():
    found = judged(9.0, 1.0, n=12, weekly=6)
    assert (found.verdict, found.reason, found.needed_n) == (V.UNDECIDED, "too_few", 30)
    assert found.resolves_on == date(2026, 12, 13)


def test_no_data_is_undecided_with_its_reason():
    found = judge(
        incomparable("welch_t", Reason.NO_DATA),
        direction=1,
        target=1,
        n_after=0,
        weekly=0,
        as_of=TODAY,
    )
    assert (found.verdict, found.reason, found.value) == (V.UNDECIDED, "no_data", None)


class TestCompare:
    """Units where there are enough of them, answers where not, before with after alone."""

    before, after = Moments.from_values([3, 4, 3, 2, 4]), Moments.from_values([5, 4, 5, 4, 5])
    same = Moments.from_values([3, 4, 3, 3, 4])

    def test_several_units_a_side_are_compared_unit_by_unit(self):
        pilots = [(self.before, self.after), (self.same, self.after)]
        controls = [(self.before, self.same), (self.same, self.same)]
        assert compare(pilots, controls).method == "difference_in_differences_collapsed"

    def test_a_single_pilot_is_compared_by_its_answers(self):
        found = compare([(self.before, self.after)], [(self.same, self.same)])
        assert found.method == "difference_in_differences"
        assert found.value == pytest.approx(1.4)

    def test_without_other_units_before_is_compared_with_after(self):
        found = compare([(self.before, self.after)], [])
        assert found.method == "welch_t"
        assert found.value == pytest.approx(1.4)

    def test_units_with_hardly_an_answer_do_not_count_as_units(self):
        one = Moments.from_values([5])
        pilots = [(self.before, self.after), (one, one)]
        controls = [(self.same, self.same), (self.same, self.same)]
        assert compare(pilots, controls).method == "difference_in_differences"

    def test_nothing_heard_is_no_data(self):
        nothing = Moments(0, 0, 0)
        assert compare([(nothing, self.after)], []).reason == Reason.NO_DATA
