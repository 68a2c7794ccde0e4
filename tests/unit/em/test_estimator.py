"""RomeEM: the model, its likelihood, its columns and its refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.metrics import adjusted_rand_score

from rome.em import RomeEM
from rome.errors import (
    CollinearColumnsWarning,
    ColumnError,
    ColumnWarning,
    ConstantColumnWarning,
    DegenerateGroupWarning,
    OutcomeError,
    RomeWarning,
    SeparationWarning,
    SettingError,
    TooFewRowsError,
)


def two_groups(n: int = 600, seed: int = 0, slope: float = 3.0):
    """Two groups with opposite slopes; s tells them apart most of the time."""
    rng = np.random.default_rng(seed)
    s = rng.standard_normal(n)
    x = rng.standard_normal((n, 2))
    group = (rng.random(n) < 1 / (1 + np.exp(-2 * s))).astype(int)
    y = np.where(group == 1, slope, -slope) * x[:, 0] + 0.5 * x[:, 1] + 0.3 * rng.standard_normal(n)
    return np.column_stack([x, s]), y, group


def fitted(**parameters) -> tuple[RomeEM, np.ndarray, np.ndarray, np.ndarray]:
    X, y, group = two_groups()
    return RomeEM(gate_features=[2], random_state=0, **parameters).fit(X, y), X, y, group


def test_planted_groups_and_their_coefficients_come_back():
    model, X, y, group = fitted()
    assert adjusted_rand_score(group, model.responsibilities(X, y).argmax(axis=1)) > 0.75
    slopes = np.sort(model.coef_[:, 0])
    assert slopes == pytest.approx([-3, 3], abs=0.1)
    assert model.sigma_ == pytest.approx([0.3, 0.3], abs=0.05)


def test_log_likelihood_is_the_true_one_with_every_constant():
    model, X, y, _ = fitted()
    density = norm.pdf(y[:, None], model.group_predictions(X), model.sigma_)
    expected = np.log((model.membership(X) * density).sum(axis=1))
    assert model.log_likelihood_of_rows(X, y) == pytest.approx(expected, rel=1e-9)
    assert model.log_likelihood_ == pytest.approx(expected.sum(), rel=1e-9)


def test_membership_is_the_softmax_of_the_published_gate():
    model, X, _, _ = fitted()
    eta = model.gate_intercept_ + X[:, [2]] @ model.gate_coef_.T
    assert model.membership(X) == pytest.approx(np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True))
    assert np.all(model.gate_coef_[-1] == 0)
    assert model.gate_intercept_[-1] == 0


def test_likelihood_never_falls():
    for seed in range(5):
        X, y, _ = two_groups(n=200, seed=seed, slope=0.5)
        model = RomeEM(3, gate_features=[2], n_init=2, random_state=seed, tol=1e-10).fit(X, y)
        assert np.diff(model.history_).min() > -1e-7


def test_one_group_is_least_squares():
    X, y, _ = two_groups()
    model = RomeEM(1, gate_features=[2]).fit(X, y)
    pooled = LinearRegression().fit(X[:, :2], y)
    assert model.coef_[0] == pytest.approx(pooled.coef_)
    assert model.predict(X) == pytest.approx(pooled.predict(X[:, :2]))


def test_aggregate_never_sees_a_gate_column():
    model, X, _, _ = fitted(predictor="aggregate")
    moved = X.copy()
    moved[:, 2] = np.random.default_rng(1).permutation(moved[:, 2])
    assert np.array_equal(model.predict(X), model.predict(moved))
    assert np.array_equal(model.group_predictions(X), model.group_predictions(moved))


def test_gated_does_use_the_gate_column():
    model, X, _, _ = fitted()
    moved = X.copy()
    moved[:, 2] = -moved[:, 2]
    assert np.abs(model.predict(X) - model.predict(moved)).max() > 1


def test_a_gate_column_can_be_allowed_into_the_experts():
    X, y, _ = two_groups()
    model = RomeEM(gate_features=[2], expert_features=[0, 1, 2], random_state=0).fit(X, y)
    assert model.coef_.shape == (2, 3)


def test_columns_can_be_named():
    X, y, _ = two_groups()
    frame = pd.DataFrame(X, columns=["a", "b", "s"])
    by_name = RomeEM(gate_features=["s"], random_state=0).fit(frame, y)
    by_place = RomeEM(gate_features=[2], random_state=0).fit(X, y)
    assert by_name.predict(frame) == pytest.approx(by_place.predict(X))


def test_strength_zero_is_the_soft_mixture():
    model, X, _, _ = fitted(dro_strength=0.0)
    soft = (model.membership(X) * model.group_predictions(X)).sum(axis=1)
    assert model.predict(X) == pytest.approx(soft)
    assert model.prior_ == pytest.approx(model.shares_)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_of_the_outcome_do_not_matter(scale):
    X, y, _ = two_groups()
    plain = RomeEM(gate_features=[2], random_state=0).fit(X, y)
    scaled = RomeEM(gate_features=[2], random_state=0).fit(X, scale * y)
    assert scaled.predict(X) / scale == pytest.approx(plain.predict(X), rel=1e-3, abs=1e-3)
    shift = len(y) * np.log(scale)
    assert scaled.log_likelihood_ == pytest.approx(plain.log_likelihood_ - shift, rel=1e-9, abs=1e-3)


def test_the_same_seed_gives_the_same_fit():
    X, y, _ = two_groups()
    first = RomeEM(gate_features=[2], random_state=3).fit(X, y)
    assert np.array_equal(clone(first).fit(X, y).predict(X), first.predict(X))


def test_groups_come_largest_first():
    model, X, y, _ = fitted(n_groups=3)
    assert np.all(np.diff(model.shares_) <= 1e-12)
    assert model.shares_ == pytest.approx(model.responsibilities(X, y).mean(axis=0))


def test_collinear_and_constant_columns_change_nothing():
    X, y, _ = two_groups()
    wide = np.column_stack([X, X[:, 0] * 2 - X[:, 1], np.full(len(y), 7.0)])
    plain = RomeEM(gate_features=[2], random_state=0).fit(X, y)
    with pytest.warns(ColumnWarning) as caught:
        doubled = RomeEM(gate_features=[2], random_state=0).fit(wide, y)
    assert {type(item.message) for item in caught} == {CollinearColumnsWarning, ConstantColumnWarning}
    assert doubled.predict(wide) == pytest.approx(plain.predict(X), abs=1e-4)


def test_a_gate_that_separates_stays_finite():
    X, y, group = two_groups()
    X[:, 2] = group
    with pytest.warns(SeparationWarning, match='"column 2" tells group 1 from group 2'):
        model = RomeEM(gate_features=[2], random_state=0).fit(X, y)
    assert np.isfinite(model.gate_coef_).all()
    assert model.membership(X)[np.arange(len(y)), model.responsibilities(X, y).argmax(axis=1)].mean() > 0.95


def test_binary_outcomes_are_probabilities_from_logistic_experts():
    rng = np.random.default_rng(0)
    s, x = rng.standard_normal((2, 4000))
    group = s > 0
    y = (rng.random(4000) < 1 / (1 + np.exp(-np.where(group, 3, -3) * x))).astype(float)
    X = np.column_stack([x, s])
    with pytest.warns(SeparationWarning, match="In the gate"):
        model = RomeEM(gate_features=[1], outcome="binary", random_state=0).fit(X, y)
    assert np.diff(model.history_).min() > -1e-7
    assert np.sort(model.coef_[:, 0]) == pytest.approx([-3, 3], abs=0.6)
    assert 0 <= model.predict(X).min() <= model.predict(X).max() <= 1
    assert np.isnan(model.sigma_).all()


def test_a_group_fitted_without_error_is_told():
    X, y, _ = two_groups()
    y = np.where(np.arange(len(y)) % 3 == 0, 5.0, y)
    with pytest.warns(RomeWarning) as caught:
        RomeEM(gate_features=[2], random_state=0).fit(X, y)
    degenerate = [item for item in caught if item.category is DegenerateGroupWarning]
    assert "fitted without error" in str(degenerate[0].message)


@pytest.mark.parametrize(
    ("parameters", "error", "words"),
    [
        ({"n_groups": 0}, SettingError, "n_groups is 0"),
        ({"n_groups": 2.5}, SettingError, "whole number"),
        ({"predictor": "gate"}, SettingError, 'nearest name is "gated"'),
        ({"criterion": "reward"}, SettingError, '"aggregate"'),
        ({"dro_strength": 1.2}, SettingError, "from 0 to 1"),
        ({"gate_features": [9]}, ColumnError, "position 9"),
        ({"gate_features": ["s"]}, ColumnError, "no column names"),
        ({"gate_features": [2, 2]}, ColumnError, "twice"),
        ({"outcome": "binary"}, OutcomeError, "only 0 and 1"),
    ],
)
def test_wrong_settings_are_refused_by_name(parameters, error, words):
    X, y, _ = two_groups()
    with pytest.raises(error, match=words):
        RomeEM(**{"gate_features": [2], **parameters}).fit(X, y)


def test_unknown_column_names_the_nearest():
    X, y, _ = two_groups()
    frame = pd.DataFrame(X, columns=["wage", "age", "region"])
    with pytest.raises(ColumnError, match='nearest name is "region"'):
        RomeEM(gate_features=["regoin"]).fit(frame, y)


def test_too_few_rows_say_how_many_are_needed():
    X, y, _ = two_groups(n=3)
    with pytest.raises(TooFewRowsError, match="n_samples = 3"):
        RomeEM(gate_features=[2]).fit(X, y)


def test_progress_is_told_and_can_stop_the_fit():
    X, y, _ = two_groups()

    def stop(iteration: int, objective: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        RomeEM(gate_features=[2]).fit(X, y, progress=stop)
