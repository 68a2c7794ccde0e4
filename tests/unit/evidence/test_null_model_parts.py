"""What null models are made of: a ridge chosen by leave-one-out, and noise of any shape."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from sklearn.linear_model import Ridge as ReferenceRidge
from sklearn.mixture import GaussianMixture

from rome.evidence import Problem
from rome.evidence.noise import fit_drifting_noise, fit_noise
from rome.evidence.ridge import _PENALTIES, fit_ridge
from rome.evidence.splits import _broad, _Fold


def test_the_penalty_is_the_one_that_refitting_without_each_row_would_choose():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((30, 8))
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    y = 0.4 * X[:, 0] + rng.standard_normal(30)
    errors = []
    for penalty in _PENALTIES:
        left_out = []
        for row in range(30):
            kept = np.arange(30) != row
            # The intercept of the other rows is free, and the penalty is on the same columns.
            fitted = ReferenceRidge(alpha=penalty).fit(X[kept], y[kept])
            left_out.append(float(fitted.predict(X[[row]])[0]) - y[row])
        errors.append(np.mean(np.square(left_out)))
    chosen = ReferenceRidge(alpha=_PENALTIES[int(np.argmin(errors))]).fit(X, y)
    assert fit_ridge(X, y, np.ones(30), False).predict(X) == pytest.approx(chosen.predict(X))


def test_a_parabola_with_a_product_is_found_and_a_line_is_not_enough():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((500, 3))
    y = X[:, 0] ** 2 - 2 * X[:, 0] * X[:, 1]
    assert fit_ridge(X, y, np.ones(500), True).predict(X) == pytest.approx(y, abs=0.01)
    assert np.std(y - fit_ridge(X, y, np.ones(500), False).predict(X)) > 1


@pytest.mark.parametrize("unit", [1e-15, 1e15])
def test_the_unit_of_a_column_changes_no_ridge(unit):
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((200, 2)), np.full(200, 0.1)])
    y = X[:, 0] ** 2 + X[:, 1] + 0.1 * rng.standard_normal(200)
    for bent in (False, True):
        plain = fit_ridge(X, y, np.ones(200), bent).predict(X)
        assert fit_ridge(unit * X, y, np.ones(200), bent).predict(unit * X) == pytest.approx(plain)


def test_a_ridge_counts_a_row_of_weight_two_twice():
    rng = np.random.default_rng(2)
    X = rng.standard_normal((80, 2))
    y = X[:, 0] + 0.1 * rng.standard_normal(80)
    weights = rng.integers(0, 3, 80).astype(float)
    twice = np.repeat(np.arange(80), weights.astype(int))
    weighted = fit_ridge(X, y, weights, False)
    repeated = fit_ridge(X[twice], y[twice], np.ones(len(twice)), False)
    assert weighted.predict(X) == pytest.approx(repeated.predict(X), abs=0.01)
    assert weighted.intercept == pytest.approx(y[twice].mean())


def test_a_column_without_spread_does_no_harm():
    X = np.column_stack([np.arange(20.0), np.ones(20)])
    assert fit_ridge(X, X[:, 0], np.ones(20), True).predict(X) == pytest.approx(X[:, 0], abs=0.1)


@pytest.mark.parametrize("draw", ["standard_t", "lognormal"])
def test_free_noise_is_as_likely_as_a_reference_mixture(draw):
    rng = np.random.default_rng(3)
    values = rng.standard_t(3, 2000) if draw == "standard_t" else rng.lognormal(0, 0.8, 2000)
    values = (values - values.mean()) / values.std()
    ours = fit_noise(values, np.ones(2000)).logpdf(values).mean()
    reference = GaussianMixture(3, n_init=5, random_state=0).fit(values[:, None]).score(values[:, None])
    assert ours > reference - 0.01


def test_free_noise_is_a_density():
    values = np.random.default_rng(4).standard_normal(300)
    noise = fit_noise(values, np.ones(300))
    total = quad(lambda value: float(np.exp(noise.logpdf(np.array([value])))[0]), -30, 30, limit=200)[0]
    assert total == pytest.approx(1, abs=1e-4)


def test_rows_of_no_weight_do_not_move_the_noise():
    rng = np.random.default_rng(5)
    values = np.append(rng.standard_normal(400), np.full(40, 9.0))
    weights = np.append(np.ones(400), np.zeros(40))
    with_them = fit_noise(values, weights).logpdf(values[:400])
    assert with_them == pytest.approx(fit_noise(values[:400], np.ones(400)).logpdf(values[:400]))


def test_noise_that_drifts_is_a_density_at_every_prediction():
    rng = np.random.default_rng(4)
    at = rng.standard_normal(600)
    drifting = fit_drifting_noise(rng.standard_normal(600) * np.exp(0.5 * at), at, np.ones(600))
    for place in (-5.0, -0.3, 0.4, 5.0):
        area, _ = quad(
            lambda value, x=place: float(np.exp(drifting.logpdf(np.array([value]), np.array([x])))[0]),
            -40,
            40,
            limit=400,
        )
        assert area == pytest.approx(1, abs=1e-3)


def test_noise_in_two_heaps_at_one_end_is_followed_only_if_the_shape_may_drift():
    rng = np.random.default_rng(5)
    at = rng.random(2_000)
    heaps = np.where(rng.random(2_000) < 0.5, -2.0, 2.0) * (at > 0.5)
    values = heaps + 0.3 * rng.standard_normal(2_000)
    fitted, held_out = np.arange(2_000) < 1_000, np.arange(2_000) >= 1_000
    drifting = fit_drifting_noise(values[fitted], at[fitted], np.ones(1_000))
    gain = drifting.logpdf(values[held_out], at[held_out]) - fit_noise(values[fitted], np.ones(1_000)).logpdf(
        values[held_out]
    )
    assert gain.mean() > 0.3


@pytest.mark.parametrize(("outcome", "likely"), [("numeric", -1.0), ("binary", -0.2)])
def test_a_row_that_a_model_excludes_costs_it_tens_of_units_and_a_likely_row_nothing(outcome, likely):
    rng = np.random.default_rng(6)
    y = rng.standard_normal(200) if outcome == "numeric" else (rng.random(200) < 0.5).astype(float)
    none = np.arange(0)
    part = Problem(rng.standard_normal((200, 2)), y, np.ones(200), none, np.arange(2), outcome, 0)
    held_out = np.array([8.0, 0.5]) if outcome == "numeric" else np.array([1.0, 0.0])
    fold = _Fold(part, np.arange(2), None, none, none, _broad(part, held_out))
    guarded = fold.guarded(np.array([-1e4, likely]))
    assert -20 < guarded[0] < -5
    assert guarded[1] == pytest.approx(likely, abs=2e-3)
