"""Groups with one set of slopes: the optimum, its likelihood, and the way on to slopes of their own."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logsumexp
from scipy.stats import norm

from rome.em import RomeEM
from rome.em.requirements import free_parameters
from rome.errors import SettingError


def levels(n: int = 500, seed: int = 0, outcome: str = "numeric"):
    """One rule, two levels that the last column tells apart."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 3))
    high = rng.random(n) < expit(1.5 * X[:, 2])
    eta = X[:, 0] - 0.5 * X[:, 1] + np.where(high, 2.0, -2.0)
    if outcome == "binary":
        return X, (rng.random(n) < expit(eta)).astype(float)
    return X, eta + np.where(high, 0.4, 0.8) * rng.standard_normal(n)


def model(**parameters) -> RomeEM:
    settings = {"gate_features": [2], "slopes": "shared", "n_init": 4, "random_state": 0}
    return RomeEM(**{**settings, "tol": 1e-12, "max_iter": 3000, **parameters})


def minus_log_likelihood(values: np.ndarray, X: np.ndarray, y: np.ndarray) -> float:
    level, slopes, log_sigma, gamma = values[:2], values[2:4], values[4:6], values[6:]
    logit = gamma[0] + gamma[1] * X[:, 2]
    membership = np.column_stack([-np.logaddexp(0, -logit), -np.logaddexp(0, logit)])
    density = norm.logpdf(y[:, None], level + (X[:, :2] @ slopes)[:, None], np.exp(log_sigma))
    return -float(logsumexp(membership + density, axis=1).sum())


def test_the_fit_is_the_optimum_that_a_general_optimiser_finds():
    X, y = levels()
    fitted = model().fit(X, y)
    assert np.ptp(fitted.coef_, axis=0).max() < 1e-12
    own = [fitted.intercept_, fitted.coef_[0], np.log(fitted.sigma_)]
    start = np.concatenate([*own, [fitted.gate_intercept_[0], fitted.gate_coef_[0, 0]]])
    best = minimize(minus_log_likelihood, start + 0.05, args=(X, y), method="BFGS")
    assert fitted.log_likelihood_ == pytest.approx(-best.fun, abs=0.02)
    assert best.x[:6] == pytest.approx(start[:6], abs=5e-3)


@pytest.mark.parametrize("options", [{}, {"noise": "t"}, {"outcome": "binary"}])
def test_the_likelihood_never_falls_and_own_slopes_end_no_lower(options):
    X, y = levels(outcome=options.get("outcome", "numeric"))
    shared = model(n_groups=3, **options).fit(X, y)
    assert np.diff(shared.history_).min() > -1e-7
    assert np.ptp(shared.coef_, axis=0).max() < 1e-9
    own = deepcopy(shared).set_params(slopes="own", warm_start=True).fit(X, y)
    assert own.history_[-1] >= shared.history_[-1] - 1e-7
    assert np.ptp(own.coef_, axis=0).max() > 1e-3


def test_one_group_has_the_slopes_of_least_squares_either_way():
    X, y = levels()
    assert model(n_groups=1).fit(X, y).coef_ == pytest.approx(model(n_groups=1, slopes="own").fit(X, y).coef_)


def test_levels_spreads_and_slopes_come_back():
    X, y = levels(4000)
    fitted = model().fit(X, y)
    high = int(fitted.intercept_.argmax())
    assert fitted.coef_[0] == pytest.approx([1.0, -0.5], abs=0.05)
    assert fitted.intercept_[[high, 1 - high]] == pytest.approx([2, -2], abs=0.1)
    assert fitted.sigma_[[high, 1 - high]] == pytest.approx([0.4, 0.8], abs=0.06)


def test_standard_errors_of_shared_slopes_are_those_of_one_coefficient():
    X, y = levels(2000)
    fitted = model().fit(X, y)
    errors = fitted.standard_errors(X, y)
    assert np.ptp(errors.coef_se, axis=0).max() < 1e-12
    # Known groups would give σ_pooled / √n; not knowing a few of them costs little.
    weight = (fitted.shares_ / fitted.sigma_**2).sum()
    assert errors.coef_se[0] == pytest.approx(np.full(2, 1 / np.sqrt(2000 * weight)), rel=0.1)
    assert np.isfinite(errors.intercept_se).all()


def test_shared_slopes_count_once_among_the_free_parameters():
    assert free_parameters(3, 5, 2, "numeric", slopes="shared") == 3 * 2 + 5 + 2 * 3
    assert free_parameters(3, 5, 2, "numeric") == 3 * 7 + 2 * 3


def test_own_slopes_are_no_start_for_shared_ones():
    X, y = levels()
    with pytest.raises(SettingError, match="slopes differ"):
        model(slopes="own").fit(X, y).set_params(slopes="shared", warm_start=True).fit(X, y)


def test_other_slopes_are_refused():
    X, y = levels()
    with pytest.raises(SettingError, match="slopes"):
        model(slopes="equal").fit(X, y)
