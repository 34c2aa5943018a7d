"""What is remembered: peak, pit, end, against hand-worked experiences and their own properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason
from peakend.methods.experience import (
    anchoring_contrast,
    contrast_between,
    emotion_curve,
    peak_end,
)
from peakend.methods.moments import Moments

NAN = float("nan")
moments = Moments.from_values
scores = st.lists(st.integers(1, 5), min_size=1, max_size=12)


def test_a_milder_end_is_remembered_better_although_there_was_more_pain():
    # Kahneman et al. (1993): 60 s of cold water, or the same 60 s and 30 s more of slightly less cold water.
    # given discomfort as scores below a neutral 0
    short = peak_end([-6, -8, -8], neutral=0, durations=[20, 20, 20])
    long = peak_end([-6, -8, -8, -5], neutral=0, durations=[20, 20, 20, 30])
    # then memory prefers the longer one, and the sum of pain does not
    assert (short.value, long.value) == (-8.0, -6.5)
    assert long.duration_weighted_mean * 90 < short.duration_weighted_mean * 60


stages = st.lists(st.lists(st.integers(1, 5), max_size=8), min_size=1, max_size=5)


@given(stages, st.integers(1, 6), st.integers(1, 9))
def test_an_emotion_curve_is_the_same_in_any_unit_and_order_of_answers(heard, least, scale):
    curve = emotion_curve([moments(stage) for stage in heard], 3, minimum_n=least)
    moved = emotion_curve(
        [moments([scale * score for score in reversed(stage)]) for stage in heard],
        3 * scale,
        minimum_n=least,
    )
    assert (moved.peak, moved.pit, moved.end) == (curve.peak, curve.pit, curve.end)
    assert moved.reason == curve.reason
    if curve.value is None:
        assert curve.reason in (Reason.NO_DATA, Reason.TOO_FEW)
    else:
        assert 1 <= curve.value <= 5
        assert moved.value == pytest.approx(scale * curve.value)
        assert min(len(heard[place]) for place in (curve.peak, curve.pit, curve.end)) >= least


@given(stages, st.randoms(use_true_random=False))
def test_the_contrast_of_segments_is_that_of_each_stage_and_turns_with_them(heard, random):
    first = [moments(stage) for stage in heard]
    second = random.sample(first, len(first))
    gaps, turned = contrast_between(first, second), contrast_between(second, first)
    for gap, other, one, two in zip(gaps, turned, first, second, strict=True):
        assert gap.reason == other.reason
        if gap.value is not None:
            assert gap.value == pytest.approx(one.mean - two.mean)
            assert other.value == pytest.approx(-gap.value)
        if gap.low is not None:
            assert other.low == pytest.approx(-gap.high)
            assert gap.confidence == pytest.approx(1 - 0.05 / len(first))


def test_intensity_counts_for_worse_as_for_better():
    visit = peak_end([4, 1, 4, 5], neutral=3.5)
    assert (visit.intense, visit.peak, visit.pit) == (1, 3, 1)
    assert visit.value == pytest.approx(3.0)


def test_of_equally_intense_moments_the_later_is_remembered():
    assert peak_end([5, 3, 1, 3], neutral=3).intense == 2
    assert peak_end([1, 3, 5, 3], neutral=3).intense == 2


def test_moments_without_a_score_are_passed_over_and_the_end_is_the_last_scored():
    visit = peak_end([None, 4, None, 2, None], neutral=3)
    assert (visit.peak, visit.pit, visit.end, visit.n) == (1, 3, 3, 2)


def test_bounds_take_both_moments_and_one_only_where_they_coincide():
    both = peak_end([5, 3, 4], 3, standard_errors=[0.3, 0.1, 0.4])
    assert both.high - both.value == pytest.approx(1.959963985 * 0.25)  # √(0.3² + 0.4²)/2
    same = peak_end([3, 3, 5], 3, standard_errors=[0.3, 0.1, 0.4])
    assert same.value == 5.0
    assert same.high - same.value == pytest.approx(1.959963985 * 0.4)
    assert peak_end([5, 3, 4], 3, standard_errors=[0.3, 0.1, None]).low is None


@given(scores, st.integers(-10, 10))
def test_peak_end_moves_with_the_scale_and_stays_between_pit_and_peak(experience, shift):
    here = peak_end(experience, neutral=3)
    there = peak_end([score + shift for score in experience], neutral=3 + shift)
    assert there.value == pytest.approx(here.value + shift)
    assert (there.intense, there.end) == (here.intense, here.end)
    assert min(experience) <= here.value <= max(experience)
    assert experience[here.peak] == max(experience)
    assert experience[here.pit] == min(experience)


@given(scores, st.integers(1, 9))
def test_doubling_all_durations_changes_nothing_and_equal_ones_give_the_mean(experience, minutes):
    same = peak_end(experience, 3, durations=[minutes] * len(experience))
    assert same.duration_weighted_mean == pytest.approx(same.mean)


def test_emotion_curve_marks_peak_pit_and_end_and_leaves_gaps():
    stages = [moments([4, 4, 5, 4]), moments([]), moments([1, 2, 1, 2]), moments([4, 3, 4, 3])]
    curve = emotion_curve(stages, neutral=3)
    assert (curve.peak, curve.pit, curve.intense, curve.end, curve.n) == (0, 2, 2, 3, 12)
    assert curve.value == pytest.approx((1.5 + 3.5) / 2)
    assert curve.low < curve.value < curve.high
    assert curve.points[1].reason is Reason.NO_DATA


def test_three_loud_voices_are_no_peak():
    stages = [moments([4, 4, 5] * 20), moments([5, 5, 5]), moments([3, 4, 3] * 20)]
    curve = emotion_curve(stages, neutral=3, minimum_n=30)
    assert curve.peak == 0
    assert curve.points[1].reason is Reason.TOO_FEW
    assert curve.points[1].value == 5.0


def test_a_curve_without_enough_answers_anywhere_says_so():
    curve = emotion_curve([moments([4, 5]), moments([])], neutral=3, minimum_n=5)
    assert curve.value is None
    assert curve.reason is Reason.TOO_FEW


def test_two_segments_with_the_same_peak_differ_in_the_pit_before_it():
    # the luxury store: both remember the sense of privilege, only one was served badly before
    served = anchoring_contrast([3.5, 3.4, 4.8, 4.0], scale=(1, 5))
    neglected = anchoring_contrast([3.5, 1.6, 4.8, 4.0], scale=(1, 5))
    assert (served.pit, served.peak, neglected.pit, neglected.peak) == (1, 2, 1, 2)
    assert neglected.value == pytest.approx(3.2)
    assert served.value == pytest.approx(1.4)
    assert neglected.share == pytest.approx(0.8)


@given(scores)
def test_anchoring_contrast_is_the_greatest_of_all_rises(experience):
    found = anchoring_contrast(experience)
    rises = [
        later - earlier
        for start, earlier in enumerate(experience)
        for later in experience[start + 1 :]
    ]
    if not rises:
        assert found.reason is Reason.TOO_FEW
    else:
        assert found.value == max(0, *rises)


def test_contrast_between_segments_names_the_stage_beyond_noise():
    first = [moments([5, 4, 5, 5] * 5), moments([2, 1, 2, 2] * 5), moments([4, 4, 3, 4] * 5)]
    second = [moments([5, 5, 4, 5] * 5), moments([4, 3, 4, 4] * 5), moments([4, 3, 4, 4] * 5)]
    gaps = contrast_between(first, second)
    assert [gap.excludes(0) for gap in gaps] == [False, True, False]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (peak_end([], 3), Reason.NO_DATA),
        (peak_end([None], 3), Reason.NO_DATA),
        (peak_end([NAN, 2], 3), Reason.NOT_FINITE),
        (peak_end([2], NAN), Reason.NOT_FINITE),
        (emotion_curve([], 3), Reason.NO_DATA),
        (emotion_curve([moments([NAN])], 3), Reason.NOT_FINITE),
        (anchoring_contrast([]), Reason.NO_DATA),
        (contrast_between([moments([])], [moments([1, 2])])[0], Reason.NO_DATA),
        (contrast_between([moments([NAN])], [moments([1, 2])])[0], Reason.NOT_FINITE),
        (anchoring_contrast([3]), Reason.TOO_FEW),
        (anchoring_contrast([3, NAN]), Reason.NOT_FINITE),
    ],
)
def test_an_experience_without_a_value_says_why(result, reason):
    assert result.value is None
    assert result.reason is reason


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: peak_end([1, 2], 3, durations=[1]), "shape"),
        (lambda: peak_end([1, 2], 3, durations=[1, -1]), "negative"),
        (lambda: emotion_curve([], 3, minimum_n=0), "minimum_n"),
        (lambda: anchoring_contrast([1, 2], scale=(5, 1)), "scale"),
        (lambda: contrast_between([moments([1])], []), "shape"),
    ],
)
def test_an_experience_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code
