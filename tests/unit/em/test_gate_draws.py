"""Gates drawn from the fitted gate's covariance: centred on it, and as spread as its standard errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rome.em import RomeEM
from rome.em.gate_draws import draw_gates


@pytest.fixture(scope="module")
def fitted():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((900, 3)) * [1, 2, 1] + [0, 5, 0]
    group = np.digitize(X[:, 1] + rng.standard_normal(900), [4, 6])
    y = np.array([-4.0, 0.0, 4.0])[group] * X[:, 0] + 0.5 * rng.standard_normal(900)
    model = RomeEM(3, gate_features=[1, 2], n_init=3, random_state=0).fit(X, y)
    return model, model.standard_errors(X, y), X


def test_draws_are_centred_on_the_fitted_gate_and_spread_as_its_standard_errors(fitted):
    model, errors, _ = fitted
    drawn = draw_gates(model, errors, 20_000, np.random.default_rng(1))
    slopes = drawn.gammas[:, :, 1:] / drawn.columns.scale
    assert slopes.mean(axis=0) == pytest.approx(model.gate_coef_, abs=0.05)
    assert slopes[:, :-1].std(axis=0) == pytest.approx(errors.gate_coef_se[:-1], rel=0.05)
    assert (drawn.gammas[:, -1] == 0).all()


def test_memberships_of_the_fitted_gate_are_the_models_own(fitted):
    model, errors, X = fitted
    sure = replace(errors, gate_covariance=np.zeros_like(errors.gate_covariance))
    (membership,) = draw_gates(model, sure, 1, np.random.default_rng(1)).memberships(X)
    assert membership == pytest.approx(model.membership(X))


def test_a_gate_that_the_rows_do_not_determine_is_not_drawn(fitted):
    model, errors, _ = fitted
    covariance = errors.gate_covariance.copy()
    covariance[0] = covariance[:, 0] = np.nan
    unknown = replace(errors, gate_covariance=covariance)
    assert draw_gates(model, unknown, 5, np.random.default_rng(1)) is None
