"""The interval of a mean that was scored in several splits."""

import numpy as np
import pytest
from scipy.stats import norm

from rome.stats.means import mean_interval, repeated_mean_interval


def test_one_split_is_the_plain_interval():
    values = np.random.default_rng(0).standard_normal(50)
    weights = np.linspace(1, 2, 50)
    assert repeated_mean_interval(values[None], weights, 0.9) == mean_interval(values, weights, 0.9)


def test_what_splits_differ_by_widens_the_interval():
    values = np.array([[0.0, 2.0, 0.0, 2.0], [2.0, 4.0, 2.0, 4.0]])
    found = repeated_mean_interval(values, np.ones(4), 0.9)
    rows = mean_interval(values.mean(axis=0), np.ones(4), 0.9)
    # The split means are 1 and 3: their variance is 2, over two splits 1.
    z = norm.ppf(0.95)
    assert found.value == pytest.approx(2)
    assert (found.high - 2) ** 2 == pytest.approx((rows.high - 2) ** 2 + z**2 * 1)
