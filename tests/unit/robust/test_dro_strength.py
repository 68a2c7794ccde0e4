"""The benchmark of strengths: how a course is scored, summed up and explained."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import dro_strength
from benchmarks.dro_strength import Course, curve_line, fitted, sentence, simulated
from benchmarks.strength_curves import (
    Rows,
    answers,
    promised_change,
    reasons,
    slope,
    where_it_stops,
    worst_errors,
    worst_regret,
)
from rome.em import RomeEM
from rome.groups.groupings import Grouped
from rome.robust import RobustPath
from rome.settings.study import STRENGTHS
from rome.stats.tests import corrected_t_test


@pytest.fixture(scope="module")
def two_slopes():
    """Rows of two slopes that s tells apart, mostly, with a fit of two groups."""
    rng = np.random.default_rng(1)
    s, x = rng.normal(size=1000), rng.normal(size=1000)
    first = rng.random(1000) < 1 / (1 + np.exp(1 - 3 * s))
    rows = Rows(
        np.column_stack([x, s]), np.where(first, 3 * x, -x) + 0.3 * rng.normal(size=1000), np.ones(1000)
    )
    model = RomeEM(2, gate_features=[1], expert_features=[0], random_state=0)
    return model.fit(rows.X, rows.y), rows


def test_the_slope_of_a_straight_course_is_its_fall():
    assert slope(np.array([4.0, 3.0, 2.0]), (0.0, 0.5, 1.0)) == pytest.approx(-0.5)


def test_the_worst_group_is_taken_anew_at_every_strength_and_small_groups_never():
    rows = Rows(np.zeros((90, 1)), np.zeros(90), np.ones(90))
    codes = np.repeat([0, 1, 2], [40, 40, 10])
    predictions = np.column_stack([np.array([3.0, 1.0, 9.0])[codes], np.array([1.0, 2.0, 9.0])[codes]])
    found = worst_errors(predictions, rows, {"made": Grouped(("a", "b", "c"), np.eye(3)[codes])})
    assert found["made"] == pytest.approx([9, 4])


def test_proportions_stop_where_the_last_change_is():
    priors = np.array([[0.5, 0.5], [0.6, 0.4], [0.7, 0.3], [0.7, 0.3]])
    path = RobustPath((0.0, 0.1, 0.2, 0.3), priors, np.array([0.5, 0.5]), "gated")
    assert where_it_stops(path) == 0.2
    still = RobustPath((0.0, 1.0), priors[:1].repeat(2, axis=0), priors[0], "gated")
    assert where_it_stops(still) == 0.0


def test_the_fitted_game_promises_less_regret_to_its_worst_group(two_slopes):
    model, rows = two_slopes
    path, found = answers(model, ("gated", "regret"), rows, rows)
    assert found.shape == (1000, len(STRENGTHS))
    assert promised_change(model, path, rows, "regret") < -0.05
    why = reasons(model, path, rows, rows, found)
    assert 0.2 < why.told < 1
    assert why.raised >= 1
    assert 0 < why.guarded_share < 1
    assert why.is_worst in (0.0, 1.0)
    assert 0 < why.room < 1
    assert why.promised <= 0


def test_an_interval_says_what_it_bears():
    assert sentence(-9, -1) == "falls"
    assert sentence(1, 9) == "rises"
    assert "surely" in sentence(-1, 9)
    assert sentence(-0.01, -0.001) == "does not move"


def test_a_line_holds_the_mean_course_and_the_corrected_interval():
    strengths = (0.0, 0.5, 1.0)
    own = [
        Course("law", "em", "gated regret", number, strengths, {"latent": curve}, None, 70, 30)
        for number, curve in enumerate([[10.0, 8.0, 6.0], [20.0, 19.0, 18.0], [10.0, 9.0, 8.0]])
    ]
    test = corrected_t_test([-40, -10, -20], 70, 30)
    said = curve_line(own, "latent")
    assert "0:1.000 0.5:0.883 1:0.767" in said
    assert f"slope {test.mean:+.1f}% (95% {test.low:+.1f} to {test.high:+.1f})" in said


def test_splits_without_a_ranked_group_are_left_out_of_a_line():
    nan = float("nan")
    own = [Course("law", "em", "d", k, (0.0, 1.0), {"latent": [nan, nan]}, None, 7, 3) for k in range(3)]
    assert "could be ranked" in curve_line(own, "latent")


def test_the_simulation_is_scored_by_its_true_groups_on_rows_that_no_fit_saw(monkeypatch):
    monkeypatch.setattr(dro_strength, "TRAINING_ROWS", 200)
    monkeypatch.setattr(dro_strength, "FRESH_ROWS", 300)
    problem = simulated(0)
    assert (len(problem.fit.y), len(problem.scored.y)) == (200, 300)
    assert problem.groupings["true"].weights.sum() == 300
    assert not np.isin(problem.scored.y, problem.fit.y).any()


def test_training_at_another_strength_is_another_model(monkeypatch):
    monkeypatch.setattr(dro_strength, "TRAINING_ROWS", 150)
    monkeypatch.setattr(dro_strength, "FRESH_ROWS", 200)
    monkeypatch.setattr(dro_strength.RomeMoE.__init__, "__kwdefaults__", _quick())
    problem = simulated(0)
    plain, robust = (fitted(problem, "moe", training=strength) for strength in (0.0, 1.0))
    assert robust.training_strength == 1.0
    assert not np.allclose(
        plain.group_predictions(problem.scored.X), robust.group_predictions(problem.scored.X)
    )


def _quick() -> dict[str, object]:
    """Return RomeMoE's defaults with few epochs and one start."""
    return {**dro_strength.RomeMoE.__init__.__kwdefaults__, "epochs": 3, "n_init": 1}


