"""Comparisons over repeated splits: fair, resumable, parallel, stoppable."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from rome.baselines import Pooled
from rome.cli import main
from rome.comparison import CompareSettings, read_comparison
from rome.datasets import SAMPLES, load_sample
from rome.errors import Cancelled, RomeError, SettingError, StoreError
from rome.study import MODEL_SPECS, ModelSpec, compare, comparison_id, default_models
from rome.study.comparing import registry, tuning, work
from rome.study.comparing.registry import Columns
from rome.study.comparing.spaces import Between, Choice
from rome.study.comparing.tuning import configurations, criterion_loss
from rome.study.comparing.workers import done_tasks
from rome.study.prepare import prepare
from rome.table import Table, read_table

ROLES = SAMPLES["hiring"].roles
run_module = sys.modules["rome.study.comparing.run"]
QUICK = {"n_splits": 2, "budget": 2, "criterion": "overall", "n_jobs": 1, "random_state": 4}
MODELS = ("pooled", "interactions", "rome_em")


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Table:
    path = tmp_path_factory.mktemp("compare") / "hiring.csv"
    load_sample("hiring").iloc[:400].to_csv(path, index=False)
    return read_table(str(path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def result(table, folder):
    return compare(table, ROLES, MODELS, folder=folder, **QUICK)


class _Spy(Pooled):
    """Least squares that remembers how many rows it was shown, and which outcomes."""

    shown: ClassVar[list[np.ndarray]] = []

    def fit(self, X, y, sample_weight=None):
        type(self).shown.append(np.asarray(y))
        return super().fit(X, y, sample_weight)


class _Broken(Pooled):
    def fit(self, X, y, sample_weight=None):
        raise RomeError("it is broken")


def spec_of(kind, name: str = "spy", space=None) -> ModelSpec:
    def build(columns: Columns, drawn):
        return kind(columns.outcome)

    return ModelSpec(name, name, "as", build, space or {})


@pytest.fixture
def with_model(monkeypatch):
    def add(spec: ModelSpec) -> None:
        specs = {**MODEL_SPECS, spec.name: spec}
        for module in (registry, work):
            monkeypatch.setattr(module, "MODEL_SPECS", specs)

    return add


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


def test_a_model_without_a_space_is_fitted_once_and_the_others_as_often_as_the_budget(result):
    tried = {(found.split, found.model): found.tried for found in result.chosen}
    assert tried == {(split, model): 2 if model == "rome_em" else 1 for split in (0, 1) for model in MODELS}


def test_tuning_and_fitting_never_see_a_test_row(table, with_model):
    with_model(spec_of(_Spy, space={"nothing": Choice((1, 2))}))
    _Spy.shown = []
    settings = CompareSettings(
        ("spy",), **{name: QUICK[name] for name in ("n_splits", "budget", "random_state")}
    )
    compare(table, ROLES, ["spy"], latent_groups=1, **QUICK)
    for split in range(2):
        data = prepare(table.frame, ROLES, settings.study_settings(work.split_seed(settings, split)))
        seen = _Spy.shown[3 * split : 3 * split + 3]
        part = tuning.part_of(data, settings, work.split_seed(settings, split))
        assert [len(y) for y in seen] == [len(part.fit)] * 2 + [len(data.train)]
        assert np.array_equal(seen[0], data.y[part.fit])
        assert np.array_equal(seen[2], data.y[data.train])
        assert not set(part.fit) & set(part.judge)
        assert set(part.fit) | set(part.judge) == set(data.train)


def test_configurations_begin_with_the_default_and_follow_the_seed():
    spec = MODEL_SPECS["rome_moe"]
    found = configurations(spec, 5, seed=1)
    assert found[0] == {}
    assert len(found) == 5
    assert found == configurations(spec, 5, seed=1)
    assert found[1:] != configurations(spec, 5, seed=2)[1:]
    assert configurations(spec, 3, seed=1) == found[:3]


def test_spaces_draw_inside_their_limits():
    rng = np.random.default_rng(0)
    drawn = np.array([Between(1e-3, 10, log=True).draw(rng) for _ in range(500)])
    assert 1e-3 <= drawn.min() < drawn.max() <= 10
    assert np.median(drawn) == pytest.approx(0.1, rel=1)
    assert {Choice((1, "b")).draw(rng) for _ in range(50)} == {1, "b"}


def test_the_criterion_is_the_worst_group_with_enough_rows():
    outcome, prediction = np.zeros(32), np.r_[np.full(10, 1.0), np.full(20, 2.0), 9.0, 9.0]
    groups = np.r_[["a"] * 10, ["b"] * 20, ["c"] * 2]
    weights = np.ones(32)
    assert criterion_loss(prediction, outcome, weights, groups, "worst_observed") == 4
    assert criterion_loss(prediction, outcome, weights, groups, "overall") == pytest.approx(
        (10 + 80 + 162) / 32
    )
    with pytest.raises(SettingError, match="has 10 validation rows"):
        criterion_loss(prediction[::4], outcome[::4], weights[::4], groups[::4], "worst_observed")


def test_what_is_there_is_not_done_again(table, result, folder, monkeypatch):
    def never(*_args, **_kwargs):
        raise AssertionError("fitted again")

    before = {path: path.stat().st_mtime_ns for path in (folder / "parts").iterdir()}
    monkeypatch.setattr(work, "tune", never)
    again = compare(table, ROLES, MODELS[:2], folder=folder, **QUICK)
    assert {path: path.stat().st_mtime_ns for path in (folder / "parts").iterdir()} == before
    assert again.losses("overall").equals(result.losses("overall")[list(MODELS[:2])])


@pytest.mark.parametrize("changed", [{"budget": 3}, {"random_state": 5}, {"criterion": "worst_observed"}])
def test_other_settings_are_other_files(table, result, folder, changed, monkeypatch):
    def never(*_args, **_kwargs):
        raise Cancelled

    monkeypatch.setattr(work, "tune", never)
    with pytest.raises(Cancelled):
        compare(table, ROLES, MODELS, folder=folder, **{**QUICK, **changed})


def test_a_comparison_that_was_cut_off_goes_on_where_it_stopped(table, result, tmp_path):
    def stop(share: float, _what: str) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        compare(table, ROLES, MODELS, folder=tmp_path, progress=stop, **QUICK)
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    assert 2 < len(kept) < 8
    again = compare(table, ROLES, MODELS, folder=tmp_path, **QUICK)
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    assert len(after) == 8
    assert kept.items() <= after.items()
    assert again.scores.equals(result.scores)


def test_a_damaged_file_is_named(table, tmp_path):
    compare(table, ROLES, ["pooled"], latent_groups=1, folder=tmp_path, **QUICK)
    first = sorted((tmp_path / "parts").iterdir())[0]
    first.write_bytes(first.read_bytes()[:50])
    with pytest.raises(StoreError, match=rf"{first.name}.*delete it and run"):
        compare(table, ROLES, ["pooled"], latent_groups=1, folder=tmp_path, **QUICK)


def test_a_place_that_is_a_file_is_refused(table, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(StoreError, match="Choose another folder"):
        compare(table, ROLES, ["pooled"], folder=tmp_path / "out", **QUICK)


def test_several_processes_give_the_same_scores(table, result, tmp_path):
    seen: list[float] = []
    again = compare(
        table,
        ROLES,
        MODELS,
        folder=tmp_path,
        progress=lambda share, _: seen.append(share),
        **{**QUICK, "n_jobs": 2},
    )
    assert again.scores.equals(result.scores)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 1)


def test_several_processes_end_soon_when_they_are_asked_to(table, tmp_path):
    began = time.perf_counter()

    def stop(_share: float, what: str) -> None:
        if what == "Fitting":
            raise Cancelled

    with pytest.raises(Cancelled):
        compare(
            table,
            ROLES,
            default_models(),
            10,
            8,
            criterion="overall",
            n_jobs=2,
            folder=tmp_path,
            progress=stop,
        )
    assert time.perf_counter() - began < 20
    assert not list((tmp_path / "parts").glob("*.npz"))


class _Deadly:
    """Whoever unpickles this ends at once, as a process does that is killed for its memory."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_process_that_dies_is_told_in_plain_words(tmp_path):
    tasks = [work.Task(0, "pooled", "a"), work.Task(0, "pooled", "b")]
    job = work.Job(_Deadly(), ROLES, CompareSettings(("pooled",)), tmp_path)
    with pytest.raises(RomeError, match="fewer"):
        list(done_tasks(job, tasks, 2, lambda: None))


