"""A warm start continues the last fit, and ends where a cold one ends."""

from __future__ import annotations

import numpy as np
import pytest

from rome.em import RomeEM
from rome.errors import SettingError


def table(seed: int = 0, n: int = 600):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 3))
    group = rng.random(n) < 1 / (1 + np.exp(-2 * X[:, 2]))
    return X, np.where(group, 2, -2) * X[:, 0] + 0.5 * rng.standard_normal(n)


def model(**parameters) -> RomeEM:
    return RomeEM(**{"gate_features": [2], "n_init": 4, "random_state": 0, **parameters})


@pytest.mark.parametrize("options", [{}, {"gate": "flexible"}, {"noise": "t"}])
def test_a_warm_start_ends_where_a_cold_one_does(options):
    X, y = table()
    strict = {"tol": 1e-12, "max_iter": 3000}
    cold = model(**strict, **options).fit(X, y)
    warm = model(max_iter=3, warm_start=True, **options).fit(X, y).set_params(**strict).fit(X, y)
    assert warm.log_likelihood_ == pytest.approx(cold.log_likelihood_, abs=1e-3)
    assert warm.coef_ == pytest.approx(cold.coef_, abs=1e-3)


def test_stopping_and_going_on_is_one_run():
    X, y = table()
    whole = model(max_iter=10, tol=0.0, n_init=1).fit(X, y)
    parts = model(max_iter=5, tol=0.0, n_init=1, warm_start=True).fit(X, y).fit(X, y)
    assert parts.history_[-1] == pytest.approx(whole.history_[-1], rel=1e-9)
    assert parts.coef_ == pytest.approx(whole.coef_, rel=1e-6)


def test_a_converged_fit_stays_where_it_is():
    X, y = table()
    warm = model(warm_start=True).fit(X, y)
    before = warm.log_likelihood_
    warm.fit(X, y)
    assert warm.n_iter_ <= 2
    assert warm.log_likelihood_ == pytest.approx(before, abs=1e-4)
    assert len(warm.start_log_likelihoods_) == 1


def test_a_warm_start_follows_other_rows_in_other_units():
    X, y = table()
    strict = {"tol": 1e-12, "max_iter": 3000}
    other, outcome = table(seed=1)
    other, outcome = other * 3 + 1, outcome * 100 - 7
    warm = model(warm_start=True, **strict).fit(X, y).fit(other, outcome)
    cold = model(**strict).fit(other, outcome)
    assert warm.coef_ == pytest.approx(cold.coef_, rel=1e-3, abs=1e-3)
    assert warm.log_likelihood_ == pytest.approx(cold.log_likelihood_, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "named"),
    [({"n_groups": 3}, "n_groups"), ({"gate_features": [1]}, "gate_features"), ({"noise": "t"}, "noise")],
)
def test_what_does_not_fit_the_last_fit_is_refused_by_name(change, named):
    X, y = table()
    warm = model(warm_start=True).fit(X, y).set_params(**change)
    with pytest.raises(SettingError, match=named):
        warm.fit(X, y)
