"""A study whose groups are networks: the whole result, its words, its files, and its end when asked."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from study_runs import QUICK, ROLES, as_table, hiring, run

from rome import figures, store, study
from rome.errors import Cancelled, SettingError, StoreError
from rome.figures import membership_table
from rome.report.html import render
from rome.score import load_scorer, score
from rome.study.model import StudyModel
from rome.study.network_findings import _cut_off
from rome.study.run import run as run_study
from rome.text.fixes import pooled_sentence
from rome.text.verdict import choice_sentence, gain_sentence, verdict_detail

SMALL = {"epochs": 12, "n_init": 1, "hidden_sizes": (16,), "gate_hidden_sizes": (8,)}


def neural(rows: int = 500, moe: dict | None = None, **settings):
    settings = {"assess_groups": False, **settings}
    return run(hiring(rows), family="moe", moe=SMALL | (moe or {}), **settings)


@pytest.fixture(scope="module")
def finished():
    """With a verdict."""
    return neural(600, {"epochs": 40, "n_init": 2}, assess_groups=True)


def test_the_whole_result_is_there(finished):
    result = finished.result
    assert len(result.groups) == 2
    assert len(result.path) == len(result.evaluations) == 21
    for evaluation in result.evaluations:
        assert set(evaluation.groupings) == {"latent", "predicted", "observed"}
        assert set(evaluation.comparison) == {"overall", "worst_latent", "worst_predicted", "worst_observed"}
    rows, test = result.rows, result.rows.is_test
    assert rows.membership.sum(axis=1) == pytest.approx(1)
    assert rows.responsibilities.sum(axis=1) == pytest.approx(1)
    losses = (rows.outcome - rows.rome)[test] ** 2
    assert result.chosen.overall.scores["rome"]["mse"].value == pytest.approx(losses.mean())
    for group in result.groups:
        assert group.profile
        assert group.sigma > 0
        assert group.description.movers
        assert all(np.isnan(mover.change.low) for mover in group.description.movers)


def test_the_pooled_model_is_one_network_on_the_columns_that_the_experts_see(finished):
    data, rows = finished.data, finished.result.rows
    moved = data.X.copy()
    only_gate = np.setdiff1d(data.design.gate_index, data.design.expert_index)
    moved[:, only_gate] = moved[::-1, only_gate]
    fitted = finished.fitted
    assert fitted.predict_pooled(moved) == pytest.approx(rows.pooled)
    assert not np.allclose(fitted.predict_pooled_with_sensitive(moved), rows.pooled_with_sensitive)
    assert fitted.mixture.group_predictions(moved) == pytest.approx(rows.group_predictions)
    assert "one network" in pooled_sentence(finished.result)


def test_the_gain_is_over_one_network_not_over_a_line(finished):
    data, fitted = finished.data, finished.fitted
    X, y = data.X[data.test], data.y[data.test]
    gain = fitted.mixture.log_likelihood_of_rows(X, y) - fitted.single.log_likelihood_of_rows(X, y)
    assert finished.result.fit.gain.value == pytest.approx(gain.mean())
    assert fitted.single.n_groups == 1
    assert "one network" in gain_sentence(finished.result)


def test_the_dial_is_played_on_rows_that_no_network_was_trained_on(finished):
    data, fitted = finished.data, finished.fitted
    held = data.train[fitted.mixture.validation_rows_]
    shares = fitted.mixture.responsibilities(data.X[held], data.y[held]).mean(axis=0)
    assert fitted.path.shares == pytest.approx(shares)


def test_what_belongs_to_lines_is_said_and_not_hidden(finished):
    result = finished.result
    assert result.pooled_coefficients == ()
    assert all(group.coefficients == () and group.gate == () for group in result.groups)
    assert "no coefficients" in figures.alt_text(figures.coefficients(result))
    assert membership_table(result).empty
    assert "a network's gate" in figures.caption(figures.partial_effects(result, 0))


def test_the_verdict_is_that_of_lines_and_says_so(finished):
    lines = run(hiring(600)).result.verdict
    verdict = finished.result.verdict
    assert verdict_detail(finished.result).endswith(
        "asked of the data with groups of lines (ROME-EM), not with the networks."
    )
    assert verdict == lines
    assert store.study_document(finished.result)["verdict_family"] == "em"


def test_training_is_recorded_and_drawn(finished):
    record = finished.result.training
    assert 0 < record.best_epoch <= len(record.train) == len(record.validation) <= 40
    assert len(record.starts) == 2
    assert min(record.starts) == pytest.approx(record.validation[record.best_epoch - 1])
    curve = figures.fit_curve(finished.result)
    assert [trace.name for trace in curve.data] == ["Training rows", "Rows held back", "Kept epoch"]
    assert curve.layout.xaxis.title.text == "Epoch"
    assert len(figures.fit_curve_table(finished.result)) == len(record.train)


def test_findings_say_whether_a_network_beats_a_line(finished):
    (found,) = [item for item in finished.result.findings if "One network predicts" in item.what]
    data = finished.data
    y, rows = data.y[data.test], finished.result.rows
    X = np.column_stack([np.ones(len(data.y)), data.X[:, data.design.expert_index]])
    beta = np.linalg.lstsq(X[data.train], data.y[data.train], rcond=None)[0]
    change = ((y - rows.pooled[data.test]) ** 2 - (y - X[data.test] @ beta) ** 2).mean()
    if "better" in found.what:
        assert change < 0
    elif "worse" in found.what:
        assert change > 0


def test_the_model_and_the_result_come_back_from_disk_with_identical_predictions(finished, tmp_path):
    folder = store.write_folder(finished, tmp_path / "study")
    model, result = StudyModel.load(folder / "model"), finished.result
    frame = as_table(hiring(600)).frame.iloc[result.rows.row - 1]
    assert model.n_groups == 2
    assert np.array_equal(model.predict(frame, result.dro.strength), result.rows.rome)
    assert np.array_equal(model.predict_pooled(frame), result.rows.pooled)
    assert np.array_equal(model.membership(frame), result.rows.membership)
    seen = model.responsibilities(model.design.transform(frame), result.rows.outcome)
    assert np.array_equal(seen, result.rows.responsibilities)
    back = store.read_folder(folder)
    assert back.training == result.training
    assert back.settings == result.settings
    assert back.verdict == result.verdict


@pytest.mark.parametrize("broken", ["model.json", "model.safetensors", "groups/moe.json", "pooled/moe.json"])
def test_a_damaged_model_is_an_error_and_not_a_prediction(finished, tmp_path, broken):
    folder = store.write_folder(finished, tmp_path / "study") / "model"
    (folder / broken).write_bytes(b"{}")
    with pytest.raises(StoreError):
        StudyModel.load(folder)


def test_the_report_is_made(finished):
    page = render(finished.result)
    assert "no coefficients" in page
    assert "asked of the data with groups of lines" in page


def test_the_same_seed_gives_the_same_study_to_the_last_digit_and_another_does_not():
    first, again, other = neural().result, neural().result, neural(random_state=6).result
    for field in fields(first.rows):
        assert np.array_equal(getattr(first.rows, field.name), getattr(again.rows, field.name))
    assert first.training == again.training
    assert first.dro == again.dro
    assert other.training != first.training


def test_one_group_is_the_one_network():
    result = neural(n_groups=1).result
    assert np.array_equal(result.rows.rome, result.rows.pooled)
    assert result.fit.gain.value == 0
    assert result.dro.recommended == "pooled"


def test_networks_can_start_where_lines_end():
    started = neural(moe={"warm_start_from_em": True, "epochs": 1, "learning_rate": 1e-8})
    lines = run(hiring(500), assess_groups=False, advise=False).result
    difference = started.result.rows.rome - lines.rows.rome
    # The lines of the start see the networks' own training rows only, so that they are near, not the same.
    assert np.std(difference) < 0.2 * np.std(lines.rows.outcome)
    assert started.result.training.from_em
    assert "ROME-EM" in figures.caption(figures.fit_curve(started.result))


def test_a_gate_may_see_every_column_and_the_paper_s_objective_may_be_taken():
    result = neural(moe={"gate": "as", "objective": "squared", "gate_network": "linear"}).result
    assert result.training.objective == "squared"
    assert figures.fit_curve(result).layout.yaxis.title.text.startswith("Squared error")


def test_a_binary_outcome_is_scored_as_one():
    frame = hiring(500)
    frame["hired"] = np.where(frame["rating"] > frame["rating"].median(), "yes", "no")
    roles = replace(ROLES, outcome="hired", ignored=("rating",))
    result = run(frame, roles, family="moe", moe=SMALL, assess_groups=False, advise=False).result
    assert result.metric == "brier"
    assert 0 <= result.rows.rome.min() <= result.rows.rome.max() <= 1
    assert all(group.sigma is None for group in result.groups)


def test_all_rows_may_train():
    started = neural(moe={"validation_fraction": 0.0, "epochs": 3})
    assert started.result.training.validation_rows == 0
    assert len(figures.fit_curve(started.result).data) == 1


@pytest.mark.parametrize("rows", [0, 50])
def test_training_that_was_cut_off_is_told_with_and_without_rows_held_back(finished, rows):
    falling = tuple(1.0 - 0.05 * epoch for epoch in range(10))
    record = replace(
        finished.result.training,
        train=falling,
        validation=falling if rows else (np.nan,) * 10,
        validation_rows=rows,
        epoch_limit=10,
    )
    (found,) = _cut_off(replace(finished.fitted, training=record))
    assert "still improved when training ended, after 10 epochs" in found.what
    flat = replace(record, train=(0.5,) * 10, validation=((0.5 if rows else np.nan),) * 10)
    assert _cut_off(replace(finished.fitted, training=flat)) == ()


def test_epochs_are_told_and_any_of_them_can_end_the_study():
    points, shares = [], []
    settings = replace(
        QUICK, family="moe", moe=SMALL | {"n_init": 2, "patience": None}, assess_groups=False, advise=False
    )
    table = as_table(hiring(300))
    told = {"progress": lambda share, _: shares.append(share), "curve": lambda *point: points.append(point)}
    run_study(table, ROLES, settings, **told)
    assert [epoch for epoch, _ in points] == [*range(1, 13), *range(1, 13)]
    assert shares == sorted(shares)
    # Every epoch of every training tells how far it is: one network, with every column, groups, folds.
    assert len(shares) > 12 * 2 * (3 + 5 * 2)

    def stop(epoch: int, value: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run_study(table, ROLES, settings, curve=stop)


def test_workers_of_a_cluster_are_refused_in_words():
    settings = replace(QUICK, family="moe", moe=SMALL)
    with pytest.raises(SettingError, match='family "em"'):
        study.run(as_table(hiring(300)), ROLES, settings, scheduler="tcp://127.0.0.1:1")


def test_the_number_of_groups_is_chosen_with_lines_and_that_is_said():
    result = neural(400, n_groups="auto", max_groups=2).result
    said = choice_sentence(result.selection_reason, result.selection, result.settings.family)
    assert "chosen with groups of lines" in said


def test_a_new_table_is_scored_with_the_stored_networks(finished, tmp_path):
    folder = store.write_folder(finished, tmp_path / "study")
    table, result = as_table(hiring(600)), finished.result
    scored = score(table, load_scorer(folder)).rows
    assert scored.rome[result.rows.row - 1] == pytest.approx(result.rows.rome, rel=1e-12)
    assert scored.pooled[result.rows.row - 1] == pytest.approx(result.rows.pooled, rel=1e-12)
