"""What is kept of a column of the training rows, on numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rome.reference.columns import MOST_KNOTS, reference_column


def numeric(values) -> pd.Series:
    return pd.Series(values, dtype=float, name="x")


def text(values) -> pd.Series:
    return pd.Series(values, dtype="str", name="x")


def test_a_number_keeps_its_values_with_the_shares_below_and_upto_them():
    column = reference_column(numeric([1, 1, 2, np.nan, 4]), "numeric")
    assert column.knots == (1, 2, 4)
    assert column.below == (0, 0.5, 0.75)
    assert column.upto == (0.5, 0.75, 1)
    assert (column.rows, column.missing, column.mean) == (5, 1, 2)
    assert column.sd == pytest.approx(np.std([1, 1, 2, 4]))
    assert column.whole
    assert not reference_column(numeric([1, 2.5]), "numeric").whole


def test_many_values_are_kept_as_quantiles_with_both_ends():
    values = np.random.default_rng(0).normal(size=5000)
    column = reference_column(numeric(values), "numeric")
    assert len(column.knots) == MOST_KNOTS
    assert (column.low, column.high) == (values.min(), values.max())
    at = np.array([(values <= knot).mean() for knot in column.knots])
    assert np.array(column.upto) == pytest.approx(at)


def test_the_typical_value_is_one_that_came():
    assert reference_column(numeric([1, 2, 3, 10]), "numeric").typical == 2
    assert reference_column(text(["b", "a", "b", "a", "c"]), "levels").typical == "a"


def test_an_overshoot_is_measured_in_tails_of_the_same_side():
    column = reference_column(numeric(np.arange(101)), "numeric")
    # A tenth of the rows makes a tail of 10 on both sides.
    over = column.overshoot(np.array([50.0, 100.0, 105.0, 120.0, -10.0, np.nan]))
    assert over == pytest.approx([0, 0, 0.5, 2, 1, 0], rel=0.02)


def test_a_tail_without_length_takes_the_range_and_a_constant_its_size():
    flag = reference_column(numeric([0, 0, 0, 1, 1]), "numeric")
    assert flag.overshoot(np.array([3.0, -1.0])) == pytest.approx([2, 1])
    constant = reference_column(numeric([5, 5, 5]), "numeric")
    assert constant.overshoot(np.array([10.0])) == pytest.approx([1])


def test_training_values_have_standard_normal_scores_however_skewed_they_are():
    values = np.exp(3 * np.random.default_rng(1).normal(size=4000))
    scores = reference_column(numeric(values), "numeric").normal_scores(values)
    assert scores.mean() == pytest.approx(0, abs=0.02)
    assert scores.std() == pytest.approx(1, abs=0.03)
    assert (np.diff(scores[np.argsort(values)]) >= 0).all()


def test_scores_go_on_rising_outside_the_range_and_missing_is_in_the_middle():
    column = reference_column(numeric(np.arange(101)), "numeric")
    low, inside, high, far = column.normal_scores(np.array([-20.0, 50.0, 100.0, 130.0]))
    assert low < -2 < inside < high < far
    assert column.normal_scores(np.array([np.nan]))[0] == 0


def test_levels_are_counted_and_new_ones_found_whatever_their_type():
    column = reference_column(text(["a", "a", "b", None]), "levels")
    assert column.counts == {"a": 2, "b": 1}
    assert (column.known, column.missing) == (3, 1)
    assert list(column.unseen(text(["a", "c", None]))) == [False, True, False]
    codes = reference_column(pd.Series([1.0, 2.0, 2.0], name="x"), "levels")
    assert list(codes.unseen(text(["1", "3"]))) == [False, True]
    assert list(codes.unseen(numeric([2, 7]))) == [False, True]


def test_yes_and_no_are_known_in_every_spelling():
    column = reference_column(text(["true", "false", "true"]), "levels")
    assert not column.unseen(text(["Yes", "no", "T"])).any()


def test_the_chance_of_a_new_level_is_that_of_levels_that_came_once():
    assert reference_column(text(["a", "a", "b", "c"]), "levels").unseen_mass == 0.5
    assert reference_column(text(["a", "a", "b", "b"]), "levels").unseen_mass == 0