def test_a_split_that_can_not_be_prepared_fails_alone(table, monkeypatch):
    plain = work.prepared

    def odd(job, split):
        if split == 1:
            raise RomeError("too few of each")
        return plain(job, split)

    for module in (work, run_module):
        monkeypatch.setattr(module, "prepared", odd)
    found = compare(table, ROLES, ["pooled"], latent_groups=1, **QUICK)
    assert [(failure.split, failure.model) for failure in found.failures] == [(1, "every model")]
    assert found.losses("overall")["pooled"].notna().tolist() == [True, False]


def test_a_model_that_fails_is_named_and_the_others_go_on(table, with_model):
    with_model(spec_of(_Broken, "broken"))
    found = compare(table, ROLES, ["pooled", "broken"], latent_groups=1, **QUICK)
    assert [(failure.split, failure.model) for failure in found.failures] == [(0, "broken"), (1, "broken")]
    assert "No configuration of broken could be fitted: it is broken" in found.failures[0].reason
    assert found.losses("overall")["broken"].isna().all()
    assert found.standings("overall")[-1].n_splits == 0


def test_a_configuration_that_fails_is_counted_and_passed_over(table, with_model):
    class Half(Pooled):
        def fit(self, X, y, sample_weight=None):
            if self.broken:
                raise ValueError("diverged")
            return super().fit(X, y, sample_weight)

    def build(columns: Columns, drawn):
        model = Half(columns.outcome)
        model.broken = bool(drawn)
        return model

    with_model(ModelSpec("half", "Half", "as", build, {"any": Choice((1,))}))
    found = compare(table, ROLES, ["half"], latent_groups=1, **{**QUICK, "budget": 4})
    assert {(one.tried, one.failed) for one in found.chosen} == {(4, 3)}


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


