"""Laws of the mixture that hold for any table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rome.em import RomeEM, gate, loop
from rome.em.matching import match_groups
from rome.em.mixture import experts_for
from rome.em.sufficient_statistics import Parameters, RowBlocks, one_pass, posterior

_CASES = st.tuples(
    st.integers(0, 10_000),
    st.integers(1, 4),
    st.sampled_from(["numeric", "t", "binary", "count", "positive"]),
    st.sampled_from(["own", "shared"]),
)


def problem(seed: int, n_groups: int, outcome: str, slopes: str, n: int = 60):
    rng = np.random.default_rng(seed)
    experts = np.column_stack([np.ones(n), rng.standard_normal((n, 2))])
    gate_columns = np.column_stack([np.ones(n), rng.standard_normal((n, 2))])
    y = rng.standard_t(3, n)
    if outcome == "binary":
        y = (rng.random(n) < 0.4).astype(float)
    if outcome == "count":
        y = rng.negative_binomial(1, 0.3, n).astype(float)
    if outcome == "positive":
        y = np.exp(y)
    noise = "t" if outcome == "t" else "normal"
    family = experts_for("numeric" if outcome == "t" else outcome, noise, slopes)
    gamma, beta = rng.standard_normal((n_groups, 3)), rng.standard_normal((n_groups, 3))
    if slopes == "shared":
        beta[:, 1:] = beta[0, 1:]
    parameters = Parameters(
        beta,
        rng.uniform(0.2, 2, n_groups),
        gamma - gamma[-1],
        rng.uniform(2.5, 40, n_groups) if outcome == "t" else None,
    )
    return RowBlocks(experts, gate_columns, y, rng.uniform(0.5, 2, n)), parameters, family


@settings(max_examples=40, deadline=None)
@given(_CASES)
def test_responsibilities_and_membership_sum_to_one(case):
    blocks, parameters, experts = problem(*case)
    for block in blocks:
        responsibilities, _ = posterior(block, parameters, experts)
        assert responsibilities.sum(axis=1) == pytest.approx(np.ones(len(block.y)))
        membership = np.exp(gate.log_membership(block.gate, parameters.gamma))
        assert membership.sum(axis=0) == pytest.approx(np.ones(len(block.y)))


@settings(max_examples=40, deadline=None)
@given(_CASES)
def test_penalised_likelihood_never_falls_from_any_start(case):
    blocks, parameters, experts = problem(*case)
    fit = loop.run(blocks, parameters, experts, max_iter=40, tol=0.0)
    assert np.diff(fit.history).min(initial=0) > -1e-8


@settings(max_examples=40, deadline=None)
@given(_CASES, st.integers(0, 100))
def test_permuting_rows_changes_no_sum(case, seed):
    blocks, parameters, experts = problem(*case)
    order = np.random.default_rng(seed).permutation(len(blocks.y))
    moved = RowBlocks(blocks.experts[order], blocks.gate[order], blocks.y[order], blocks.weights[order])
    first, second = one_pass(blocks, parameters, experts), one_pass(moved, parameters, experts)
    assert second.log_likelihood == pytest.approx(first.log_likelihood)
    assert second.xtx == pytest.approx(first.xtx)
    assert second.gate_gradient == pytest.approx(first.gate_gradient, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(_CASES)
def test_a_weight_of_two_is_a_row_twice(case):
    blocks, parameters, experts = problem(*case)
    heavy = RowBlocks(blocks.experts, blocks.gate, blocks.y, np.full(len(blocks.y), 2.0))
    twice = RowBlocks(
        np.repeat(blocks.experts, 2, 0), np.repeat(blocks.gate, 2, 0), np.repeat(blocks.y, 2), np.ones(120)
    )
    first, second = one_pass(heavy, parameters, experts), one_pass(twice, parameters, experts)
    assert second.log_likelihood == pytest.approx(first.log_likelihood)
    assert second.gate_hessian == pytest.approx(first.gate_hessian)


@settings(max_examples=40, deadline=None)
@given(_CASES)
def test_relabelling_groups_changes_nothing(case):
    blocks, parameters, experts = problem(*case)
    order = np.arange(len(parameters.sigma2))[::-1]
    gamma = parameters.gamma[order]
    df = None if parameters.df is None else parameters.df[order]
    relabelled = Parameters(parameters.beta[order], parameters.sigma2[order], gamma - gamma[-1], df)
    first, second = one_pass(blocks, parameters, experts), one_pass(blocks, relabelled, experts)
    assert second.log_likelihood == pytest.approx(first.log_likelihood)
    assert loop.penalty(relabelled, experts) == pytest.approx(loop.penalty(parameters, experts))
    stepped = loop.maximise(first, parameters, experts), loop.maximise(second, relabelled, experts)
    assert stepped[1].beta == pytest.approx(stepped[0].beta[order], rel=1e-6, abs=1e-6)
    gamma = stepped[0].gamma[order]
    assert stepped[1].gamma == pytest.approx(gamma - gamma[-1], rel=1e-6, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["numeric", "t", "binary"]))
def test_gate_gradient_and_curvature_are_those_of_the_likelihood(seed, outcome):
    blocks, parameters, experts = problem(seed, 3, outcome, "own")
    sums = one_pass(blocks, parameters, experts)
    step = 1e-6
    for k in range(2):
        for column in range(3):
            moved = parameters.gamma.copy()
            moved[k, column] += step
            up = one_pass(blocks, replace(parameters, gamma=moved), experts)
            slope = (up.log_likelihood - sums.log_likelihood) / step
            assert sums.gate_gradient[k, column] == pytest.approx(slope, rel=1e-3, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(4)), st.integers(0, 1000))
def test_matching_undoes_a_relabelling(order, seed):
    reference = np.random.default_rng(seed).dirichlet(np.full(4, 0.3), size=50)
    matched = match_groups(reference, reference[:, list(order)])
    assert np.array_equal(reference[:, list(order)][:, matched], reference)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_one_group_equals_weighted_least_squares(seed):
    from sklearn.linear_model import LinearRegression

    rng = np.random.default_rng(seed)
    X, y, weights = rng.standard_normal((40, 3)), rng.standard_normal(40), rng.uniform(0.1, 3, 40)
    model = RomeEM(1, gate_features=[2]).fit(X, y, sample_weight=weights)
    expected = LinearRegression().fit(X[:, :2], y, sample_weight=weights)
    assert model.coef_[0] == pytest.approx(expected.coef_, rel=1e-6, abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["numeric", "t", "binary"]))
def test_scores_and_curvature_are_the_derivatives_of_the_density(seed, outcome):
    blocks, parameters, experts = problem(seed, 2, outcome, "own")
    block = next(iter(blocks))
    eta, step = parameters.beta @ block.experts.T, 1e-5
    score, curve = experts.derivatives(block.y, eta, parameters)
    moves = [
        lambda by: (eta + by, parameters),
        lambda by: (eta, replace(parameters, sigma2=parameters.sigma2 * np.exp(by))),
        lambda by: (eta, replace(parameters, df=parameters.df * np.exp(by))),
    ]
    for place, move in enumerate(moves[: len(score)]):
        up, down = (experts.log_density(block.y, *move(by)) for by in (step, -step))
        assert score[place] == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-5)
        (above, there), (below, here) = move(step), move(-step)
        slope = (
            experts.derivatives(block.y, above, there)[0] - experts.derivatives(block.y, below, here)[0]
        ) / (2 * step)
        assert curve[place] == pytest.approx(slope, rel=1e-4, abs=1e-5)
