"""The climb: when it has arrived, and how little weight makes an empty group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from row_tables import FEATURES, two_groups

from rome.em import ArrayRows, RomeEM, loop
from rome.em.experts import group_variance, solve_experts
from rome.em.matching import sorted_by_share
from rome.em.mixture import experts_for
from rome.em.scaling import Scaling
from rome.em.starts import parameters_from_labels
from rome.em.sufficient_statistics import Parameters


def started():
    frame = two_groups(400, weighted=False)
    X, y = frame[FEATURES].to_numpy(), frame["y"].to_numpy()
    blocks = Scaling.fit(X, y, np.ones(400), np.arange(3), np.array([3, 4]), "numeric").blocks(
        X, y, np.ones(400)
    )
    experts = experts_for("numeric", "normal")
    labels = np.random.default_rng(0).integers(0, 2, 400)
    return blocks, parameters_from_labels(blocks, labels, 2, experts), experts


def test_a_climb_that_finds_no_way_up_has_not_converged(monkeypatch):
    blocks, start, experts = started()
    sound = loop.maximise
    monkeypatch.setattr(loop, "maximise", lambda *given: replace(sound(*given), sigma2=np.full(2, 1e4)))
    stuck = loop.run(blocks, start, experts, max_iter=50, tol=1e-8)
    assert not stuck.converged
    assert len(stuck.history) == 1


def test_a_climb_from_the_top_has_converged():
    blocks, start, experts = started()
    top = loop.run(blocks, start, experts, max_iter=5000, tol=0.0)
    again = loop.run(blocks, top.parameters, experts, max_iter=5000, tol=0.0)
    assert again.converged
    assert again.objective == pytest.approx(top.objective, rel=1e-9)


@pytest.mark.parametrize("scale", [1e-9, 1e-12, 1e9])
def test_the_size_of_all_weights_empties_no_group(scale):
    xtx, counts = np.tile(np.eye(2), (2, 1, 1)), np.array([0.3, 0.7])
    beta = solve_experts(scale * xtx, scale * np.ones((2, 2)), scale * counts, np.zeros((2, 2)), 0.0)
    assert beta == pytest.approx(np.ones((2, 2)))
    given = scale * xtx, scale * np.ones((2, 2)), scale * np.full(2, 5.0)
    assert group_variance(*given, scale * counts, beta) == pytest.approx(3 / counts)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_the_size_of_all_weights_changes_no_order_of_groups(scale):
    given = Parameters(np.array([[3.0], [1.0], [2.0]]), np.ones(3), np.zeros((3, 1)))
    counts = np.array([100.0 + 1e-8, 100.0, 500.0])
    assert sorted_by_share(given, scale * counts).beta[:, 0].tolist() == [2.0, 1.0, 3.0]


def test_fit_and_fit_blocks_are_one_fit():
    frame = two_groups(500)
    settings = {"gate_features": ["s"], "noise": "t", "gate": "flexible", "n_init": 2, "random_state": 1}
    expected = RomeEM(2, **settings).fit(frame[FEATURES], frame["y"], sample_weight=frame["w"])
    fitted = RomeEM(2, **settings).fit_blocks(ArrayRows(frame[FEATURES], frame["y"], frame["w"]))
    assert np.array_equal(fitted.coef_, expected.coef_)
    assert np.array_equal(fitted.prior_, expected.prior_)
    assert list(fitted.feature_names_in_) == list(expected.feature_names_in_)
