"""How many rows speak for a group, and when they are too few, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rome.stats.sizes import effective_rows, rows_that_speak, too_small


def test_equal_weights_are_as_many_rows_and_uneven_ones_are_fewer():
    assert effective_rows(np.full(7, 3.0)) == pytest.approx(7)
    # Kish: (4 + 1 + 1)² / (16 + 1 + 1) = 2 of the three rows.
    assert effective_rows(np.array([4.0, 1, 1])) == pytest.approx(2)
    assert effective_rows(np.array([[4.0, 1], [1, 1], [1, 0]])) == pytest.approx([2, 2])


def test_no_weight_is_no_row():
    assert effective_rows(np.zeros(3)) == 0
    assert effective_rows(np.zeros(0)) == 0
    assert too_small(np.zeros(0), 1)


def test_rows_that_belong_a_little_add_up_to_few():
    assert effective_rows(np.full(100, 0.1)) == pytest.approx(100)
    assert rows_that_speak(np.ones(100), np.full((100, 1), 0.1)) == pytest.approx([10])


def test_the_rows_of_a_group_are_its_size_unless_few_of_them_hold_the_case_weight():
    membership = np.array([[1.0, 0.0], [0.5, 0.5], [0.5, 0.5]])
    assert rows_that_speak(np.ones(3), membership) == pytest.approx([2.0, 1.0])
    assert rows_that_speak(np.full(3, 7.0), membership) == pytest.approx([2.0, 1.0])
    assert rows_that_speak(np.array([4.0, 1, 1]), np.ones((3, 1))) == pytest.approx([2.0])
    assert rows_that_speak(np.ones(3), np.zeros((3, 1))) == pytest.approx([0])


def test_half_of_rows_with_uneven_weights_is_half_of_what_they_are_worth():
    # Kish: (4 + 1 + 1)² / 18 = 2 of the three rows; half of each is one row.
    assert rows_that_speak(np.array([4.0, 1, 1]), np.full((3, 1), 0.5)) == pytest.approx([1.0])
    # (3 · 1 + 1 · .5)² / (9 · 1 + 1 · .5)
    assert rows_that_speak(np.array([3.0, 1.0]), np.array([[1.0], [0.5]])) == pytest.approx([3.5**2 / 9.5])


def test_no_more_rows_speak_than_belong_or_than_kish_counts():
    rng = np.random.default_rng(0)
    weights, membership = rng.gamma(0.5, size=50), rng.random((50, 4))
    found = rows_that_speak(weights, membership)
    assert (found <= membership.sum(axis=0) + 1e-9).all()
    assert (found <= effective_rows(membership * weights[:, None]) + 1e-9).all()


def test_a_group_of_just_enough_rows_is_not_too_small_for_a_rounding_error():
    assert not too_small(np.ones(30), 30)
    assert not too_small(np.full(300, 1 / 3), 30, np.full((300, 1), 0.1))
    assert too_small(np.ones(29), 30)


def test_one_row_with_nearly_all_the_weight_makes_a_group_too_small():
    weights = np.append(np.ones(99), 1e4)
    assert too_small(weights, 30)
    both = np.column_stack([np.ones(100), np.append(np.ones(99), 0.0)])
    assert too_small(weights, 30, both).tolist() == [True, False]