def test_unknown_models_are_named(table):
    with pytest.raises(SettingError, match=r'no model "rome_me".*The nearest name is "rome_'):
        compare(table, ROLES, ["pooled", "rome_me"], **QUICK)


def test_a_model_whose_package_is_missing_says_how_to_get_it(table, monkeypatch):
    monkeypatch.setattr(registry, "_installed", lambda spec: spec.package is None)
    assert "bounded_loss" not in default_models()
    with pytest.raises(SettingError, match="pip install"):
        compare(table, ROLES, ["bounded_loss"], **QUICK)


def test_a_criterion_that_can_not_decide_is_refused_at_once(table):
    small = replace(table, frame=table.frame.iloc[:125], fingerprint="small")
    with pytest.raises(SettingError, match="validation rows"):
        compare(small, ROLES, ["pooled"], observed=["age", "sex", "origin"], n_jobs=1)


@pytest.mark.parametrize("name", sorted(MODEL_SPECS))
@pytest.mark.filterwarnings("ignore::rome.errors.RomeWarning")
def test_every_registered_model_fits_its_default_and_a_drawn_configuration(table, name):
    data = prepare(table.frame, ROLES, CompareSettings((name,)).study_settings(0))
    for drawn in configurations(MODEL_SPECS[name], 2, seed=3):
        quick = {"epochs": 2} if "batch_size" in MODEL_SPECS[name].space else {}
        model = tuning.fitted(MODEL_SPECS[name], data, data.train, {**drawn, **quick}, 0)
        assert np.isfinite(model.predict(data.X[data.test])).all()


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
