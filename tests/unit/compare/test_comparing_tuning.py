"""Tuning in a comparison: the same for every model, and never with a held-out row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from comparing_models import MODELS, QUICK, ROLES, Spy, spec_of

from rome.baselines import Pooled
from rome.compare import MODEL_SPECS, CompareSettings, ModelSpec, compare, tuning, work
from rome.compare.registry import Between, Choice, Columns
from rome.compare.tuning import configurations, criterion_loss
from rome.errors import SettingError
from rome.study.prepare import prepare


def test_a_model_without_a_space_is_fitted_once_and_the_others_as_often_as_the_budget(result):
    tried = {(found.split, found.model): found.tried for found in result.chosen}
    assert tried == {(split, model): 2 if model == "rome_em" else 1 for split in (0, 1) for model in MODELS}


def test_tuning_and_fitting_never_see_a_test_row(table, with_model):
    with_model(spec_of(Spy, space={"nothing": Choice((1, 2))}))
    Spy.shown = []
    settings = CompareSettings(
        ("spy",), **{name: QUICK[name] for name in ("n_splits", "budget", "random_state")}
    )
    compare(table, ROLES, ["spy"], latent_groups=1, **QUICK)
    for split in range(2):
        data = prepare(table.frame, ROLES, settings.study_settings(work.split_seed(settings, split)))
        seen = Spy.shown[3 * split : 3 * split + 3]
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


@pytest.mark.parametrize("name", sorted(MODEL_SPECS))
@pytest.mark.filterwarnings("ignore::rome.errors.RomeWarning")
def test_every_registered_model_fits_its_default_and_a_drawn_configuration(table, name):
    data = prepare(table.frame, ROLES, CompareSettings((name,)).study_settings(0))
    for drawn in configurations(MODEL_SPECS[name], 2, seed=3):
        quick = {"epochs": 2} if "batch_size" in MODEL_SPECS[name].space else {}
        model = tuning.fitted(MODEL_SPECS[name], data, data.train, {**drawn, **quick}, 0)
        assert np.isfinite(model.predict(data.X[data.test])).all()


def test_a_criterion_that_can_not_decide_is_refused_at_once(table):
    small = replace(table, frame=table.frame.iloc[:125], fingerprint="small")
    with pytest.raises(SettingError, match="validation rows"):
        compare(small, ROLES, ["pooled"], observed=["age", "sex", "origin"], n_jobs=1)
