"""RomeMoE as a citizen of scikit-learn, and on disk."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import pytest
from moe_tables import curved_groups, quick
from safetensors.numpy import load_file, save_file
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from rome.errors import StoreError
from rome.moe import RomeMoE

_SMALL = {"hidden_sizes": (8,), "epochs": 20, "batch_size": 16, "learning_rate": 0.05, "n_init": 1}


def expected_failures(estimator) -> dict[str, str]:
    reason = "a batch of repeated rows is not a batch of weighted rows, for any network trained on batches"
    return {"check_sample_weight_equivalence_on_dense_data": reason}


@parametrize_with_checks(
    [RomeMoE(1, **_SMALL), RomeMoE(2, **_SMALL)], expected_failed_checks=expected_failures
)
def test_the_estimator_keeps_scikit_learns_contract(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def table() -> tuple[pd.DataFrame, np.ndarray]:
    X, y, _ = curved_groups(300)
    return pd.DataFrame(X, columns=["a", "b", "c", "s"]), y


@pytest.fixture(scope="module")
def model(table) -> RomeMoE:
    return quick(gate_features=["s"], epochs=5).fit(*table)


def test_copies_predict_the_same(model, table):
    X, _ = table
    model.predict(X)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    assert clone(model).get_params() == model.get_params()


def test_pipelines_searches_and_cross_validation_take_it(table):
    X, y = table
    short = quick(gate_features=["s"], epochs=3)
    pipeline = make_pipeline(StandardScaler().set_output(transform="pandas"), short)
    search = GridSearchCV(pipeline, {"romemoe__n_groups": [1, 2]}, cv=2).fit(X, y)
    assert search.best_params_["romemoe__n_groups"] in (1, 2)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert cross_val_score(short, X, y, cv=2).shape == (2,)


def test_a_saved_model_answers_as_before(model, table, tmp_path):
    X, y = table
    model.save(tmp_path / "model")
    again = RomeMoE.load(tmp_path / "model")
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["moe.json", "moe.safetensors"]
    assert np.array_equal(again.predict(X), model.predict(X))
    assert np.array_equal(again.responsibilities(X, y), model.responsibilities(X, y))
    assert again.history_ == model.history_
    assert again.get_params() == model.get_params()
    assert (again.best_epoch_, again.log_likelihood_) == (model.best_epoch_, model.log_likelihood_)
    assert np.array_equal(again.validation_rows_, model.validation_rows_)
    assert np.array_equal(again.path(X, y).priors, model.path(X, y).priors)


def test_a_saved_model_without_validation_rows_comes_back(table, tmp_path):
    X, y = table[0].to_numpy(), table[1]
    model = quick(epochs=2, validation_fraction=0.0, random_state=np.random.RandomState(0)).fit(X, y)
    model.save(tmp_path)
    again = RomeMoE.load(tmp_path)
    assert np.array_equal(again.predict(X), model.predict(X))
    assert np.isnan(again.history_[0].validation)
    assert again.random_state is None


@pytest.mark.parametrize("damage", ["schema", "shape", "missing", "parameter", "predictor", "numbers"])
def test_a_damaged_model_is_refused(model, tmp_path, damage):
    model.save(tmp_path)
    if damage == "missing":
        (tmp_path / "moe.safetensors").unlink()
    elif damage == "numbers":
        arrays = load_file(tmp_path / "moe.safetensors")
        save_file({**arrays, "flat": np.full_like(arrays["flat"], np.nan)}, tmp_path / "moe.safetensors")
    else:
        text = json.loads((tmp_path / "moe.json").read_text(encoding="utf-8"))
        if damage == "schema":
            text["schema"] = "other/1"
        elif damage == "shape":
            text["shape"]["n_groups"] = 3
        elif damage == "predictor":
            text["predictor"] = "oracle"
        else:
            text["parameters"]["n_grups"] = 2
        (tmp_path / "moe.json").write_text(json.dumps(text), encoding="utf-8")
    with pytest.raises(StoreError, match=r"model|layout"):
        RomeMoE.load(tmp_path)
