"""Intervals of what sets a group apart."""

from __future__ import annotations

import numpy as np
import pytest

from rome.groups.profile import difference_limits, standardised_differences
from rome.stats.bootstrap import Resampling

RNG = np.random.default_rng(4)
VALUES = np.column_stack([RNG.normal(50, 9, 200), RNG.integers(0, 2, 200), np.full(200, 0.1)])
SHARES = RNG.dirichlet([1, 1], 200)
WEIGHTS = RNG.uniform(0.5, 2, 200)


def test_the_limits_are_those_of_the_same_table_drawn_again():
    resampling = Resampling(200, 300, 8)
    of_means, of_differences = difference_limits(VALUES, SHARES, WEIGHTS, resampling)
    again = [
        standardised_differences(VALUES, SHARES, WEIGHTS * counts)
        for chunk in resampling.counts()
        for counts in chunk
    ]
    means, differences = (np.array([item[place] for item in again]) for place in (0, 2))
    assert of_means == pytest.approx(np.quantile(means, [0.025, 0.975], axis=0), rel=1e-9)
    assert of_differences == pytest.approx(np.quantile(differences, [0.025, 0.975], axis=0), abs=1e-9)


def test_the_limits_hold_the_value():
    _, _, value = standardised_differences(VALUES, SHARES, WEIGHTS)
    _, (low, high) = difference_limits(VALUES, SHARES, WEIGHTS, Resampling(200, 300, 8))
    assert (low <= value + 1e-12).all()
    assert (value <= high + 1e-12).all()


def test_a_constant_column_differs_nowhere():
    _, limits = difference_limits(VALUES, SHARES, WEIGHTS, Resampling(200, 100, 8))
    assert (limits[:, :, 2] == 0).all()


def test_an_empty_group_has_no_limits():
    empty = np.column_stack([np.ones(200), np.zeros(200)])
    of_means, of_differences = difference_limits(VALUES, empty, WEIGHTS, Resampling(200, 100, 8))
    assert np.isnan(of_means[:, 1]).all()
    assert np.isnan(of_differences[:, 1]).all()
    assert np.isfinite(of_differences[:, 0]).all()


def test_relabelling_the_groups_relabels_the_limits():
    resampling = Resampling(200, 100, 8)
    plain, swapped = (
        difference_limits(VALUES, shares, WEIGHTS, resampling) for shares in (SHARES, SHARES[:, ::-1])
    )
    for first, second in zip(plain, swapped, strict=True):
        assert np.allclose(first, second[:, ::-1])
