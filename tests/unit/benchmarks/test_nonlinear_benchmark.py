"""The benchmark on the non-linear simulation: how losses of seeds become a ratio."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.nonlinear import losses, ratio


def test_the_worst_loss_is_that_of_the_worst_true_group():
    error, group = np.array([1.0, 1.0, 2.0, 0.0, 3.0]), np.array([0, 0, 1, 2, 3])
    assert losses(error, group) == pytest.approx((3.0, 9.0))


def test_a_ratio_over_seeds_has_its_t_interval():
    found = [{"a": (1.0, 2.0), "b": (2.0, 2.0)}, {"a": (1.2, 3.0), "b": (2.0, 2.0)}]
    # Ratios .5 and .6: mean .55, standard error .05, t(1) at 97.5% is 12.706.
    assert ratio(found, "a", "b")[0] == "0.55 (-0.09 to 1.19)"
    assert ratio(found, "b", "b") == ("1.00", "1.00")


def test_one_seed_has_a_ratio_without_an_interval():
    assert ratio([{"a": (1.0, 2.0), "b": (2.0, 4.0)}], "a", "b") == ("0.50", "0.50")
