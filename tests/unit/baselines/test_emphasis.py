"""The rules by which rows count more, against numbers worked by hand and against an optimiser."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from rome.moe.emphasis import (
    Adversary,
    ChiSquareBall,
    KnownGroups,
    WorstShare,
    chi_square_weights,
    worst_share_weights,
)
from rome.moe.training import Data


def batch(n: int, seed: int = 0, groups: list[int] | None = None, weights: list[float] | None = None) -> Data:
    rng = np.random.default_rng(seed)
    side = np.zeros((n, 0)) if groups is None else np.eye(max(groups) + 1)[groups]
    columns = rng.standard_normal((n, 3)), side, rng.standard_normal(n), weights or np.ones(n)
    return Data(*(torch.tensor(np.asarray(part), dtype=torch.float32) for part in columns))


def test_the_worst_share_takes_the_row_at_its_edge_in_part():
    found = worst_share_weights(torch.tensor([1.0, 4.0, 2.0, 3.0]), torch.ones(4), 0.375)
    assert found.tolist() == pytest.approx([0, 2 / 3, 0, 1 / 3])


def test_the_worst_share_of_everybody_is_everybody():
    weights = torch.tensor([1.0, 2.0, 1.0])
    assert worst_share_weights(torch.tensor([5.0, 1.0, 3.0]), weights, 1.0).tolist() == pytest.approx(
        [0.25, 0.5, 0.25]
    )


@pytest.mark.parametrize(("radius", "expected"), [(0.02, 0.6), (0.18, 0.8), (0.5, 1.0), (3.0, 1.0)])
def test_two_rows_in_a_chi_square_ball_are_weighed_as_worked_by_hand(radius, expected):
    # q = (½ − d, ½ + d) has ½ Σ p (q/p − 1)² = 2 d².
    found = chi_square_weights(torch.tensor([0.0, 1.0]), torch.ones(2), radius)
    assert found.tolist() == pytest.approx([1 - expected, expected], abs=1e-6)


@pytest.mark.parametrize("radius", [0.01, 0.3, 1.5, 20.0])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_chi_square_weights_are_those_that_an_optimiser_finds(radius, seed):
    rng = np.random.default_rng(seed)
    loss, weights = rng.exponential(size=12), rng.uniform(0.5, 2, 12)
    share = weights / weights.sum()
    inside = {"type": "ineq", "fun": lambda q: radius - 0.5 * ((q / share - 1) ** 2 * share).sum()}
    one = {"type": "eq", "fun": lambda q: q.sum() - 1}
    sought = minimize(lambda q: -q @ loss, share, bounds=[(0, 1)] * 12, constraints=[inside, one])
    found = chi_square_weights(torch.tensor(loss), torch.tensor(weights), radius).numpy()
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    assert inside["fun"](found) >= -1e-6
    assert found @ loss == pytest.approx(-sought.fun, rel=1e-4)


def test_equal_losses_are_weighed_evenly():
    assert chi_square_weights(torch.full((4,), 2.0), torch.ones(4), 0.7).tolist() == pytest.approx([0.25] * 4)


@pytest.mark.parametrize("rule", [WorstShare(0.3), ChiSquareBall(0.4)])
def test_a_row_of_weight_two_counts_as_two_rows(rule):
    loss = torch.tensor([1.0, 3.0, 2.0])
    once = rule.coefficients(loss, batch(3, weights=[2.0, 1.0, 1.0]))
    twice = rule.coefficients(torch.tensor([1.0, 1.0, 3.0, 2.0]), batch(4))
    # Coefficients sum to the batch's mean weight, which is 4/3 for three rows and 1 for four.
    assert (once / once.sum()).tolist() == pytest.approx(
        [float(twice[0] + twice[1]), float(twice[2]), float(twice[3])], abs=1e-6
    )


@pytest.mark.parametrize(
    "rule",
    [
        WorstShare(0.4),
        ChiSquareBall(0.5),
        Adversary(3, 0.1, torch.device("cpu")),
        KnownGroups(torch.tensor([0.5, 0.5]), torch.tensor([4.0, 4.0]), 0.1, 0.0),
    ],
)
def test_the_weights_of_n_rows_sum_to_n(rule):
    rows = batch(8, groups=[0, 1] * 4)
    loss = torch.arange(8.0)
    for _ in range(3):
        # Coefficients are weights over n.
        assert float(rule.coefficients(loss, rows).sum() * 8) == pytest.approx(8, rel=1e-5)


def test_group_weights_rise_by_the_exponential_of_their_losses():
    rule = KnownGroups(torch.tensor([0.75, 0.25]), torch.tensor([3.0, 1.0]), 0.1, 0.0)
    found = rule.coefficients(torch.tensor([0.0, 0.0, 0.0, 2.0]), batch(4, groups=[0, 0, 0, 1]))
    # The second group's mean loss is 2, so that its weight is e^0.2 to 1; a row's is that over its share.
    second = np.exp(0.2) / (1 + np.exp(0.2))
    assert found.tolist() == pytest.approx([(1 - second) / 0.75 / 4] * 3 + [second / 0.25 / 4], rel=1e-5)


def test_the_adjustment_favours_small_groups():
    rule = KnownGroups(torch.tensor([0.5, 0.5]), torch.tensor([100.0, 4.0]), 1.0, 2.0)
    found = rule.coefficients(torch.zeros(2), batch(2, groups=[0, 1]))
    assert float(found[1] / found[0]) == pytest.approx(np.exp(2 / np.sqrt(4) - 2 / np.sqrt(100)), rel=1e-5)


def test_a_group_without_training_rows_gets_no_weight():
    rule = KnownGroups(torch.tensor([1.0, 0.0]), torch.tensor([5.0, 0.0]), 0.1, 1.0)
    rows = batch(2, groups=[0, 0])
    rows = Data(rows.X, torch.column_stack([rows.Z, torch.zeros(2)]), rows.y, rows.weights)
    assert rule.coefficients(torch.tensor([1.0, 9.0]), rows).tolist() == pytest.approx([0.5, 0.5])
    assert float(torch.softmax(rule._log_weights, 0)[1]) == 0


def test_known_groups_are_judged_by_the_worst_of_those_that_are_there():
    rule = KnownGroups(torch.tensor([0.4, 0.3, 0.3]), torch.tensor([4.0, 3.0, 3.0]), 0.1, 0.0)
    rows = batch(3, groups=[0, 0, 1])
    rows = Data(rows.X, torch.column_stack([rows.Z, torch.zeros(3)]), rows.y, rows.weights)
    assert rule.objective(torch.tensor([1.0, 2.0, 1.7]), rows) == pytest.approx(1.7)


def test_the_adversarys_gradient_is_the_one_that_autograd_finds():
    rule = Adversary(3, 0.1, torch.device("cpu"))
    rows = batch(20, weights=list(np.linspace(0.5, 1.5, 20)))
    loss = torch.linspace(0, 3, 20)
    start = torch.tensor([0.3, -0.2, 0.5, 0.1, -0.4])
    rule._slopes.copy_(start)
    rule.coefficients(loss, rows)
    slopes = start.clone().requires_grad_()
    columns = torch.column_stack([rows.X, rows.y, torch.ones(20)])
    attention = rows.weights * torch.sigmoid(columns @ slopes)
    (attention / attention.sum() @ loss).backward()
    assert (-rule._gradient).tolist() == pytest.approx(slopes.grad.tolist(), rel=1e-4, abs=1e-7)


def test_the_adversary_turns_to_the_rows_that_fare_badly():
    rule = Adversary(3, 0.1, torch.device("cpu"))
    rows = batch(40)
    loss = (rows.X[:, 0] > 0).float()
    for _ in range(30):
        found = rule.coefficients(loss, rows)
    assert float(found[loss == 1].mean()) > 1.3 * float(found[loss == 0].mean())
