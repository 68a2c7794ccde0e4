"""Groups have the same names whatever the seed, the order of rows or the sample, where the optimum is one."""

from __future__ import annotations

import numpy as np
import pytest

from rome.em import RomeEM
from rome.em.matching import match_groups


def table(n: int = 900, seed: int = 0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 3))
    chances = np.exp(np.column_stack([1.2 * X[:, 2], -1.2 * X[:, 2] - 0.5, np.full(n, -1.2)]))
    chances /= chances.sum(axis=1, keepdims=True)
    group = (rng.random(n)[:, None] > chances.cumsum(axis=1)).sum(axis=1)
    y = np.array([3.0, -3.0, 0.0])[group] * X[:, 0] + np.array([0, 0, 6.0])[group]
    return X, y + 0.4 * rng.standard_normal(n), group


def fitted(X, y, seed: int = 0, **parameters) -> RomeEM:
    return RomeEM(3, gate_features=[2], n_init=6, tol=1e-9, random_state=seed, **parameters).fit(X, y)


@pytest.mark.parametrize("noise", ["normal", "t"])
def test_every_seed_gives_the_same_names(noise):
    X, y, _ = table()
    first = fitted(X, y, noise=noise)
    for seed in range(1, 4):
        other = fitted(X, y, seed, noise=noise)
        assert other.log_likelihood_ == pytest.approx(first.log_likelihood_, abs=1e-2)
        assert other.coef_ == pytest.approx(first.coef_, abs=1e-2)
        assert other.gate_coef_ == pytest.approx(first.gate_coef_, abs=5e-2)


def test_the_order_of_rows_changes_no_name():
    X, y, _ = table()
    order = np.random.default_rng(5).permutation(len(y))
    first, moved = fitted(X, y), fitted(X[order], y[order])
    assert moved.coef_ == pytest.approx(first.coef_, abs=1e-2)


def test_groups_of_equal_size_are_ordered_by_their_intercept():
    rng = np.random.default_rng(0)
    x = np.tile(rng.standard_normal(200), 2)
    y = np.repeat([-5.0, 5.0], 200) + x + 0.1 * np.tile(rng.standard_normal(200), 2)
    X = np.column_stack([x, np.tile(rng.standard_normal(200), 2)])
    for seed in range(4):
        model = RomeEM(2, gate_features=[1], n_init=4, random_state=seed).fit(X, y)
        assert model.intercept_ == pytest.approx([-5, 5], abs=0.1)


def test_bootstrap_fits_are_matched_by_responsibilities_even_where_sizes_cross():
    X, y, group = table(n=1200)
    reference = fitted(X, y)
    shares = reference.responsibilities(X, y)
    for seed in range(4):
        rng = np.random.default_rng(seed)
        # Resampling that favours the smallest group puts it first in the other fit.
        chance = np.where(group == 2, 6.0, 1.0)
        rows = rng.choice(len(y), len(y), p=chance / chance.sum())
        other = fitted(X[rows], y[rows], seed)
        order = match_groups(shares, other.responsibilities(X, y))
        assert other.coef_[order][:, 0] == pytest.approx(reference.coef_[:, 0], abs=0.3)
        assert not np.array_equal(order, np.arange(3))
