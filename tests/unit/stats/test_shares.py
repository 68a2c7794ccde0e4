"""Intervals of shares against the literature, SciPy and drawn rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from rome.stats.shares import logit_interval, mean_error, wilson


def test_wilsons_interval_is_the_textbooks_and_scipys():
    # Newcombe (1998), Statistics in Medicine 17, 857-872: 81 of 263, and 0 of 20.
    assert wilson(81 / 263, 263, 0.95) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0.0, 20, 0.95) == pytest.approx((0.0, 0.1611), abs=5e-5)
    for count in (0, 3, 40):
        found = binomtest(count, 40).proportion_ci(0.8, method="wilson")
        assert wilson(count / 40, 40, 0.8) == pytest.approx((found.low, found.high))


def test_the_error_of_a_mean_is_the_usual_one_and_rows_without_weight_are_not_in_it():
    values = np.random.default_rng(0).random((50, 3))
    usual = values.std(axis=0, ddof=1) / np.sqrt(50)
    assert mean_error(values, np.full(50, 2.5)) == pytest.approx(usual)
    assert mean_error(values[:, 0], np.ones(50)) == pytest.approx(usual[0])
    more, weights = np.vstack([values, np.full((50, 3), 9.0)]), np.repeat([1.0, 0.0], 50)
    assert mean_error(more, weights) == pytest.approx(usual)
    assert np.isnan(mean_error(values, np.eye(50)[0])).all()


@pytest.mark.parametrize(("share", "error"), [(0.0, 0.1), (1.0, 0.1), (0.4, 0.0), (0.4, np.nan)])
def test_there_is_no_logit_interval_at_the_ends_nor_without_an_error(share, error):
    assert np.isnan(logit_interval(share, error, 0.95)).all()


def test_a_logit_interval_is_the_normal_one_in_the_middle_and_never_leaves_zero_and_one():
    assert logit_interval(0.5, 0.001, 0.95) == pytest.approx((0.5 - 0.00196, 0.5 + 0.00196), abs=1e-6)
    low, high = logit_interval(0.01, 0.02, 0.95)
    assert 0 < low < 0.01 < high < 1
