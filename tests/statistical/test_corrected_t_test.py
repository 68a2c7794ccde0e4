"""The level and the power of the test over splits, over many tables."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from rome.stats.tests import corrected_t_test

_TABLES, _SPLITS, _TRAIN, _TEST = 1000, 20, 70, 30

pytestmark = pytest.mark.statistical


def rejections(tables: list[np.ndarray]) -> tuple[float, float]:
    """How often the corrected and the ordinary test reject at 5%."""
    corrected = np.mean([corrected_t_test(values, _TRAIN, _TEST).p_value < 0.05 for values in tables])
    return float(corrected), float(np.mean([ttest_1samp(values, 0).pvalue < 0.05 for values in tables]))


def splits(rng: np.random.Generator):
    for _ in range(_SPLITS):
        order = rng.permutation(_TRAIN + _TEST)
        yield order[:_TRAIN], order[_TRAIN:]


def fixed_rules(rng: np.random.Generator) -> np.ndarray:
    """Differences, a split, of two equal rules that learn nothing: only the test rows are shared."""
    rows = rng.standard_normal(_TRAIN + _TEST)
    return np.array([rows[test].mean() for _, test in splits(rng)])


def slopes(rng: np.random.Generator, effect: float = 0.0) -> np.ndarray:
    """Differences, a split, between slopes on two columns; the first one's true slope is ``effect``."""
    X = rng.standard_normal((_TRAIN + _TEST, 2))
    y = effect * X[:, 0] + rng.standard_normal(_TRAIN + _TEST)
    found = []
    for train, test in splits(rng):
        slope = (X[train] * y[train, None]).sum(axis=0) / (X[train] ** 2).sum(axis=0)
        error = ((y[test, None] - X[test] * slope) ** 2).mean(axis=0)
        found.append(error[0] - error[1])
    return np.array(found)


def test_the_corrected_test_has_its_level_and_the_ordinary_one_finds_differences_everywhere():
    rng = np.random.default_rng(0)
    corrected, ordinary = rejections([fixed_rules(rng) for _ in range(_TABLES)])
    assert 0.03 < corrected < 0.07
    assert ordinary > 0.4


def test_the_corrected_test_does_not_exceed_its_level_where_models_are_trained():
    rng = np.random.default_rng(0)
    corrected, ordinary = rejections([slopes(rng) for _ in range(_TABLES // 2)])
    assert corrected < 0.05
    assert ordinary > 0.15


def test_the_corrected_test_finds_a_difference_that_is_there():
    rng = np.random.default_rng(0)
    corrected, _ = rejections([slopes(rng, effect=1.0) for _ in range(_TABLES // 5)])
    assert corrected > 0.8
