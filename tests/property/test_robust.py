"""Laws of the uncertainty set and of the robust weights, against independent solvers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from rome.robust import aggregate_weights, gated_weights, least_favourable_prior, project, radius
from rome.robust.aggregate import CRITERIA, minimise_over_h
from rome.robust.gated import DroProblem, bayes_risk, group_risks
from rome.robust.uncertainty import paper_radius, project_simplex, strength_from_paper_radius

_SEEDS, _STRENGTHS = st.integers(0, 10_000), st.floats(0, 1)


def shares_of(seed: int, n_groups: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(n_groups, 1.5))


def in_h(point: np.ndarray, shares: np.ndarray, strength: float) -> bool:
    near = np.linalg.norm(point - shares) <= radius(shares, strength) + 1e-7
    return bool(near and point.min() >= -1e-9 and abs(point.sum() - 1) < 1e-9)


def by_slsqp(objective, gradient, shares: np.ndarray, strength: float) -> np.ndarray:
    limit = radius(shares, strength)
    constraints = [
        {"type": "eq", "fun": lambda q: q.sum() - 1, "jac": lambda q: np.ones_like(q)},
        {
            "type": "ineq",
            "fun": lambda q: limit**2 - ((q - shares) ** 2).sum(),
            "jac": lambda q: -2 * (q - shares),
        },
    ]
    answer = minimize(
        objective,
        shares,
        jac=gradient,
        bounds=[(0, 1)] * len(shares),
        constraints=constraints,
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return answer.x


@settings(max_examples=60, deadline=None)
@given(_SEEDS, st.integers(2, 6), _STRENGTHS)
def test_projection_lands_in_h_and_nothing_there_is_nearer(seed, n_groups, strength):
    rng = np.random.default_rng(seed)
    shares, point = shares_of(seed, n_groups), rng.standard_normal(n_groups)
    nearest = project(point, shares, strength)
    assert in_h(nearest, shares, strength)
    for _ in range(20):
        other = project(rng.standard_normal(n_groups), shares, strength)
        assert np.linalg.norm(point - nearest) <= np.linalg.norm(point - other) + 1e-7


@settings(max_examples=60, deadline=None)
@given(_SEEDS, st.integers(2, 6))
def test_simplex_projection_matches_a_general_solver(seed, n_groups):
    point = 3 * np.random.default_rng(seed).standard_normal(n_groups)
    answer = by_slsqp(
        lambda q: ((q - point) ** 2).sum(), lambda q: 2 * (q - point), np.full(n_groups, 1 / n_groups), 1.0
    )
    assert project_simplex(point) == pytest.approx(answer, abs=1e-5)


@settings(max_examples=80, deadline=None)
@given(_SEEDS, st.integers(2, 6), _STRENGTHS, st.sampled_from(CRITERIA))
def test_aggregate_matches_slsqp(seed, n_groups, strength, criterion):
    rng = np.random.default_rng(seed)
    shares = shares_of(seed, n_groups)
    factor = rng.standard_normal((n_groups + 3, n_groups))
    gamma, sigma2 = factor.T @ factor / len(factor), rng.uniform(0, 2, n_groups)
    gain = {"reward": 0.0, "regret": np.diag(gamma), "risk": np.diag(gamma) + sigma2}[criterion]
    found = aggregate_weights(gamma, sigma2, shares, strength, criterion)

    def objective(q):
        return q @ gamma @ q - (gain * q).sum()

    expected = by_slsqp(objective, lambda q: 2 * gamma @ q - gain, shares, strength)
    assert in_h(found, shares, strength)
    assert objective(found) <= objective(expected) + 1e-7


@settings(max_examples=40, deadline=None)
@given(_SEEDS, st.integers(2, 5), _STRENGTHS)
def test_singular_quadratics_still_have_an_answer_in_h(seed, n_groups, strength):
    rng = np.random.default_rng(seed)
    shares, direction = shares_of(seed, n_groups), rng.standard_normal(n_groups)
    found = minimise_over_h(np.outer(direction, direction), rng.standard_normal(n_groups), shares, strength)
    assert in_h(found, shares, strength)


def problem_of(seed: int, n_groups: int, n: int = 200) -> DroProblem:
    rng = np.random.default_rng(seed)
    membership = rng.dirichlet(np.full(n_groups, 0.7), size=n)
    predictions = rng.standard_normal((n, n_groups)) + rng.standard_normal(n_groups)
    group = (membership.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    outcome = predictions[np.arange(n), group] + rng.standard_normal(n)
    return DroProblem(predictions, membership, membership, outcome, rng.uniform(0.5, 1.5, n))


@settings(max_examples=40, deadline=None)
@given(_SEEDS, st.integers(2, 5), _STRENGTHS, st.sampled_from(["regret", "risk"]))
def test_least_favourable_prior_matches_slsqp(seed, n_groups, strength, criterion):
    problem = problem_of(seed, n_groups)
    found = least_favourable_prior(problem, strength, criterion)
    expected = by_slsqp(
        lambda q: -bayes_risk(problem, np.maximum(q, 0), criterion),
        lambda q: -group_risks(problem, np.maximum(q, 0), criterion),
        problem.shares,
        strength,
    )
    assert in_h(found, problem.shares, strength)
    scale = abs(bayes_risk(problem, problem.shares, "risk"))
    expected = np.maximum(expected, 0) / np.maximum(expected, 0).sum()
    assert bayes_risk(problem, found, criterion) >= bayes_risk(problem, expected, criterion) - 1e-5 * scale


@settings(max_examples=30, deadline=None)
@given(_SEEDS, st.integers(2, 5))
def test_bayes_risk_is_concave_with_the_group_risks_as_gradient(seed, n_groups):
    problem, rng = problem_of(seed, n_groups), np.random.default_rng(seed + 1)
    first, second = rng.dirichlet(np.full(n_groups, 2.0), size=2)
    middle = bayes_risk(problem, (first + second) / 2, "risk")
    ends = (bayes_risk(problem, first, "risk") + bayes_risk(problem, second, "risk")) / 2
    assert middle >= ends - 1e-9
    direction = second - first
    slope = (
        bayes_risk(problem, first + 1e-5 * direction, "risk") - bayes_risk(problem, first, "risk")
    ) / 1e-5
    assert slope == pytest.approx(float(group_risks(problem, first, "risk") @ direction), rel=1e-3, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(_SEEDS, st.integers(2, 5))
def test_worst_case_never_rises_with_strength(seed, n_groups):
    """Against every mixture in the whole simplex, a stronger predictor's worst group is no worse."""
    problem = problem_of(seed, n_groups)
    worst = [
        group_risks(problem, least_favourable_prior(problem, strength, "regret"), "regret").max()
        for strength in (0.0, 1.0)
    ]
    assert worst[1] <= worst[0] + 1e-8 * max(1.0, worst[0])


