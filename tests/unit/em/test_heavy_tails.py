"""Experts with t residuals: robust where tails are heavy, normal where they are not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from rome.em import RomeEM
from rome.em.experts import HIGHEST_DF, LOWEST_DF
from rome.em.scaling import robust_scale, weighted_median
from rome.errors import SettingError


def table(n: int = 800, seed: int = 0, df: float = np.inf):
    rng = np.random.default_rng(seed)
    x, s = rng.standard_normal((2, n))
    group = rng.random(n) < 1 / (1 + np.exp(-1.5 * s))
    residual = rng.standard_normal(n) if np.isinf(df) else rng.standard_t(df, n)
    return np.column_stack([x, s]), 10 + 5 * (np.where(group, 1, -1) * x + 0.5 * residual), group


def robust(**parameters) -> RomeEM:
    return RomeEM(**{"gate_features": [1], "noise": "t", "n_init": 4, "random_state": 0, **parameters})


def test_normal_residuals_give_the_normal_fit():
    X, y, _ = table(n=3000)
    plain, heavy = robust(noise="normal").fit(X, y), robust().fit(X, y)
    assert heavy.df_.min() > 15
    assert heavy.coef_ == pytest.approx(plain.coef_, abs=0.1)
    assert heavy.sigma_ == pytest.approx(plain.sigma_, rel=0.05)
    assert np.isinf(plain.df_).all()
    assert np.array_equal(plain.scale_, plain.sigma_)


def test_log_likelihood_is_that_of_the_t_distribution_in_units_of_the_outcome():
    X, y, _ = table(df=3)
    model = robust().fit(X, y)
    density = t.pdf((y[:, None] - model.group_predictions(X)) / model.scale_, model.df_) / model.scale_
    expected = np.log((model.membership(X) * density).sum(axis=1))
    assert model.log_likelihood_of_rows(X, y) == pytest.approx(expected, rel=1e-9)


def test_spread_is_the_standard_deviation_that_scale_and_degrees_of_freedom_give():
    X, y, _ = table(df=3)
    model = robust().fit(X, y)
    assert model.sigma_ == pytest.approx(model.scale_ * np.sqrt(model.df_ / (model.df_ - 2)))
    assert np.all((model.df_ >= LOWEST_DF) & (model.df_ <= HIGHEST_DF))


@pytest.mark.parametrize("distance", [1e4, -1e5, 1e6, 1e9])
def test_one_far_row_hardly_moves_a_t_expert(distance):
    X, y, _ = table(df=5)
    before = robust().fit(X, y)
    far = y.copy()
    far[0] += distance
    after = robust().fit(X, far)
    assert after.coef_ == pytest.approx(before.coef_, abs=0.3)
    assert after.intercept_ == pytest.approx(before.intercept_, abs=0.3)
    assert after.shares_ == pytest.approx(before.shares_, abs=0.02)


def test_the_median_and_spread_take_a_weight_for_copies():
    values, weights = np.array([3.0, -1.0, 10.0, 2.0, 7.0]), np.array([1, 3, 2, 0, 4])
    assert robust_scale(values, weights.astype(float)) == robust_scale(
        np.repeat(values, weights), np.ones(10)
    )
    assert weighted_median(values, weights.astype(float)) == 7.0


def test_the_robust_scale_of_normal_values_is_their_standard_deviation():
    values = 5 + 3 * np.random.default_rng(0).standard_normal(200_000)
    middle, spread = robust_scale(values, np.ones(len(values)))
    assert middle == pytest.approx(5, abs=0.03)
    assert spread == pytest.approx(3, rel=0.01)


def test_the_spread_of_values_of_which_most_are_one_is_the_standard_deviation():
    values = np.array([0.0] * 6 + [1.0] * 4)
    assert robust_scale(values, np.ones(10)) == (0.0, pytest.approx(values.std()))
    assert robust_scale(np.full(5, 2.0), np.ones(5)) == (2.0, 0.0)


def test_likelihood_of_t_experts_never_falls():
    for seed in range(3):
        X, y, _ = table(n=150, seed=seed, df=2.5)
        model = robust(n_groups=3, n_init=2, tol=1e-10).fit(X, y)
        assert np.diff(model.history_).min() > -1e-7


def test_a_weight_of_two_is_a_row_twice_for_t_experts():
    X, y, _ = table(n=300, df=4)
    strict = {"tol": 1e-12, "max_iter": 3000}
    heavy = robust(**strict).fit(X, y, sample_weight=np.full(len(y), 2.0))
    twice = robust(**strict).fit(np.repeat(X, 2, 0), np.repeat(y, 2))
    assert heavy.log_likelihood_ == pytest.approx(twice.log_likelihood_, rel=1e-8)
    assert heavy.df_ == pytest.approx(twice.df_, rel=1e-2)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_do_not_matter_to_t_experts(scale):
    X, y, _ = table(df=3)
    plain, scaled = robust().fit(X, y), robust().fit(X, scale * y)
    assert scaled.df_ == pytest.approx(plain.df_, rel=1e-2)
    assert scaled.coef_ / scale == pytest.approx(plain.coef_, rel=1e-2)


def test_the_robust_risk_uses_the_residual_variance_of_the_rows():
    X, y, _ = table(df=5, n=4000)
    model = robust().fit(X, y)
    noise = model._mixture.dro_problem(X, y, np.ones(len(y))).noise
    assert noise == pytest.approx(model.sigma_**2, rel=0.25)


def test_a_binary_outcome_has_no_tails():
    X, y, _ = table()
    with pytest.raises(SettingError, match="numeric outcome"):
        robust(outcome="binary").fit(X, (y > 10).astype(float))
