"""Rules that bend: their terms, their ridge, their likelihood, and their way through everything else."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from rome.em import ArrayRows, RomeEM
from rome.em.loop import penalty
from rome.em.mixture import experts_for
from rome.em.sufficient_statistics import Parameters
from rome.errors import SettingError


def table(n: int = 900, seed: int = 0):
    """Return x, u and s with y of a parabola or a line in x, by a group that s moves."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((n, 3)), columns=["x", "u", "s"])
    group = rng.random(n) < 1 / (1 + np.exp(-2 * frame["s"]))
    x = np.clip(frame["x"].to_numpy(), -2, 2)
    frame["x"] = x
    return frame, np.where(group, 2 * x**2, 1 - 2 * x) + 0.5 * rng.standard_normal(n)


def curved(**parameters) -> RomeEM:
    return RomeEM(**{"gate_features": ["s"], "curves": True, "n_init": 3, "random_state": 0} | parameters)


def binary(y: np.ndarray) -> np.ndarray:
    return (np.random.default_rng(9).random(len(y)) < 1 / (1 + np.exp(1 - y))).astype(float)


def test_expert_terms_are_the_columns_and_their_bends_without_products():
    X, y = table()
    model = curved().fit(X, y)
    bends = [f"{name}, {which} bend" for name in ("x", "u") for which in ("first", "second")]
    assert model.expert_terms_ == ("x", "u", *bends)
    assert model.coef_.shape == (2, 6)
    assert model.gate_terms_ == ("s",)
    assert RomeEM(gate_features=["s"], n_init=1, random_state=0).fit(X, y).expert_terms_ == ("x", "u")


def test_predictions_are_the_published_terms_times_the_coefficients():
    X, y = table()
    model = curved().fit(X, y)
    terms = model.expert_expansion.transform(X.to_numpy())
    assert model.group_predictions(X) == pytest.approx(model.intercept_ + terms @ model.coef_.T)


def test_a_bent_rule_and_a_straight_one_are_both_found():
    X, y = table(3000)
    model = curved().fit(X, y)
    grid = pd.DataFrame({"x": [-1.5, -0.5, 0.5, 1.5], "u": 0.0, "s": 0.0})
    found = model.group_predictions(grid)
    bent, line = (found[:, k] for k in np.argsort(-found[3]))
    assert bent == pytest.approx([4.5, 0.5, 0.5, 4.5], abs=0.35)
    assert line == pytest.approx([4, 2, 0, -2], abs=0.25)
    assert model.sigma_ == pytest.approx([0.5, 0.5], abs=0.1)


@pytest.mark.parametrize("family", [{}, {"noise": "t"}, {"outcome": "binary"}])
def test_the_penalised_likelihood_never_falls(family):
    X, y = table()
    model = curved(**family).fit(X, binary(y) if "outcome" in family else y)
    assert np.diff(model.history_).min() > -1e-8


def test_one_curved_group_is_ridge_regression_of_the_bends():
    X, _ = table()
    y = X["x"].to_numpy() ** 2 + np.random.default_rng(1).standard_normal(len(X))
    model = curved(n_groups=1, tol=1e-14).fit(X, y)
    columns = model._mixture.scaling.experts
    design = columns.design(X.to_numpy())
    ridge = np.diag([0.0, 0, 0, 1e-2, 1e-2, 1e-2, 1e-2])
    beta = np.linalg.solve(design.T @ design + ridge, design.T @ y)
    assert model.predict(X) == pytest.approx(design @ beta, abs=1e-8)


