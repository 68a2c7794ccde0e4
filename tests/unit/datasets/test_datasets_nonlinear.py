"""The simulation with curved gate and experts: what its docstring says is what is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from rome.baselines import Pooled
from rome.datasets import nonlinear_simulation
from rome.errors import SettingError


@pytest.fixture(scope="module")
def drawn():
    return nonlinear_simulation(40_000, 3)


def test_the_same_seed_draws_the_same_rows(drawn):
    assert nonlinear_simulation(50, 1).frame.equals(nonlinear_simulation(50, 1).frame)
    assert not nonlinear_simulation(50, 1).frame.equals(nonlinear_simulation(50, 2).frame)


def test_the_outcome_is_the_groups_mean_and_noise(drawn):
    own = drawn.means[np.arange(len(drawn.group)), drawn.group]
    residual = drawn.frame["outcome"] - own
    assert residual.std() == pytest.approx(0.3, rel=0.03)
    assert abs(residual.mean()) < 0.01


def test_one_row_is_as_worked_by_hand(drawn):
    row = drawn.frame.iloc[0]
    product, c = row["S1"] * row["S2"], 6
    scores = np.array(
        [c * product, -c * product, c * (abs(row["S3"]) - 1), c * (1.5 * row["S4"] * np.cos(row["S1"]) - 1)]
    )
    assert drawn.membership[0] == pytest.approx(np.exp(scores) / np.exp(scores).sum())
    assert drawn.means[0, 0] == pytest.approx(3 * row["A1"] * row["A2"] + 2 * row["A3"])
    assert drawn.means[0, 3] == pytest.approx(
        4 * (row["A2"] ** 2 - 1 / 3) - 3 * row["A1"] * row["A5"] + row["A6"]
    )


def test_groups_are_drawn_with_the_gates_probabilities(drawn):
    counts = np.bincount(drawn.group, minlength=4) / len(drawn.group)
    assert counts == pytest.approx(drawn.membership.mean(axis=0), abs=0.01)
    assert counts.min() > 0.05


def test_no_linear_function_of_the_sensitive_columns_tells_the_groups_apart(drawn):
    S = drawn.frame[["S1", "S2", "S3", "S4"]]
    for group in (0, 1, 2):
        inside = (drawn.group == group).astype(float)
        found = Pooled().fit(S, inside).predict(S)
        assert np.corrcoef(found, inside)[0, 1] ** 2 < 0.06


def test_the_best_prediction_is_better_than_a_line(drawn):
    y = drawn.frame["outcome"].to_numpy()
    X = drawn.frame.drop(columns="outcome")
    line = Pooled().fit(X, y).predict(X)
    assert np.mean((y - drawn.best) ** 2) < 0.35 * np.mean((y - line) ** 2)


def test_without_sharpness_membership_is_even():
    assert nonlinear_simulation(20, 0, sharpness=0).membership == pytest.approx(0.25)


@pytest.mark.parametrize(("changed", "said"), [({"n": 0}, "n is 0"), ({"noise": -1}, "noise is -1")])
def test_wrong_parameters_are_named(changed, said):
    with pytest.raises(SettingError, match=said):
        nonlinear_simulation(**{"n": 10, **changed})
