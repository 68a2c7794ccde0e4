"""The outcome as numbers, the rows that can be used, and the split."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rome.errors import ColumnError, OutcomeError, TooFewRowsError
from rome.table import Roles, outcome_values, split_rows, usable_rows

ROLES = Roles("y", ("a",), ("s",))


def _outcome(values, **options):
    return outcome_values(pd.DataFrame({"y": pd.Series(values, **options)}), ROLES)


def test_three_numbers_make_a_quantity():
    outcome = _outcome([1.0, np.nan, 2.5, 3.0])
    np.testing.assert_array_equal(outcome.values, [1, np.nan, 2.5, 3])
    assert (outcome.kind, outcome.positive) == ("numeric", None)


def test_infinities_are_missing():
    np.testing.assert_array_equal(_outcome([1.0, np.inf, 2.0, 3.0]).values, [1, np.nan, 2, 3])


def test_of_two_numbers_the_larger_counts_as_one():
    outcome = _outcome([1, 2, 2, 2])
    assert outcome.values.tolist() == [0, 1, 1, 1]
    assert (outcome.kind, outcome.positive) == ("binary", "2")


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        ("Yes", "No"),
        ("true", "false"),
        (">50K", "<=50K"),
        ("1. Yes", "2. No"),
        ("granted", "not granted"),
        ("recidivist", "no"),
        ("positive", "negative"),
        ("T", "F"),
    ],
)
def test_the_level_that_says_yes_counts_as_one_even_when_it_is_common(positive, negative):
    outcome = _outcome([positive, negative, positive, positive])
    assert outcome.positive == positive
    assert outcome.values.tolist() == [1, 0, 1, 1]
    assert f'"{positive}" counts as 1' in outcome.note


def test_without_such_a_word_the_rarer_level_counts_as_one():
    outcome = _outcome(["stays", "leaves", "stays", None])
    assert outcome.positive == "leaves"
    np.testing.assert_array_equal(outcome.values, [0, 1, 0, np.nan])


@pytest.mark.parametrize("values", [[True, False, True], pd.Series([True, False, True], dtype="boolean")])
def test_booleans_are_binary(values):
    outcome = _outcome(values)
    assert outcome.positive == "true"
    assert outcome.values.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["low", "mid", "high"], r"text with 3 levels .* Choose a numeric column"),
        ([5.0, 5.0, np.nan], "is 5 in every row"),
        (["x", "x"], "is x in every row"),
        ([np.nan, np.nan], "all are missing"),
        ([1e200, 2.0, 3.0], "too large to be squared"),
    ],
)
def test_an_outcome_that_can_not_be_modelled_says_why(values, message):
    with pytest.raises(OutcomeError, match=message):
        _outcome(values)


def test_an_absent_outcome_names_the_nearest_column():
    with pytest.raises(ColumnError, match='nearest name is "yy"'):
        outcome_values(pd.DataFrame({"yy": [1.0]}), ROLES)


def test_rows_without_outcome_or_weight_are_left_out_and_counted_once():
    frame = pd.DataFrame(
        {"y": [1.0, np.nan, 2.0, 3.0, np.nan, 5.0], "w": [1.0, 2.0, np.nan, 0.0, np.nan, 0.5]}
    )
    rows = usable_rows(frame, Roles("y", ("a",), ("s",), weight="w"))
    assert rows.index.tolist() == [0, 5]
    assert rows.weight.tolist() == [1.0, 0.5]
    assert rows.left_out == {"outcome is missing": 2, "weight is missing": 1, "weight is zero": 1}


def test_without_a_weight_every_row_weighs_one():
    rows = usable_rows(pd.DataFrame({"y": [1.0, 2.0, 3.0]}), ROLES)
    assert rows.weight.tolist() == [1, 1, 1]
    assert rows.left_out == {}


@pytest.mark.parametrize(
    ("weights", "message"), [([1.0, -2.0, 1.0], "lowest -2"), (["a", "b", "c"], "no number")]
)
def test_weights_that_are_no_weights_are_refused(weights, message):
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0], "w": weights})
    with pytest.raises(ColumnError, match=message):
        usable_rows(frame, Roles("y", ("a",), ("s",), weight="w"))


def test_a_split_is_a_partition_and_depends_on_the_seed_only():
    split = split_rows(200, 0.3, seed=7)
    assert sorted([*split.train, *split.test]) == list(range(200))
    assert len(split.test) == 60
    assert (np.diff(split.train) > 0).all()
    np.testing.assert_array_equal(split.test, split_rows(200, 0.3, seed=7).test)
    assert not np.array_equal(split.test, split_rows(200, 0.3, seed=8).test)


def test_a_split_leaves_the_global_generator_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    split_rows(200, 0.3, seed=7)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_strata_keep_the_share_of_a_rare_class():
    rare = np.zeros(300)
    rare[:30] = 1
    for seed in range(5):
        assert rare[split_rows(300, 0.3, seed, strata=rare).test].sum() == 9


def test_a_class_with_one_row_does_not_stop_the_split():
    alone = np.zeros(100)
    alone[3] = 1
    assert len(split_rows(100, 0.3, 0, strata=alone).test) == 30


def test_too_few_rows_for_either_side_are_refused_with_the_numbers():
    with pytest.raises(TooFewRowsError, match=r"60 usable rows .* 42 rows to fit on and 18 to test on"):
        split_rows(60, 0.3, 0)
    assert len(split_rows(67, 0.3, 0).test) == 21
