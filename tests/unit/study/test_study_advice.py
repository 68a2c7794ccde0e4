"""A study that tries candidates: what it advises is stored, scored with, and the same on every way."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from study_runs import ADVISED, ROLES, as_table, hiring, run_once

from rome.errors import OneValueGroupError, StoreError
from rome.results.advice import Advice, CandidateModel
from rome.score import load_scorer, score
from rome.score.files import scored_table
from rome.settings.study import Settings
from rome.store import read_folder, write_folder
from rome.study import StudyRun
from rome.study.advised import Groups, Numbers, load, save, stored
from rome.study.candidates import Part, fit, single
from rome.study.model import Predictions, StudyModel
from rome.study.prepare import prepare
from rome.table import Roles


@pytest.fixture(scope="module")
def advised() -> StudyRun:
    return run_once(as_table(hiring()), ROLES, ADVISED)


def test_every_candidate_has_a_standing_and_one_is_advised(advised):
    standings = [candidate.standing for candidate in advised.result.advice.candidates]
    assert standings.count("advised") == 1
    kinds = {candidate.model.kind for candidate in advised.result.advice.candidates}
    assert {"line", "curve", "trees", "groups"} <= kinds


def test_what_is_advised_is_scored_beside_the_other_models(advised):
    result = advised.result
    held = result.rows.is_test
    loss = np.average(
        (result.rows.outcome - result.rows.advised)[held] ** 2, weights=result.rows.weight[held]
    )
    assert result.chosen.overall.scores["advised"]["mse"].value == pytest.approx(loss, rel=1e-9)
    if result.advice.held_out:
        assert result.advice.held_out["overall"].rome == pytest.approx(loss, rel=1e-9)


def test_a_stored_study_gives_the_same_advice_and_predicts_with_it(advised, tmp_path):
    table, folder = as_table(hiring()), write_folder(advised, tmp_path / "study")
    assert read_folder(folder).advice == advised.result.advice
    scored = score(table, load_scorer(folder))
    lines = scored_table(scored)
    rows = advised.result.rows
    predicted = lines["advised_prediction"].to_numpy()[rows.row - 1]
    assert np.allclose(predicted, rows.advised, rtol=1e-9)


def test_a_study_that_tries_nothing_says_so(tmp_path):
    run = run_once(as_table(hiring()), ROLES, replace(ADVISED, advise=False))
    assert run.result.advice is None
    folder = write_folder(run, tmp_path / "study")
    assert "advised_prediction" not in scored_table(score(as_table(hiring()), load_scorer(folder)))


@pytest.mark.parametrize("sees", ["a", "as"])
@pytest.mark.parametrize("kind", ["line", "curve", "trees"])
def test_a_stored_single_model_predicts_what_the_fitted_one_does(advised, tmp_path, kind, sees):
    data = advised.data
    fitted = single(CandidateModel(kind, sees=sees), data, ADVISED, data.train)
    save(stored(fitted, "numeric"), tmp_path)
    kept = load(tmp_path, data.X.shape[1], lambda folder: pytest.fail("there are no groups"))
    assert isinstance(kept, Part if kind == "trees" else Numbers)
    assert np.allclose(kept.predict(data.X), fitted.predict(data.X), rtol=1e-9)


def test_a_forged_tree_is_refused_before_it_can_be_followed(advised, tmp_path):
    data = advised.data
    fitted = single(CandidateModel("trees"), data, ADVISED, data.train)
    nodes = fitted.model._trees._predictors[0][0].nodes
    nodes["left"][0] = 10_000
    save(fitted, tmp_path)
    with pytest.raises(StoreError, match="lead nowhere"):
        load(tmp_path, data.X.shape[1], Groups)


def test_numbers_of_other_columns_are_refused(advised, tmp_path):
    data = advised.data
    save(stored(single(CandidateModel("line"), data, ADVISED, data.train), "numeric"), tmp_path)
    with pytest.raises(StoreError, match="columns that the design has not"):
        load(tmp_path, 1, Groups)


def test_one_network_that_is_advised_beside_groups_of_networks_is_the_pooled_one():
    network, groups = CandidateModel("network", family="moe"), CandidateModel("groups", 2, family="moe")
    advice = Advice(network, 0.0, groups, "everybody", ())
    predictions = Predictions(np.ones((3, 1)), np.zeros((3, 1)), np.array([1.0, 2.0, 3.0]))
    model = StudyModel(design=None, outcome="numeric", path=None, groups=None, pooled=None)
    assert model.predict_advised(np.zeros((3, 1)), predictions, advice).tolist() == [1.0, 2.0, 3.0]


def test_a_mixture_with_a_group_that_is_only_one_value_is_no_candidate():
    rng = np.random.default_rng(4)
    n = 400
    sex = rng.choice(["f", "m"], n)
    x = rng.normal(size=n)
    y = 3 * x + rng.normal(size=n)
    spiked = np.where(rng.random(n) < np.where(sex == "f", 0.5, 0.1), 2.0, y)
    two = CandidateModel("groups", 2)
    for outcome, refused in ((spiked, True), (y, False)):
        frame = pd.DataFrame({"y": outcome, "x": x, "sex": sex})
        data = prepare(frame, Roles("y", ("x",), ("sex",)), Settings(n_groups=2))
        with pytest.raises(OneValueGroupError) if refused else nullcontext():
            fit(two, data, Settings(n_groups=2), data.train)


def test_a_value_of_few_rows_with_much_case_weight_can_be_a_whole_group():
    rng = np.random.default_rng(4)
    y, x = rng.normal(size=500), rng.normal(size=500)
    y[:15] = 2.0
    weights = np.where(np.arange(500) < 15, 20.0, 1.0)
    frame = pd.DataFrame(
        {"y": 3 * x * (y != 2.0) + y, "x": x, "s": rng.choice(["f", "m"], 500), "w": weights}
    )
    roles = Roles("y", ("x",), ("s",), weight="w")
    data = prepare(frame, roles, Settings(n_groups=2))
    with pytest.raises(OneValueGroupError):
        fit(CandidateModel("groups", 2), data, Settings(n_groups=2), data.train)


def test_an_advised_model_that_is_missing_is_said_to_be():
    advice = Advice(CandidateModel("curve"), 0.0, CandidateModel("groups", 2), "everybody", ())
    model = StudyModel(design=None, outcome="numeric", path=None, groups=None, pooled=None)
    with pytest.raises(StoreError, match="lacks the advised model"):
        model.predict_advised(np.zeros((3, 1)), None, advice)
