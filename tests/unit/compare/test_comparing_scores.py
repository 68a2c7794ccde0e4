"""Scores of a comparison: every split, model and group, by the splits that its settings give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from comparing_models import MODELS, QUICK, ROLES

from rome.baselines import Pooled
from rome.cli.main import main
from rome.compare import CompareSettings, compare, comparison_id, read_comparison, work
from rome.datasets import load_sample
from rome.study.prepare import prepare


def test_every_split_model_and_group_has_its_metrics(result):
    overall = result.scores[result.scores["grouping"] == "overall"]
    assert len(overall) == 2 * len(MODELS) * 5
    assert (overall["n"] == result.n_test).all()
    assert result.groupings == ("overall", "observed", "latent")
    assert not result.failures
    assert result.losses("observed").notna().all().all()


def test_the_pooled_score_is_the_one_that_the_split_gives(table, result):
    settings = CompareSettings(MODELS, random_state=4)
    for split in range(2):
        data = prepare(table.frame, ROLES, settings.study_settings(work.split_seed(settings, split)))
        model = Pooled(sees="a", gate_features=data.design.gate_index.tolist())
        model.fit(data.X[data.train], data.y[data.train])
        error = data.y[data.test] - model.predict(data.X[data.test])
        assert result.losses("overall")["pooled"][split] == pytest.approx(np.mean(error**2))


def test_the_identity_is_known_before_the_work_and_follows_the_settings(table, result):
    settings = result.settings
    assert result.comparison_id == comparison_id(table.fingerprint, ROLES, settings)
    assert result.comparison_id != comparison_id(table.fingerprint, ROLES, replace(settings, n_splits=3))
    assert result.comparison_id != comparison_id("other", ROLES, settings)


def test_the_splits_differ(result):
    assert result.losses("overall")["pooled"].nunique() == 2


def test_the_latent_groups_are_the_same_for_every_model(result):
    latent = result.scores[(result.scores["grouping"] == "latent") & (result.scores["metric"] == "mse")]
    assert (latent.groupby(["split", "group"])["share"].nunique() == 1).all()
    assert latent.groupby(["split", "model"])["share"].sum().to_numpy() == pytest.approx(1)


def test_a_binary_outcome_is_scored_by_the_brier_score(table):
    frame = table.frame.assign(rating=(table.frame["rating"] > 60).astype(float))
    found = compare(
        replace(table, frame=frame, fingerprint="binary"),
        ROLES,
        ["pooled", "boosted_trees"],
        observed=["sex"],
        **{**QUICK, "criterion": "worst_observed"},
    )
    assert found.metric == "brier"
    assert {"brier", "log_loss", "auc", "tpr"} <= set(found.scores["metric"])
    assert found.losses("overall").to_numpy().max() < 0.25


def test_the_command_line_compares_and_keeps(table, tmp_path, capsys):
    path, out = tmp_path / "table.csv", tmp_path / "out"
    load_sample("hiring").iloc[:300].to_csv(path, index=False)
    asked = [
        "compare",
        str(path),
        "--outcome",
        "rating",
        "--sensitive",
        "age,sex,origin",
        "--ignore",
        "applicant",
    ]
    asked += ["--models", "pooled,pooled_with_s", "--splits", "2", "--tune-by", "overall", "--jobs", "1"]
    assert main([*asked, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert 'Everybody: mse, mean over 2 splits, against "pooled"' in said
    assert "Worst latent group" in said
    kept = read_comparison(out)
    assert [model.name for model in kept.models] == ["pooled", "pooled_with_s"]
    assert len(list((out / "parts").iterdir())) == 6