def test_the_command_prints_every_dial_and_goes_on_from_kept_seeds(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(dro_strength, "TRAINING_ROWS", 300)
    monkeypatch.setattr(dro_strength, "FRESH_ROWS", 400)
    monkeypatch.setattr("sys.argv", ["x", "--seeds", "2", "--models", "em", "--keep", str(tmp_path)])
    dro_strength.main()
    first = capsys.readouterr().out
    for dial in ("em, gated regret", "em, gated risk", "em, aggregate reward", "Γ cross-fitted", "promised"):
        assert dial in first
    kept = json.loads(next(tmp_path.glob("simulation-0-*")).read_text(encoding="utf-8"))
    assert len(kept["result"]) == 4
    monkeypatch.setattr(dro_strength, "simulated", lambda seed: pytest.fail("done again"))
    dro_strength.main()
    assert capsys.readouterr().out.splitlines()[:-1] == first.splitlines()[:-1]


def test_the_dial_of_regret_lowers_what_it_guards_on_the_rows_it_was_played_on(two_slopes):
    model, rows = two_slopes
    _, found = answers(model, ("gated", "regret"), rows, rows)
    group = Grouped(("a", "b"), model.responsibilities(rows.X, rows.y))
    course = worst_regret(model, found, rows, group)
    assert course[-1] < 0.95 * course[0]


def test_the_regret_of_a_groups_own_expert_is_none():
    class Two:
        def group_predictions(self, X):
            return np.column_stack([np.zeros(len(X)), np.ones(len(X))])

    rows = Rows(np.zeros((80, 1)), np.repeat([0.5, 1.5], 40), np.ones(80))
    group = Grouped(("a", "b"), np.eye(2)[np.repeat([0, 1], 40)])
    right, wrong = np.repeat([0.0, 1.0], 40), np.ones(80)
    course = worst_regret(Two(), np.column_stack([right, wrong]), rows, group)
    # Group a: (.5 - 1)² - (.5 - 0)² = 0 and group b: 0, too; then a's error at 2 would be (.5 - 2)².
    assert course == pytest.approx([0, 0])
    assert worst_regret(Two(), np.full((80, 1), 2.0), rows, group) == pytest.approx([2.25 - 0.25])
