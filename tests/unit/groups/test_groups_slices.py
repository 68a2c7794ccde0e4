"""Slices: a shallow tree on losses, its leaves in the table's own words, and what is not called a slice."""

from __future__ import annotations

import numpy as np
import pytest

from rome.groups.rules import Attribute
from rome.groups.slices import find_slices
from rome.results.description import Condition

TENURE = Attribute("tenure", "tenure", "numeric", False, mean=30.0, scale=20.0)
NO_TENURE = Attribute("tenure is missing", "tenure", "missing", False)
NET = Attribute("internet = no", "internet", "level", True, level="no", opposite="yes")
ALL = (TENURE, NET)


def people(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.column_stack([(rng.integers(0, 71, n) - 30) / 20, rng.integers(0, 2, n)])


def planted(values: np.ndarray) -> np.ndarray:
    return (values[:, 0] * 20 + 30 > 50.5) & (values[:, 1] == 1)


def found(values, losses, weights=None, fewest=30):
    return find_slices(values, ALL, losses, np.ones(len(values)) if weights is None else weights, fewest)


def test_a_planted_slice_is_found_in_the_columns_own_units_and_levels():
    values = people(2000)
    slices = found(values, np.where(planted(values), 7.0, 1.0))
    (conditions,) = slices.candidate_conditions()
    assert set(conditions) == {
        Condition("tenure", "between", low=50.0),
        Condition("internet", "is", levels=("no",)),
    }
    assert np.array_equal(slices.candidate_groups(values).weights[:, 0] > 0, planted(values))


def test_splits_between_alike_leaves_are_taken_back():
    values = people(2000)
    noise = np.random.default_rng(3).chisquare(1, 2000)
    slices = found(values, noise * np.where(planted(values), 7.0, 1.0))
    assert len(slices.boxes) <= 5
    rules = slices.candidate_conditions()
    assert [len(rule) for rule in rules] == [2]


def test_equal_losses_give_one_leaf_and_no_candidate():
    values = people(400)
    for losses in (np.ones(400), np.zeros(400)):
        slices = found(values, losses)
        assert slices.boxes == ({},)
        assert slices.candidates == []
        assert slices.candidate_groups(values).weights.shape == (400, 0)


def test_no_leaf_is_smaller_than_the_fewest_rows():
    values = people(120)
    losses = np.where(np.arange(120) < 12, 50.0, 1.0) * np.where(planted(values), 5, 1)
    slices = found(values, losses)
    assert np.bincount(slices.leaf(values)).min() >= 30
    assert found(values[:59], losses[:59]).boxes == ({},)


def test_uneven_weights_ask_for_more_rows():
    values = people(300)
    losses = np.where(planted(values), 9.0, 1.0)
    weights = np.where(np.arange(300) % 10 == 0, 40.0, 1.0)
    assert len(found(values, losses).boxes) > 1
    assert found(values, losses, weights).boxes == ({},)


def test_a_row_that_lacks_a_value_that_is_asked_for_lies_in_no_leaf():
    rng = np.random.default_rng(1)
    absent = (rng.random(1000) < 0.05).astype(float)
    tenure = np.where(absent, 0.0, (rng.integers(0, 71, 1000) - 30) / 20)
    values = np.column_stack([tenure, absent])
    losses = np.where((tenure > 1) & (absent < 1), 8.0, 1.0)
    slices = find_slices(values, (TENURE, NO_TENURE), losses, np.ones(1000), 30)
    assert len(slices.boxes) == 2
    assert np.array_equal(slices.leaf(values) < 0, absent > 0.5)


def test_the_order_of_the_rows_changes_nothing():
    values = people(600)
    losses = np.random.default_rng(5).chisquare(1, 600) * np.where(planted(values), 5, 1)
    order = np.random.default_rng(6).permutation(600)
    one, other = found(values, losses), found(values[order], losses[order])
    assert one.boxes == other.boxes
    assert one.losses == pytest.approx(other.losses)
