"""A model that exists is audited: whom it fails, by its own held-out errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from study_runs import QUICK, ROLES, as_table, hiring, made_lightly, run_once

from rome import study
from rome.errors import RomeError
from rome.results import StudyResult
from rome.store import read_folder, write_folder
from rome.table.prediction import CANNOT_KNOW
from rome.text.failed import failed_most, failed_sentence
from rome.text.limits import limits

LIGHT = replace(QUICK, assess_groups=False, n_groups=1, min_group_size=20)
AUDITED = replace(ROLES, prediction="yhat")


def with_prediction(bias: float = 0.0, noise: float = 2.0) -> pd.DataFrame:
    """Return the hiring sample with the predictions of a model that sees the truth, but for people over 45,
    whom it predicts ``bias`` too low."""
    frame = hiring()
    error = np.random.default_rng(3).normal(0, noise, len(frame)) if noise else 0.0
    frame["yhat"] = frame["rating"] + error - bias * (frame["age"] > 45)
    return frame


def audited(frame: pd.DataFrame, roles=AUDITED) -> StudyResult:
    return run_once(as_table(frame), roles, LIGHT).result


def test_the_group_that_a_biased_prediction_fails_is_found_with_its_bias():
    result = audited(with_prediction(bias=12.0))
    worst = failed_most(result)
    assert worst.grouping == "slice"
    assert worst.conditions[0].column == "age"
    assert worst.conditions[0].low == pytest.approx(45, abs=2)
    assert worst.bias.low < 12 < worst.bias.high
    assert failed_sentence(result).startswith("Failed most by the audited model (column yhat): age")


def test_errors_are_the_audited_models_and_the_studys_own_stand_beside():
    result = audited(with_prediction(bias=12.0))
    rows = result.rows
    group = next(each for each in result.failed if each.grouping == "observed")
    held_out = rows.is_test & (rows.observed_group == group.name)
    error = np.sqrt(np.mean((rows.outcome - rows.audited)[held_out] ** 2))
    assert group.error.value == pytest.approx(error)
    assert set(group.others) == {"pooled", "rome", "pooled_with_sensitive"}
    scores = result.chosen.overall.scores
    assert scores["audited"]["rmse"].value < scores["pooled"]["rmse"].value


def test_a_perfect_prediction_fails_nobody():
    result = audited(with_prediction(noise=0.0))
    assert not any(group.is_failed for group in result.failed)
    assert failed_sentence(result).startswith("Nobody is clearly failed by the audited model (column yhat)")


def test_the_prediction_enters_no_model():
    plain = hiring()
    plain["yhat"] = plain["rating"]
    result = audited(plain)
    without = run_once(as_table(hiring()), ROLES, LIGHT).result
    assert np.array_equal(result.rows.pooled, without.rows.pooled)
    assert not any("yhat" in coefficient.column for coefficient in result.pooled_coefficients)


def test_what_cannot_be_known_is_said():
    result = audited(with_prediction())
    assert any(finding.what == CANNOT_KNOW and finding.column == "yhat" for finding in result.findings)
    assert any(CANNOT_KNOW in said for said in limits(result))


def test_a_study_of_an_audit_is_stored_and_opened(tmp_path):
    finished = run_once(as_table(with_prediction()), AUDITED, LIGHT)
    opened = read_folder(write_folder(finished, tmp_path / "study"))
    assert opened.roles == AUDITED
    assert np.array_equal(opened.rows.audited, finished.result.rows.audited)
    assert opened.examined == "audited"


def test_rows_without_a_prediction_are_left_out_and_counted():
    frame = with_prediction()
    frame.loc[:9, "yhat"] = np.nan
    result = audited(frame)
    assert result.data.left_out == {"prediction is missing": 10}


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(8)
    a = pd.DataFrame(rng.normal(size=(600, 2)), columns=["hours", "skill"])
    s = pd.DataFrame({"sex": rng.choice(["f", "m"], 600), "age": rng.integers(20, 60, 600)})
    return a, s, a["hours"] + 2 * a["skill"] + rng.normal(size=600)


def test_python_audits_values_an_estimator_and_a_callable_alike(people):
    a, s, y = people
    model = LinearRegression().fit(a, y)
    with made_lightly():
        found = [study.audit(y, given, a, s, LIGHT) for given in (model.predict(a), model, model.predict)]
    first, *rest = (result.rows.audited for result in found)
    assert all(np.allclose(first, other) for other in rest)
    assert found[0].roles.features == ("hours", "skill")
    assert found[0].roles.sensitive == ("sex", "age")


def test_python_takes_probabilities_of_a_classifier(people):
    a, s, y = people
    hired = np.where(y > 0, "yes", "no")
    model = LogisticRegression().fit(a.to_numpy(), hired)
    with made_lightly():
        result = study.audit(hired, model, a.to_numpy(), s, LIGHT)
    assert result.data.outcome_kind == "binary"
    assert np.allclose(result.rows.audited, model.predict_proba(a.to_numpy())[:, 1])


def test_python_refuses_predictions_of_other_rows(people):
    a, s, y = people
    with pytest.raises(RomeError, match="prediction has the shape"):
        study.audit(y, y[:-1], a, s, LIGHT)
