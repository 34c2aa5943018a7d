"""Cross-tabs: counts, shares and pairwise letters against statsmodels, cell by cell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peakend.methods.comparison import holm
from peakend.methods.crosstab import cross_tab, cross_tab_from_counts
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason


def made_answers(seed, n=300, questions=3):
    rng = np.random.default_rng(seed)
    columns = rng.integers(-1, 4, n)
    lean = (columns == 2)[:, None] * rng.integers(0, 2, (n, questions))
    return np.clip(rng.integers(-1, 3, (n, questions)) + lean, -1, 2), columns


def test_every_cell_is_counted_and_every_pair_tested_as_statsmodels_does():
    peer = pytest.importorskip("statsmodels.stats.proportion")
    answers, columns = made_answers(1)
    for question, table in enumerate(cross_tab(answers, columns)):
        told = answers[:, question]
        for option in range(3):
            hits = [int(((told == option) & (columns == c)).sum()) for c in range(4)]
            bases = [int(((told >= 0) & (columns == c)).sum()) for c in range(4)]
            assert table.counts[option].tolist() == hits
            assert table.shares[option] == pytest.approx(np.divide(hits, bases))
            pairs = [(a, b) for a in range(4) for b in range(a + 1, 4)]
            raw = [
                peer.proportions_ztest([hits[a], hits[b]], [bases[a], bases[b]])[1]
                for a, b in pairs
            ]
            for (a, b), p_value in zip(pairs, holm(raw).adjusted, strict=True):
                assert table.p_values[option, a, b] == pytest.approx(p_value)
                assert table.p_values[option, b, a] == pytest.approx(p_value)


def test_letters_point_from_the_higher_column_to_the_lower():
    answers = [0] * 80 + [1] * 20 + [0] * 30 + [1] * 70 + [0] * 55 + [1] * 45
    (table,) = cross_tab(np.array(answers)[:, None], np.repeat([0, 1, 2], 100))
    assert [table.letters(0, column) for column in range(3)] == ["BC", "", "B"]
    assert [table.letters(1, column) for column in range(3)] == ["", "AC", "A"]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 500))
def test_equal_weights_change_nothing_and_shares_add_up(seed):
    answers, columns = made_answers(seed, 80)
    for plain, weighted in zip(
        cross_tab(answers, columns),
        cross_tab(answers, columns, weights=np.full(80, 2.5)),
        strict=True,
    ):
        assert weighted.shares == pytest.approx(plain.shares)
        assert weighted.p_values == pytest.approx(plain.p_values)
        filled = [c for c, base in enumerate(plain.bases) if base is not None]
        assert plain.shares.sum(axis=0)[filled] == pytest.approx(1.0)


def test_weights_that_vary_take_letters_away():
    answers = np.array([0] * 66 + [1] * 34 + [0] * 50 + [1] * 50)[:, None]
    columns = np.repeat([0, 1], 100)
    assert cross_tab(answers, columns)[0].letters(0, 0) == "B"
    weights = np.tile([0.1, 3.9], 100)
    assert cross_tab(answers, columns, weights=weights)[0].letters(0, 0) == ""


def test_thin_columns_are_shown_but_not_tested():
    answers = np.array([0] * 3 + [1] * 60 + [0] * 40)[:, None]
    (table,) = cross_tab(answers, [0] * 3 + [1] * 60 + [2] * 40)
    assert table.shares[0].tolist() == [1.0, 0.0, 1.0]
    assert table.p_values[0, 0].tolist() == [1.0, 1.0, 1.0]
    assert table.letters(0, 2) == "B"


def test_adjusting_keeps_false_letters_rare():
    rng = np.random.default_rng(4)
    false = {"holm": 0, "none": 0}
    for _ in range(150):
        answers, columns = rng.integers(0, 2, (300, 1)), rng.integers(0, 6, 300)
        for adjust in false:
            false[adjust] += cross_tab(answers, columns, adjust=adjust)[0].higher[0].any()
    assert false["holm"] <= 0.1 * 150 < 0.3 * 150 < false["none"]


@pytest.mark.parametrize(
    ("answers", "columns", "weights", "reason"),
    [
        ([[-1]], [0], None, Reason.NO_DATA),
        (np.empty((0, 1), dtype=int), np.empty(0, dtype=int), None, Reason.NO_DATA),
        ([[0]] * 20, [0] * 20, None, Reason.TOO_FEW),
        ([[0]] * 20, [0, 1] * 10, [0.0] * 20, Reason.ZERO_WEIGHT),
        ([[0]] * 20, [0, 1] * 10, [float("nan")] * 20, Reason.NOT_FINITE),
    ],
)
def test_a_table_that_cannot_be_read_says_why_and_holds_no_nan(answers, columns, weights, reason):
    (table,) = cross_tab(answers, columns, weights=weights, options=2, groups=2)
    assert table.reason is reason
    assert np.isfinite(table.shares).all()
    assert np.isfinite(table.p_values).all()


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: cross_tab([[0.5]], [0]), "unknown_code"),
        (lambda: cross_tab([[-2]], [0]), "unknown_code"),
        (lambda: cross_tab([[3]], [0], options=2), "unknown_code"),
        (lambda: cross_tab([[0]], [0, 1]), "shape"),
        (lambda: cross_tab([[0]], [0], weights=[-1]), "negative"),
        (lambda: cross_tab([[0]], [0], adjust="magic"), "method"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_by_name(call, code):
    with pytest.raises(InvalidInput) as refusal:
        call()
    assert refusal.value.code == code


def test_counted_answers_give_the_table_of_their_rows():
    rng = np.random.default_rng(7)
    answers, columns = rng.integers(0, 4, 600), rng.integers(0, 3, 600)
    counts = np.zeros((4, 3))
    np.add.at(counts, (answers, columns), 1)

    from_rows = cross_tab(answers, columns)[0]
    counted = cross_tab_from_counts(counts)

    assert (counted.counts == from_rows.counts).all()
    assert counted.p_values == pytest.approx(from_rows.p_values)
    assert (counted.higher == from_rows.higher).all()
    assert (counted.n, counted.bases) == (from_rows.n, from_rows.bases)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=1, max_size=4),
    st.permutations([0, 1, 2]),
)
def test_columns_differ_as_much_in_whatever_order_they_stand(rows, order):
    counts = np.array(rows, dtype=float)
    found, turned = cross_tab_from_counts(counts), cross_tab_from_counts(counts[:, order])
    assert found.reason == turned.reason
    assert ((found.shares >= 0) & (found.shares <= 1)).all()
    assert turned.shares == pytest.approx(found.shares[:, order])
    assert turned.p_values == pytest.approx(found.p_values[:, order][:, :, order])
    # Of two columns at most one is the higher.
    assert not (found.higher & found.higher.transpose(0, 2, 1)).any()


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (np.zeros((2, 2)), Reason.NO_DATA),
        ([[9.0], [5.0]], Reason.TOO_FEW),
        ([[float("nan"), 1.0]], Reason.NOT_FINITE),
    ],
)
def test_counts_that_cannot_be_compared_say_why(counts, reason):
    found = cross_tab_from_counts(counts)
    assert found.reason is reason
    assert np.isfinite(found.p_values).all()


def test_topics_of_a_voice_are_shares_of_the_voices():
    # given 100 voices a column, of which many name both topics
    table = cross_tab_from_counts([[80, 40], [70, 60]], bases=[100, 100])
    assert table.shares.tolist() == [[0.8, 0.4], [0.7, 0.6]]
    assert table.letters(0, 0) == "B"
    assert table.letters(1, 0) == ""


def test_counts_that_contradict_themselves_are_refused():
    for counts, bases in ([[-1, 2]], None), ([[5, 5]], [4, 9]), ([[5, 5]], [4]), ([5, 5], None):
        with pytest.raises(InvalidInput):
            cross_tab_from_counts(counts, bases=bases)
