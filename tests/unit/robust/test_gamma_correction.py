"""Γ with the error of estimation taken out: hand-worked, against the truth, and in the estimator."""

from __future__ import annotations

import numpy as np
import pytest

from rome.em import RomeEM
from rome.em.cross_fit import _halves
from rome.em.sufficient_statistics import RowBlocks
from rome.errors import SettingError, TooFewRowsError
from rome.robust.aggregate import gram
from rome.robust.correction import corrected_gram, nearest_semidefinite


def test_a_quarter_of_the_halves_difference_is_taken_out():
    first, second = np.array([[1.0, 0.0], [3.0, 2.0]]), np.array([[0.0, 0.0], [1.0, 0.0]])
    difference = np.array([[1 + 4, 4], [4, 4]]) / 2
    plain = np.array([[9.0, 1.0], [1.0, 7.0]])
    assert corrected_gram(plain, first, second, np.ones(2)) == pytest.approx(plain - difference / 4)


def test_rows_of_the_target_count_by_their_weight():
    first, second = np.array([[1.0, 0.0], [3.0, 2.0]]), np.zeros((2, 2))
    plain = 20 * np.eye(2)
    heavy = corrected_gram(plain, first, second, np.array([2.0, 1.0]))
    twice = corrected_gram(plain, first[[0, 0, 1]], second[[0, 0, 1]], np.ones(3))
    assert heavy == pytest.approx(twice)


def test_the_result_is_the_nearest_positive_semidefinite_matrix():
    assert nearest_semidefinite(np.diag([2.0, -1.0])) == pytest.approx(np.diag([2.0, 0.0]))
    large = corrected_gram(np.eye(2), 9 * np.ones((3, 2)), np.zeros((3, 2)), np.ones(3))
    assert np.linalg.eigvalsh(large).min() >= -1e-12


def test_least_squares_is_left_without_bias():
    """With groups known, Γ̂'s mean over draws is the truth; the plug-in's is not."""
    rng = np.random.default_rng(0)
    target = np.column_stack([np.ones(200), rng.standard_normal((200, 4))])
    beta = rng.standard_normal((2, 5))
    truth, ones = gram(target @ beta.T, 0.0, np.ones(200)), np.ones(200)
    plain, corrected = [], []
    for _ in range(600):
        parts = [_least_squares(rng, beta_k, 40) for beta_k in beta]
        full, first, second = (target @ np.array([part[i] for part in parts]).T for i in range(3))
        plain.append(gram(full, 0.0, ones))
        corrected.append(corrected_gram(plain[-1], first, second, ones))
    error = np.std(corrected, axis=0) / np.sqrt(600)
    assert np.diag(np.mean(plain, axis=0) - truth).min() > 0.3
    # Halves of 20 rows have a little more than twice the variance of 40, so a little much is taken out.
    assert np.abs(np.mean(corrected, axis=0) - truth).max() < 4 * error.max() + 0.15


def _least_squares(rng: np.random.Generator, beta: np.ndarray, n: int) -> list[np.ndarray]:
    design = np.column_stack([np.ones(n), rng.standard_normal((n, 4))])
    y = design @ beta + 2 * rng.standard_normal(n)
    halves = (slice(None), slice(0, n // 2), slice(n // 2, None))
    return [np.linalg.lstsq(design[rows], y[rows], rcond=None)[0] for rows in halves]


def two_groups(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    X = rng.standard_normal((n, 4))
    group = rng.random(n) < 1 / (1 + np.exp(-2 * X[:, 3]))
    slopes = np.where(group[:, None], [2.0, 0.0, -1.0], [-1.0, 1.0, 0.5])
    return X, (slopes * X[:, :3]).sum(axis=1) + rng.standard_normal(n)


def aggregate(**parameters) -> RomeEM:
    given = {"predictor": "aggregate", "criterion": "reward", "dro_strength": 1.0, "random_state": 0}
    return RomeEM(**{"gate_features": [3], "n_init": 3, **given, **parameters})


def test_the_estimator_plays_on_the_corrected_gamma():
    X, y = two_groups()
    plain, crossed = aggregate().fit(X, y), aggregate(gamma="cross_fitted").fit(X, y)
    assert np.array_equal(plain.coef_, crossed.coef_)
    assert np.abs(plain.prior_ - crossed.prior_).max() > 1e-4
    assert np.array_equal(crossed.path(X, y, strengths=(1.0,)).priors[0], crossed.prior_)


def test_halves_keep_the_order_of_the_groups():
    X, y = two_groups(2000)
    mixture = aggregate(gamma="cross_fitted").fit(X, y)._mixture
    for half in mixture.halves:
        assert half.beta == pytest.approx(mixture.parameters.beta, abs=0.2)


def test_neither_the_order_of_rows_nor_copies_for_weights_change_the_halves():
    X, y = two_groups()
    weights = np.random.default_rng(0).integers(1, 4, len(y))
    strict = {"gamma": "cross_fitted", "tol": 1e-11, "max_iter": 3000}
    heavy = aggregate(**strict).fit(X, y, sample_weight=weights)
    copies = np.random.default_rng(1).permutation(np.repeat(np.arange(len(y)), weights))
    for other in (
        aggregate(**strict).fit(X[copies], y[copies]),
        aggregate(**strict).fit(X[::-1], y[::-1], sample_weight=weights[::-1]),
    ):
        for mine, theirs in zip(heavy._mixture.halves, other._mixture.halves, strict=True):
            assert theirs.beta == pytest.approx(mine.beta, abs=1e-4)
        assert other.prior_ == pytest.approx(heavy.prior_, abs=1e-3)


def test_halves_share_out_the_rows_of_a_table_with_few_different_ones():
    rng = np.random.default_rng(0)
    rows = np.column_stack([np.ones(8), np.arange(8) % 2])
    blocks = RowBlocks(rows, rows[:, :1], np.arange(8.0), np.full(8, 1000.0))
    first, second = _halves(blocks, rng)
    assert first.weights + second.weights == pytest.approx(np.full(8, 1000.0))
    assert np.abs(first.weights - 500).max() < 100


def test_a_sampling_weight_stays_with_its_row_in_one_half():
    rng = np.random.default_rng(0)
    rows = np.ones((1001, 1))
    blocks = RowBlocks(rows, rows, np.arange(1001.0), rng.uniform(0.3, 3, 1001))
    first, second = _halves(blocks, rng)
    assert not set(first.y) & set(second.y)
    assert first.n_rows + second.n_rows == 1001
    assert first.weight == pytest.approx(second.weight, abs=6)


def test_only_the_aggregate_has_a_gamma_to_correct():
    X, y = two_groups()
    with pytest.raises(SettingError, match='gamma "cross_fitted" belongs to predictor "aggregate"'):
        RomeEM(gamma="cross_fitted").fit(X, y)
    with pytest.raises(SettingError, match='nearest name is "cross_fitted"'):
        aggregate(gamma="crossfitted").fit(X, y)


def test_halves_of_too_few_rows_are_refused():
    X, y = two_groups(20)
    with pytest.raises(TooFewRowsError, match="n_samples = 10"):
        aggregate(gamma="cross_fitted").fit(X, y)
