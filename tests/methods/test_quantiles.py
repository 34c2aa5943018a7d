"""Tails without `scipy.stats`, whose import takes a second: the same numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peakend.methods.quantiles import binomial_tail, hypergeometric_tail, student_below


@given(st.data())
def test_the_hypergeometric_tail_is_scipys(data) -> None:
    total = data.draw(st.integers(1, 3_000))
    marked = data.draw(st.integers(0, total))
    drawn = data.draw(st.integers(1, total))
    hits = data.draw(st.integers(0, drawn))
    expected = stats.hypergeom.sf(hits - 1, total, marked, drawn)
    tail = hypergeometric_tail(hits, total, marked, drawn)
    assert tail == pytest.approx(expected, rel=1e-9, abs=1e-250)


def test_the_hypergeometric_tail_is_the_lady_tasting_teas() -> None:
    """Fisher (1935): all four of four cups right by chance, one in 70; three or more, 17 in 70."""
    assert hypergeometric_tail(4, 8, 4, 4) == pytest.approx(1 / 70)
    assert hypergeometric_tail(3, 8, 4, 4) == pytest.approx(17 / 70)


@given(st.integers(1, 500), st.floats(0.01, 0.99), st.data())
def test_the_binomial_tail_is_scipys(n: int, share: float, data) -> None:
    hits = data.draw(st.integers(0, n))
    assert binomial_tail(hits, n, share) == pytest.approx(
        float(stats.binom.sf(hits - 1, n, share)), rel=1e-9, abs=1e-250
    )


def test_without_degrees_of_freedom_student_is_normal() -> None:
    assert student_below(1.3, None) == pytest.approx(stats.norm.cdf(1.3))
    assert student_below(-1.3, 7) == pytest.approx(stats.t.cdf(-1.3, 7))
