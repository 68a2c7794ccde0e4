"""Nearly empty groups keep their share at every DRO strength, whatever their experts predict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rome.em import RomeEM
from rome.robust import robust_path
from rome.robust.gated import DroProblem
from rome.robust.path import FEWEST_GUARDED_ROWS, guarded_groups


def problem(
    n: int = 400, empty: float = 1e-5, wild: float = 50.0, weights: np.ndarray | None = None
) -> DroProblem:
    """Two honest groups and a third with a share of about ``empty`` whose expert predicts ``wild``."""
    rng = np.random.default_rng(0)
    first = rng.uniform(0.2, 0.8, n)
    membership = np.column_stack([first * (1 - empty), (1 - first) * (1 - empty), np.full(n, empty)])
    x = rng.standard_normal(n)
    predictions = np.column_stack([x, -2 * x, np.full(n, wild)])
    outcome = np.where(rng.random(n) < first, x, -2 * x) + 0.1 * rng.standard_normal(n)
    return DroProblem(
        predictions, membership, membership, outcome, np.ones(n) if weights is None else weights
    )


@pytest.mark.parametrize("criterion", ["regret", "risk"])
def test_a_nearly_empty_group_keeps_its_share_and_the_others_are_played_as_if_alone(criterion):
    strengths = (0.0, 0.3, 1.0)
    found = robust_path(problem(), "gated", criterion, strengths)
    alone = robust_path(problem().only(np.array([True, True, False])), "gated", criterion, strengths)
    assert found.priors[:, 2] == pytest.approx(np.full(3, 1e-5))
    assert found.priors.sum(axis=1) == pytest.approx(np.ones(3))
    assert found.priors[:, :2] / found.priors[:, :2].sum(axis=1, keepdims=True) == pytest.approx(alone.priors)


def test_a_nearly_empty_group_gives_its_predictions_to_nobody():
    found = problem()
    path = robust_path(found, "gated", "regret", (1.0,))
    assert np.abs(path.predict(found.predictions, found.membership)).max() < 10


def test_a_group_with_rows_is_guarded():
    found = problem(empty=0.05)
    assert guarded_groups(found).all()
    assert robust_path(found, "gated", "regret", (1.0,)).priors[0, 2] > 0.05


def test_ten_rows_are_enough_and_the_scale_of_the_weights_is_nothing():
    share = FEWEST_GUARDED_ROWS / 400
    for weights in (np.ones(400), np.full(400, 1e-3)):
        assert guarded_groups(problem(empty=share, weights=weights)).all()
        assert not guarded_groups(problem(empty=share * 0.99, weights=weights))[2]


def test_an_expert_of_many_coefficients_needs_more_rows():
    found = replace(problem(empty=0.05), n_coefficients=7)
    assert not guarded_groups(found)[2]
    assert guarded_groups(replace(found, n_coefficients=6)).all()
    priors = robust_path(found, "gated", "regret", (0.0, 1.0)).priors
    assert priors[:, 2] == pytest.approx(np.full(2, found.shares[2]))


def test_a_fitted_mixture_tells_how_many_coefficients_its_experts_have():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((300, 4)), rng.standard_normal(300)
    model = RomeEM(2, gate_features=[3], random_state=0).fit(X, y)
    assert model._mixture.dro_problem(X, y, np.ones(300)).n_coefficients == model.coef_.shape[1] + 1


def test_a_few_heavy_rows_are_a_few_rows():
    weights = np.r_[np.full(8, 1000.0), np.full(392, 1e-3)]
    assert not guarded_groups(problem(empty=0.3, weights=weights)).any()


def test_with_one_group_to_guard_nothing_moves():
    few = problem(n=8)
    path = robust_path(few, "gated", "regret", (0.0, 1.0))
    assert path.priors == pytest.approx(np.vstack([few.shares, few.shares]))
