"""RomeEM and Pooled as citizens of scikit-learn: parameters, weights, pipelines and searches."""

from __future__ import annotations

import inspect
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator, parametrize_with_checks

from rome.baselines import Pooled
from rome.em import RomeEM
from rome.errors import ColumnError, FewRowsWarning, OutcomeError, SettingError, TooFewRowsError

#: The checks fit tables of 10 rows and tables of noise; what RomeEM says of them is right.
_SAID = "ignore::rome.errors.RomeWarning"
_MODELS = (
    RomeEM(),
    RomeEM(n_groups=1),
    # Ten starts: with 30 columns of 15 rows every start ends at the same height, to the last digit, and two
    # of them leave it to rounding which of these fits is kept.
    RomeEM(slopes="shared"),
    RomeEM(curves=True),
    RomeEM(n_groups=3, predictor="aggregate", criterion="reward", n_init=2),
    Pooled(),
)


@pytest.mark.filterwarnings(_SAID)
@parametrize_with_checks(_MODELS)
def test_the_estimator_keeps_scikit_learns_contract(estimator, check):
    check(estimator)


@pytest.mark.filterwarnings(_SAID, "ignore::sklearn.exceptions.SkipTestWarning")
def test_a_binary_outcome_breaks_the_contract_only_by_refusing_other_outcomes():
    results = check_estimator(RomeEM(outcome="binary", n_init=2), on_fail=None)
    failed = [item["exception"] for item in results if item["status"] == "failed"]
    assert failed
    assert all(_came_from(error, OutcomeError) for error in failed)


@pytest.mark.filterwarnings(_SAID, "ignore::sklearn.exceptions.SkipTestWarning")
# So many starts that, with 30 columns of 15 rows, no two end at one height to the last digit.
@pytest.mark.parametrize(("outcome", "n_init"), [("count", 5), ("positive", 10)])
def test_counts_and_amounts_break_the_contract_only_by_refusing_other_outcomes(outcome, n_init):
    results = check_estimator(RomeEM(outcome=outcome, n_init=n_init), on_fail=None)
    failed = [item for item in results if item["status"] == "failed"]
    assert [item["check_name"] for item in failed if not _came_from(item["exception"], OutcomeError)] == []


def _came_from(error: BaseException | None, kind: type[Exception]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


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


def test_transform_gives_the_membership_as_named_columns(table):
    X, y = table
    model = named().set_output(transform="pandas")
    columns = model.fit_transform(X, y)
    assert list(columns) == list(model.get_feature_names_out()) == ["group1", "group2"]
    assert columns.index.equals(X.index)
    assert np.array_equal(columns.to_numpy(), model.membership(X))
    assert isinstance(model.predict(X), np.ndarray)


def test_a_pipeline_can_go_on_from_the_groups(table):
    X, y = table
    pipeline = make_pipeline(named(), LinearRegression()).fit(X, y)
    assert pipeline[:-1].get_feature_names_out().tolist() == ["group1", "group2"]
    assert pipeline.predict(X).shape == y.shape


def test_weights_are_routed_through_pipelines_and_searches(table):
    X, y = table
    weights = 1.0 + np.arange(len(y)) % 3
    with config_context(enable_metadata_routing=True):
        model = named().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        pipeline = make_pipeline(model).fit(X, y, sample_weight=weights)
        search = GridSearchCV(model, {"dro_strength": [0.0]}, cv=3).fit(X, y, sample_weight=weights)
        routed = cross_val_score(model, X, y, cv=3, params={"sample_weight": weights})
        plain = cross_val_score(model, X, y, cv=3)
    expected = named().fit(X, y, sample_weight=weights)
    assert pipeline.predict(X) == pytest.approx(expected.predict(X))
    assert search.best_score_ == pytest.approx(
        cross_val_score_by_hand(X, y, weights, dro_strength=0.0).mean()
    )
    assert routed == pytest.approx(cross_val_score_by_hand(X, y, weights))
    assert not np.allclose(routed, plain)


def cross_val_score_by_hand(X, y, weights, **parameters) -> np.ndarray:
    scores = []
    for inner, outer in KFold(3).split(X):
        model = named(**parameters).fit(X.iloc[inner], y[inner], sample_weight=weights[inner])
        scores.append(model.score(X.iloc[outer], y[outer], sample_weight=weights[outer]))
    return np.array(scores)


def test_other_column_names_at_prediction_are_refused(table):
    X, y = table
    with pytest.raises(ValueError, match="feature names"):
        named().fit(X, y).predict(X.rename(columns={"a": "z"}))


def test_every_parameter_is_told_and_can_be_set(table):
    given = {name: object() for name in RomeEM().get_params()}
    assert RomeEM().set_params(**given).get_params() == given
    assert set(given) == set(inspect.signature(RomeEM).parameters)


@pytest.mark.filterwarnings(_SAID)
def test_fewer_rows_than_parameters_give_a_fit_and_a_warning(table):
    X, y = table
    with pytest.warns(FewRowsWarning, match=r"2 groups .* have 10 free parameters, but n_samples = 9\. Use"):
        model = named().fit(X[:9], y[:9])
    assert np.isfinite(model.predict(X)).all()
    assert not [w for w in fit_warnings(X[:40], y[:40]) if issubclass(w.category, FewRowsWarning)]


def fit_warnings(X, y) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        named().fit(X, y)
    return caught


@pytest.mark.parametrize("rows", [2, 5])
def test_fewer_than_two_rows_a_group_are_refused(table, rows):
    X, y = table
    with pytest.raises(TooFewRowsError, match=f"n_samples = {rows}"):
        named(n_groups=3).fit(X[:rows], y[:rows])
