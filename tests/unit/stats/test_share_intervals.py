"""A group's share has an interval that holds the truth as often as it says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rome.stats.shares import share_interval


def test_the_interval_covers_the_share_of_everybody_as_often_as_it_says():
    rng = np.random.default_rng(4)
    everybody = rng.beta(0.4, 1.6, 100_000)
    held = 0
    for _ in range(400):
        rows = rng.choice(everybody, 150)
        found = share_interval(float(rows.mean()), rows, np.ones(150), 0.95)
        held += found.low <= everybody.mean() <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_doubled_weights_change_nothing_and_uneven_ones_widen_it():
    rng = np.random.default_rng(5)
    rows = rng.random(200)
    even = share_interval(float(rows.mean()), rows, np.ones(200), 0.95)
    double = share_interval(float(rows.mean()), rows, np.full(200, 2.0), 0.95)
    assert (double.low, double.high) == pytest.approx((even.low, even.high))
    weights = rng.exponential(size=200)
    mean = float(np.average(rows, weights=weights))
    uneven = share_interval(mean, rows, weights, 0.95)
    assert uneven.high - uneven.low > even.high - even.low


@pytest.mark.parametrize(("share", "rows"), [(1.0, np.ones(9)), (0.0, np.zeros(9)), (0.5, np.array([0.5]))])
def test_nobody_everybody_and_a_single_row_have_no_interval(share, rows):
    found = share_interval(share, rows, np.ones(len(rows)), 0.95)
    assert found.value == share
    assert math.isnan(found.low)


def test_a_rare_group_stays_inside_zero_and_one():
    rows = np.zeros(50)
    rows[0] = 0.9
    found = share_interval(float(rows.mean()), rows, np.ones(50), 0.99)
    assert 0 < found.low < found.value < found.high < 1
