"""A model that exists is audited: whom it fails, by its own held-out errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from study_runs import ADVISED, QUICK, ROLES, as_table, hiring, made_lightly, run_once

from rome import study
from rome.errors import ColumnError, RomeError
from rome.results import StudyResult
from rome.results.advice import AUDITED as AUDITED_MODEL
from rome.results.advice import LINE, RECALIBRATED
from rome.score import load_scorer, score
from rome.store import read_folder, write_folder
from rome.study.recalibration import Recalibration
from rome.table.prediction import CANNOT_KNOW
from rome.text.advice import recommendation_sentence
from rome.text.claims import headline
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


@pytest.mark.parametrize(
    ("yes", "no", "place"), [("yes", "no", 1), ("hired", "not hired", 0), (1, 0, 1), (True, False, 1)]
)
def test_python_takes_the_probability_of_the_class_that_counts_as_one(people, yes, no, place):
    a, s, y = people
    hired = np.where(y > 0, yes, no)
    model = LogisticRegression().fit(a.to_numpy(), hired)
    with made_lightly():
        result = study.audit(hired, model, a.to_numpy(), s, LIGHT)
    assert result.data.outcome_kind == "binary"
    assert np.allclose(result.rows.audited, model.predict_proba(a.to_numpy())[:, place])


def test_python_refuses_predictions_of_other_rows(people):
    a, s, y = people
    with pytest.raises(RomeError, match="prediction has the shape"):
        study.audit(y, y[:-1], a, s, LIGHT)


JUDGED = replace(ADVISED, n_groups=1, min_group_size=20)


@pytest.fixture(scope="module")
def skewed():
    """A prediction that is right but for its scale: half of the truth, and 20 too low."""
    frame = with_prediction(noise=1.0)
    frame["yhat"] = 0.5 * frame["yhat"] - 20
    return run_once(as_table(frame), AUDITED, JUDGED)


def test_a_good_model_is_kept():
    result = run_once(as_table(with_prediction()), AUDITED, JUDGED).result
    assert result.advice.model == result.advice.reference == AUDITED_MODEL
    assert recommendation_sentence(result).startswith("Keep the audited model (column yhat): none of the")
    assert headline(result).startswith("Keep the audited model")
    assert np.array_equal(result.rows.advised, result.rows.audited)


def test_a_model_of_the_wrong_scale_is_recalibrated(skewed):
    result = skewed.result
    assert result.advice.model == RECALIBRATED
    rows = result.rows
    slope, intercept = np.polyfit(rows.audited[~rows.is_test], rows.outcome[~rows.is_test], 1)
    assert skewed.advised.slope == pytest.approx(slope)
    assert skewed.advised.intercept == pytest.approx(intercept)
    said = recommendation_sentence(result)
    assert said.startswith("Use the audited model, recalibrated by one line")
    assert "against the audited model: " in said
    standings = {each.model: each.standing for each in result.advice.candidates}
    assert standings[AUDITED_MODEL] == "reference"
    assert standings[LINE] != "reference"


def test_a_useless_model_gives_way_to_one_of_the_studys_own():
    frame = hiring()
    frame["yhat"] = np.random.default_rng(5).normal(frame["rating"].mean(), 10, len(frame))
    result = run_once(as_table(frame), AUDITED, JUDGED).result
    assert result.advice.model.kind in ("line", "curve", "trees", "groups")
    assert result.advice.candidates[0].model == AUDITED_MODEL


def test_a_recalibrated_model_scores_new_rows_from_their_prediction(skewed, tmp_path):
    write_folder(skewed, tmp_path / "study")
    scorer = load_scorer(tmp_path / "study")
    frame = hiring(40).drop(columns="rating")
    frame["yhat"] = np.linspace(0, 40, 40)
    scored = score(as_table(frame), scorer)
    line = skewed.advised
    assert np.allclose(scored.rows.advised, line.intercept + line.slope * frame["yhat"])
    with pytest.raises(ColumnError, match=r'no column "yhat".*prediction'):
        score(as_table(frame.drop(columns="yhat")), scorer)
    frame.loc[:4, "yhat"] = np.nan
    assert np.isnan(score(as_table(frame), scorer).rows.advised[:5]).all()


def test_probabilities_are_recalibrated_on_the_log_odds():
    rng = np.random.default_rng(6)
    odds = rng.normal(0, 1.5, 4000)
    y = (rng.random(4000) < 1 / (1 + np.exp(-odds))).astype(float)
    overconfident = 1 / (1 + np.exp(-3 * odds - 1))
    line = Recalibration.fit(overconfident, y, np.ones(4000), "binary")
    assert line.slope == pytest.approx(1 / 3, abs=0.05)
    assert line.correct(overconfident).mean() == pytest.approx(y.mean(), abs=1e-3)
    decisions = (odds > 0).astype(float)
    rates = Recalibration.fit(decisions, y, np.ones(4000), "binary").correct(decisions)
    for decided in (0, 1):
        assert rates[decisions == decided][0] == pytest.approx(y[decisions == decided].mean(), abs=1e-3)


def test_a_model_that_errs_by_group_is_corrected_by_groups_and_scores_new_rows(tmp_path):
    frame = with_prediction(bias=8.0, noise=1.0)
    finished = run_once(as_table(frame), AUDITED, JUDGED)
    advice = finished.result.advice
    assert advice.model.kind == "corrected"
    assert "Use the audited model, corrected by" in recommendation_sentence(finished.result)
    rows = finished.result.rows
    held_out = rows.is_test
    errors = [np.mean((rows.outcome - each)[held_out] ** 2) for each in (rows.advised, rows.audited)]
    assert errors[0] < errors[1] / 3
    write_folder(finished, tmp_path / "study")
    scored = score(as_table(frame), load_scorer(tmp_path / "study"))
    assert np.allclose(scored.rows.advised, rows.advised)
