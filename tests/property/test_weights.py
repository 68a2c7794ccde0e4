"""A weight of 2 counts a row twice, and the order of the rows counts for nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rome.baselines import Pooled
from rome.em import RomeEM
from rome.em.sufficient_statistics import RowBlocks
from rome.evidence.sweep import Problem
from rome.groups.profile import standardised_differences
from rome.robust.path import guarded_groups

_SEEDS = st.integers(0, 10_000)
_OUTCOMES = st.sampled_from(["numeric", "binary"])
_KINDS = st.sampled_from([("gated", "regret"), ("gated", "risk"), ("aggregate", "reward")])


def draw(seed: int, outcome: str, n: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return X, y, whole weights from 0 to 3, and each row's position as often as its weight."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 3)).round(2)
    slope = np.where(rng.random(n) < 1 / (1 + np.exp(-2 * X[:, 2])), 2.0, -2.0)
    y = slope * X[:, 0] + 0.5 * rng.standard_normal(n)
    y = (y > 0).astype(float) if outcome == "binary" else y
    weights = rng.integers(0, 4, n)
    return X, y, weights.astype(float), np.repeat(np.arange(n), weights)


def mixture(outcome: str, seed: int = 0, **parameters) -> RomeEM:
    short = {"n_init": 3, "max_iter": 30, "tol": 0.0}
    return RomeEM(gate_features=[2], outcome=outcome, random_state=seed, **{**short, **parameters})


@settings(max_examples=25, deadline=None)
@given(_SEEDS, _OUTCOMES, _KINDS)
@pytest.mark.filterwarnings("ignore::rome.errors.RomeWarning")
def test_a_fit_takes_a_weight_of_two_as_a_row_twice(seed, outcome, kind):
    X, y, weights, twice = draw(seed, outcome)
    model = mixture(outcome, seed, predictor=kind[0], criterion=kind[1])
    weighted = model.fit(X, y, sample_weight=weights)
    guarded = guarded_groups(weighted._mixture.dro_problem(X, y, weights))
    path = weighted.path(X, y, strengths=(0.0, 0.5, 1.0), sample_weight=weights).priors
    prediction, likelihood = weighted.predict(X), weighted.log_likelihood_
    repeated = model.fit(X[twice], y[twice])
    # Uneven weights speak for fewer rows than their sum (Kish): a group at the limit may not be guarded.
    again = guarded_groups(repeated._mixture.dro_problem(X[twice], y[twice], np.ones(len(twice))))
    assume((guarded == again).all())
    assert repeated.log_likelihood_ == pytest.approx(likelihood, rel=1e-7)
    assert repeated.predict(X) == pytest.approx(prediction, abs=1e-3)
    assert repeated.path(X[twice], y[twice], strengths=(0.0, 0.5, 1.0)).priors == pytest.approx(
        path, abs=1e-3
    )


@settings(max_examples=25, deadline=None)
@given(_SEEDS, _OUTCOMES)
@pytest.mark.filterwarnings("ignore::rome.errors.RomeWarning")
def test_a_fit_does_not_depend_on_the_order_of_the_rows(seed, outcome):
    X, y, weights, _ = draw(seed, outcome)
    order = np.random.default_rng(seed).permutation(len(y))
    first = mixture(outcome).fit(X, y, sample_weight=weights).predict(X)
    second = mixture(outcome).fit(X[order], y[order], sample_weight=weights[order]).predict(X)
    assert second == pytest.approx(first, abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(_SEEDS, _OUTCOMES)
def test_pooled_takes_a_weight_of_two_as_a_row_twice(seed, outcome):
    X, y, weights, twice = draw(seed, outcome)
    weighted = Pooled(outcome).fit(X, y, sample_weight=weights).predict(X)
    assert Pooled(outcome).fit(X[twice], y[twice]).predict(X) == pytest.approx(weighted, abs=1e-5)


@settings(max_examples=10, deadline=None)
@given(_SEEDS)
def test_the_evidence_s_fits_take_a_weight_of_two_as_a_row_twice(seed):
    X, y, weights, twice = draw(seed, "numeric", 120)
    used = weights > 0
    gate, experts = np.array([2]), np.array([0, 1])
    weighted = Problem(X[used], y[used], weights[used], gate, experts, "numeric", seed).fit(2)
    repeated = Problem(X[twice], y[twice], np.ones(len(twice)), gate, experts, "numeric", seed).fit(2)
    assert repeated.log_likelihood_ == pytest.approx(weighted.log_likelihood_, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(_SEEDS)
def test_a_profile_takes_a_weight_of_two_as_a_row_twice(seed):
    X, _, weights, twice = draw(seed, "numeric")
    shares = np.random.default_rng(seed).dirichlet(np.ones(2), len(X))
    weighted = standardised_differences(X, shares, weights)
    repeated = standardised_differences(X[twice], shares[twice], np.ones(len(twice)))
    for first, second in zip(weighted, repeated, strict=True):
        assert second == pytest.approx(first)


@settings(max_examples=25, deadline=None)
@given(_SEEDS, _OUTCOMES)
def test_distinct_rows_are_the_same_rows_whatever_their_order_and_copies(seed, outcome):
    X, y, weights, twice = draw(seed, outcome)
    used, ones = weights > 0, np.ones((len(y), 1))
    experts, gate = np.column_stack([ones, X[:, :2]]), np.column_stack([ones, X[:, 2]])
    shuffled = np.random.default_rng(seed).permutation(twice)
    first = RowBlocks(experts[used], gate[used], y[used], weights[used]).distinct()
    second = RowBlocks(experts[shuffled], gate[shuffled], y[shuffled], np.ones(len(shuffled))).distinct()
    for name in ("experts", "gate", "y", "weights"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    assert first.weight == weights.sum()
