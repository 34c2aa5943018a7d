"""Changes that are ranked together are held against chance together."""

import pytest

from peakend.metrics.many_changes import changes_together
from peakend.metrics.queries import Change

pytestmark = pytest.mark.pure


def change(value: float, margin: float) -> Change:
    low, high = value - margin, value + margin
    return Change(value, low, high, noise=low <= 0 <= high, before=0.2, before_n=100)


def test_one_borderline_change_among_twenty_counts_as_noise():
    many = [change(0.0, 0.1) for _ in range(19)] + [change(0.105, 0.1)]
    assert not many[-1].noise
    assert changes_together(many)[-1].noise


def test_a_sure_change_stands_among_many_and_nothing_else_is_touched():
    many = [*(change(0.0, 0.1) for _ in range(19)), change(-0.3, 0.1), None]
    found = changes_together(many)
    assert found[19] == many[19]
    assert found[:19] == many[:19]
    assert found[20] is None


def test_a_change_alone_is_judged_by_its_own_interval():
    assert not changes_together([change(0.11, 0.1)])[0].noise
