"""The gate climbs the penalised likelihood, ridge and all, and a fit ends where that is level."""

from __future__ import annotations

import numpy as np
import pytest

from rome.em import RomeEM
from rome.em.gate import GATE_RIDGE, INTERCEPT_RIDGE, curvature, newton_step


def penalised(gamma, columns, responsibilities, weights) -> float:
    """Return Σ w r log π less the ridge, worked out anew; columns (n, d), responsibilities (n, K)."""
    eta = columns @ gamma.T
    log_membership = eta - np.log(np.exp(eta).sum(axis=1, keepdims=True))
    ridge = np.array([INTERCEPT_RIDGE, *[GATE_RIDGE] * (columns.shape[1] - 1)])
    apart = gamma - gamma.mean(axis=0)
    return float(weights @ (responsibilities * log_membership).sum(axis=1) - 0.5 * (ridge * apart**2).sum())


def gradient_of(function, at: np.ndarray, reach: float) -> np.ndarray:
    """Return the derivatives by all entries but the last row's, row by row, by central differences."""
    moves = np.eye(at[:-1].size, at.size).reshape(-1, *at.shape) * reach
    return np.array([(function(at + move) - function(at - move)) / (2 * reach) for move in moves])


def few_rows(n: int = 120):
    """Two groups of opposite slopes that the gate tells apart nearly always."""
    rng = np.random.default_rng(4)
    s, x = rng.standard_normal((n, 2)), rng.standard_normal(n)
    group = s[:, 0] + 0.5 * s[:, 1] + 0.3 * rng.standard_normal(n) > 0
    y = np.where(group, 3, -3) * x + 0.4 * rng.standard_normal(n)
    return np.column_stack([x, s]), y, np.tile([1.0, 2.0], n // 2)


def standardised(columns: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mean = np.average(columns, axis=0, weights=weights)
    scale = np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weights))
    return np.column_stack([np.ones(len(columns)), (columns - mean) / scale]), mean, scale


@pytest.mark.parametrize("noise", ["normal", "t"])
def test_the_penalised_gradient_of_the_gate_is_zero_at_a_converged_fit(noise):
    X, y, weights = few_rows()
    model = RomeEM(2, gate_features=[1, 2], noise=noise, n_init=3, tol=1e-13, max_iter=5000, random_state=0)
    model.fit(X, y, sample_weight=weights)
    assert model.converged_
    columns, mean, scale = standardised(X[:, 1:], weights)
    intercept = model.gate_intercept_ + model.gate_coef_ @ mean
    gamma = np.column_stack([intercept, model.gate_coef_ * scale])
    # At fixed responsibilities: there the expected log-likelihood has the gradient of the likelihood itself.
    responsibilities = model.responsibilities(X, y)
    gradient = gradient_of(lambda at: penalised(at, columns, responsibilities, weights), gamma, 1e-4)
    pull = GATE_RIDGE * np.abs(gamma - gamma.mean(axis=0)).max()
    assert pull > 0.02
    assert gradient == pytest.approx(np.zeros(3), abs=pull / 50)


def test_a_step_of_the_gate_is_newtons_on_the_penalised_likelihood():
    rng = np.random.default_rng(0)
    # So few rows that the ridge weighs as much as they do.
    columns = np.column_stack([np.ones(6), 0.1 * rng.standard_normal((6, 2))])
    responsibilities, weights = rng.dirichlet(np.ones(3), 6), rng.random(6)
    gamma = np.vstack([rng.standard_normal((2, 3)), np.zeros(3)])
    membership = np.exp(columns @ gamma.T)
    membership /= membership.sum(axis=1, keepdims=True)

    def slope(at: np.ndarray) -> np.ndarray:
        return gradient_of(lambda place: penalised(place, columns, responsibilities, weights), at, 1e-3)

    moves = np.eye(6, 9).reshape(-1, 3, 3) * 1e-3
    hessian = np.array([(slope(gamma + move) - slope(gamma - move)) / 2e-3 for move in moves])
    expected = np.linalg.solve(-hessian, slope(gamma)).reshape(2, 3)
    step = newton_step(
        gamma,
        ((responsibilities - membership) * weights[:, None])[:, :-1].T @ columns,
        curvature(membership.T, weights, columns),
    )
    assert step[:-1] == pytest.approx(expected, rel=1e-3)
    assert not step[-1].any()
