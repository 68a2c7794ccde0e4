"""Standard errors: equal to the textbooks' for one group, to the numerical Hessian for several."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from rome.em import RomeEM
from rome.em.information import information
from rome.em.loop import penalty
from rome.em.sufficient_statistics import one_pass
from rome.errors import SettingError, StandardErrorWarning


def table(n: int = 300, seed: int = 0, outcome: str = "numeric", noise: str = "normal"):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 4)) * [1, 3, 1, 1] + [0, 5, 0, -2]
    group = rng.random(n) < 1 / (1 + np.exp(-2 * X[:, 2]))
    residual = rng.standard_t(4, n) if noise == "t" else rng.standard_normal(n)
    y = np.where(group, 2, -2) * X[:, 0] + 0.5 * X[:, 1] + 0.5 * residual
    if outcome == "binary":
        y = (y > 2.5).astype(float)
    if outcome == "count":
        y = rng.poisson(np.exp(0.3 * y)).astype(float)
    if outcome == "positive":
        y = np.exp(y)
    return X, y, rng.uniform(0.5, 2, n)


def fitted(n_groups: int, outcome: str = "numeric", noise: str = "normal", **parameters):
    X, y, weights = table(outcome=outcome, noise=noise)
    model = RomeEM(
        n_groups, gate_features=[2, 3], outcome=outcome, noise=noise, n_init=3, random_state=0, **parameters
    )
    return model.fit(X, y, sample_weight=weights), X, y, weights


def _packed(parameters, extra: int) -> np.ndarray:
    spread = [parameters.sigma2, parameters.df][:extra]
    parts = [np.append(beta, [np.log(item[k]) for item in spread]) for k, beta in enumerate(parameters.beta)]
    return np.concatenate([*parts, parameters.gamma[:-1].ravel()])


def _unpacked(values: np.ndarray, like, extra: int):
    (n_groups, width), d = like.beta.shape, like.gamma.shape[1]
    own = values[: n_groups * (width + extra)].reshape(n_groups, -1)
    gamma = values[n_groups * (width + extra) :].reshape(n_groups - 1, d)
    return replace(
        like,
        beta=own[:, :width],
        sigma2=np.exp(own[:, width]) if extra else like.sigma2,
        df=np.exp(own[:, width + 1]) if extra == 2 else None,
        gamma=np.vstack([gamma, np.zeros((1, d))]),
    )


@pytest.mark.parametrize("n_groups", [1, 2, 3])
@pytest.mark.parametrize(
    ("outcome", "noise", "extra"),
    [
        ("numeric", "normal", 1),
        ("numeric", "t", 2),
        ("binary", "normal", 0),
        ("count", "normal", 0),
        ("positive", "normal", 1),
    ],
)
def test_the_information_is_minus_the_numerical_hessian(outcome, noise, extra, n_groups):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model, X, y, weights = fitted(n_groups, outcome, noise)
    mixture = model._mixture
    blocks, start = mixture.scaling.blocks(X, y, weights), _packed(mixture.parameters, extra)

    def objective(values: np.ndarray) -> float:
        there = _unpacked(values, mixture.parameters, extra)
        return one_pass(blocks, there, mixture.experts).log_likelihood - penalty(there, mixture.experts)

    found = information(blocks, mixture.parameters, mixture.experts).observed
    # Steps of a small part of each parameter's own spread: neither rounding nor the third derivative shows.
    lengths = 3e-3 / np.sqrt(np.abs(np.diag(found)))
    steps = np.diag(lengths)
    changes = [
        [
            objective(start + one + other)
            - objective(start + one - other)
            - objective(start - one + other)
            + objective(start - one - other)
            for other in steps
        ]
        for one in steps
    ]
    assert found * np.outer(lengths, lengths) == pytest.approx(-np.array(changes) / 4, abs=2e-3 * 9e-6)
    assert found == pytest.approx(found.T, abs=1e-8 * np.abs(found).max())


def test_one_group_has_the_standard_errors_of_least_squares():
    model, X, y, weights = fitted(1)
    found = model.standard_errors(X, y, weights)
    design = sm.add_constant(X[:, :2])
    fit = sm.WLS(y, design, weights=weights).fit()
    spread = np.sqrt(weights @ (y - fit.fittedvalues) ** 2 / weights.sum())
    expected = spread * np.sqrt(np.diag(fit.normalized_cov_params))
    assert found.coef_se[0] == pytest.approx(expected[1:], rel=1e-6)
    assert found.intercept_se[0] == pytest.approx(expected[0], rel=1e-6)
    assert found.scale_se[0] == pytest.approx(spread / np.sqrt(2 * weights.sum()), rel=1e-6)
    assert found.reasons == ()


def test_one_group_has_the_sandwich_of_least_squares():
    model, X, y, _ = fitted(1)
    model.fit(X, y)
    found = model.standard_errors(X, y, kind="sandwich")
    expected = sm.OLS(y, sm.add_constant(X[:, :2])).fit(cov_type="HC0").bse
    assert found.coef_se[0] == pytest.approx(expected[1:], rel=0.02)
    assert found.intercept_se[0] == pytest.approx(expected[0], rel=0.02)


def test_one_group_has_the_standard_errors_of_logistic_regression():
    model, X, y, _ = fitted(1, "binary")
    model.fit(X, y)
    found = model.standard_errors(X, y)
    expected = sm.Logit(y, sm.add_constant(X[:, :2])).fit(disp=0).bse
    # The ridge on the slopes is all that lies between them.
    assert found.coef_se[0] == pytest.approx(expected[1:], rel=2e-3)
    assert found.intercept_se[0] == pytest.approx(expected[0], rel=2e-3)
    assert np.isnan(found.scale_se).all()


def test_units_move_standard_errors_like_coefficients():
    model, X, y, weights = fitted(2)
    plain = model.standard_errors(X, y, weights)
    scale = np.array([10.0, 0.1, 100.0, 7.0])
    moved = model.fit(X * scale + 3, 5 * y - 1, sample_weight=weights).standard_errors(
        X * scale + 3, 5 * y - 1, weights
    )
    assert moved.coef_se == pytest.approx(5 * plain.coef_se / scale[:2], rel=1e-4)
    assert moved.gate_coef_se[:-1] == pytest.approx(plain.gate_coef_se[:-1] / scale[2:], rel=1e-4)
    assert moved.scale_se == pytest.approx(5 * plain.scale_se, rel=1e-4)


def test_a_weight_of_two_is_a_row_twice_for_louis():
    X, y, _ = table()
    model = RomeEM(gate_features=[2, 3], random_state=0, n_init=2, tol=1e-12).fit(X, y, np.full(len(y), 2.0))
    heavy = model.standard_errors(X, y, np.full(len(y), 2.0))
    twice = model.standard_errors(np.repeat(X, 2, 0), np.repeat(y, 2))
    assert heavy.coef_se == pytest.approx(twice.coef_se)
    assert heavy.gate_coef_se[:-1] == pytest.approx(twice.gate_coef_se[:-1])


def test_the_sandwich_takes_weights_for_sampling_weights_whose_size_says_nothing():
    X, y, weights = table()
    model = RomeEM(gate_features=[2, 3], random_state=0, n_init=2, tol=1e-12).fit(X, y, weights)
    plain = model.standard_errors(X, y, weights, kind="sandwich")
    thousand = model.fit(X, y, 1000 * weights).standard_errors(X, y, 1000 * weights, kind="sandwich")
    # The ridge on the gate counts for less beside a thousand rows.
    assert thousand.coef_se == pytest.approx(plain.coef_se, rel=1e-3)
    assert thousand.gate_coef_se[:-1] == pytest.approx(plain.gate_coef_se[:-1], rel=1e-2)


def test_one_group_has_the_sandwich_of_weighted_least_squares():
    model, X, y, weights = fitted(1)
    weights = weights**3
    found = model.fit(X, y, weights).standard_errors(X, y, weights, kind="sandwich")
    expected = sm.WLS(y, sm.add_constant(X[:, :2]), weights=weights).fit(cov_type="HC0").bse
    assert found.coef_se[0] == pytest.approx(expected[1:], rel=1e-6)
    assert found.intercept_se[0] == pytest.approx(expected[0], rel=1e-6)


def test_the_reference_group_of_the_gate_is_not_estimated_and_has_no_error():
    model, X, y, weights = fitted(2)
    found = model.standard_errors(X, y, weights)
    assert np.isnan(found.gate_coef_se[-1]).all()
    assert np.isnan(found.gate_intercept_se[-1])
    assert (found.gate_coef_se[0] > 0).all()


def test_groups_that_are_not_known_cost_precision():
    model, X, y, _ = fitted(2)
    model.fit(X, y)
    found = model.standard_errors(X, y)
    likeliest = model.responsibilities(X, y).argmax(axis=1)
    for k in range(2):
        own = sm.OLS(y[likeliest == k], sm.add_constant(X[likeliest == k, :2])).fit()
        assert found.coef_se[k, 0] > 0.8 * own.bse[1]


def test_an_undetermined_coefficient_is_nan_with_a_reason_and_the_others_are_not():
    X, y, _ = table()
    twin = np.column_stack([X, X[:, 0]])
    model = RomeEM(gate_features=[2, 3], random_state=0, n_init=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(twin, y)
    with pytest.warns(StandardErrorWarning) as caught:
        found = model.standard_errors(twin, y)
    assert "the expert of group 1 can't be given" in str(caught[0].message)
    assert np.isnan(found.coef_se[:, [0, 2]]).all()
    assert np.isfinite(found.coef_se[:, 1]).all()
    assert np.isfinite(found.gate_coef_se[:-1]).all()
    assert len(found.reasons) == 2


@pytest.mark.parametrize("kind", ["louis", "sandwich"])
@pytest.mark.parametrize("noise", ["normal", "t"])
def test_a_group_without_error_has_no_standard_errors_and_leaves_the_others_theirs(noise, kind):
    X, y, _ = table(n=1000)
    zero = np.random.default_rng(1).random(1000) < 0.35
    y = np.where(zero, 0.0, y + 10)
    model = RomeEM(gate_features=[2, 3], noise=noise, random_state=0, n_init=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    ordinary, collapsed = np.argsort(-model.scale_)
    assert abs(model.coef_[collapsed]).max() < 1e-6
    with pytest.warns(StandardErrorWarning) as caught:
        found = model.standard_errors(X, y, kind=kind)
    assert [f"group {collapsed + 1}" in str(one.message) for one in caught] == [True]
    assert "fitted without error" in found.reasons[0]
    assert np.isnan(found.coef_se[collapsed]).all()
    assert np.isnan([found.intercept_se[collapsed], found.scale_se[collapsed]]).all()
    kept = sm.OLS(y[~zero], sm.add_constant(X[~zero][:, :2]))
    own = kept.fit(cov_type="HC0" if kind == "sandwich" else "nonrobust")
    assert found.intercept_se[ordinary] == pytest.approx(own.bse[0], rel=0.15)
    assert found.coef_se[ordinary] == pytest.approx(own.bse[1:], rel=0.15)
    assert np.isfinite(found.gate_coef_se[:-1]).all()


def test_an_unknown_kind_is_refused_by_name():
    model, X, y, _ = fitted(1)
    with pytest.raises(SettingError, match='nearest name is "sandwich"'):
        model.standard_errors(X, y, kind="sandwitch")
