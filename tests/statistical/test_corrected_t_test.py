"""The level of the test over splits, where two models are truly equal."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from rome.comparison import corrected_t_test

_TABLES, _SPLITS, _TRAIN, _TEST = 500, 40, 70, 30


def split_differences(rng: np.random.Generator) -> np.ndarray:
    """Differences of test error, a split, between slopes on two columns that both mean nothing."""
    X, y = rng.standard_normal((_TRAIN + _TEST, 2)), rng.standard_normal(_TRAIN + _TEST)
    found = []
    for _ in range(_SPLITS):
        order = rng.permutation(len(y))
        train, test = order[:_TRAIN], order[_TRAIN:]
        slopes = (X[train] * y[train, None]).sum(axis=0) / (X[train] ** 2).sum(axis=0)
        error = ((y[test, None] - X[test] * slopes) ** 2).mean(axis=0)
        found.append(error[0] - error[1])
    return np.array(found)


@pytest.mark.statistical
def test_the_corrected_test_keeps_its_level_and_the_ordinary_one_does_not():
    rng = np.random.default_rng(0)
    tables = [split_differences(rng) for _ in range(_TABLES)]
    corrected = np.mean([corrected_t_test(values, _TRAIN, _TEST).p_value < 0.05 for values in tables])
    ordinary = np.mean([ttest_1samp(values, 0).pvalue < 0.05 for values in tables])
    assert corrected < 0.08
    assert ordinary > 0.25