@settings(max_examples=40, deadline=None)
@given(_SEEDS, st.integers(2, 5))
def test_gated_weights_are_weights_and_the_gate_itself_at_the_shares(seed, n_groups):
    problem, rng = problem_of(seed, n_groups), np.random.default_rng(seed)
    weights = gated_weights(problem.membership, rng.dirichlet(np.ones(n_groups)), problem.shares)
    assert weights.sum(axis=1) == pytest.approx(np.ones(len(weights)))
    assert weights.min() >= 0
    assert gated_weights(problem.membership, problem.shares, problem.shares) == pytest.approx(
        problem.membership
    )


@settings(max_examples=40, deadline=None)
@given(_SEEDS, st.integers(2, 6), _STRENGTHS)
def test_strength_and_the_papers_radius_convert_both_ways(seed, n_groups, strength):
    shares = shares_of(seed, n_groups)
    assert strength_from_paper_radius(shares, paper_radius(shares, strength)) == pytest.approx(
        strength, abs=1e-9
    )


def test_a_row_that_no_guarded_group_can_own_falls_back_on_the_prior():
    membership = np.array([[1.0, 0.0], [0.5, 0.5]])
    weights = gated_weights(membership, np.array([0.0, 1.0]), np.array([0.6, 0.4]))
    assert weights == pytest.approx(np.array([[0.0, 1.0], [0.0, 1.0]]))