@pytest.mark.parametrize("family", [("numeric", "normal"), ("numeric", "t"), ("binary", "normal")])
def test_the_ridge_of_the_information_is_the_curvature_of_the_penalty(family):
    from rome.em.information import _penalty_curvature

    experts, rng = experts_for(*family, "own", 2), np.random.default_rng(0)
    exact, tails = experts.exact, family[1] == "t"
    size = 4 + exact + tails

    def unpacked(values: np.ndarray) -> Parameters:
        own = values[: 2 * size].reshape(2, size)
        gamma = np.vstack([values[2 * size :], np.zeros(2)])
        sigma2 = np.exp(own[:, 4]) if exact else np.ones(2)
        return Parameters(own[:, :4], sigma2, gamma, np.exp(own[:, 5]) if tails else None)

    at, step = rng.standard_normal(2 * size + 2), 1e-4
    eye = step * np.eye(len(at))

    def value(values: np.ndarray) -> float:
        return penalty(unpacked(values), experts)

    numeric = [
        [
            (value(at + a + b) - value(at + a - b) - value(at - a + b) + value(at - a - b)) / (4 * step**2)
            for b in eye
        ]
        for a in eye
    ]
    assert _penalty_curvature(unpacked(at), experts) == pytest.approx(np.array(numeric), abs=1e-5)


def test_standard_errors_cover_every_term():
    X, y = table()
    for family in ({}, {"noise": "t"}, {"outcome": "binary"}):
        target = binary(y) if "outcome" in family else y
        found = curved(**family).fit(X, target).standard_errors(X, target)
        assert found.coef_se.shape == (2, 6)
        assert (found.coef_se > 0).all()


def test_a_pickle_predicts_the_same():
    X, y = table()
    model = curved().fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict(X), model.predict(X))
    assert again.expert_terms_ == model.expert_terms_


def test_blocks_of_rows_give_the_same_curves():
    X, y = table()
    whole, blocks = curved().fit(X, y), curved().fit_blocks(ArrayRows(X, y))
    assert blocks.coef_ == pytest.approx(whole.coef_)


def test_a_weight_of_two_is_a_row_twice():
    X, y = table(300)
    strict = {"tol": 1e-12, "max_iter": 3000}
    weights = np.arange(len(y)) % 3
    heavy = curved(**strict).fit(X, y, sample_weight=weights)
    twice = curved(**strict).fit(X.loc[X.index.repeat(weights)], np.repeat(y, weights))
    assert heavy.log_likelihood_ == pytest.approx(twice.log_likelihood_, rel=1e-7)
    assert heavy.predict(X) == pytest.approx(twice.predict(X), abs=1e-3)


def test_units_do_not_matter():
    X, y = table()
    moved = X.assign(x=1e5 * X["x"] + 1e7)
    assert 1e3 * curved().fit(X, y).predict(X) == pytest.approx(
        curved().fit(moved, 1e3 * y).predict(moved), abs=1
    )


def test_a_warm_start_goes_on_with_the_same_bends():
    X, y = table()
    model = curved(max_iter=3, warm_start=True).fit(X, y)
    before, bends = model.log_likelihood_, model.expert_expansion
    model.set_params(max_iter=500).fit(X, y)
    assert model.log_likelihood_ > before
    assert model.expert_expansion is bends
    with pytest.raises(SettingError, match="expert_features or curves"):
        model.set_params(curves=False).fit(X, y)


def test_gamma_is_cross_fitted_on_curves():
    X, y = table()
    model = curved(predictor="aggregate", gamma="cross_fitted", dro_strength=0.5).fit(X, y)
    assert model.prior_.sum() == pytest.approx(1)
    assert np.isfinite(model.path(X, y).priors).all()


def test_columns_of_few_values_stay_straight():
    X, y = table()
    model = curved().fit(X.assign(u=(X["u"] > 0).astype(float)), y)
    assert model.expert_terms_ == ("x", "u", "x, first bend", "x, second bend")


def test_curves_are_yes_or_no():
    X, y = table(50)
    with pytest.raises(SettingError, match=r"curves is 'maybe'; it is True or False\."):
        curved(curves="maybe").fit(X, y)


def test_an_untested_strength_is_not_the_default():
    assert RomeEM().dro_strength == 0
