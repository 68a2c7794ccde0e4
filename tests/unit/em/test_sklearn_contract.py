"""RomeEM and Pooled as citizens of scikit-learn: parameters, weights, pipelines and searches."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from rome.baselines import Pooled
from rome.em import RomeEM
from rome.errors import ColumnError, SettingError


@pytest.mark.filterwarnings("ignore::rome.errors.DegenerateGroupWarning")
@parametrize_with_checks([RomeEM(n_groups=1), Pooled()])
def test_the_estimator_keeps_scikit_learns_contract(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def table() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.standard_normal((400, 3)), columns=["a", "b", "s"])
    group = rng.random(400) < 1 / (1 + np.exp(-2 * frame["s"]))
    return frame, np.where(group, 2, -2) * frame["a"].to_numpy() + 0.3 * rng.standard_normal(400)


def named(**parameters) -> RomeEM:
    return RomeEM(**{"gate_features": ["s"], "random_state": 0, "n_init": 2, **parameters})


def test_copies_predict_the_same(table):
    X, y = table
    model = named().fit(X, y)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    assert clone(model).get_params() == model.get_params()


_SEQUENCES = (np.array([2, 1]), pd.Index(["s", "b"]), ("s", "b"), np.array(["s", "b"]))


@pytest.mark.parametrize("columns", _SEQUENCES)
def test_columns_come_in_any_sequence(table, columns):
    X, y = table
    model = named(gate_features=columns).fit(X, y)
    assert model.predict(X) == pytest.approx(named(gate_features=["s", "b"]).fit(X, y).predict(X))


@pytest.mark.parametrize("parameter", ["gate_features", "expert_features"])
def test_one_name_is_not_taken_for_a_list_of_letters(table, parameter):
    X, y = table
    with pytest.raises(ColumnError, match=rf'{parameter} is "s".*\["s"\]'):
        named(**{parameter: "s"}).fit(X, y)


def test_a_whole_number_may_be_written_as_a_float(table):
    X, y = table
    assert np.array_equal(named(n_groups=2.0).fit(X, y).predict(X), named().fit(X, y).predict(X))


@pytest.mark.parametrize("as_frame", [True, False])
def test_groups_and_strength_can_be_searched(table, as_frame):
    frame, y = table
    X, gate = (frame, ["s"]) if as_frame else (frame.to_numpy(), [2])
    grid = {"n_groups": np.arange(1, 3), "dro_strength": np.linspace(0, 1, 3)}
    search = GridSearchCV(named(gate_features=gate), grid, cv=3)
    search.fit(X, y, sample_weight=np.ones(len(y)))
    assert search.best_params_ == {"n_groups": 2, "dro_strength": 0.0}
    assert search.best_score_ > 0.2


def test_a_pipeline_keeps_names_and_weights(table):
    X, y = table
    weights = np.arange(len(y)) % 3
    pipeline = make_pipeline(StandardScaler(), named()).set_output(transform="pandas")
    pipeline.fit(X, y, romeem__sample_weight=weights)
    scaled = StandardScaler().fit_transform(X)
    alone = named(gate_features=[2]).fit(scaled, y, sample_weight=weights)
    assert pipeline.predict(X) == pytest.approx(alone.predict(scaled))


def test_a_weight_counts_a_row_so_many_times(table):
    X, y = table
    weights = np.arange(len(y)) % 4
    strict = {"tol": 1e-12, "max_iter": 2000}
    weighted = named(**strict).fit(X, y, sample_weight=weights)
    repeated = named(**strict).fit(X.loc[X.index.repeat(weights)], np.repeat(y, weights))
    assert weighted.log_likelihood_ == pytest.approx(repeated.log_likelihood_, rel=1e-9)
    assert weighted.shares_ == pytest.approx(repeated.shares_, abs=1e-6)
    assert weighted.prior_ == pytest.approx(repeated.prior_, abs=1e-4)
    assert weighted.predict(X) == pytest.approx(repeated.predict(X), abs=1e-3)


def test_rows_without_weight_change_nothing_at_all(table):
    X, y = table
    weights = np.repeat([1.0, 0.0], [300, 100])
    without = named().fit(X[:300], y[:300])
    assert np.array_equal(named().fit(X, y, sample_weight=weights).predict(X), without.predict(X))


def test_a_prediction_belongs_to_the_parameters_that_were_fitted(table):
    X, y = table
    model = named().fit(X, y)
    before = model.predict(X)
    model.set_params(predictor="aggregate", dro_strength=1.0)
    assert np.array_equal(model.predict(X), before)


def test_a_path_refuses_a_predictor_that_does_not_exist(table):
    X, y = table
    model = named().fit(X, y)
    with pytest.raises(SettingError, match='nearest name is "aggregate"'):
        model.set_params(predictor="agregate").path(X, y)


def test_the_path_is_the_same_in_whatever_order_strengths_come(table):
    X, y = table
    model = named(n_groups=3).fit(X, y)
    rising = model.path(X, y, strengths=(0.0, 0.3, 0.6, 1.0)).priors
    falling = model.path(X, y, strengths=(1.0, 0.6, 0.3, 0.0)).priors
    assert falling[::-1] == pytest.approx(rising, abs=1e-5)
